"""What follows when a job is late, failed or back: the sweep over the due rows (design laws 5 and 6)."""

from datetime import UTC, datetime, timedelta

from incidents.detection.due import sweep_rows
from incidents.detection.models import Heartbeat
from incidents.detection.opening import Noticed, note_on, open_or_note, prompt
from incidents.detection.schedules import Schedule
from incidents.models import Incident
from incidents.spelling import spell

State = Heartbeat.State
# A job that fails every minute is said once an hour; one that stays silent, once a day (or once a period).
QUIET = timedelta(hours=1)
DAY = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Settles every job that is due; returns how many. Any number may run at once, anywhere."""
    return sweep_rows(Heartbeat, "due_at", settle, now=now)


def schedule_of(job: Heartbeat) -> Schedule:
    return Schedule(
        timedelta(seconds=job.period_seconds), timedelta(seconds=job.grace_seconds), job.cron, job.time_zone
    )


def deadline(job: Heartbeat) -> datetime:
    """The last instant at which the job still reports in time; sooner when it said that it began and not how it went.

    A job that never pinged is counted from its registration: nothing heard is a failure, not a pass (C-24).
    """
    schedule = schedule_of(job)
    found = schedule.deadline_after(max(job.last_ok_at or job.registered_at, job.registered_at))
    return min(found, job.started_at + schedule.grace) if job.started_at else found


def settle(job: Heartbeat, now: datetime) -> None:
    """Says what became of a locked job that is due, and when to look at it next."""
    if job.state == State.PAUSED:
        job.due_at = None
    elif job.state == State.FAILED:
        _fail(job, now)
    elif job.state == State.MISSING:
        _say_missing(job, now, still=True)
    elif (due := deadline(job)) <= now:
        job.state = State.MISSING
        job.down_since = job.down_since or due
        _say_missing(job, now, still=False)
    else:
        if job.down_since:
            _say_back(job, now)
        job.due_at = due
    job.errors, job.last_error = 0, ""
    job.save(
        update_fields=["state", "due_at", "down_since", "said_at", "incident", "started_at", "errors", "last_error"]
    )


def _fail(job: Heartbeat, now: datetime) -> None:
    failed_at = job.last_failed_at or now
    heard = job.said_at is not None and failed_at <= job.said_at
    wait = DAY if heard else QUIET
    if job.down_since and job.said_at and job.said_at + wait > now:
        job.due_at = job.said_at + wait
        return
    job.down_since = job.down_since or failed_at
    status = f" with exit code {job.exit_status}" if job.exit_status else ""
    verb = "has not succeeded since it reported a failure" if heard else "reported a failure"
    line = f"“{job.name}” {verb}{status} at {_instant(failed_at)}."
    _tell(job, f"{job.name} failed{status}", line, failed_at, now)
    job.due_at = now + DAY


def _say_missing(job: Heartbeat, now: datetime, *, still: bool) -> None:
    schedule, last = schedule_of(job), job.last_ok_at
    began = "it said that it began and not how it went" if job.started_at else "no ping came"
    since = f"last success {_instant(last)}" if last else "it has never pinged"
    verb = "still has not reported" if still else "did not report in time"
    due = job.down_since or now
    line = f"“{job.name}” {verb}: {began} by {_instant(due)} ({schedule.words}); {since}."
    _tell(job, f"{job.name} did not report", line, due, now)
    job.started_at = None
    job.due_at = now + max(DAY, schedule.period if not job.cron else DAY)


def _say_back(job: Heartbeat, now: datetime) -> None:
    back_at, since = job.last_ok_at or now, job.down_since or now
    lasted = spell((back_at - since).total_seconds())
    line = (
        f"“{job.name}” reported success again at {_instant(back_at)}, after {lasted}. "
        "If that is the fix, record it: the incident stays open until a person resolves it."
    )
    facts = {"heartbeat": job.pk, "recovered": True}
    incident = note_on(job.incident_id, line, facts, at=now)
    if incident:
        prompt(incident, f"heartbeat:{job.pk}:back:{back_at.isoformat()}", f"{job.name} is back", line, at=now)
    job.down_since, job.said_at = None, None


def _tell(job: Heartbeat, title: str, line: str, detected_at: datetime, now: datetime) -> Incident:
    last = job.pings.first()
    body = bytes(last.body[:2000]).decode("utf-8", "replace").replace("\x00", "") if last and last.body else ""
    told = f"{line}\n\nLast ping: {last.get_kind_display()} at {_instant(last.at)}." if last else line
    noticed = Noticed(
        title=title,
        description=f"{told}\n\n```\n{body.strip()}\n```" if body.strip() else told,
        severity=job.severity,
        source=Incident.Source.MONITORING,
        detected_at=detected_at,
        line=line,
        facts={"heartbeat": job.pk, "state": str(job.state)},
        system_id=_active_system(job),
        client_id=job.client_id if job.client and job.client.is_active else None,
    )
    job.incident = open_or_note(job.incident_id, noticed, at=now)
    job.said_at = now
    return job.incident


def _active_system(job: Heartbeat) -> int | None:
    return job.system_id if job.system and job.system.is_active else None


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
