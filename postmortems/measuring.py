"""Which reading a measured criterion goes by: of one subject, or of the one that stands farthest from the limit (B-89).

A metric may be measured for each of many subjects, such as sending domains. A gate that names none waits for all of
them: the healthy one does not open it for the sick one, and one that has no reading holds it (C-17, C-24).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils.text import slugify

from incidents.detection.models import Reading, Series
from postmortems.models import Criterion

STEP, MOST = Decimal("0.000001"), Decimal("999999999999")


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest reading of one subject, in as many digits as a gate keeps; without a value where there is none."""

    subject: str = ""
    value: Decimal | None = None
    taken_at: datetime | None = None
    source: str = ""


def spellings(metric: str) -> set[str]:
    """Whoever names a metric in a gate writes `bounce-rate`, and who measures it `bounce_rate`: they mean the same."""
    plain = slugify(metric)[:80]
    return {plain, plain.replace("_", "-"), plain.replace("-", "_")}


def newest(metric: str) -> list[Newest]:
    """What every subject of a metric read last, of those from which readings are expected; empty where nobody keeps it.

    Readings of too few to judge by do not count. Two queries, however many readings there are.
    """
    last = Reading.objects.filter(series=OuterRef("pk"), counted=True).order_by("-taken_at", "-pk")
    kept = Series.objects.filter(metric__key__in=spellings(metric), metric__is_active=True, is_active=True)
    rows = dict(kept.annotate(last=Subquery(last.values("pk")[:1])).values_list("subject", "last"))
    taken = Reading.objects.in_bulk([pk for pk in rows.values() if pk is not None])
    return [_of(subject, taken.get(pk) if pk else None) for subject, pk in sorted(rows.items())]


def _of(subject: str, reading: Reading | None) -> Newest:
    if reading is None:
        return Newest(subject)
    return rounded(Newest(subject, reading.value, reading.taken_at, reading.source))


def rounded(one: Newest) -> Newest:
    """To the digits of a criterion."""
    if one.value is None:
        return one
    return replace(one, value=max(-MOST, min(MOST, one.value)).quantize(STEP), source=one.source[:120])


def concerning(row: Criterion, known: Sequence[Newest]) -> list[Newest]:
    """Those of `known` for which a criterion waits."""
    return [one for one in known if not row.subject or one.subject == row.subject]


def farthest(row: Criterion, known: Sequence[Newest], *, now: datetime) -> Newest:
    """The one that holds the gate longest: without a reading, then with one too old, then worst against the limit."""
    since = now - timedelta(hours=row.fresh_hours)

    def badness(one: Newest) -> tuple[bool, bool, Decimal]:
        if one.value is None or one.taken_at is None:
            return True, True, Decimal(0)
        return False, one.taken_at < since, one.value if row.comparison == "<" else -one.value

    return max(known, key=badness)


def says_more(row: Criterion, one: Newest, known: Sequence[Newest]) -> bool:
    """Whether `one` is to replace what a criterion has. What was read for all of them stands until any reads later."""
    subject = "" if row.subject else one.subject
    if (row.reading, row.reading_at, row.reading_subject) == (one.value, one.taken_at, subject):
        return False
    if row.reading_subject or row.reading_at is None:
        return True
    if any((each.value, each.taken_at) == (row.reading, row.reading_at) for each in known):
        # Of one subject, and from before a gate went by all of them.
        return True
    return any(each.taken_at is not None and each.taken_at > row.reading_at for each in known)
