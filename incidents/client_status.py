"""What a client sees by their link: their own incidents in plain words, and nothing that they were not told.

Only letters that left are quoted. Restricted incidents never appear. A text that names a third party or another
client, or holds a secret, is not shown, whoever let it into a letter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from incidents import guarding, notices
from incidents.models import Client, ClientLetter, DigestLine, Incident, IncidentClient
from notifications.models import OutboundMessage

LOOKS_BACK = timedelta(days=90)
MOST_OPEN, MOST_PAST = 40, 60
NEXT = "We'll update you by {when}."
LATE = "We promised to update you by {when}, and have not written yet. That is late."


@dataclass(frozen=True, slots=True)
class Shown:
    """One incident as the client reads it. `said` is the last letter's text, "" when it cannot be shown here."""

    heading: str
    status: str
    tone: str
    since: datetime
    until: datetime | None
    said: str
    said_at: datetime | None
    next_update: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The whole page: what is going on now, and what was in the last 90 days."""

    current: list[Shown]
    past: list[Shown]


def status_of(client: Client, *, now: datetime) -> Status:
    """Reads the page of one client in a fixed number of queries; nothing is written."""
    told = Q(notified_at__isnull=False) | Q(digested_at__isnull=False)
    rows = IncidentClient.objects.filter(told, client=client, incident__is_restricted=False)
    rows = rows.exclude(incident__closure__in=(Incident.Closure.MERGED, Incident.Closure.CANCELLED))
    rows = rows.select_related("incident").prefetch_related("incident__systems")
    rows = rows.defer("incident__search", "incident__description")
    still = list(rows.filter(incident__is_open=True).order_by("-incident__opened_at", "pk")[:MOST_OPEN])
    ended = rows.filter(incident__is_open=False, incident__resolved_at__gte=now - LOOKS_BACK)
    over = list(ended.order_by("-incident__resolved_at", "pk")[:MOST_PAST])
    every = [*still, *over]
    last, promised = _letters(client, [row.incident_id for row in every])
    said = _said(last)
    unfit = guarding.unfit_for(client)
    shown = {
        row.incident_id: _shown(
            row.incident,
            client,
            last.get(row.incident_id),
            said.get(row.incident_id, ""),
            promised.get(row.incident_id),
            unfit,
            now,
        )
        for row in every
    }
    return Status([shown[row.incident_id] for row in still], [shown[row.incident_id] for row in over])


def _letters(client: Client, incident_ids: Sequence[int]) -> tuple[dict[int, ClientLetter], dict[int, datetime | None]]:
    """For each incident the newest letter or scheduled update that left to this client, and by when the newest letter
    that left says that we write again. What was written about a duplicate was written about what took it in."""
    merged = Incident.objects.filter(
        Q(merged_into__in=incident_ids) | Q(merged_into__merged_into__in=incident_ids), is_restricted=False
    )
    stays: dict[int, int] = {}
    for pk, *into in merged.values_list("pk", "merged_into", "merged_into__merged_into"):
        stays[pk] = next(one for one in into if one is not None and one in incident_ids)
    chosen = ClientLetter.objects.filter(client=client, incident_ids__overlap=[*incident_ids, *stays])
    letters = list(chosen.order_by("at", "pk"))
    keys = [key for letter in letters for key in letter.keys]
    left = set(OutboundMessage.objects.filter(key__in=keys, state="sent").values_list("key", flat=True))
    found: dict[int, ClientLetter] = {}
    promised: dict[int, datetime | None] = {}
    for letter in letters:
        if not left.intersection(letter.keys):
            continue
        about = {stays.get(pk, pk) for pk in letter.incident_ids}
        found |= dict.fromkeys(about, letter)
        # A scheduled update promises nothing, and takes no promise away.
        if letter.incident_id is not None:
            promised.update((pk, letter.promised_until) for pk in about)
    return found, promised


def _said(last: Mapping[int, ClientLetter]) -> dict[int, str]:
    """The words of the newest letter about each incident; of a scheduled update its line about it."""
    updates = [letter.seq for letter in last.values() if letter.incident_id is None]
    lines = DigestLine.objects.filter(digest__in=updates, incident__in=last).values_list(
        "digest_id", "incident_id", "sentence"
    )
    by_line = {(digest_id, incident_id): sentence for digest_id, incident_id, sentence in lines}
    return {
        incident_id: letter.text if letter.incident_id else by_line.get((letter.seq, incident_id), "")
        for incident_id, letter in last.items()
    }


def _shown(
    one: Incident,
    client: Client,
    letter: ClientLetter | None,
    text: str,
    promised: datetime | None,
    unfit: guarding.Unfit,
    now: datetime,
) -> Shown:
    systems = notices.systems_in_words(one)
    heading = one.brief if letter and letter.incident_id and one.brief and not unfit(one.brief) else ""
    said = "" if unfit(text) else text
    promised = promised if one.is_open else None
    late = promised is not None and promised < now
    when = notices.client_time(promised, client.zone) if promised else ""
    words, tone = _status(one)
    return Shown(
        heading=heading or f"An issue with {'one of your services' if unfit(systems) else systems}",
        status=words,
        tone=tone,
        since=one.opened_at,
        until=one.resolved_at,
        said=said,
        said_at=letter.at if letter else None,
        next_update=(LATE if late else NEXT).format(when=when) if promised else "",
        is_late=late,
    )


def _status(one: Incident) -> tuple[str, str]:
    if not one.is_open:
        return "Resolved", "ok"
    if one.status == Incident.Status.VERIFYING:
        return "A fix is in place; we are checking that it holds", "run"
    if one.worked_around_at:
        return "A workaround is in place; the lasting fix has not been made yet", "run"
    if one.status == Incident.Status.INVESTIGATING:
        return "We are working on it", "warn"
    return "We are looking into it", "warn"
