"""Who is told what about an incident: letters to clients, one for each contact, in the client's own time zone."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from incidents import letterbook, texts, threads, wordings
from incidents.facts import Letter, Resolution
from incidents.models import Brand, Client, Contact, Incident, IncidentClient, Responder
from incidents.refusals import Refused
from incidents.spelling import wall_time
from incidents.texts import Text, Texts
from notifications import outbox
from notifications.models import OutboundMessage
from notifications.outbox import Outgoing
from notifications.wording import Unfilled, render

LETTERS = tuple(kind.key for kind in wordings.KINDS if kind.for_clients)
SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bapprox)[.!?…]+(?=\s|$)")
MOST_SENTENCES = 2
WORKED_AROUND = "A workaround is in place; the lasting fix has not been made yet."
OUTAGE = "The outage of an upstream service we rely on is not over yet."
BRIDGED = "A workaround is in place, and the outage of an upstream service we rely on is not over yet."
PAUSED = "Some of our automation remains paused while we complete preventive work."
UNCONFIRMED = "A fix is in place; we have not finished checking it end to end."


@dataclass(frozen=True, slots=True)
class Told:
    """Who was written to, as ids of clients, and from which texts the letters were made, as the record keeps it."""

    clients: list[int]
    wordings: list[dict[str, Any]]


def sentences(text: str) -> int:
    """How many sentences a text has; `e.g.`, `i.e.` and decimals do not end one."""
    stripped = text.strip()
    ends = len(SENTENCE_END.findall(stripped))
    closed = bool(stripped) and SENTENCE_END.search(stripped[-3:]) is not None
    return ends if closed else ends + bool(stripped)


def check_letter(letter: Letter, *, at: datetime) -> None:
    """Refuses a letter that lacks a part, says too much, or promises an update in the past (B-42, B-48, B-50)."""
    check_brief(letter.brief)
    check_short(letter.happening, "happening", "Say what is happening, in one or two plain sentences.")
    if not (letter.doing or wordings.DOING).strip():
        raise Refused("Say what we are doing.", "doing")
    check_promise(letter, at=at)


def check_promise(letter: Letter, *, at: datetime) -> None:
    """Refuses a letter that does not say by when the next one comes, at a time that is still ahead (B-50)."""
    if letter.next_update_by is None:
        if not letter.is_last:
            raise Refused("Say by when we write again, or tick that this is the last update.", "next_update_by")
    elif letter.next_update_by <= at:
        raise Refused("That time has passed; promise one that is still to come.", "next_update_by")


def check_resolution(resolution: Resolution) -> None:
    """Refuses a resolved letter that lacks a part or says too much (B-67, B-68)."""
    check_brief(resolution.brief)
    check_short(resolution.happened, "happened", "Say what happened, in one or two plain sentences.")
    check_short(resolution.did, "did", "Say what we did, in one or two plain sentences.")


def check_brief(brief: str) -> None:
    """Refuses a subject that is empty, longer than 120 characters or on two lines."""
    if not brief.strip() or len(brief) > 120 or "\n" in brief or "\r" in brief:
        raise Refused("Complete the subject with a brief description on one line.", "brief")


def check_short(text: str, field: str, sentence: str) -> None:
    """Refuses a text that is empty, with `sentence`, or that has more than two sentences."""
    if not text.strip():
        raise Refused(sentence, field)
    if sentences(text) > MOST_SENTENCES:
        raise Refused(f"That is {sentences(text)} sentences; clients read one or two.", field)


def client_time(instant: datetime, zone: ZoneInfo) -> str:
    """`15:20 on Tuesday 24 November (GMT)`: in the client's zone, with the zone said."""
    return wall_time(instant, zone)


def current_status(incident: Incident) -> str:
    """The line that is computed, never typed: the SOP's sentence only when nothing makes it untrue (B-69, C-12)."""
    if found := hindrances(incident):
        return " ".join(found)
    return wordings.ALL_NORMAL if incident.confirmed_at else UNCONFIRMED


