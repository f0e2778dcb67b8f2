"""Prevention actions and documented changes: named owners, evidence, a second pair of eyes (A-07, A-14, A-16, A-20)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Responder
from incidents.refusals import Refused
from postmortems import shipped
from postmortems.learning import Kind, learning
from postmortems.models import ActionKind, DocumentedChange, LookBack, PreventionAction

State = PreventionAction.State


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, by whom, by which day, and how one will see that it is done."""

    kind: ActionKind
    title: str
    outcome: str
    owner: Responder | None
    due_on: date | None
    holds_gate: bool = True
    tracker_url: str = ""


def _end_of(day: date) -> datetime:
    zone = ZoneInfo(settings.ALLCLEAR_TIME_ZONE)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _checked(plan: Plan, at: datetime) -> tuple[str, str, Responder, date]:
    title = required(plan.title, "title", "Say what is to be done.")
    outcome = required(plan.outcome, "outcome", "Say how one will see that it is done.")
    if plan.owner is None:
        raise Refused("Name the person who will do it.", "owner")
    if plan.due_on is None:
        raise Refused("Say by which day.", "due_on")
    if _end_of(plan.due_on) <= at:
        raise Refused("That day has passed.", "due_on")
    return title, outcome, plan.owner, plan.due_on


@retried
def plan_action(incident_id: int, plan: Plan, *, by: Responder, at: datetime) -> PreventionAction:
    """Records an action; refused without an owner, a day or a verifiable outcome (A-07)."""
    with learning(incident_id, by=by, at=at) as move:
        title, outcome, owner, due_on = _checked(plan, move.at)
        action = PreventionAction.objects.create(
            incident=move.incident,
            kind=plan.kind,
            title=title,
            outcome=outcome,
            owner=owner,
            due_on=due_on,
            due_at=_end_of(due_on),
            holds_gate=plan.holds_gate,
            tracker_url=plan.tracker_url,
            created_at=move.at,
            created_by=by,
        )
        _say(move, action, f"{owner} will have “{title}” done by {due_on:%d %B %Y}.", "planned")
    return action


def _say(move: Move, action: PreventionAction, text: str, did: str) -> None:
    move.write(Kind.ACTION_MOVED, text, action=action.pk, did=did, owner=action.owner_id, due_on=f"{action.due_on}")


def _locked(move: Move, action_id: int) -> PreventionAction:
    rows = PreventionAction.objects.select_for_update(of=("self",)).select_related("owner", "done_by", "declined_by")
    action = rows.filter(pk=action_id, incident=move.incident).first()
    if action is None:
        raise Refused("That action is not there any more.")
    return action


@retried
def replan(incident_id: int, action_id: int, plan: Plan, *, by: Responder, at: datetime) -> PreventionAction:
    """Changes the words, the owner or the day of an open action; the record keeps what they were."""
    with learning(incident_id, by=by, at=at) as move:
        action = _locked(move, action_id)
        if action.state != State.OPEN:
            raise Refused(f"It is “{action.get_state_display()}”; reopen it to plan it anew.")
        title, outcome, owner, due_on = _checked(plan, move.at)
        before = f"{action.owner}, {action.due_on:%d %B %Y}"
        action.kind, action.title, action.outcome, action.owner = plan.kind, title, outcome, owner
        action.due_on, action.due_at, action.overdue_at = due_on, _end_of(due_on), None
        action.holds_gate, action.tracker_url = plan.holds_gate, plan.tracker_url
        action.save()
        _say(move, action, f"“{title}”: {owner}, {due_on:%d %B %Y} (before: {before}).", "replanned")
    return action


@retried
def finish(incident_id: int, action_id: int, *, evidence: str, by: Responder, at: datetime) -> PreventionAction:
    """Done, with evidence that another can look at."""
    with learning(incident_id, by=by, at=at) as move:
        action = _locked(move, action_id)
        if action.state not in (State.OPEN, State.DONE):
            raise Refused(f"It is “{action.get_state_display()}” already.")
        action.evidence = required(evidence, "evidence", "Say where one can see that it is done.")
        action.state, action.done_at, action.done_by = State.DONE, move.at, by
        action.save()
        _say(move, action, f"“{action.title}” is done: {action.evidence}", "done")
    return action


@retried
def verify(incident_id: int, action_id: int, *, text: str, by: Responder, at: datetime) -> PreventionAction:
    """A person other than the owner, and other than who did it, has looked; three look-backs are owed from here."""
    with learning(incident_id, by=by, at=at) as move:
        action = _locked(move, action_id)
        if action.state != State.DONE:
            raise Refused("It is not done yet.")
        if by in (action.owner, action.done_by):
            raise Refused("Somebody other than its owner verifies it.")
        action.verification = required(text, "text", "Say what you looked at.")
        action.state, action.verified_at, action.verified_by = State.VERIFIED, move.at, by
        action.save()
        LookBack.objects.bulk_create(
            [
                LookBack(action=action, days=days, due_at=move.at + timedelta(days=days))
                for days in shipped.LOOK_BACK_DAYS
            ],
            ignore_conflicts=True,
        )
        _say(move, action, f"“{action.title}” is verified: {action.verification}", "verified")
    return action


