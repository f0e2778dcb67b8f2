"""What is still owed and what was done otherwise: prevention debt, missing reviews and looks, deviations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncWeek

from incidents.models import Incident, Responder
from postmortems.counted import COUNTS, DEVIATIONS, LOOKS
from postmortems.models import PreventionAction, RestartGate, Review
from postmortems.reports import drawing
from postmortems.reports import wanted as asking
from postmortems.reports.drawing import Pair
from postmortems.reports.reading import Sums
from postmortems.reports.wanted import Wanted

State = PreventionAction.State
WEEKS = 8
MOST = 5
SHOWN = 20
MOST_FORCED = 50


@dataclass(frozen=True, slots=True)
class Debt:
    """Prevention actions as they stand now, whenever their incident opened; the weeks are the last eight."""

    open: int
    overdue: int
    oldest_days: int | None
    blocking: int
    opened: int
    done: int
    weeks: list[Pair]
    late: list[tuple[PreventionAction, int]]


def _actions(wanted: Wanted, viewer: Responder) -> QuerySet[PreventionAction]:
    visible = Incident.objects.visible_to(viewer)
    if wanted.severity:
        visible = visible.filter(severity=wanted.severity)
    if wanted.client:
        visible = visible.filter(client_ids__contains=[wanted.client])
    if wanted.system:
        visible = visible.filter(system_ids__contains=[wanted.system])
    if wanted.type:
        visible = visible.filter(typed__incident_type=wanted.type)
    return PreventionAction.objects.filter(incident__in=visible)


def debt(wanted: Wanted, viewer: Responder, now: datetime) -> Debt:
    """What we promised ourselves and have not verified; three queries. The period does not matter, the filters do."""
    actions = _actions(wanted, viewer)
    live = RestartGate.objects.filter(ended_at=None).exclude(stage=RestartGate.Stage.NORMAL)
    owed = Q(state__in=(State.OPEN, State.DONE))
    late = Q(state=State.OPEN, due_at__lt=now)
    blocks = owed & Q(holds_gate=True, incident__in=live.values("incident"))
    numbers = actions.aggregate(
        open=Count("pk", filter=owed),
        overdue=Count("pk", filter=late),
        oldest=Min("created_at", filter=owed),
        blocking=Count("pk", filter=blocks),
    )
    monday = (now - timedelta(days=now.weekday())).date()
    weeks = [monday - timedelta(weeks=WEEKS - 1 - n) for n in range(WEEKS)]
    opened, done = _weekly(actions, "created_at", weeks[0]), _weekly(actions, "verified_at", weeks[0])
    rows = [(f"{week.day} {week:%b}", opened.get(week, 0), done.get(week, 0)) for week in weeks]
    overdue = actions.filter(late).select_related("incident", "owner").defer("incident__search").order_by("due_at")
    return Debt(
        numbers["open"],
        numbers["overdue"],
        (now - numbers["oldest"]).days if numbers["oldest"] else None,
        numbers["blocking"],
        sum(row[1] for row in rows),
        sum(row[2] for row in rows),
        drawing.pairs(rows),
        [(one, max(1, (now - one.due_at).days)) for one in overdue[:MOST]],
    )


def _weekly(actions: QuerySet[PreventionAction], column: str, first: object) -> dict[object, int]:
    rows = actions.filter(**{f"{column}__date__gte": first}).annotate(week=TruncWeek(column)).values("week")
    return {row["week"].date(): row["n"] for row in rows.annotate(n=Count("pk"))}


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    count: int
    url: str


def deviations(sums: Sums, wanted: Wanted) -> list[Line]:
    """Each way of doing otherwise that occurred: what, how often, and where."""
    return [Line(COUNTS[name], sums[name], wanted.listed(name)) for name in DEVIATIONS if sums[name]]


def forced(viewer: Responder) -> list[RestartGate]:
    """Every restart by force that this reader may see, the newest first: whatever the period and the filters, for
    ever. At most fifty are shown; all of them stand under their figure over all time."""
    rows = RestartGate.objects.filter(incident__in=Incident.objects.visible_to(viewer)).exclude(forced_at=None)
    return list(
        rows.select_related("incident", "work", "forced_by", "forced_second_by")
        .defer("incident__search")
        .order_by("-forced_at")[:MOST_FORCED]
    )


def looks(sums: Sums, wanted: Wanted) -> list[Line]:
    """The looks of A-13 that are missing."""
    return [Line(COUNTS[name], sums[name], wanted.listed(name)) for name in LOOKS if sums[name]]


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A SEV-1 or SEV-2 that is over without a published review, and the explanation (B-135)."""

    incident: Incident
    why: str
    late: bool


def unreviewed(wanted: Wanted, viewer: Responder, now: datetime) -> list[Unreviewed]:
    """The newest twenty, each with why; two queries at most. Nothing on it goes without an explanation."""
    chosen = asking.incidents(wanted, "unreviewed", viewer).only(
        "pk", "title", "severity", "status", "closure", "review_opened_at"
    )[:SHOWN]
    incidents = list(chosen)
    found = Review.objects.filter(incident__in=[one.pk for one in incidents]).select_related("owner")
    reviews = {review.incident_id: review for review in found} if incidents else {}
    return [_explained(one, reviews.get(one.pk), now) for one in incidents]


def _explained(incident: Incident, review: Review | None, now: datetime) -> Unreviewed:
    forced = " It was closed by force." if incident.closure == Incident.Closure.FORCED else ""
    if review is None:
        opened = "no review was opened: its severity did not require one then"
        why = opened if incident.review_opened_at else "it was just resolved; its review opens by itself"
        if incident.status == Incident.Status.CLOSED:
            why = "it was closed without a review, before one was asked for"
        return Unreviewed(incident, f"{why[0].upper()}{why[1:]}.{forced}", incident.status == Incident.Status.CLOSED)
    owner = review.owner.name if review.owner else "nobody"
    due = f"{review.due_at.day} {review.due_at:%B %Y}"
    late = review.due_at < now and review.state != Review.State.PUBLISHED
    when = f"was due on {due}" if late else f"is due on {due}"
    return Unreviewed(incident, f"{review.get_state_display()}, {owner}; it {when}.{forced}", late)
