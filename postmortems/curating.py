"""The timeline as a review tells it: what of the record comes in, and what is left out for want of room."""

from collections.abc import Sequence

from django.db.models import Q

from incidents import letterbook
from postmortems.models import CuratedEntry, Review

# What a reader of the review wants to see without asking, beside what clients read; the rest is there to be taken in.
TOLD = {
    "reported",
    "triaged",
    "reclassified",
    "acknowledged",
    "updated",
    "diagnosed",
    "isolated",
    "changed",
    "worked_around",
    "outage_started",
    "outage_ended",
    "fixed",
    "confirmed",
    "verification_failed",
    "resolved",
    "reopened",
    "breached",
    "work_paused",
    "error_kept",
}


# How many entries of the record a review shows, and how many at most of those that are told.
CURATED, MOST_TOLD = 500, 2_000


def take_in(review: Review) -> None:
    """Takes in what the record has by now and the review has not. Of a very long one, what is told or what clients read
    comes before anything else, so that no end of the story is missing; the page says what is not there."""
    known = set(review.curated.values_list("entry_id", flat=True))
    gone = letterbook.taken_back(review.incident_id)
    record = review.incident.timeline.exclude(pk__in=known)
    told = Q(kind__in=TOLD) | Q(client_visible=True)
    fresh = list(record.filter(told).order_by("seq")[:MOST_TOLD])
    room = max(0, CURATED - len(known) - len(fresh))
    fresh += record.exclude(told).order_by("seq")[:room]
    CuratedEntry.objects.bulk_create(
        [
            CuratedEntry(
                review=review,
                entry=entry,
                kept=(entry.kind in TOLD or entry.client_visible) and entry.seq not in gone,
                text=f"{entry.get_kind_display()}. {entry.text}".strip()[:2000],
                client_text=entry.text[:1000] if entry.client_visible and entry.seq not in gone else "",
            )
            for entry in fresh
        ]
    )


def left_out(review: Review, curated: Sequence[CuratedEntry]) -> int:
    """How many entries of a very long record the review has no room for; 0 for every other."""
    if len(curated) < CURATED:
        return 0
    last = max(row.entry.seq for row in curated)
    return max(0, review.incident.timeline.filter(seq__lte=last).count() - len(curated))
