"""What people do to a run: answer its lines, hand it on, sign it off."""

from datetime import datetime

from django.db import transaction

from incidents.configuration.record import locked
from incidents.detection.checks.making import found_issue
from incidents.detection.models import CheckDefinition, CheckRun, RunLine
from incidents.lifecycle.moving import retried
from incidents.models import Responder
from incidents.refusals import Refused
from incidents.spelling import in_utc

Outcome, State = RunLine.Outcome, CheckRun.State


@retried
@transaction.atomic
def answer(run_id: int, line_id: int, *, outcome: str, note: str, by: Responder, at: datetime) -> RunLine:
    """Answers one manual line. An issue opens an incident with the source of the check, or updates the open one.

    An issue, and a line that does not apply, need a note. What found an issue stays found.
    """
    run = _open_run(run_id)
    line = RunLine.objects.select_for_update().filter(pk=line_id, run=run).first()
    if line is None:
        raise Refused("This check has no such line.")
    if line.is_automatic:
        raise Refused("Allclear reads this line itself.")
    if outcome not in (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED):
        raise Refused("Choose good, issue found, or does not apply.", "outcome")
    if line.outcome == Outcome.FAILED:
        raise Refused(f"An issue was found here; it is on {run.incident.reference if run.incident else 'record'}.")
    note = note.strip()
    if outcome == Outcome.FAILED and not note:
        raise Refused("Say what the issue is: it becomes the description of the incident.", "note")
    if outcome == Outcome.SKIPPED and not note:
        raise Refused("Say why it does not apply.", "note")
    line.outcome, line.note, line.by, line.at = outcome, note, by, at
    line.save(update_fields=["outcome", "note", "by", "at"])
    if outcome == Outcome.FAILED:
        check = locked(CheckDefinition, run.definition_id)
        found_issue(check, run, [line], by=by, now=at)
        check.save(update_fields=["incident"])
        run.save(update_fields=["incident"])
    return line


@retried
@transaction.atomic
def assign(run_id: int, *, assignee_id: int, by: Responder, at: datetime) -> CheckRun:
    """Hands a run to somebody else."""
    run = _open_run(run_id)
    person = Responder.objects.filter(pk=assignee_id, is_active=True).first()
    if person is None:
        raise Refused("Choose an active responder.", "assignee")
    run.assignee = person
    run.save(update_fields=["assignee"])
    return run


@retried
@transaction.atomic
def sign(run_id: int, *, note: str, by: Responder, at: datetime) -> CheckRun:
    """Signs a run off once every line is answered; late is possible and stays visible as late."""
    run = _open_run(run_id)
    left = run.lines.filter(outcome=Outcome.PENDING).count()
    if left:
        raise Refused(f"{left} line{'s are' if left > 1 else ' is'} not answered yet.")
    run.signed_at, run.signed_by, run.note, run.due_at = at, by, note.strip(), None
    failed = run.lines.filter(outcome=Outcome.FAILED).exists()
    run.state = State.FOUND if failed else State.PASSED
    run.save(update_fields=["signed_at", "signed_by", "note", "due_at", "state"])
    return run


def _open_run(run_id: int) -> CheckRun:
    run = CheckRun.objects.select_for_update(of=("self",)).select_related("definition", "incident").filter(pk=run_id)
    found = run.first()
    if found is None:
        raise Refused("This check is gone.")
    if found.signed_at is not None:
        raise Refused(f"{found.signed_by} signed it already, at {in_utc(found.signed_at, seconds=True)}.")
    if found.deadline is None:
        raise Refused("Allclear read all of it itself; there is nothing to answer.")
    return found