@retried
def reopen(incident_id: int, action_id: int, *, reason: str, by: Responder, at: datetime) -> PreventionAction:
    """It was not done after all, or “not doing” is taken back."""
    with learning(incident_id, by=by, at=at) as move:
        action = _locked(move, action_id)
        reason = required(reason, "reason", "Say why it is open again.")
        if action.state == State.OPEN and action.declined_by_id is None:
            raise Refused("It is open.")
        action.state, action.done_at, action.done_by = State.OPEN, None, None
        action.verified_at = action.verified_by = action.declined_at = action.declined_by = None
        action.decline_agreed_by, action.decline_reason = None, ""
        action.look_backs.filter(answered_at=None).delete()
        action.save()
        _say(move, action, f"“{action.title}” is open again: {reason}", "reopened")
    return action


@retried
def decline(incident_id: int, action_id: int, *, reason: str, by: Responder, at: datetime) -> PreventionAction:
    """“Not doing” is a decision: one person gives the reason, a second agrees with the same verb (A-07, A-14)."""
    with learning(incident_id, by=by, at=at) as move:
        action = _locked(move, action_id)
        if action.state != State.OPEN:
            raise Refused(f"It is “{action.get_state_display()}” already.")
        if action.declined_by is None:
            action.decline_reason = required(reason, "reason", "Say why it will not be done.")
            action.declined_by, action.declined_at = by, move.at
            action.save()
            _say(move, action, f"{by} proposes not to do “{action.title}”: {action.decline_reason}", "decline_asked")
            return action
        if by == action.declined_by:
            raise Refused("You proposed it; a second person agrees.", "reason")
        if not by.has_perm("sign_review"):
            raise Refused("Only somebody who may sign can agree.", "reason")
        action.state, action.decline_agreed_by = State.DECLINED, by
        action.save()
        _say(move, action, f"{by} agrees not to do “{action.title}”.", "declined")
    return action


@retried
def look_back(
    incident_id: int, look_back_id: int, *, came_back: bool, text: str, by: Responder, at: datetime
) -> LookBack:
    """30, 60 or 90 days on: did it recur?"""
    with learning(incident_id, by=by, at=at) as move:
        row = LookBack.objects.select_related("action").filter(pk=look_back_id, action__incident=move.incident).first()
        if row is None or row.answered_at is not None:
            raise Refused("That was answered already.")
        if row.due_at > move.at:
            raise Refused(f"It is too early to say; look on {row.due_at:%d %B %Y}.")
        row.text = required(text, "text", "Say what you looked at.")
        row.came_back, row.answered_at, row.answered_by = came_back, move.at, by
        row.save()
        answer = "came back" if came_back else "did not come back"
        _say(move, row.action, f"{row.days} days after “{row.action.title}”: it {answer}. {row.text}", "looked_back")
    return row


@retried
def document_change(
    incident_id: int, *, kind: str, text: str, reference: str, changed_on: date | None, by: Responder, at: datetime
) -> DocumentedChange:
    """What changed because of the incident, with link and date; or that nothing has to, which a second person signs."""
    with learning(incident_id, by=by, at=at) as move:
        if kind not in DocumentedChange.Kind.values:
            raise Refused("Choose what changed.", "kind")
        text = required(text, "text", "Say what changed, or why nothing has to.")
        if kind != DocumentedChange.Kind.NONE:
            reference = required(reference, "reference", "Give the link or the reference of the change.")
            if changed_on is None:
                raise Refused("Say on which day it was changed.", "changed_on")
            if changed_on > (move.at + timedelta(hours=14)).date():
                raise Refused("That day is still to come.", "changed_on")
        row = DocumentedChange.objects.create(
            incident=move.incident, kind=kind, text=text, reference=reference, changed_on=changed_on, at=move.at, by=by
        )
        move.write(Kind.CHANGE_DOCUMENTED, f"{row.get_kind_display()}: {text}", change=row.pk, reference=reference)
    return row


@retried
def sign_no_change(incident_id: int, change_id: int, *, by: Responder, at: datetime) -> DocumentedChange:
    """The second person agrees that nothing has to change (A-20)."""
    with learning(incident_id, by=by, at=at) as move:
        row = DocumentedChange.objects.filter(pk=change_id, incident=move.incident, kind="none").first()
        if row is None or row.signed_by_id is not None:
            raise Refused("There is nothing to sign.")
        if row.by == by:
            raise Refused("You wrote it; a second person signs it.")
        row.signed_by, row.signed_at = by, move.at
        row.save()
        move.write(Kind.CHANGE_DOCUMENTED, f"{by} agrees that no change is warranted.", change=row.pk)
    return row
