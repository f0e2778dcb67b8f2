"""What the rooms above tell the response: the review, and what still stands before an honest close (design law 8)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from incidents.facts import Kept
from incidents.lifecycle.moving import moving, required, retried
from incidents.models import ErrorReport, Incident, Responder, TimelineEntry
from incidents.refusals import Refused

Kind = TimelineEntry.Kind
MOST_REPORT = 100_000


@retried
def keep_error(incident_id: int, kept: Kept, *, by: Responder, at: datetime) -> ErrorReport:
    """Keeps the exact error, its instant and its screen, hashed, before anything is tried again (A-24)."""
    with moving(incident_id, "keep_error", by=by, at=at) as move:
        report = required(kept.report, "report", "Paste the error exactly as it was shown.")[:MOST_REPORT]
        screen = required(kept.screen, "screen", "Say on which screen, page or job it was seen.")
        if kept.occurred_at > move.at:
            raise Refused("That is in the future.", "occurred_at")
        try:
            local = kept.occurred_at.astimezone(ZoneInfo(kept.time_zone))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise Refused("That is not a time zone.", "time_zone") from error
        digest = hashlib.sha256(f"{report}\n{kept.occurred_at.isoformat()}\n{screen}".encode()).hexdigest()
        row = ErrorReport.objects.create(
            incident=move.incident,
            report=report,
            reference=kept.reference.strip(),
            occurred_at=kept.occurred_at,
            time_zone=kept.time_zone,
            screen=screen,
            sha256=digest,
            kept_at=move.at,
            kept_by=by,
        )
        text = f"{screen} at {local:%Y-%m-%d %H:%M:%S} {local:%Z}"
        move.write(Kind.ERROR_KEPT, text, error_report=row.pk, sha256=digest, reference=row.reference)
    return row


@retried
def record_review(incident_id: int, *, text: str, by: Responder | None, at: datetime) -> Incident:
    """Stamps the incident as reviewed, with where the review stands (B-135)."""
    with moving(incident_id, "record_review", by=by, at=at) as move:
        text = required(text, "text", "Say where the review is and what it changed.")
        move.incident.reviewed_at = move.at
        move.incident.review_opened_at = move.incident.review_opened_at or move.at
        move.write(Kind.REVIEWED, text)
    return move.incident


def stamp_unsettled(incident_id: int, sentences: Sequence[str]) -> bool:
    """Writes what the rooms above still lack onto the incident, where `close` reads it; whether anything changed.

    Computed, not decided: it leaves no entry on the record. The caller holds no lock that comes after the incident's.
    """
    plain = [sentence[:300] for sentence in sentences]
    with transaction.atomic():
        row = Incident.objects.select_for_update(no_key=True).only("unsettled").get(pk=incident_id)
        if row.unsettled == plain:
            return False
        Incident.objects.filter(pk=incident_id).update(unsettled=plain)
    return True
