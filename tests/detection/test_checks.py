"""Routine checks: made once at their time, read or answered, signed, escalated when not, and what they open."""

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from incidents.detection import checks, heartbeats, readings
from incidents.detection.checks import lists
from incidents.detection.heartbeats import Signal
from incidents.detection.models import CheckDefinition, CheckRun, Heartbeat, RunLine
from incidents.detection.schedules import Routine
from incidents.models import Client, Incident, Responder
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from postmortems.reports import sweep as reports
from tests.factories import Team

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def due(key: str, at: datetime) -> CheckDefinition:
    """The shipped check, with nothing but itself due, at `at`."""
    CheckDefinition.objects.exclude(key=key).update(next_run_at=None)
    CheckDefinition.objects.filter(key=key).update(next_run_at=at)
    return CheckDefinition.objects.get(key=key)


def made(key: str, at: datetime) -> CheckRun:
    due(key, at)
    assert checks.sweep(now=at) == 1
    return CheckRun.objects.get(definition__key=key, scheduled_for=at)


def good_day(at: datetime) -> Heartbeat:
    """Everything that the daily check reads is well."""
    job = heartbeats.save_heartbeat(None, {"slug": "crm-sync", "name": "CRM sync"}, by=None, at=at - timedelta(days=2))
    heartbeats.ping(Signal(), at=at - timedelta(hours=1), code=job.code)
    for key in ("bounce_rate", "api_error_rate"):
        when = at - timedelta(hours=2)
        readings.record(key, "0.5", taken_at=when, source="test", at=when)
    return job


@pytest.mark.requirement("B-114", "B-115", "B-116", "B-117")
def test_a_good_day_passes_without_a_person() -> None:
    Team()
    good_day(MONDAY)
    run = made("daily-monitoring", MONDAY)
    assert [line.outcome for line in run.lines.all()] == ["passed"] * 4
    assert (run.state, run.due_at) == ("passed", None)
    assert "0.5 %" in run.lines.get(target="bounce_rate").found
    assert not Incident.objects.exists()


@pytest.mark.requirement("B-114", "B-115", "B-116", "B-117", "C-01", "C-24")
@pytest.mark.parametrize(
    ("target", "value", "outcome"),
    [
        ("api_error_rate", "0.999", "passed"),
        ("api_error_rate", "1", "failed"),
        ("bounce_rate", "1.999", "passed"),
        ("bounce_rate", "2.0", "failed"),
        ("crm-sync", 86_399, "passed"),
        ("crm-sync", 86_400, "failed"),
    ],
)
def test_equal_to_the_limit_fails(target: str, value: Any, outcome: str) -> None:
    job = good_day(MONDAY)
    if target == "crm-sync":
        Heartbeat.objects.filter(pk=job.pk).update(last_ok_at=MONDAY - timedelta(seconds=value))
    else:
        readings.record(target, value, taken_at=MONDAY, source="test", at=MONDAY)
    run = made("daily-monitoring", MONDAY)
    assert run.lines.get(target=target).outcome == outcome
    assert run.state == ("passed" if outcome == "passed" else "found")


@pytest.mark.requirement("C-24", "B-114", "B-115", "B-116", "B-117")
def test_nothing_to_read_is_a_failure_and_one_incident() -> None:
    heartbeats.save_heartbeat(None, {"slug": "other", "name": "Other"}, by=None, at=MONDAY)
    run = made("daily-monitoring", MONDAY)
    assert [line.outcome for line in run.lines.all()] == ["failed"] * 4
    incident = Incident.objects.get()
    assert (incident.source, incident.title) == ("monitoring", "Daily monitoring: 4 lines failed")
    assert run.incident == incident
    made("daily-monitoring", MONDAY + timedelta(days=1))
    assert Incident.objects.count() == 1
    assert incident.timeline.filter(kind="noted").count() == 2


@pytest.mark.requirement("B-116", "C-24")
def test_a_reading_from_before_the_window_is_no_reading() -> None:
    good_day(MONDAY - timedelta(days=2))
    run = made("daily-monitoring", MONDAY)
    line = run.lines.get(target="api_error_rate")
    assert (line.outcome, "no reading in 1d" in line.found) == ("failed", True)


@pytest.mark.requirement("B-114")
def test_one_job_without_a_ping_in_its_window_fails_the_day_and_is_named() -> None:
    good_day(MONDAY)
    late = heartbeats.save_heartbeat(
        None, {"slug": "late", "name": "Late job", "period_seconds": 3600}, by=None, at=MONDAY - timedelta(days=1)
    )
    heartbeats.ping(Signal(), at=MONDAY - timedelta(hours=2), code=late.code)
    line = made("daily-monitoring", MONDAY).lines.get(kind="heartbeats")
    assert line.outcome == "failed"
    assert "Late job (no ping in its window)" in line.found


