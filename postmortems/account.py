"""What a review computes from the record: how long each stretch took, which promises were kept, what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F

from incidents.entries import remarks
from incidents.models import ClientLetter, Clock, Incident, Responder, TimelineEntry
from incidents.spelling import spell


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of the incident, to scale: `x` and `width` in thousandths of the whole."""

    name: str
    tone: str
    start: datetime
    end: datetime
    x: int
    width: int
    took: str


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: str
    remark: str
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A change or a retry with what the record holds beside it: how it was tested, or why it was not."""

    entry: TimelineEntry
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempts:
    """Changes and retries, and how many of them came before the error report was kept (A-24), or untested (B-134)."""

    each: tuple[Attempt, ...]
    before_evidence: int
    untested: int

    @property
    def changes(self) -> int:
        return len(self.each)


MARKS = (
    ("Nobody knew", "gap", "impact_started_at", "opened_at"),
    ("Not acknowledged", "ack", "opened_at", "acknowledged_at"),
    ("In work", "fix", "acknowledged_at", "fixed_at"),
    ("Watched", "watch", "fixed_at", "resolved_at"),
)


def stretches(incident: Incident) -> list[Stretch]:
    """The stretches that are known and not empty, in order; none before the incident was acknowledged."""
    spans = []
    for name, tone, first, last in MARKS:
        start, end = getattr(incident, first), getattr(incident, last)
        if start and end and end > start:
            spans.append((name, tone, start, end))
    if not spans:
        return []
    origin, whole = spans[0][2], (spans[-1][3] - spans[0][2]).total_seconds()
    return [
        Stretch(
            name,
            tone,
            start,
            end,
            round(1000 * (start - origin).total_seconds() / whole),
            max(4, round(1000 * (end - start).total_seconds() / whole)),
            spell((end - start).total_seconds()),
        )
        for name, tone, start, end in spans
    ]


def figures(incident: Incident) -> list[Figure]:
    """Detection gap, until clients were told, acknowledged, fixed and confirmed, promises kept; how each ended."""
    clocks = {clock.kind: clock for clock in incident.clocks.order_by("cycle")}
    found = []
    if incident.impact_started_at:
        gap = incident.opened_at - incident.impact_started_at
        found.append(Figure("Detection gap", _spell(gap), "Nobody knew", not gap.total_seconds()))
    told = ClientLetter.objects.filter(incident=incident).order_by("at").values_list("at", flat=True).first()
    if told is not None:
        clock = clocks.get(Clock.Kind.NOTIFY)
        late = clock is not None and clock.breached_at is not None
        found.append(Figure("Clients told", _spell(told - incident.opened_at), _kept(clock, told), not late))
    for name, at, kind in (
        ("Acknowledged", incident.acknowledged_at, Clock.Kind.ACKNOWLEDGE),
        ("Fixed", incident.fixed_at, Clock.Kind.RESOLVE),
    ):
        if at:
            clock = clocks.get(kind)
            late = clock is not None and clock.breached_at is not None
            found.append(Figure(name, _spell(at - incident.opened_at), _kept(clock, at), not late))
    if incident.resolved_at:
        failed = incident.timeline.filter(kind=TimelineEntry.Kind.VERIFICATION_FAILED).count()
        remark = f"Verification failed {failed}×" if failed else "Held while it was watched"
        found.append(Figure("Confirmed", _spell(incident.resolved_at - incident.opened_at), remark, not failed))
    promises = list(incident.clocks.filter(kind=Clock.Kind.UPDATE, provisional=False))
    if promises:
        missed = sum(clock.breached_at is not None for clock in promises)
        remark = f"{missed} late" if missed else "Every one"
        found.append(Figure("Promises kept", f"{len(promises) - missed} of {len(promises)}", remark, not missed))
    return found


def _kept(clock: Clock | None, at: datetime) -> str:
    """How a promise ended, and by how much: what the delay cost, or what was to spare."""
    if clock is None or clock.due_at is None:
        return "No target"
    spare = (clock.due_at - at).total_seconds()
    if clock.breached_at is not None:
        return f"{spell(clock.late_seconds or max(-spare, 0))} late"
    return f"Met, {spell(spare)} to spare" if spare >= 60 else "Met"


def _spell(span: timedelta) -> str:
    return spell(max(span.total_seconds(), 0))


def attempts(incident: Incident) -> Attempts:
    """Containment is left out: it keeps harm small and destroys nothing."""
    rows = incident.timeline.filter(kind=TimelineEntry.Kind.CHANGED).order_by("seq")
    counted = [entry for entry in rows if not entry.facts.get("containment")]
    return Attempts(
        tuple(Attempt(entry, remarks(entry.kind, entry.facts)) for entry in counted),
        sum(not entry.facts.get("evidence_kept", False) for entry in counted),
        sum(bool(entry.facts.get("override_reason")) for entry in counted),
    )


def similar(incident: Incident, viewer: Responder) -> Sequence[Incident]:
    """Up to five earlier incidents on the same systems, those whose words are nearest first."""
    words = " OR ".join(word for word in incident.title.split()[:12] if word.isalnum())
    rows = Incident.objects.visible_to(viewer).filter(system_ids__overlap=incident.system_ids or [0])
    rows = rows.filter(opened_at__lt=incident.opened_at, opened_at__gte=incident.opened_at - timedelta(days=730))
    rows = rows.exclude(pk=incident.pk).exclude(closure="cancelled").defer("search", "description")
    if words:
        query = SearchQuery(words, search_type="websearch", config="english")
        rows = rows.filter(search=query).annotate(near=SearchRank(F("search"), query)).order_by("-near", "-pk")
    return list(rows[:5])
