"""What an honest close still lacks: one sentence for each thing (A-14, A-23)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.models import Incident, Severity, TimelineEntry
from notifications.models import OutboundMessage
from postmortems import shipped
from postmortems.models import Criterion, DocumentedChange, PreventionAction, RegressionCheck, RestartGate, Review

POSTMORTEM = "incident-postmortem"
RECURRENCE = timedelta(days=90)
# How a regression check stands that keeps an incident from its close.
STANDS = {"never_run": "has never been run", "failed": "failed when it was run last", "stale": "is stale"}


def form_required(incident: Incident) -> str:
    """`full` for severities that require a review, `short` where something was paused or it came again, else ``."""
    ranks = {incident.severity, incident.peak_severity}
    if incident.closure in (Incident.Closure.MERGED, Incident.Closure.CANCELLED):
        return ""
    if Severity.objects.filter(rank__in=ranks, review_required=True).exists():
        return Review.Form.FULL
    return Review.Form.SHORT if came_again(incident) or incident.gates.exists() else ""


def came_again(incident: Incident) -> bool:
    """It was reopened, or one with the same title on the same system was resolved within ninety days before (C-13)."""
    if incident.timeline.filter(kind=TimelineEntry.Kind.REOPENED).exists():
        return True
    earlier = Incident.objects.filter(
        title__iexact=incident.title,
        system_ids__overlap=incident.system_ids or [0],
        resolved_at__gte=incident.opened_at - RECURRENCE,
        resolved_at__lte=incident.opened_at,
    )
    return earlier.exclude(pk=incident.pk).exists()


def answer_name(field: str) -> str:
    """How the page names an answer of the review."""
    return str(getattr(Review._meta.get_field(field), "verbose_name", field))


def empty_answers(review: Review) -> list[str]:
    """The names of the required answers that are still blank, in the order of the page."""
    names = shipped.FULL if review.form == Review.Form.FULL else shipped.SHORT
    return [answer_name(name) for name in names if not getattr(review, name).strip()]


def unanswered_changes(review: Review) -> list[str]:
    """The lines of "what must change" that are neither an action nor a criterion of a gate by that name (A-06)."""
    lines = [line.strip().lstrip("-*•0123456789.) ").strip() for line in review.must_change.splitlines()]
    asked = [line for line in lines if line and line.lower() not in ("none", "nothing")]
    if not asked:
        return []
    known = [*PreventionAction.objects.filter(incident=review.incident).values_list("title", flat=True)]
    known += Criterion.objects.filter(gate__incident=review.incident).values_list("name", flat=True)
    said = {_same(name) for name in known}
    return [line for line in asked if _same(line) not in said]


def _same(words: str) -> str:
    return " ".join(words.lower().split()).rstrip(".;, ")[:200]


def missing(incident: Incident) -> list[str]:
    """One sentence for each thing that stands before closing; empty when nothing does."""
    form = form_required(incident)
    review = Review.objects.filter(incident=incident).first()
    found = _review(form, review, incident)
    if form == Review.Form.FULL:
        found += _prevention(incident)
    found += _gates(incident)
    found += _letters(incident)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the things that an honest close asks for, whether it is there, and the sentence that says what is."""

    name: str
    is_there: bool
    sentence: str


def asked(incident: Incident) -> list[Asked]:
    """What A-14 and A-23 name, each with its state, also when nothing is missing; empty where nothing is asked."""
    form = form_required(incident)
    gates = _gates(incident)
    if not form and not gates:
        return []
    review = Review.objects.filter(incident=incident).first()
    cause = (review.root_cause.strip() if review else "") or incident.cause.strip()
    found = [Asked("Root cause", bool(cause), cause[:160] or "The root cause is not written.")]
    if form == Review.Form.FULL:
        lacking = _prevention(incident)

        def state(name: str, word: str, there: str) -> Asked:
            sentences = [sentence for sentence in lacking if word in sentence.lower()]
            return Asked(name, not sentences, " ".join(sentences) or there)

        actions = PreventionAction.objects.filter(incident=incident).select_related("owner")
        owned = "; ".join(f"{one.title}: {one.owner}" for one in actions)
        found += [
            state("Prevention with owners", "prevention action", owned),
            state("Regression checks", "regression check", "Each passed, and not too long ago."),
            state("Source fix or other documented change", "change", "Recorded."),
        ]
    paused = incident.gates.exists()
    there = "Every gate is open at normal scope." if paused else "Nothing was paused."
    return [*found, Asked("Restart criteria", not gates, " ".join(gates) or there)]


