"""Jobs, readings and checks of the sample workspace, told through the verbs at instants in the past."""

import contextlib
import json
import random
from datetime import datetime, time, timedelta
from decimal import Decimal

from incidents.detection import checks, heartbeats, readings
from incidents.detection.checks import overdue
from incidents.detection.checks.making import make
from incidents.detection.heartbeats import Signal
from incidents.detection.intake import arranging, parsers, taking
from incidents.detection.intake.alerts import Alert
from incidents.detection.intake.routing import Sender, World
from incidents.detection.intake.strict import Unreadable
from incidents.detection.models import CheckDefinition, CheckRun, Heartbeat, Reading
from incidents.detection.schedules import Schedule
from incidents.models import Client, Responder, System
from incidents.sample.story import deliver

JOBS = (
    ("nightly-enrichment", "Nightly enrichment", "30 2 * * *", "America/New_York", 86_400, "Enrichment (Apollo)"),
    ("crm-sync", "CRM sync", "", "UTC", 86_400, "CRM sync (HubSpot)"),
    ("reply-check", "Inbox reply check", "", "UTC", 86_400, "Outreach (Instantly)"),
    ("weekly-report", "Weekly client report", "0 7 * * 1", "Europe/London", 604_800, "Reporting"),
    ("warm-up", "Sender warm-up", "", "UTC", 86_400, "Email delivery"),
)
DOMAINS = ("mail.leadspanther.example", "go.leadspanther.example", "team.leadspanther.example")
DAYS = 45
HISTORY = {"daily-monitoring": 300, "crm-review": 300, "weekly-review": 330, "monthly-review": 330}


def load(*, now: datetime) -> None:
    """Fills the watch once; a second call finds it filled and changes nothing. Every job is as well as it looks."""
    if Heartbeat.objects.filter(slug=JOBS[0][0]).exists():
        return
    dice = random.Random(41)  # noqa: S311 (a story, not a secret)
    _jobs(now)
    _readings(now, dice)
    _checks(now, dice)
    _monitor(now)
    _client_form(now)
    # What was said of all this was heard when it was said.
    deliver(before=now - timedelta(days=1))


def _jobs(now: datetime) -> None:
    for slug, name, cron, zone, period, system in JOBS:
        values = {
            "slug": slug,
            "name": name,
            "cron": cron,
            "time_zone": zone,
            "period_seconds": period,
            "grace_seconds": 1_800,
            "system": System.objects.filter(name=system).first(),
        }
        job = heartbeats.save_heartbeat(None, values, by=None, at=now - timedelta(days=60))
        for ended in _endings(heartbeats.schedule_of(job), now):
            body = f"{name}: 0 errors\n".encode()
            heartbeats.ping(Signal(kind="start", agent="curl/8.5.0"), at=ended - timedelta(seconds=40), code=job.code)
            success = Signal(exit_status=0, method="POST", agent="curl/8.5.0", body=body)
            heartbeats.ping(success, at=ended, code=job.code)


def _endings(schedule: Schedule, now: datetime) -> list[datetime]:
    """When the job ended each time in the last two weeks: a minute and a half after it was due."""
    ended, found = now - timedelta(days=14, hours=7), []
    while (ended := schedule.expected_after(ended) + timedelta(seconds=90)) < now:
        found.append(ended)
    return found


def _readings(now: datetime, dice: random.Random) -> None:
    for day in range(DAYS, -1, -1):
        taken_at = now - timedelta(days=day, hours=1)
        told = {"taken_at": taken_at, "at": taken_at}
        for number, domain in enumerate(DOMAINS):
            bounced = Decimal(dice.randint(40 + 20 * number, 150)) / 100
            readings.record("bounce_rate", bounced, source="Instantly", sample=900, subject=domain, **told)  # type: ignore[arg-type]
        failed = Decimal(dice.randint(5, 80)) / 100
        readings.record("api_error_rate", failed, source="gateway log", sample=48_000, **told)  # type: ignore[arg-type]
        if day % 7 == 0:
            for number, domain in enumerate(DOMAINS):
                score = 97 - 6 * number - dice.randint(0, 4)
                readings.record("domain_reputation", score, source="Postmaster", subject=domain, **told)  # type: ignore[arg-type]


def _checks(now: datetime, dice: random.Random) -> None:
    """The zone of the review at 18:00, and a year in which most of the runs were good."""
    review = CheckDefinition.objects.filter(key="crm-review").first()
    if review:
        values = {"at_time": time(18), "time_zone": "America/New_York"}
        _missed(checks.save_check(review.pk, values, by=None, at=now), now)
    for key, days in HISTORY.items():
        check = CheckDefinition.objects.filter(key=key).first()
        if check:
            _past(check, now - timedelta(days=days), now, dice)


