"""A letter that waits for a second person: read it as clients will, then approve it, send it back, or withdraw it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import guarding, lifecycle, notices, wordings
from incidents.facts import Letter, Resolution
from incidents.guarding import Objection
from incidents.models import AwaitingLetter, Incident
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.typed import short_enough, typed
from incidents.views.verbs import VERBS, seen
from notifications.outbox import Outgoing
from notifications.wording import Unfilled

KINDS = {
    "acknowledge": wordings.NOTIFICATION.key,
    "update": wordings.UPDATE.key,
    "resolve": wordings.RESOLVED.key,
}


def _found(request: SignedRequest, pk: int) -> tuple[AwaitingLetter, Incident]:
    row = AwaitingLetter.objects.select_related("author", "settled_by").filter(pk=pk).first()
    if row is None:
        raise Http404("No such letter.")
    return row, seen(request, row.incident_id)


@require_safe
@permitted("view_incident")
def awaiting(request: SignedRequest, pk: int) -> HttpResponse:
    """What clients would read if it were approved now, and what the guard says of it."""
    return _page(request, *_found(request, pk))


def _page(
    request: SignedRequest, row: AwaitingLetter, incident: Incident, *, reason: str = "", error: str = ""
) -> HttpResponse:
    words, waits = lifecycle.words_of(row), row.state == AwaitingLetter.State.AWAITING
    runs = incident.clocks.filter(stopped_at=None, kind__in=("acknowledge", "update", "notify"), due_at__isnull=False)
    mine = row.author_id == request.user.pk
    context: dict[str, Any] = {
        "incident": incident,
        "row": row,
        "words": words,
        "verb": VERBS[row.verb],
        "waits": waits,
        "mine": mine,
        "may_settle": waits and not mine and request.user.has_perm("approve_letter"),
        "may_withdraw": mine and (waits or row.state == AwaitingLetter.State.SENT_BACK),
        "letters": _letters(row, incident, words) if waits else None,
        "objections": _objections(incident, words) if waits else [],
        "clock": runs.order_by("due_at").first(),
        "reason": reason,
        "error": error,
    }
    return render(request, "incidents/awaiting.html", context)


def _letters(row: AwaitingLetter, incident: Incident, words: Letter | Resolution) -> list[Outgoing] | str:
    try:
        return notices.preview(incident, KINDS[row.verb], words, at=timezone.now())
    except Refused as refused:
        return refused.sentence
    except Unfilled as lacking:
        return f"A letter cannot be written from its wording: {lacking}."


def _objections(incident: Incident, words: Letter | Resolution) -> list[Objection]:
    names = ("brief", "happened", "did") if isinstance(words, Resolution) else ("brief", "happening", "doing")
    return guarding.objections(incident, {name: getattr(words, name) for name in names})


@require_POST
@permitted("approve_letter")
def approve_letter(request: SignedRequest, pk: int) -> HttpResponse:
    row, incident = _found(request, pk)
    try:
        lifecycle.approve_letter(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("incidents:awaiting", pk)
    said = f"Approved: the {row.get_verb_display()} is on its way."
    if settings.UNDO_SECONDS and not request.user.has_perm("update_incident"):
        # Who writes letters takes them back; who only approves has to know whom to call.
        said += f" {row.author} can take it back for {settings.UNDO_SECONDS} s."
    messages.success(request, said)
    return redirect("incidents:incident", incident.pk)


@require_POST
@permitted("approve_letter")
def send_back_letter(request: SignedRequest, pk: int) -> HttpResponse:
    """Keeps what was typed when it is refused."""
    row, incident = _found(request, pk)
    reason = typed(request, "reason")
    try:
        short_enough(reason)
        lifecycle.send_back_letter(pk, reason=reason, by=request.user, at=timezone.now())
    except Refused as refused:
        row.refresh_from_db()
        return _page(request, row, incident, reason=reason, error=refused.sentence)
    messages.success(request, f"Sent back to {row.author}, who is told.")
    return redirect("incidents:incident", incident.pk)


@require_POST
@permitted("view_incident")
def withdraw_letter(request: SignedRequest, pk: int) -> HttpResponse:
    row, incident = _found(request, pk)
    try:
        lifecycle.withdraw_letter(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("incidents:awaiting", pk)
    messages.success(request, f"The {row.get_verb_display()} is withdrawn; its words are kept where it was written.")
    return redirect("incidents:incident", incident.pk)
