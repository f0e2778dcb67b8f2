"""What was due and is not done: reviews, actions, and what closed incidents lack."""

from datetime import datetime

from django.db.models import Q

from incidents.escalation import Raising
from incidents.lifecycle.moving import retried
from incidents.models import Incident, Situation
from incidents.spelling import in_utc
from notifications import aside
from postmortems import readiness
from postmortems.learning import learning
from postmortems.models import PreventionAction, Review

MOST_ESCALATED = 50


def sweep_reviews(*, now: datetime, limit: int = 100) -> int:
    """Each review that is overdue escalates once for its due date."""
    rows = Review.objects.filter(~Q(state=Review.State.PUBLISHED), overdue_at=None, due_at__lte=now)
    due = rows.order_by("due_at")
    return aside.each_due("overdue reviews", due, lambda pk: _say_review(pk, at=now), now=now, most=limit)


@retried
def _say_review(pk: int, *, at: datetime) -> int:
    incident_id = Review.objects.values_list("incident_id", flat=True).get(pk=pk)
    with learning(incident_id, by=None, at=at) as move:
        review = Review.objects.select_for_update(of=("self",)).select_related("owner", "submitted_by").get(pk=pk)
        if review.overdue_at is not None or review.state == Review.State.PUBLISHED or review.due_at > at:
            return 0
        review.overdue_at = at
        review.save(update_fields=["overdue_at"])
        text = (
            f"The review of {move.incident.reference} was due {in_utc(review.due_at)}; "
            f"owner {review.owner or 'nobody'}."
        )
        if review.state == Review.State.IN_REVIEW:
            text += f" It is written, and waits for the sign-off of somebody other than {review.submitted_by}."
        move.escalate(
            Raising(
                move.incident,
                Situation.REVIEW_OVERDUE,
                f"review:{pk}:{review.due_at:%Y%m%d%H%M}",
                text,
                owner=review.owner,
            )
        )
    return 1


def sweep_actions(*, now: datetime, limit: int = 100) -> int:
    """Each open action past its day escalates once for that day (A-07)."""
    rows = PreventionAction.objects.filter(state=PreventionAction.State.OPEN, overdue_at=None, due_at__lte=now)
    due = rows.order_by("due_at")
    return aside.each_due("overdue actions", due, lambda pk: _say_action(pk, at=now), now=now, most=limit)


@retried
def _say_action(pk: int, *, at: datetime) -> int:
    incident_id = PreventionAction.objects.values_list("incident_id", flat=True).get(pk=pk)
    with learning(incident_id, by=None, at=at) as move:
        action = PreventionAction.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)
        if action.overdue_at is not None or action.state != PreventionAction.State.OPEN or action.due_at > at:
            return 0
        action.overdue_at = at
        action.save(update_fields=["overdue_at"])
        text = f"“{action.title}” was due on {action.due_on:%d %B %Y}; owner {action.owner}."
        move.escalate(
            Raising(move.incident, Situation.ACTION_OVERDUE, f"action:{pk}:{action.due_on}", text, owner=action.owner)
        )
    return 1


def sweep_closed(*, now: datetime, limit: int = 200) -> int:
    """Looks once at every closed incident, imported ones too, and escalates those that lack anything (A-14 iii).

    At most fifty escalate in one round, so that an import of thousands does not bury the matrix; the rest wait.
    """
    rows = Incident.objects.filter(status="closed", closure_audited_at=None, closure__in=("completed", "forced"))
    due = rows.order_by("closed_at")
    most = MOST_ESCALATED
    return aside.each_due("closed incidents", due, lambda pk: _audit(pk, at=now), now=now, most=limit, enough=most)


@retried
def _audit(incident_id: int, *, at: datetime) -> int:
    with learning(incident_id, by=None, at=at) as move:
        incident = move.incident
        if incident.closure_audited_at is not None:
            return 0
        incident.closure_audited_at = at
        missing = readiness.missing(incident)
        if not missing:
            return 0
        text = f"{incident.reference} is closed and lacks: {' '.join(missing)}"
        move.escalate(Raising(incident, Situation.CLOSED_INCOMPLETE, f"incident:{incident.pk}:incomplete", text))
    return 1