def hindrances(incident: Incident) -> list[str]:
    """What is not as it should be by the record, in sentences for clients that claim no more than the record bears: an
    outage that nobody has said is over, a workaround that no fix has followed, work that is paused (A-09)."""
    found = []
    outage = incident.outage_started_at is not None and incident.outage_ended_at is None
    if incident.worked_around_at and (incident.fixed_at is None or incident.worked_around_at > incident.fixed_at):
        found.append(WORKED_AROUND)
    elif outage and incident.worked_around_at:
        found.append("A workaround is in place.")
    if outage:
        found.append(OUTAGE)
    if incident.work_paused:
        found.append(PAUSED)
    return found


def preview(incident: Incident, kind: str, words: Letter | Resolution, *, at: datetime) -> list[Outgoing]:
    """The very messages that the verb would write down, in the order of clients; nothing is written."""
    return [letter for _, _, letter in _letters(incident, kind, words, "preview")]


def send(
    incident: Incident, kind: str, words: Letter | Resolution, *, cause: str, by: Responder | None, at: datetime
) -> Told:
    """Writes the letters down under a key that names their cause; says who gets one, and from which texts.

    Each is entered in the book of letters with what it promises. Refuses when an affected client has nobody to write
    to: a promise to tell them would be kept by nobody.
    """
    used: dict[int, Text] = {}
    told: dict[int, Client] = {}
    letters = []
    try:
        for client, text, letter in _letters(incident, kind, words, cause):
            used[client.pk], told[client.pk] = text, client
            letters.append(letter)
    except Unfilled as lacking:
        raise Refused(f"A letter cannot be written from its wording: {lacking}.") from lacking
    outbox.enqueue(held(letters, by=by, at=at), at=at)
    _enter(incident, kind, words, letters, told, by, at)
    return Told(sorted(told), texts.facts(used))


def held(letters: Sequence[Outgoing], *, by: Responder | None, at: datetime) -> list[Outgoing]:
    """Letters that a person wrote are marked as such, and wait a moment in the outbox, so that they can be taken back
    (UNDO_SECONDS)."""
    wait = timedelta(seconds=settings.UNDO_SECONDS if by is not None else 0)
    return [replace(letter, due_at=at + wait, by_person=by is not None) for letter in letters]


def _enter(
    incident: Incident,
    kind: str,
    words: Letter | Resolution,
    letters: Sequence[Outgoing],
    told: Mapping[int, Client],
    by: Responder | None,
    at: datetime,
) -> None:
    if isinstance(words, Resolution):
        text = f"{words.happened.strip()}\n\n{words.did.strip()}"
        letterbook.enter(incident, kind, letters, text=text, by=by, at=at)
        return
    text = f"{words.happening.strip()}\n\n{words.doing.strip() or wordings.DOING}"
    until, promises = words.next_update_by, {}
    if until:
        read = {letterbook.client_of(letter.key): letter.text for letter in letters}
        for client in told.values():
            promises[client.pk] = _promise_in(read[client.pk], client_time(until, client.zone))
    letterbook.enter(incident, kind, letters, text=text, by=by, at=at, promised_until=until, promises=promises)


def _promise_in(text: str, when: str) -> str:
    """The line of a letter that names the time, as that client reads it: the wording may say it in other words."""
    line = next((line for line in text.splitlines() if when in line), f"We'll update you by {when}.")
    return line.removeprefix("Next update:").strip()


def compose(
    incident: Incident,
    kind: str,
    variables: Callable[[Client], dict[str, str]],
    *,
    clients: Sequence[int],
    cause: str,
    stale_at: datetime | None = None,
) -> list[Outgoing]:
    """One letter for each contact of the given affected clients; nothing is written.

    `variables` says the words for one client: instants are told in that client's zone.
    """
    wanted = [one for one in _affected(incident) if one.client_id in clients]
    found = _composed(incident, kind, variables, wanted, cause, stale_at)
    return [letter for _, _, letter in found]


Written = Iterator[tuple[Client, Text, Outgoing]]