def test_the_shipped_daily_check_waits_until_something_is_connected() -> None:
    due("daily-monitoring", MONDAY)
    checks.sweep(now=MONDAY)
    assert not CheckRun.objects.exists()
    good_day(MONDAY)
    assert checks.sweep(now=MONDAY + timedelta(hours=1)) == 1
    assert CheckRun.objects.get().state == "passed"


@pytest.mark.requirement("B-30", "C-24")
@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        ("America/New_York", "2026-03-06T22:00:00+00:00", "2026-03-06T23:00:00+00:00"),
        ("America/New_York", "2026-03-08T12:00:00+00:00", "2026-03-08T22:00:00+00:00"),
        ("Europe/Berlin", "2026-10-24T16:00:00+00:00", "2026-10-25T17:00:00+00:00"),
        ("UTC", "2026-03-06T18:00:00+00:00", "2026-03-07T18:00:00+00:00"),
    ],
)
def test_six_in_the_evening_is_six_in_its_zone(zone: str, now: str, then: str) -> None:
    routine = Routine("daily", time(18), zone)
    assert routine.after(datetime.fromisoformat(now)) == datetime.fromisoformat(then)
    assert routine.before(datetime.fromisoformat(then) + timedelta(seconds=1)) == datetime.fromisoformat(then)


def test_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    routine = Routine("monthly", time(9), "UTC", month_day=31)
    assert routine.after(datetime(2026, 2, 1, tzinfo=UTC)) == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert routine.after(datetime(2028, 2, 28, 12, tzinfo=UTC)) == datetime(2028, 2, 29, 9, tzinfo=UTC)


@pytest.mark.requirement("B-30")
def test_the_review_at_six_finds_an_issue_and_opens_an_incident_of_scheduled_review() -> None:
    team = Team()
    run = made("crm-review", MONDAY)
    assert run.assignee == team.communicator
    assert OutboundMessage.objects.get(kind="check").responder_id == team.communicator.pk
    line = run.lines.get()
    with pytest.raises(Refused, match="Say what the issue is"):
        checks.answer(run.pk, line.pk, outcome="failed", note=" ", by=team.communicator, at=MONDAY)
    checks.answer(run.pk, line.pk, outcome="failed", note="Forty doubled deals", by=team.communicator, at=MONDAY)
    incident = Incident.objects.get()
    assert (incident.source, incident.reported_by) == ("review", team.communicator)
    assert "Forty doubled deals" in incident.description
    with pytest.raises(Refused, match="An issue was found here"):
        checks.answer(run.pk, line.pk, outcome="passed", note="", by=team.communicator, at=MONDAY)
    signed = checks.sign(run.pk, note="Cleaned", by=team.communicator, at=MONDAY)
    assert (signed.state, signed.due_at) == ("found", None)
    next_day = made("crm-review", MONDAY + timedelta(days=1))
    checks.answer(next_day.pk, next_day.lines.get().pk, outcome="failed", note="More", by=team.communicator, at=MONDAY)
    assert Incident.objects.count() == 1


@pytest.mark.requirement("B-118", "B-119", "B-120", "B-121")
def test_the_weekly_run_has_four_lines_an_assignee_and_is_signed_once_all_are_answered() -> None:
    team = Team()
    run = made("weekly-review", MONDAY)
    lines = list(run.lines.all())
    assert len(lines) == 4
    assert run.assignee == team.coordinator
    for line in lines[:3]:
        checks.answer(run.pk, line.pk, outcome="passed", note="", by=team.coordinator, at=MONDAY)
    with pytest.raises(Refused, match="1 line is not answered yet"):
        checks.sign(run.pk, note="", by=team.coordinator, at=MONDAY)
    with pytest.raises(Refused, match="why it does not apply"):
        checks.answer(run.pk, lines[3].pk, outcome="skipped", note="", by=team.coordinator, at=MONDAY)
    checks.answer(run.pk, lines[3].pk, outcome="skipped", note="No credits", by=team.coordinator, at=MONDAY)
    checks.sign(run.pk, note="", by=team.coordinator, at=MONDAY)
    run.refresh_from_db()
    assert (run.state, run.signed_by) == ("passed", team.coordinator)
    for act in (
        lambda: checks.sign(run.pk, note="", by=team.resolver, at=MONDAY),
        lambda: checks.assign(run.pk, assignee_id=team.resolver.pk, by=team.resolver, at=MONDAY),
    ):
        with pytest.raises(Refused, match="Alfred Moss signed it"):
            act()