def _review(form: str, review: Review | None, incident: Incident) -> list[str]:
    if not form:
        return []
    if review is None and incident.resolved_at is None:
        return []
    if review is None:
        found = ["The post-incident review is not opened yet."]
        return found if incident.cause.strip() else [*found, "The root cause is not written."]
    found = []
    if not review.root_cause.strip() and not incident.cause.strip():
        found.append("The root cause is not written.")
    if review.owner_id is None:
        found.append("The review has no owner.")
    if review.state != Review.State.PUBLISHED:
        blank = empty_answers(review)
        if blank:
            found.append(f"The review lacks {len(blank)} answer{'s' if len(blank) > 1 else ''}: {', '.join(blank)}.")
        elif review.state == Review.State.DRAFT:
            found.append("The post-incident review is a draft; submit it for sign-off.")
        else:
            found.append("The post-incident review waits for the sign-off of a second person.")
    return found


def _prevention(incident: Incident) -> list[str]:
    found = []
    if not PreventionAction.objects.filter(incident=incident).exists():
        found.append("No prevention action with an owner is recorded.")
    checks = list(RegressionCheck.objects.filter(incident=incident, is_retired=False))
    if not checks:
        found.append("No regression check is recorded.")
    for one in checks:
        if one.standing != RegressionCheck.Standing.PASSED:
            found.append(f"The regression check “{one.title[:120]}” {STANDS[one.standing]}.")
    changes = DocumentedChange.objects.filter(incident=incident)
    if not changes.exclude(kind="none", signed_by=None).exists():
        waiting = changes.exists()
        found.append(
            "“No change warranted” waits for the signature of a second person."
            if waiting
            else "No documented change is recorded."
        )
    return found


def _gates(incident: Incident) -> list[str]:
    gates = RestartGate.objects.filter(incident=incident, ended_at=None).exclude(stage="normal").select_related("work")
    found = []
    for gate in gates:
        holding = gate.holding_partial + gate.holding_normal
        what = (
            f"{holding} criteri{'on holds' if holding == 1 else 'a hold'} it" if holding else "every criterion is met"
        )
        where = "paused" if gate.stage == "paused" else f"at {gate.get_stage_display().lower()} scope"
        found.append(f"The restart gate of “{gate.work}” is {where}: {what}.")
    return found


def owed_letters(incident: Incident) -> list[int]:
    """The ids of affected clients whose tier owes them a postmortem at the final or peak severity (B-75)."""
    if incident.resolved_at is None:
        return []
    worst = min(incident.severity, incident.peak_severity)
    rows = incident.affected.filter(client__tier__postmortem_severities__contains=[worst])
    return list(rows.values_list("client_id", flat=True))


def letters_written(incident: Incident) -> set[int]:
    """The ids of the clients to whom a postmortem was written down."""
    keys = OutboundMessage.objects.filter(about=incident.about, kind=POSTMORTEM).values_list("key", flat=True)
    return {int(key.split(":")[3]) for key in keys}


def _letters(incident: Incident) -> list[str]:
    owed = set(owed_letters(incident)) - letters_written(incident)
    names = incident.affected.filter(client_id__in=owed).values_list("client__name", flat=True)
    return [f"The postmortem letter is owed to {name}." for name in names]


def due_on(incident: Incident, form: str, *, opened: datetime) -> datetime:
    """When the review is due: 3 days for SEV-1, 5 for SEV-2, 7 for the short form, counted from resolution.

    From the day when it is opened where that day has passed by then, as for an incident that was imported closed.
    """
    days = shipped.REVIEW_DAYS[min(incident.severity, incident.peak_severity) if form == Review.Form.FULL else 4]
    due = (incident.resolved_at or opened) + timedelta(days=days)
    return due if due > opened else opened + timedelta(days=days)
