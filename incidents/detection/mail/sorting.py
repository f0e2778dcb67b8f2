"""Sort the letters that are kept: each once, a poison one aside and shown, the others go on (law 6).

The claim is a commit of its own and counts the attempt, so that a letter that kills its worker is in quarantine after a
few of them. Everything that follows from a letter is one transaction, without any network.
"""

import logging
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import connection, transaction

from incidents import hints, lifecycle, threads
from incidents.detection.intake.client_reports import Words, accept
from incidents.detection.models import InboundSource
from incidents.facts import Reply
from incidents.models import Brand, Contact, Incident, Responder
from incidents.refusals import Refused
from notifications.inbound import bouncing
from notifications.inbound.addresses import is_ours
from notifications.inbound.letter import Read
from notifications.inbound.reading import read
from notifications.models import InboundMail, OutboundMessage

log = logging.getLogger(__name__)
Kind, State = InboundMail.Kind, InboundMail.State
AT_ONCE = 200
LEASE = timedelta(minutes=4)
MOST_ATTEMPTS = 4
CLAIM = """
    UPDATE notifications_inboundmail SET attempts = attempts + 1, due_at = %s
    WHERE id = (
        SELECT id FROM notifications_inboundmail WHERE state = 'waiting' AND due_at <= %s
        ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id, attempts
"""


