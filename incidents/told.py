"""What one client was told: every letter with its deliveries and its promise, newest first, a page by its cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from incidents import promises, wordings
from incidents.models import Client, ClientLetter
from incidents.promises import Promise
from notifications.models import OutboundMessage

PAGE = 50
MOST = 2000
OUTCOMES = {
    "": "Any outcome",
    "undelivered": "Not arrived",
    "waiting": "On its way",
    "missed": "Promise missed",
    "kept": "Promise kept",
}
STATES = {
    "undelivered": ("dead", "unknown", "suppressed", "superseded"),
    "waiting": ("pending", "claimed", "handoff"),
}

WITH_STATE = """
    SELECT DISTINCT l.id FROM incidents_clientletter l JOIN notifications_outboundmessage m ON m.key = ANY(l.keys)
    WHERE l.client_id = %s AND m.state = ANY(%s)
"""


def kinds() -> dict[str, str]:
    """The kinds of letters to clients, by key, with their titles."""
    return {kind.key: kind.title for kind in wordings.KINDS if kind.for_clients}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for; nonsense in a filter is left out, never an error. Days are the client's."""

    kind: str = ""
    outcome: str = ""
    incident: int | None = None
    since: date | None = None
    until: date | None = None
    after: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Wanted":
        kind, outcome = query.get("kind", ""), query.get("outcome", "")
        reference = query.get("incident", "").strip().upper().removeprefix("INC-")
        known = reference.isascii() and reference.isdigit() and len(reference) < 12
        return cls(
            kind=kind if kind in kinds() else "",
            outcome=outcome if outcome in OUTCOMES else "",
            incident=int(reference) if known else None,
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            after=query.get("after", "")[:60],
        )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if 1990 < day.year < 2200 else None


@dataclass(frozen=True, slots=True)
class Told:
    """One letter to the client, one delivery for each contact, and the promise it made, if any."""

    letter: ClientLetter
    title: str
    deliveries: list[OutboundMessage]
    promise: Promise | None

    @property
    def subject(self) -> str:
        return self.deliveries[0].subject if self.deliveries else self.title

    @property
    def body(self) -> str:
        return self.deliveries[0].body_text if self.deliveries else self.letter.text


def letters(client: Client, wanted: Wanted, *, hidden: Sequence[int], now: datetime) -> QuerySet[ClientLetter]:
    """The letters of the book that the reader asked for and may see, newest first."""
    chosen = ClientLetter.objects.filter(client=client).select_related("incident")
    if hidden:
        chosen = chosen.exclude(incident__in=list(hidden)).exclude(incident_ids__overlap=list(hidden))
    if wanted.kind:
        chosen = chosen.filter(kind=wanted.kind)
    if wanted.incident:
        chosen = chosen.filter(incident_ids__contains=[wanted.incident])
    if wanted.since:
        chosen = chosen.filter(at__gte=datetime.combine(wanted.since, time.min, tzinfo=client.zone))
    if wanted.until:
        end = wanted.until + timedelta(days=1)
        chosen = chosen.filter(at__lt=datetime.combine(end, time.min, tzinfo=client.zone))
    if wanted.outcome in STATES:
        chosen = chosen.filter(pk__in=_with_state(client.pk, STATES[wanted.outcome]))
    elif wanted.outcome:
        chosen = chosen.filter(pk__in=promises.decided(client.pk, kept=wanted.outcome == "kept", now=now))
    return chosen.order_by("-at", "-pk")


def _with_state(client_id: int, states: Sequence[str]) -> list[int]:
    """The ids of a client's letters of which some message is in one of these states."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_STATE, [client_id, list(states)])
        return [row[0] for row in cursor.fetchall()]


def page(
    client: Client, wanted: Wanted, *, hidden: Sequence[int], now: datetime, size: int = PAGE
) -> tuple[list[Told], str]:
    """Letters after the cursor, and the cursor of the next page ("" at the end); a fixed number of queries."""
    chosen = letters(client, wanted, hidden=hidden, now=now)
    instant, _, pk = wanted.after.partition("_")
    try:
        at = datetime.fromtimestamp(int(instant) / 1_000_000, tz=UTC)
        chosen = chosen.filter(Q(at__lt=at) | Q(at=at, pk__lt=int(pk)))
    except (ValueError, OverflowError, OSError):
        pass
    found = list(chosen[: size + 1])
    shown = found[:size]
    mark = ""
    if len(found) > size:
        last = shown[-1]
        # Whole microseconds: a float would lose the last of them, and with it a letter.
        micros = (last.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        mark = f"{micros}_{last.pk}"
    return _with_deliveries(shown, now), mark


def _with_deliveries(shown: Sequence[ClientLetter], now: datetime) -> list[Told]:
    keys = [key for letter in shown for key in letter.keys]
    sent = {message.key: message for message in OutboundMessage.objects.filter(key__in=keys).defer("body_html")}
    made = promises.of_letters([letter.pk for letter in shown if letter.promised_until], now=now)
    titles = kinds()
    return [
        Told(
            letter,
            titles.get(letter.kind, letter.kind),
            [sent[key] for key in letter.keys if key in sent],
            made.get(letter.pk),
        )
        for letter in shown
    ]