@pytest.mark.requirement("B-118", "B-130")
def test_a_run_that_nobody_signs_for_three_days_is_history_and_told_of_no_more() -> None:
    """Else what is to do grows by a line a day for ever; it is said as before, and may still be signed."""
    team = Team()
    now = timezone.now().replace(microsecond=0)
    run = made("crm-review", MONDAY)
    late, waits = made("weekly-review", MONDAY), made("monthly-review", MONDAY)
    for one, days in ((run, 3), (late, 2.9), (waits, -1)):
        deadline = now - timedelta(days=days)
        CheckRun.objects.filter(pk=one.pk).update(deadline=deadline, due_at=deadline)
    for day in range(4):
        checks.sweep_overdue(now=now + timedelta(days=day, seconds=1 - 3 * 86400))
    told = OutboundMessage.objects.filter(kind="check", subject__startswith="Not signed", about=f"check:{run.pk}")
    assert told.filter(channel="in_app").count() == 3
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    page = browser.get("/checks/")
    assert [one.pk for one in page.context["to_do"]] == [late.pk, waits.pk]
    assert [one.pk for one in page.context["missed"]] == [run.pk]
    assert "Not signed within 3 days" in page.content.decode()
    checks.answer(run.pk, run.lines.get().pk, outcome="passed", note="", by=team.coordinator, at=now)
    checks.sign(run.pk, note="", by=team.coordinator, at=now)
    page = browser.get("/checks/")
    assert not page.context["missed"].paginator.count
    assert "Not signed within" not in page.content.decode()


@pytest.mark.requirement("B-118", "B-130")
def test_an_unsigned_run_past_due_tells_the_coordinator_three_times_and_may_still_be_signed() -> None:
    team = Team()
    run = made("crm-review", MONDAY)
    checks.assign(run.pk, assignee_id=team.resolver.pk, by=team.coordinator, at=MONDAY)
    late = MONDAY + timedelta(hours=4)
    assert checks.sweep_overdue(now=late - timedelta(seconds=1)) == 0
    assert checks.sweep_overdue(now=late) == 1
    assert checks.sweep_overdue(now=late) == 0
    told = OutboundMessage.objects.filter(kind="check", subject__startswith="Not signed")
    # E-mail stands in for Telegram.
    assert sorted(told.values_list("channel", flat=True)) == ["email", "in_app"]
    assert set(told.values_list("responder_id", flat=True)) == {team.coordinator.pk}
    assert "assigned to Devin Okafor" in told[0].body_text
    for day in range(1, 6):
        checks.sweep_overdue(now=late + timedelta(days=day))
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    assert "Not signed in time" in browser.get("/my-work/").content.decode()
    assert browser.get(f"/letters/{told[0].pk}/").status_code == 200
    assert told.count() == 6
    run.refresh_from_db()
    assert (run.state, run.due_at) == ("missed", None)
    checks.answer(run.pk, run.lines.get().pk, outcome="passed", note="", by=team.resolver, at=late)
    signed = checks.sign(run.pk, note="", by=team.resolver, at=late)
    assert (signed.state, signed.missed_at) == ("passed", late)


@pytest.mark.requirement("B-122", "B-123", "B-124", "B-125")
def test_the_monthly_run_has_one_line_for_each_sending_domain() -> None:
    team = Team()
    for domain in ("a.example", "b.example"):
        readings.record("domain_reputation", 91, taken_at=MONDAY, source="t", at=MONDAY, subject=domain)
    run = made("monthly-review", MONDAY)
    subjects = run.lines.filter(kind="subjects")
    assert list(subjects.values_list("subject", flat=True)) == ["a.example", "b.example"]
    assert "91 points" in subjects[0].found
    assert run.lines.count() == 5
    line = subjects[0]
    checks.answer(run.pk, line.pk, outcome="failed", note="Listed", by=team.coordinator, at=MONDAY)
    assert "a.example" in Incident.objects.get().title


@pytest.mark.requirement("B-118")
def test_the_weekly_list_is_exactly_what_clients_reported_in_the_week() -> None:
    team = Team()
    since, until = MONDAY - timedelta(days=7), MONDAY

    def told(at: datetime, source: str = "client") -> Incident:
        return team.report(3, at=at, source=source, client_reported_at=at if source == "client" else None)

    told(since)
    inside = [told(since + timedelta(seconds=1)), told(until)]
    told(until + timedelta(seconds=1))
    told(until - timedelta(hours=1), source="agent")
    found = lists.client_reports(since, until, team.coordinator)
    assert [row.words.split()[0] for row in found.rows] == [one.reference for one in inside]
    run = made("weekly-review", MONDAY.replace(hour=9))
    assert run.since == run.scheduled_for - timedelta(days=7)