def _letters(incident: Incident, kind: str, words: Letter | Resolution, cause: str) -> Written:
    def variables(client: Client) -> dict[str, str]:
        return _variables(incident, words, client)

    # Of the end is told whoever was told of the beginning.
    told = [one for one in _affected(incident) if kind != wordings.RESOLVED.key or one.notified_at is not None]
    stale_at = words.next_update_by if isinstance(words, Letter) else None
    return _composed(incident, kind, variables, told, cause, stale_at)


def _affected(incident: Incident) -> QuerySet[IncidentClient]:
    return incident.affected.select_related("client__brand").prefetch_related("client__contacts")


def _composed(
    incident: Incident,
    kind: str,
    variables: Callable[[Client], dict[str, str]],
    told_of: Sequence[IncidentClient],
    cause: str,
    stale_at: datetime | None,
) -> Written:
    first = _first_message_ids(incident)
    by_default = None
    if not all(one.client.brand for one in told_of):
        by_default = Brand.objects.order_by("-is_default", "name").first()
    in_force = Texts(kind, clients=[one.client_id for one in told_of])
    for affected in told_of:
        contacts = [contact for contact in affected.client.contacts.all() if contact.receives_letters]
        if not contacts:
            raise Refused(f"{affected.client} has nobody who receives letters; add a contact first.", "clients")
        brand = affected.client.brand or by_default
        if brand is None:
            raise Refused("There is no brand to write as; an administrator adds one under Brands.", "clients")
        told = variables(affected.client)
        text = in_force.for_client(affected.client, brand)
        for contact in contacts:
            reply_in = first.get(contact.email, "")
            letter = _letter(incident, text, told, cause, affected.client, contact, brand, reply_in, stale_at)
            yield affected.client, text, letter


def _variables(incident: Incident, words: Letter | Resolution, client: Client) -> dict[str, str]:
    told = {"system": systems_in_words(incident), "brief": words.brief.strip()}
    if isinstance(words, Resolution):
        told["happened"], told["did"] = words.happened.strip(), words.did.strip()
        told["current_status"] = current_status(incident)
        return told
    told["happening"], told["doing"] = words.happening.strip(), words.doing.strip() or wordings.DOING
    if words.next_update_by:
        when = client_time(words.next_update_by, client.zone)
        told["next_update"], told["next_update_sentence"] = when, f"We'll update you by {when}."
    else:
        told["next_update_sentence"] = "This is the last update on this unless you need another."
    return told


def _letter(
    incident: Incident,
    text: Text,
    told: Mapping[str, str],
    cause: str,
    client: Client,
    contact: Contact,
    brand: Brand,
    in_reply_to: str,
    stale_at: datetime | None,
) -> Outgoing:
    variables = {**addressed(contact.name, brand), **told}
    used = {name: value for name, value in variables.items() if name in text.words.placeholders}
    rendered = render(text.words, used)
    kind = text.words.key
    return Outgoing(
        key=letterbook.key(incident, kind, client.pk, cause, contact.pk),
        channel="email",
        to=contact.email,
        to_name=contact.name,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        about=incident.about,
        kind=kind,
        urgency="immediate" if incident.severity == 1 else "normal",
        stale_at=stale_at,
        sender=brand.from_email,
        sender_name=brand.name,
        reply_to=threads.reply_to(incident) or brand.reply_to or settings.ALLCLEAR_REPLY_TO,
        in_reply_to=in_reply_to,
        made_from=text.mark,
    )


def addressed(name: str, brand: Brand) -> dict[str, str]:
    """The variables that every letter has: whom it greets, and in whose name it is written (B-45, B-46, B-52)."""
    return {
        "prefix": brand.subject_prefix,
        "signature": brand.signature,
        "name": name.split()[0] if name.split() else name,
    }


def systems_in_words(incident: Incident) -> str:
    """The client-facing names of the affected systems: “your outreach emails and your reports” (B-47)."""
    names = [system.client_name for system in incident.systems.all()]
    if len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return names[0] if names else "your service"


def _first_message_ids(incident: Incident) -> dict[str, str]:
    """The first letter to each address about this incident: later ones thread under it."""
    rows = OutboundMessage.objects.filter(about=incident.about, kind__in=LETTERS).order_by("-pk")
    return dict(rows.values_list("recipient", "message_id"))