def sweep(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Sorts what waits, the oldest first; returns how many letters got their place. Any number may run at once."""
    done = 0
    for _ in range(limit):
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [now + LEASE, now])
            row = cursor.fetchone()
        if row is None:
            break
        mail_id, attempts = row
        if attempts > MOST_ATTEMPTS:
            _quarantine(mail_id, "It was begun several times and never ended.")
            continue
        try:
            with transaction.atomic():
                sort(mail_id, at=now)
        except Exception as error:
            log.exception("letter %s cannot be sorted", mail_id)
            _fail(mail_id, attempts, error, now)
        else:
            done += 1
    return done


def _fail(mail_id: int, attempts: int, error: Exception, now: datetime) -> None:
    sentence = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
    if attempts >= MOST_ATTEMPTS:
        _quarantine(mail_id, sentence)
    else:
        again = now + timedelta(seconds=10 * 2**attempts)
        InboundMail.objects.filter(pk=mail_id, state=State.WAITING).update(due_at=again, error=sentence)


def _quarantine(mail_id: int, sentence: str) -> None:
    waiting = InboundMail.objects.filter(pk=mail_id, state=State.WAITING)
    waiting.update(state=State.QUARANTINED, due_at=None, error=sentence)


def sort(mail_id: int, *, at: datetime) -> InboundMail:
    """Finds the place of one letter and puts it there. The caller holds a transaction."""
    mail = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
    if mail.state != State.WAITING:
        return mail
    letter = read(bytes(mail.raw))
    mail.kind, mail.state, mail.about, mail.sentence = _place(mail, letter, at)
    mail.sentence = mail.sentence[:300]
    mail.due_at, mail.settled_at, mail.error = None, at, letter.unreadable[:300]
    mail.save(update_fields=["kind", "state", "about", "sentence", "due_at", "settled_at", "error"])
    return mail


Place = tuple[InboundMail.Kind, InboundMail.State, str, str]


def _place(mail: InboundMail, letter: Read, at: datetime) -> Place:
    """What it is, how it stands now, what it is about, and what became of it."""
    if is_own(letter):
        return Kind.OWN, State.FILED, "", "Our own letter came back to us; nothing follows from it."
    if letter.bounces:
        return _bounce(letter, at)
    incident_id = threads.incident_of(letter)
    if letter.automatic:
        return _automatic(letter, incident_id, at)
    if incident_id is not None:
        return _answer(mail, letter, incident_id, at)
    return _unthreaded(mail, letter, at)


def is_own(letter: Read) -> bool:
    """We wrote it: it bears a Message-ID of our outbox, or an address of ours as its sender. Two robots never talk."""
    address = letter.from_address
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].casefold()
    if address and (address.casefold() == own or is_ours(address, settings.REPLY_ADDRESS)):
        return True
    if address and Brand.objects.filter(from_email__iexact=address).exists():
        return True
    return bool(letter.message_id) and OutboundMessage.objects.filter(message_id=letter.message_id).exists()


def _bounce(letter: Read, at: datetime) -> Place:
    marked = bouncing.mark(letter, at=at)
    if not marked:
        whom = ", ".join(one.recipient for one in letter.bounces[:3])
        return Kind.BOUNCE, State.FILED, "", f"A delivery report about no letter of ours, for {whom}."
    said = "; ".join(
        f"the letter to {message.recipient} {'came back' if bounced.failed else f'is {bounced.action}'}: {bounced.said}"
        for message, bounced in marked
    )
    return Kind.BOUNCE, State.FILED, marked[0][0].about, f"{said[:1].upper()}{said[1:]}"


def _automatic(letter: Read, incident_id: int | None, at: datetime) -> Place:
    if incident_id is None:
        return Kind.AUTOMATIC, State.FILED, "", f"Automatic ({letter.automatic}): kept, and nothing is owed."
    who = letter.from_name or letter.from_address or "Somebody"
    begins = " ".join(letter.text.split())[:200]
    text = f"Automatic, {letter.automatic} of {who}: “{letter.subject or begins}”. It owes nothing."
    lifecycle.record_automatic(incident_id, text=text, at=at)
    return Kind.AUTOMATIC, State.FILED, f"incident:{incident_id}", f"Automatic ({letter.automatic}): on the record."


def reply_of(mail: InboundMail, letter: Read) -> Reply:
    """The letter as the verb is told of it."""
    text = letter.text or (f"(It has no text. {letter.unreadable})" if letter.unreadable else "")
    return Reply(
        mail_id=mail.pk,
        sender_name=letter.from_name,
        sender_address=letter.from_address,
        subject=letter.subject,
        text=text,
        quoted=letter.quoted,
        attachments=letter.attachments,
        left_out=letter.left_out,
    )


def _answer(mail: InboundMail, letter: Read, incident_id: int, at: datetime) -> Place:
    if Responder.objects.filter(email__iexact=letter.from_address).exists():
        text = f"{letter.from_name or letter.from_address}, one of us, writes in the thread:\n\n{letter.text[:4000]}"
        lifecycle.record_automatic(incident_id, text=text, at=at)
        return (
            Kind.LETTER,
            State.FILED,
            f"incident:{incident_id}",
            "Written by one of us: on the record, and owes nothing.",
        )
    kept = lifecycle.record_reply(incident_id, reply_of(mail, letter), at=at)
    suggest(mail, kept.incident_id, letter, at=at)
    how = "" if kept.is_known else ", from an address that is no contact’s"
    return Kind.LETTER, State.FILED, f"incident:{kept.incident_id}", f"An answer{how}: it waits for ours."


def suggest(mail: InboundMail, incident_id: int, letter: Read, *, at: datetime) -> None:
    """What the words sound like is suggested to people, who confirm it or not (B-108…B-110, B-113)."""
    who = letter.from_name or letter.from_address or "somebody"
    for hint in hints.situations_in(letter.text):
        lifecycle.suggest_situation(
            incident_id,
            situation=hint.situation,
            because=f"It says “{hint.sign}”.",
            source=f"Mail of {who}"[:120],
            cause=f"mail:{mail.pk}:{hint.situation}",
            words=hint.words,
            link=f"/inbound-mail/{mail.pk}/",
            at=at,
        )


def _unthreaded(mail: InboundMail, letter: Read, at: datetime) -> Place:
    source = source_of(mail, letter)
    if source is None:
        return Kind.LETTER, State.UNMATCHED, "", "In no thread of ours, and no source takes new mail."
    clients = clients_of(letter.from_address)
    if len(clients) != 1:
        whose = "contacts of several clients" if clients else "no contact of a client"
        return Kind.LETTER, State.UNMATCHED, "", f"In no thread of ours; its sender is {whose}."
    if not source.opens_reports:
        return Kind.LETTER, State.UNMATCHED, "", f"In no thread of ours; {source.name} opens nothing by itself."
    words = Words(
        once=mail.identity,
        subject=letter.subject,
        not_working=letter.whole_text or "(The letter has no text.)",
        sender_name=letter.from_name,
        sender_address=letter.from_address,
        client_id=clients[0],
    )
    try:
        report = accept(source, words, at=at)
    except Refused as refused:
        return Kind.LETTER, State.UNMATCHED, "", refused.sentence
    if report.incident_id is None:
        return Kind.LETTER, State.UNMATCHED, "", report.outcome
    lifecycle.keep_attachments(report.incident_id, letter.attachments, at=at)
    suggest(mail, report.incident_id, letter, at=at)
    return Kind.LETTER, State.FILED, f"incident:{report.incident_id}", f"A client report through {source.name}."


def clients_of(address: str) -> list[int]:
    """The clients whose contact has this address, at most two of them: one is a match, two are a question."""
    if not address:
        return []
    rows = Contact.objects.filter(email__iexact=address, client__is_active=True).order_by("client_id")
    return list(rows.values_list("client_id", flat=True).distinct()[:2])


def source_of(mail: InboundMail, letter: Read) -> InboundSource | None:
    """The source of a letter: by its key, else by where it was sent, else the one that takes all other mail."""
    enabled = InboundSource.objects.filter(kind=InboundSource.Kind.EMAIL, is_enabled=True)
    if mail.door == InboundMail.Door.WEBHOOK:
        number = mail.origin.partition(":")[2]
        return enabled.filter(pk=int(number)).first() if number.isdigit() else None
    to = {one.casefold() for one in letter.recipients}
    sources = list(enabled.order_by("pk"))
    named = next((one for one in sources if one.address and one.address.casefold() in to), None)
    return named or next((one for one in sources if not one.address), None)


def incident_about(about: str) -> int | None:
    """The number of the incident that a letter is about; None when it is about none."""
    kind, _, number = about.partition(":")
    return (
        int(number)
        if kind == "incident" and number.isdigit() and Incident.objects.filter(pk=int(number)).exists()
        else None
    )
