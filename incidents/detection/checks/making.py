"""Make a run when its time has come, read what can be read, and say what was found: exactly once (law 6)."""

from datetime import datetime, timedelta

from django.db import transaction

from incidents.configuration.record import locked
from incidents.detection.checks.automatic import look
from incidents.detection.checks.telling import tell_assignee
from incidents.detection.due import sweep_rows
from incidents.detection.models import CheckDefinition, CheckLine, CheckRun, Heartbeat, Metric, Reading, RunLine, Series
from incidents.detection.opening import Noticed, open_or_note
from incidents.detection.schedules import Routine
from incidents.lifecycle import default_holder
from incidents.models import Responder
from incidents.refusals import Refused

Outcome, State = RunLine.Outcome, CheckRun.State
MOST_SUBJECTS = 200
UNCONNECTED = timedelta(hours=1)


def routine_of(check: CheckDefinition) -> Routine:
    return Routine(check.cadence, check.at_time, check.time_zone, check.weekday, check.month_day)


def sweep(*, now: datetime) -> int:
    """Makes the runs that are due. After an outage each routine runs once for its newest time, not once for each."""
    return sweep_rows(CheckDefinition, "next_run_at", _come_round, now=now)


def _come_round(check: CheckDefinition, now: datetime) -> None:
    routine = routine_of(check)
    due = check.next_run_at or now
    if not check.is_active:
        check.next_run_at = None
    elif _nothing_connected(check):
        check.next_run_at = now + UNCONNECTED
    else:
        newest = max(due, routine.before(now + timedelta(microseconds=1)))
        make(check, newest, now=now)
        check.next_run_at = routine.after(now)
    check.errors, check.last_error = 0, ""
    check.save(update_fields=["next_run_at", "incident", "errors", "last_error"])


def _nothing_connected(check: CheckDefinition) -> bool:
    """A shipped routine that only reads waits until there is a job or a reading: a new workspace is not broken."""
    if not check.from_sop or check.lines.exclude(kind__in=CheckLine.AUTOMATIC).exists():
        return False
    return not Heartbeat.objects.exists() and not Reading.objects.exists()


@transaction.atomic
def run_now(pk: int, *, by: Responder, at: datetime) -> CheckRun:
    """Makes a run out of turn; the next one comes at its time all the same."""
    check = locked(CheckDefinition, pk)
    if not check.lines.exists():
        raise Refused("This check has no lines yet.")
    if check.runs.filter(scheduled_for__gt=at - timedelta(minutes=1)).exists():
        raise Refused("It was run within the last minute.")
    run = make(check, at, now=at)
    check.save(update_fields=["incident"])
    return run


def make(check: CheckDefinition, scheduled_for: datetime, *, now: datetime) -> CheckRun:
    """One run of a locked check, with its lines as they are now; the one that exists already is left alone."""
    deadline = scheduled_for + timedelta(seconds=check.allowed_seconds)
    run, new = CheckRun.objects.get_or_create(
        definition=check,
        scheduled_for=scheduled_for,
        defaults={
            "since": routine_of(check).before(scheduled_for),
            "made_at": now,
            "assignee": _assignee(check, now),
            "deadline": deadline,
        },
    )
    if not new:
        return run
    lines = [line for written in check.lines.all() for line in _lines(run, written, now)]
    RunLine.objects.bulk_create(lines)
    if any(line.outcome == Outcome.FAILED for line in lines):
        found_issue(check, run, [line for line in lines if line.outcome == Outcome.FAILED], by=None, now=now)
    if any(line.outcome == Outcome.PENDING for line in lines):
        run.due_at = deadline
        tell_assignee(run, at=now)
    else:
        run.deadline = None
        run.state = State.FOUND if run.incident_id else State.PASSED
    run.save(update_fields=["state", "due_at", "deadline", "incident"])
    return run


def _assignee(check: CheckDefinition, at: datetime) -> Responder | None:
    if check.assignee and check.assignee.is_active:
        return check.assignee
    return default_holder(check.role.key, at) if check.role else None


def _lines(run: CheckRun, written: CheckLine, now: datetime) -> list[RunLine]:
    one = RunLine(run=run, position=written.position, text=written.text, kind=written.kind, target=written.target)
    if written.kind == CheckLine.Kind.SUBJECTS:
        return _subject_lines(run, written)
    if written.kind in CheckLine.AUTOMATIC:
        finding = look(written.kind, written.target, timedelta(seconds=written.window_seconds), now=now)
        one.outcome = Outcome.PASSED if finding.good else Outcome.FAILED
        one.found, one.at = finding.sentence, now
    return [one]


def _subject_lines(run: CheckRun, written: CheckLine) -> list[RunLine]:
    """One line for each subject of the metric, with its newest reading to look at (B-122)."""
    metric = Metric.objects.filter(key=written.target).first()
    series = Series.objects.filter(metric=metric, is_active=True).exclude(subject="")[:MOST_SUBJECTS] if metric else []
    found = [
        RunLine(
            run=run,
            position=written.position,
            text=written.text,
            kind=written.kind,
            target=written.target,
            subject=one.subject,
            found=f"Newest reading: {_reads(one)}.",
        )
        for one in series
    ]
    none = f"“{written.target}” is measured for nothing yet: add what it is measured for, or say why not."
    empty = RunLine(run=run, position=written.position, text=written.text, kind=written.kind, target=written.target)
    empty.found = none
    return found or [empty]


def _reads(series: Series) -> str:
    if series.last_value is None or series.last_taken_at is None:
        return "none"
    return f"{series.last_value.normalize():f} {series.metric.unit} at {series.last_taken_at:%Y-%m-%d %H:%M} UTC"


def found_issue(
    check: CheckDefinition, run: CheckRun, lines: list[RunLine], *, by: Responder | None, now: datetime
) -> None:
    """Opens the incident of a locked check, or puts what was found on the one that is open; the caller saves both."""
    said = "\n".join(f"- {_heading(line)}: {line.note or line.found}" for line in lines)
    first = lines[0]
    title = f"{check.name}: {_heading(first)}" if len(lines) == 1 else f"{check.name}: {len(lines)} lines failed"
    noticed = Noticed(
        title=title,
        description=f"Found by “{check.name}” of {run.scheduled_for:%Y-%m-%d %H:%M} UTC:\n\n{said}",
        severity=check.severity,
        source=check.source,
        detected_at=now,
        line=f"“{check.name}” of {run.scheduled_for:%Y-%m-%d %H:%M} UTC found:\n\n{said}",
        facts={"check": check.key, "run": run.pk, "lines": [_heading(line) for line in lines]},
        system_id=check.system_id if check.system and check.system.is_active else None,
    )
    incident = open_or_note(check.incident_id, noticed, at=now, by=by)
    check.incident = run.incident = incident


def _heading(line: RunLine) -> str:
    return f"{line.text} ({line.subject})" if line.subject else line.text