@pytest.mark.requirement("B-124", "B-125")
def test_what_came_back_and_what_no_playbook_matched() -> None:
    team = Team()
    since = MONDAY - timedelta(days=30)
    words = {"title": "Printer on fire", "description": "Smoke in the office."}
    first = team.report(3, at=MONDAY - timedelta(days=3), **words)
    assert not lists.recurrences(since, MONDAY, team.coordinator).rows
    team.report(3, at=MONDAY - timedelta(days=2), title="Bounce rate is up", description="Many e-mails bounced.")
    team.report(3, at=MONDAY + timedelta(days=2), **words)
    row = lists.recurrences(since, MONDAY, team.coordinator).rows[0]
    assert (row.words, row.more) == (team.system.name, "2 incidents")
    reports.sweep(now=MONDAY + timedelta(days=3))
    further = lists.recurrences(since, MONDAY + timedelta(days=3), team.coordinator).further[1]
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    page = browser.get(further)
    assert further.endswith("#again")
    assert [(one.title, one.times) for one in page.context["report"].returns] == [("Printer on fire", 1)]
    found = lists.unplayed(since, MONDAY, team.coordinator)
    assert [one.words.split()[0] for one in found.rows] == [first.reference]


def test_restricted_incidents_stay_out_of_the_lists_of_those_who_may_not_see_them() -> None:
    team = Team()
    incident = team.report(3, at=MONDAY, source="client", client_reported_at=MONDAY)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True, coordinator=None, communicator=None)
    for viewer, rows in ((team.resolver, 0), (team.target, 1)):
        found = lists.client_reports(MONDAY - timedelta(days=1), MONDAY, viewer)
        assert len(found.rows) == rows
    assert Client.objects.count() == 1


def test_after_an_outage_a_routine_runs_once_for_its_newest_time() -> None:
    due("crm-review", MONDAY.replace(hour=18) - timedelta(days=10))
    checks.sweep(now=MONDAY)
    run = CheckRun.objects.get()
    assert run.scheduled_for == MONDAY.replace(hour=18) - timedelta(days=1)
    assert CheckDefinition.objects.get(key="crm-review").next_run_at == MONDAY.replace(hour=18)


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_make_each_run_once() -> None:
    CheckDefinition.objects.update(next_run_at=MONDAY)
    good_day(MONDAY)

    def run() -> None:
        try:
            checks.sweep(now=MONDAY)
            checks.sweep_overdue(now=MONDAY + timedelta(days=4))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert CheckRun.objects.count() == 4
    assert RunLine.objects.count() == 4 + 1 + 4 + 4


def test_run_now_is_out_of_turn_and_not_twice_a_minute() -> None:
    team = Team()
    check = due("crm-review", MONDAY + timedelta(hours=6))
    checks.run_now(check.pk, by=team.communicator, at=MONDAY)
    with pytest.raises(Refused, match="last minute"):
        checks.run_now(check.pk, by=team.communicator, at=MONDAY + timedelta(seconds=5))
    check.refresh_from_db()
    assert check.next_run_at == MONDAY + timedelta(hours=6)


def test_a_check_is_edited_and_old_runs_keep_their_words() -> None:
    team = Team()
    run = made("crm-review", MONDAY)
    check = run.definition
    line = check.lines.get()
    checks.save_line(check.pk, line.pk, {"text": "Other words"}, by=team.coordinator, at=MONDAY)
    added = checks.save_line(check.pk, None, {"text": "Second"}, by=team.coordinator, at=MONDAY)
    assert "CRM data" in run.lines.get().text
    with pytest.raises(Refused) as refused:
        checks.save_line(check.pk, added.pk, {"kind": "reading"}, by=team.coordinator, at=MONDAY)
    assert refused.value.field == "target"
    checks.remove_line(check.pk, added.pk, by=team.coordinator, at=MONDAY)
    saved = checks.save_check(
        check.pk, {"at_time": time(7), "time_zone": "Asia/Kolkata"}, by=team.coordinator, at=MONDAY
    )
    assert saved.next_run_at == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
    checks.switch_check(check.pk, on=False, by=team.coordinator, at=MONDAY)
    check.refresh_from_db()
    assert check.next_run_at is None


@pytest.mark.requirement("B-118", "B-130")
def test_who_is_told_of_a_check_reads_its_times_on_their_own_clock() -> None:
    team = Team()
    Responder.objects.filter(pk=team.coordinator.pk).update(time_zone="America/New_York")
    Responder.objects.filter(pk=team.communicator.pk).update(time_zone="Asia/Tokyo")
    run = made("crm-review", MONDAY)
    asked = OutboundMessage.objects.get(kind="check", responder_id=team.communicator.pk).body_text
    assert f"{run.deadline.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M} on" in asked and "(JST)" in asked
    checks.sweep_overdue(now=run.deadline)
    for told in OutboundMessage.objects.filter(kind="check", responder_id=team.coordinator.pk):
        for instant in (run.scheduled_for, run.deadline):
            assert f"{instant.astimezone(ZoneInfo('America/New_York')):%H:%M} on" in told.body_text
        assert "UTC" not in told.body_text + told.body_html
