"""A client's answer: read it, answer it, or say how it was dealt with; late ones reopen or lead on (C-26)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents import lifecycle, moves
from incidents.models import ClientReply, Evidence, Incident, TimelineEntry
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.typed import short_enough, typed
from incidents.views.verbs import seen

MOST_NOTE = 2000


def _reply(request: SignedRequest, pk: int) -> tuple[ClientReply, Incident]:
    """The reply, if this responder may know of its incident; 404 otherwise, as for one that does not exist."""
    chosen = ClientReply.objects.select_related("client", "answered_by", "filed_by").defer("led_to")
    reply = chosen.filter(pk=pk).first()
    if reply is None:
        raise Http404("No such reply.")
    return reply, seen(request, reply.incident_id)


@require_http_methods(["GET", "HEAD"])
@permitted("view_incident")
def reply(request: SignedRequest, pk: int) -> HttpResponse:
    one, incident = _reply(request, pk)
    return _shown(request, one, incident)


def _shown(
    request: SignedRequest, one: ClientReply, incident: Incident, *, note: str = "", wrong: str = ""
) -> HttpResponse:
    me, status = request.user, incident.status
    entry = incident.timeline.filter(kind=TimelineEntry.Kind.CLIENT_REPLIED, facts__reply=one.pk).first()
    kept = [file["evidence"] for file in entry.facts.get("files", [])] if entry else []
    standing = lifecycle.standing_of(incident, timezone.now())
    may_answer = me.has_perm("answer_client") and one.answered_at is None
    led_to = Incident.objects.visible_to(me).defer("search").filter(follows=one).first()
    context = {
        "reply": one,
        "incident": incident,
        "files": Evidence.objects.filter(pk__in=kept).defer("content"),
        "led_to": led_to,
        "may_answer": may_answer,
        "may_write": may_answer and me.has_perm("update_incident") and moves.allowed("update", status),
        "unacknowledged": incident.acknowledged_at is None and moves.allowed("acknowledge", status),
        "may_reopen": may_answer and standing == "late" and me.has_perm("reopen_incident"),
        "may_follow": may_answer and standing == "too_late" and me.has_perm("report_incident"),
        "note": note,
        "wrong": wrong,
    }
    return render(request, "incidents/reply.html", context)


@require_POST
@permitted("answer_client")
def settle_reply(request: SignedRequest, pk: int) -> HttpResponse:
    """Dealt with, with a word about how; refused without one, beside the field, with what was typed."""
    one, incident = _reply(request, pk)
    note = typed(request, "note")
    try:
        short_enough(note, "note", MOST_NOTE)
        lifecycle.settle_reply(pk, note=note, by=request.user, at=timezone.now())
    except Refused as refused:
        if refused.field == "note":
            return _shown(request, one, incident, note=note, wrong=refused.sentence)
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "It is dealt with.")
    return redirect("incidents:reply", pk)


@require_POST
@permitted("reopen_incident")
def reopen_by_reply(request: SignedRequest, pk: int) -> HttpResponse:
    """One button: the incident goes on, and the client is owed an acknowledgement anew."""
    _, incident = _reply(request, pk)
    try:
        lifecycle.reopen_by_reply(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("incidents:reply", pk)
    messages.success(request, f"{incident.reference} is open again.")
    return redirect("incidents:incident", incident.pk)


@require_POST
@permitted("answer_client")
def follow_reply(request: SignedRequest, pk: int) -> HttpResponse:
    """Too late to reopen: a new incident that names the old one."""
    _reply(request, pk)
    try:
        new = lifecycle.follow_reply(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("incidents:reply", pk)
    messages.success(request, f"{new.reference} follows from it.")
    return redirect(reverse("incidents:incident", args=[new.pk]))
