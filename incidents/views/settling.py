"""What is settled with one button: escalations, CRM notes, letters that failed, breaches that were mistakes."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents import crm_notes, lifecycle, scheduled
from incidents.models import Clock, CrmNote, Escalation, Incident, Responder, SuggestedSituation, TimelineEntry
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.typed import reasoned, short_enough, typed
from incidents.views.verbs import seen
from notifications import bulkheads
from notifications.models import OutboundMessage

LINK_AGE = 7 * 86400


@require_POST
@permitted("take_escalation")
def take_escalation(request: SignedRequest, pk: int) -> HttpResponse:
    escalation = Escalation.objects.filter(pk=pk).first()
    if escalation is None:
        raise Http404("No such escalation.")
    incident = seen(request, escalation.incident_id)
    try:
        lifecycle.take_escalation(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "It is yours.")
    return redirect("incidents:incident", incident.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a message: GET only shows, POST takes. It names its recipient, so no sign-in is needed; it says no
    more of the incident than the message did."""
    try:
        signer = signing.TimestampSigner(salt="take")
        escalation_id, responder_id = signer.unsign_object(token, max_age=LINK_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404("This link is not valid any more.") from error
    escalation = Escalation.objects.select_related("incident", "taken_by").filter(pk=escalation_id).first()
    person = Responder.objects.filter(pk=responder_id, is_active=True).first()
    if escalation is None or person is None or not escalation.recipients.filter(pk=person.pk).exists():
        raise Http404("This link is not valid any more.")
    sentence, done = "", False
    if request.method == "POST":
        try:
            lifecycle.take_escalation(escalation.pk, by=person, at=timezone.now())
            done = True
        except Refused as refused:
            sentence = refused.sentence
        escalation.refresh_from_db()
    # The link says no more than its bearer may see now; it may have been written before the incident was restricted.
    shown = escalation.incident.is_visible_to(person)
    context = {
        "escalation": escalation,
        "shown": shown,
        "person": person,
        "sentence": sentence,
        "done": done,
        "token": token,
    }
    return render(request, "incidents/take.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("settle_note")
def settle_note(request: SignedRequest, pk: int) -> HttpResponse:
    note = CrmNote.objects.select_related("client").filter(pk=pk).first()
    if note is None:
        raise Http404("No such note.")
    incident = seen(request, note.incident_id)
    errors: dict[str, str] = {}
    reference, reason = " ".join(typed(request, "reference").split()), typed(request, "waive_reason")
    if request.method == "POST":
        try:
            short_enough(reference, "reference", 200)
            short_enough(reason)
            lifecycle.settle_note(pk, reference=reference, waive_reason=reason, by=request.user, at=timezone.now())
        except Refused as refused:
            errors["reason" if refused.field == "reason" else "reference"] = refused.sentence
        else:
            messages.success(request, "The note is settled.")
            return redirect("incidents:incident", incident.pk)
    message = crm_notes.messages([note]).get(note.pk)
    waits = message is not None and message.state in OutboundMessage.ON_ITS_WAY
    context = {
        "incident": incident,
        "note": note,
        "errors": errors,
        "reference": reference,
        "reason": reason,
        "message": message,
        "rest": bulkheads.resting(message, timezone.now()) if message and waits else None,
        "by_hand": crm_notes.why_by_hand(note, incident),
    }
    return render(request, "incidents/settle_note.html", context)


@require_POST
@permitted("settle_note")
def write_note(request: SignedRequest, pk: int) -> HttpResponse:
    note = CrmNote.objects.filter(pk=pk).first()
    if note is None:
        raise Http404("No such note.")
    seen(request, note.incident_id)
    try:
        lifecycle.write_note(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "HubSpot is told; the note is settled as soon as it stands there.")
    return redirect("incidents:settle_note", pk)


def _message(request: SignedRequest, pk: int) -> tuple[OutboundMessage, Incident]:
    """The letter, and the incident on whose record it is settled: of a scheduled update the first that stood in it."""
    found = scheduled.told_in(pk, request.user)
    if found is None:
        raise Http404("No such letter.")
    message, incident_id = found
    return message, seen(request, incident_id)


def _where(message: OutboundMessage, incident: Incident) -> str:
    """The page that shows the letter with its delivery."""
    kind, _, pk = message.about.partition(":")
    name, number = ("digest", pk) if kind == "digest" else ("incident", str(incident.pk))
    return reverse(f"incidents:{name}", args=[number])


@require_POST
@permitted("retry_letter")
def retry_letter(request: SignedRequest, pk: int) -> HttpResponse:
    message, incident = _message(request, pk)
    try:
        lifecycle.retry_letter(message.pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"The letter to {message.recipient} is tried again.")
    return redirect(_where(message, incident))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("retry_letter")
def waive_letter(request: SignedRequest, pk: int) -> HttpResponse:
    message, incident = _message(request, pk)
    return _reasoned(
        request,
        incident,
        title=f"Waive the letter to {message.recipient}",
        done="The letter is waived.",
        act=lambda reason: lifecycle.waive_letter(message.pk, reason=reason, by=request.user, at=timezone.now()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("override_incident")
def void_breach(request: SignedRequest, pk: int) -> HttpResponse:
    clock = Clock.objects.filter(pk=pk).first()
    if clock is None:
        raise Http404("No such clock.")
    incident = seen(request, clock.incident_id)
    return _reasoned(
        request,
        incident,
        title=f"Void the breach of “{clock.get_kind_display()}”",
        done="The breach is voided; the clock was judged again.",
        act=lambda reason: lifecycle.void_breach(pk, reason=reason, by=request.user, at=timezone.now()),
    )


@require_POST
@permitted("update_incident")
def take_back(request: SignedRequest, pk: int) -> HttpResponse:
    """Undo: the letter does not leave, and its words stand in the composer again."""
    incident = seen(request, pk)
    seq = request.POST.get("seq", "")
    try:
        number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else 0
        entry = lifecycle.take_back(pk, seq=number, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("incidents:incident", incident.pk)
    messages.success(request, "It is taken back; nobody has received it. Your words are below.")
    return redirect(f"incidents:{lifecycle.WRITTEN_BY[TimelineEntry.Kind(entry.kind)]}", incident.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("note_incident")
def confirm_situation(request: SignedRequest, pk: int) -> HttpResponse:
    """Raises what was suggested, with a note; what was read stands in the field to begin with."""
    suggested = _suggested(pk)
    incident = seen(request, suggested.incident_id)
    return _reasoned(
        request,
        incident,
        title=f"Raise: {suggested.get_situation_display()}",
        done="Raised; those on the matrix are told.",
        act=lambda text: lifecycle.confirm_situation(pk, text=text, by=request.user, at=timezone.now()),
        label="What was said or seen",
        filled=suggested.words or suggested.because,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("note_incident")
def dismiss_situation(request: SignedRequest, pk: int) -> HttpResponse:
    suggested = _suggested(pk)
    incident = seen(request, suggested.incident_id)
    return _reasoned(
        request,
        incident,
        title=f"Not this: {suggested.get_situation_display()}",
        done="Dismissed; the reason is on the record.",
        act=lambda reason: lifecycle.dismiss_situation(pk, reason=reason, by=request.user, at=timezone.now()),
    )


def _suggested(pk: int) -> SuggestedSituation:
    suggested = SuggestedSituation.objects.filter(pk=pk).first()
    if suggested is None:
        raise Http404("There is no such suggestion.")
    return suggested


def _reasoned(
    request: SignedRequest,
    incident: Incident,
    *,
    title: str,
    done: str,
    act: Callable[[str], object],
    label: str = "Reason",
    filled: str = "",
) -> HttpResponse:
    return reasoned(
        request,
        act,
        done=done,
        back=reverse("incidents:incident", args=[incident.pk]),
        context={"incident": incident, "title": title, "label": label},
        filled=filled,
    )