def _missed(check: CheckDefinition, now: datetime) -> None:
    """Last week's run that nobody signed: said three times, and still to be signed late."""
    when = checks.routine_of(check).before(now - timedelta(days=6))
    run = make(check, when, now=when)
    for said in range(overdue.MOST_SAID):
        overdue.settle(run, when + timedelta(seconds=check.allowed_seconds) + overdue.AGAIN * said)


def _past(check: CheckDefinition, since: datetime, now: datetime, dice: random.Random) -> None:
    routine = checks.routine_of(check)
    when = routine.after(since)
    while when < now - timedelta(days=2):
        signer = Responder.objects.filter(holdings__role=check.role, is_active=True).first()
        automatic = not check.lines.exclude(kind__in=("heartbeats", "reading", "age")).exists()
        chance = dice.random()
        state = "found" if chance < 0.03 else "missed" if chance < 0.05 and not automatic else "passed"
        signed = None if automatic or state == "missed" else when + timedelta(hours=1)
        CheckRun.objects.get_or_create(
            definition=check,
            scheduled_for=when,
            defaults={
                "since": routine.before(when),
                "made_at": when,
                "state": state,
                "assignee": None if automatic else signer,
                "deadline": None if automatic else when + timedelta(seconds=check.allowed_seconds),
                "missed_at": when + timedelta(seconds=check.allowed_seconds) if state == "missed" else None,
                "signed_at": signed if signer else None,
                "signed_by": signer if signed else None,
            },
        )
        when = routine.after(when)
    if Reading.objects.exists():
        make(check, routine.before(now), now=now)


def _monitor(now: datetime) -> None:
    """A monitor of staging whose alerts are recorded and open nothing; two rules, and an announced window."""
    ada, alfred = (Responder.objects.filter(name__startswith=name).first() for name in ("Ada", "Alfred"))
    if ada is None or alfred is None:
        return
    began = now - timedelta(days=40)
    source = arranging.save_source(None, {"name": "Prometheus of staging", "kind": "alertmanager"}, by=ada, at=began)
    key = arranging.issue_key(source.pk, by=ada, at=began)[1]
    quiet = {"name": "Staging is only recorded", "conditions": "environment = staging", "record_only": True}
    arranging.save_rule(None, quiet, by=ada, at=began)
    bounces = {
        "name": "Bounces are ours",
        "conditions": 'alertname =~ "Bounce"',
        "severity": 2,
        "playbook": "email-bounce-spike",
    }
    ours = [one.pk for one in System.objects.filter(name="Email delivery")]
    arranging.save_rule(None, bounces, system_ids=ours, by=ada, at=began)
    tomorrow = (now + timedelta(days=1)).replace(hour=22, minute=0, second=0, microsecond=0)
    window = {
        "kind": "maintenance",
        "reason": "HubSpot announced maintenance of its API",
        "owner": alfred,
        "conditions": "job = crm-sync",
        "starts_at": tomorrow,
        "ends_at": tomorrow + timedelta(hours=2),
    }
    arranging.add_silence(window, by=alfred, at=now)
    with contextlib.suppress(Unreadable):
        _send(key, {"version": "3", "alert": []}, now - timedelta(days=39))
    for hours, name, host, status in ALERTS:
        at = now - timedelta(hours=hours)
        started = at - timedelta(minutes=1)
        told = {
            "status": status,
            "labels": {"alertname": name, "instance": host, "environment": "staging", "severity": "warning"},
            "annotations": {"summary": f"{name} on {host}"},
            "startsAt": started.isoformat(),
            "endsAt": at.isoformat() if status == "resolved" else "0001-01-01T00:00:00Z",
        }
        _send(key, {"version": "4", "alerts": [told]}, at)


def _client_form(now: datetime) -> None:
    """Northwind's own form: its first link was for a trial and is over, the one in use has a last day."""
    northwind = Client.objects.filter(name__startswith="Northwind").first()
    ada = Responder.objects.filter(name__startswith="Ada").first()
    if northwind is None or ada is None:
        return
    began = now - timedelta(days=40)
    values = {"name": f"{northwind} tells us", "kind": "form", "client": northwind}
    form = arranging.save_source(None, values, by=ada, at=began)
    arranging.issue_key(form.pk, ends_on=(now - timedelta(days=10)).date(), by=ada, at=began)
    arranging.issue_key(form.pk, ends_on=(now + timedelta(days=60)).date(), by=ada, at=now - timedelta(days=11))


ALERTS = (
    (70, "DiskAlmostFull", "staging-2", "firing"),
    (66, "DiskAlmostFull", "staging-2", "resolved"),
    (31, "HighLatency", "staging-1", "firing"),
    (30, "HighLatency", "staging-1", "firing"),
    (5, "HighLatency", "staging-1", "resolved"),
)


def _send(key: str, payload: dict[str, object], at: datetime) -> None:
    body = json.dumps(payload).encode()

    def parse(found: object, sender: Sender, kept: World) -> list[Alert]:
        return parsers.alertmanager(found)

    taking.take(key, body, "application/json", parse, kinds=("alertmanager",), at=at)
