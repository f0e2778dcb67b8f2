"""What a person does with a letter that no thread claimed: file it to an incident, report it anew, set it aside."""

from datetime import datetime

from django.db import transaction

from incidents import lifecycle
from incidents.detection.intake.alerts import one_line
from incidents.detection.mail.sorting import reply_of, suggest
from incidents.facts import Report
from incidents.lifecycle.moving import required, retried
from incidents.models import Client, Incident, Responder
from incidents.refusals import Refused
from notifications.inbound.reading import read
from notifications.models import InboundMail

State = InboundMail.State
FOR_A_PERSON = (State.UNMATCHED, State.QUARANTINED)
NO_CHANGE = "That letter has its place already: {sentence}"


@retried
def file_to_incident(mail_id: int, incident_id: int, *, by: Responder, at: datetime) -> Incident:
    """An answer to that incident after all; from then on as if its thread had said so."""
    with transaction.atomic():
        mail = _unfiled(mail_id)
        incident = Incident.objects.visible_to(by).defer("search").filter(pk=incident_id).first()
        if incident is None:
            raise Refused("There is no such incident.", "incident")
        letter = read(bytes(mail.raw))
        kept = lifecycle.record_reply(incident.pk, reply_of(mail, letter), filed_by=by, at=at)
        suggest(mail, kept.incident_id, letter, at=at)
        _place(mail, State.FILED, f"incident:{kept.incident_id}", f"Filed to INC-{kept.incident_id} by {by}.", by, at)
    return kept.incident


@retried
def file_as_report(
    mail_id: int, *, client_id: int | None, severity: int, title: str, by: Responder, at: datetime
) -> Incident:
    """A new incident, with the client's words as they came and the files as evidence (B-28)."""
    with transaction.atomic():
        mail = _unfiled(mail_id)
        letter = read(bytes(mail.raw))
        clients: tuple[int, ...] = ()
        if client_id is not None:
            if not Client.objects.filter(pk=client_id, is_active=True).exists():
                raise Refused("Choose a client of ours.", "client")
            clients = (client_id,)
        told = Report(
            title=one_line(required(title, "title", "Say in a few words what is broken."), 200),
            description=f"{letter.whole_text or '(The letter has no text.)'}\n\nWritten by {mail.sender}.",
            severity=severity,
            source=Incident.Source.CLIENT,
            detected_at=mail.received_at,
            client_reported_at=mail.received_at,
            client_ids=clients,
            reporting_client_ids=clients,
        )
        incident = lifecycle.report(told, by=by, at=at)
        lifecycle.keep_attachments(incident.pk, letter.attachments, at=at)
        suggest(mail, incident.pk, letter, at=at)
        _place(mail, State.FILED, incident.about, f"Reported as {incident.reference} by {by}.", by, at)
    return incident


@retried
def set_aside(mail_id: int, *, reason: str, by: Responder, at: datetime) -> InboundMail:
    """Nothing follows from it; the reason stays, and so does the letter for as long as letters are kept."""
    with transaction.atomic():
        mail = _unfiled(mail_id)
        reason = required(reason, "reason", "Say why nothing follows from it.")
        _place(mail, State.SET_ASIDE, "", f"Set aside by {by}: {reason}", by, at)
    return mail


@retried
def put_back(mail_id: int, *, by: Responder, at: datetime) -> InboundMail:
    """A letter that was set aside waits for a person again."""
    with transaction.atomic():
        mail = _locked(mail_id)
        if mail.state != State.SET_ASIDE:
            raise Refused(NO_CHANGE.format(sentence=mail.sentence))
        _place(mail, State.UNMATCHED, "", f"Put back by {by}.", by, at)
    return mail


@retried
def sort_again(mail_id: int, *, by: Responder, at: datetime) -> InboundMail:
    """A letter in quarantine is tried again from the beginning, at once."""
    with transaction.atomic():
        mail = _locked(mail_id)
        if mail.state != State.QUARANTINED or not mail.size:
            raise Refused("Only a letter in quarantine that could be fetched is tried again.")
        InboundMail.objects.filter(pk=mail.pk).update(state=State.WAITING, due_at=at, attempts=0, error="")
    return mail


def _locked(mail_id: int) -> InboundMail:
    return InboundMail.objects.select_for_update(of=("self",)).get(pk=mail_id)


def _unfiled(mail_id: int) -> InboundMail:
    mail = _locked(mail_id)
    if mail.state not in FOR_A_PERSON:
        raise Refused(NO_CHANGE.format(sentence=mail.sentence or mail.get_state_display()))
    return mail


def _place(mail: InboundMail, state: str, about: str, sentence: str, by: Responder, at: datetime) -> None:
    mail.state, mail.about, mail.sentence = state, about, sentence[:300]
    mail.due_at, mail.settled_at, mail.settled_by = None, at, by
    mail.save(update_fields=["state", "about", "sentence", "due_at", "settled_at", "settled_by"])
