"""Pages of what is watched: they show what is so, keep what was typed, never break, and ask as often for many rows."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.detection import checks, heartbeats, readings
from incidents.detection.heartbeats import Signal
from incidents.detection.models import CheckDefinition, CheckLine, CheckRun, Heartbeat, Metric, PingKey, Reading, Series
from incidents.models import ConfigurationChange, Incident, Role
from incidents.permissions import MATRIX
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory, Team

pytestmark = pytest.mark.django_db


def signed_in(role: str = "administrator") -> Browser:
    browser = Browser()
    browser.force_login(ResponderFactory(role=role), backend=BACKEND)
    return browser


def text(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    page = response.content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page), path
    return page


def job(**more: Any) -> Heartbeat:
    now = timezone.now()
    values = {"slug": "nightly", "name": "Nightly sync", **more}
    return heartbeats.save_heartbeat(None, values, by=None, at=now - timedelta(hours=1))


JOB = {
    "name": "Nightly <b>sync</b>",
    "slug": "",
    "period_seconds": "24 h",
    "cron": "30 2 * * *",
    "time_zone": "Europe/Berlin",
    "grace_seconds": "1 h",
    "severity": "2",
}


def test_a_job_is_registered_shown_with_snippets_and_pinged() -> None:
    browser = signed_in()
    response = browser.post("/heartbeats/add/", JOB)
    one = Heartbeat.objects.get()
    assert response["Location"] == f"/heartbeats/{one.pk}/"
    assert one.slug == "nightly-bsyncb"
    page = text(browser, f"/heartbeats/{one.pk}/")
    for piece in (f"/ping/{one.code}", "30 2 * * * m=$(", "urllib.request", "secrets.PING_URL }}", "At 02:30"):
        assert piece in page
    assert "<b>sync</b>" not in page
    heartbeats.ping(
        Signal(kind="fail", exit_status=7, body=b"<script>x</script>\x00"), at=timezone.now(), code=one.code
    )
    assert "exit code 7" in text(browser, f"/heartbeats/{one.pk}/")
    assert "&lt;script&gt;x&lt;/script&gt;␀" in text(browser, f"/heartbeats/{one.pk}/pings/1/")
    assert "Reported a failure" in text(browser, "/heartbeats/")
    assert browser.get(f"/heartbeats/{one.pk}/pings/2/").status_code == 404
    assert browser.get(f"/heartbeats/{one.pk}/pings/{10**30}/").status_code == 404


def test_a_change_is_recorded_without_the_ping_id_and_pausing_works() -> None:
    browser = signed_in()
    one = job()
    browser.post(f"/heartbeats/{one.pk}/change/", {**JOB, "slug": "other"})
    change = ConfigurationChange.objects.filter(subject="heartbeat").latest("pk")
    assert change.after["slug"] == "other"
    assert str(one.code) not in str(list(ConfigurationChange.objects.values_list("before", "after")))
    browser.post(f"/heartbeats/{one.pk}/pause/")
    assert "Paused" in text(browser, f"/heartbeats/{one.pk}/")
    browser.post(f"/heartbeats/{one.pk}/resume/")
    assert "Waiting for its first ping" in text(browser, "/heartbeats/")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cron", "61 * * * *"),
        ("cron", "a\x00b"),
        ("cron", "x" * 10_000),
        ("name", ""),
        ("name", "a\nb"),
        ("slug", "not a slug"),
        ("period_seconds", "soon"),
        ("period_seconds", "9" * 28),
        ("grace_seconds", "1 s"),
        ("time_zone", "Nowhere"),
        ("severity", "9"),
        ("system", "9" * 40),
        ("code", "not-an-id"),
        ("note", "\x00"),
    ],
)
def test_a_bad_job_is_refused_beside_its_field_and_keeps_what_was_typed(field: str, value: str) -> None:
    response = signed_in().post("/heartbeats/add/", {**JOB, field: value})
    assert response.status_code == 200
    assert list(response.context["form"].errors) in ([field], [field, "slug"])
    assert "Europe/Berlin" in response.content.decode()
    assert not Heartbeat.objects.exists()


def test_ping_addresses_are_for_those_who_set_up_jobs() -> None:
    one, key = job(), PingKey.objects.get().key
    for role, seen in (("communicator", False), ("resolver", True), ("coordinator", True)):
        browser = signed_in(role)
        assert (str(one.code) in text(browser, f"/heartbeats/{one.pk}/")) is seen
        assert (key in text(browser, "/heartbeats/")) is seen
    assert signed_in("resolver").post(f"/heartbeats/{one.pk}/pause/").status_code == 403
    assert signed_in("coordinator").post(f"/heartbeats/{one.pk}/pause/").status_code == 302


def test_keys_are_made_and_revoked_on_the_page() -> None:
    browser, first = signed_in(), PingKey.objects.get()
    browser.post("/heartbeats/keys/add/")
    assert PingKey.objects.filter(revoked_at=None).count() == 2
    browser.post(f"/heartbeats/keys/{first.pk}/revoke/")
    assert first.key not in text(browser, "/heartbeats/")


METRIC = {"key": "queue", "name": "Queue", "unit": "jobs", "interval_seconds": "1 h", "missing_severity": "3"}
LADDER = {
    "name_0": "long",
    "comparison_0": "≥",
    "threshold_0": "100",
    "fails_0": "on",
    "severity_0": "3",
    "name_1": "too long",
    "comparison_1": ">",
    "threshold_1": "1000,5",
    "severity_1": "2",
    "playbook_1": "api-down",
    "resume": "80",
}


@pytest.mark.requirement("C-01")
def test_a_metric_gets_its_ladder_and_a_reading_on_the_pages() -> None:
    browser = signed_in()
    response = browser.post("/readings/add/", {**METRIC, "is_active": "on"})
    metric = Metric.objects.get(key="queue")
    assert response["Location"] == f"/readings/{metric.pk}/ladder/"
    browser.post(f"/readings/{metric.pk}/ladder/", LADDER)
    metric.refresh_from_db()
    assert [rung["threshold"] for rung in metric.ladder["rungs"]] == ["100", "1000.5"]
    now = timezone.now().replace(second=0, microsecond=0)
    sent = {"value": "1000,6", "source": "By hand", "taken_at": f"{now:%Y-%m-%dT%H:%M}"}
    response = browser.post(f"/readings/{metric.pk}/record/", sent)
    assert response.status_code == 302
    assert Incident.objects.get().severity == 2
    page = text(browser, f"/readings/{metric.pk}/")
    assert "&gt; 1000.5" in page
    assert "too long" in page
    assert re.search(r'<svg class="trace" role="img" aria-label="1 reading, newest 1000.6', page)
    assert "INC-" in page
    assert 'class="rung r2"' in page
    assert "Queue" in text(browser, "/readings/")
    assert "100" in text(browser, f"/readings/{metric.pk}/ladder/")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"threshold_0": "many"}, "threshold_0"),
        ({"threshold_0": "NaN"}, "threshold_0"),
        ({"threshold_0": "9" * 5000}, "threshold_0"),
        ({"name_0": ""}, "name_0"),
        ({"threshold_1": ""}, "threshold_1"),
        ({"comparison_0": "=="}, "comparison_0"),
        ({"threshold_1": "50"}, "__all__"),
        ({"comparison_1": "<"}, "__all__"),
        ({"resume": "200"}, "__all__"),
        ({"severity_0": "7"}, "severity_0"),
        ({"min_sample": "-1"}, "min_sample"),
    ],
)
def test_a_bad_ladder_is_refused(change: dict[str, str], field: str) -> None:
    metric = Metric.objects.get(key="api_error_rate")
    response = signed_in().post(f"/readings/{metric.pk}/ladder/", {**LADDER, **change})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    metric.refresh_from_db()
    assert metric.ladder["resume"] == "1"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "much"}, "value"),
        ({"value": "1e99"}, "value"),
        ({"value": "\x00"}, "value"),
        ({"taken_at": "9999-12-31T23:59"}, "taken_at"),
        ({"taken_at": "0001-01-01T00:00"}, "taken_at"),
        ({"source": "x" * 10_000}, "source"),
        ({"sample": "-3"}, "sample"),
        ({"sample": "9" * 40}, "sample"),
        ({"subject": "a\x00b"}, "subject"),
    ],
)
def test_a_bad_reading_is_refused_beside_its_field(change: dict[str, str], field: str) -> None:
    metric = Metric.objects.get(key="bounce_rate")
    sent = {"value": "1", "source": "By hand", "taken_at": "2026-01-01T00:00", **change}
    response = signed_in("communicator").post(f"/readings/{metric.pk}/record/", sent)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Reading.objects.exists()


def test_the_csv_has_every_reading_and_no_formula() -> None:
    now = timezone.now()
    for number, subject in enumerate(("=cmd()", "a.example")):
        readings.record(
            "bounce_rate", "-1.5", taken_at=now - timedelta(days=number), source="@x", at=now, subject=subject
        )
    metric = Metric.objects.get(key="bounce_rate")
    response = signed_in().get(f"/readings/{metric.pk}/export.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row["subject"] for row in rows] == ["a.example", "'=cmd()"]
    assert {(row["value"], row["source"]) for row in rows} == {("-1.5", "'@x")}


def test_subjects_are_added_chosen_and_switched() -> None:
    browser, metric = signed_in(), Metric.objects.get(key="bounce_rate")
    browser.post(f"/readings/{metric.pk}/subjects/add/", {"subject": "a.example"})
    browser.post(f"/readings/{metric.pk}/subjects/add/", {"subject": "b\x00"})
    browser.post(f"/readings/{metric.pk}/subjects/add/", {"subject": "b.example"})
    second = Series.objects.get(metric=metric, subject="b.example")
    assert second.due_at
    assert '<span class="mute">b.example</span>' in text(
        browser, f"/readings/{metric.pk}/?series={second.pk}&days=9999"
    )
    assert browser.get(f"/readings/{metric.pk}/?series=99999999999999999999").status_code == 404
    browser.post(f"/readings/series/{second.pk}/switch/", {"on": "no"})
    second.refresh_from_db()
    assert (second.is_active, second.due_at) == (False, None)


@pytest.mark.requirement("B-30", "B-119")
def test_a_run_is_answered_and_signed_on_the_pages() -> None:
    team, browser = Team(), signed_in("communicator")
    check = CheckDefinition.objects.get(key="weekly-review")
    response = browser.post(f"/checks/{check.pk}/run/")
    run = CheckRun.objects.get()
    assert response["Location"] == f"/checks/runs/{run.pk}/"
    assert "Reported by clients: 0" in text(browser, f"/checks/runs/{run.pk}/")
    lines = list(run.lines.all())
    page = browser.post(f"/checks/runs/{run.pk}/lines/{lines[0].pk}/", {"outcome": "failed", "note": ""})
    assert "Say what the issue is" in page.content.decode()
    page = browser.post(f"/checks/runs/{run.pk}/sign/", {"note": "kept words"})
    assert "4 lines are not answered yet" in page.content.decode()
    assert "kept words" in page.content.decode()
    browser.post(f"/checks/runs/{run.pk}/lines/{lines[0].pk}/", {"outcome": "failed", "note": "Two unanswered"})
    incident = Incident.objects.get()
    assert incident.source == "review"
    assert incident.reference in text(browser, f"/checks/runs/{run.pk}/")
    again = browser.post(f"/checks/runs/{run.pk}/lines/{lines[0].pk}/", {"outcome": "passed", "note": "Fine now"})
    assert "An issue was found here" in again.content.decode() and "Fine now" in again.content.decode()
    for line in lines[1:]:
        browser.post(f"/checks/runs/{run.pk}/lines/{line.pk}/", {"outcome": "passed", "note": ""})
    browser.post(f"/checks/runs/{run.pk}/assign/", {"assignee": team.resolver.pk})
    assert "Devin Okafor" in text(browser, "/checks/")
    browser.post(f"/checks/runs/{run.pk}/sign/", {"note": ""})
    assert "Signed by" in text(browser, f"/checks/runs/{run.pk}/")
    for path in ("sign/", f"lines/{lines[1].pk}/"):
        late = browser.post(f"/checks/runs/{run.pk}/{path}", {"outcome": "passed", "note": "From a stale tab"})
        assert late.status_code == 200 and " signed it already, at " in late.content.decode()
        assert "You wrote: From a stale tab" in late.content.decode()
    page = text(browser, f"/checks/{check.pk}/")
    assert 'class="sq-found"' in page
    assert "1 issue found" in page


@pytest.mark.parametrize(
    "sent",
    [
        {"outcome": "pending"},
        {"outcome": "\x00"},
        {"outcome": "passed", "note": "a\x00b"},
        {"outcome": "passed", "note": "x" * 30_000},
        {},
    ],
)
def test_a_bad_answer_is_a_page_and_not_an_error(sent: dict[str, str]) -> None:
    browser, check = signed_in(), CheckDefinition.objects.get(key="crm-review")
    browser.post(f"/checks/{check.pk}/run/")
    run = CheckRun.objects.get()
    assert browser.post(f"/checks/runs/{run.pk}/lines/{run.lines.get().pk}/", sent).status_code == 200
    assert browser.post(f"/checks/runs/{run.pk}/assign/", {"assignee": "9" * 30}).status_code == 200
    assert run.lines.get().outcome == "pending"


CHECK = {
    "name": "Evening look",
    "cadence": "daily",
    "at_time": "18:00",
    "time_zone": "America/New_York",
    "weekday": "0",
    "month_day": "1",
    "allowed_seconds": "4 h",
    "source": "review",
    "severity": "3",
    "is_active": "on",
}


@pytest.mark.requirement("B-30")
def test_a_check_is_made_and_changed_on_the_pages() -> None:
    browser = signed_in()
    browser.post("/checks/add/", CHECK)
    check = CheckDefinition.objects.get(key="evening-look")
    assert check.next_run_at
    line = {"text": "Look", "kind": "reading", "target": "", "window_seconds": "24 h", "position": "1"}
    response = browser.post(f"/checks/{check.pk}/lines/add/", line)
    assert "target" in response.context["form"].errors
    browser.post(f"/checks/{check.pk}/lines/add/", {**line, "target": "api_error_rate"})
    made = CheckLine.objects.get(definition=check)
    browser.post(f"/checks/{check.pk}/lines/{made.pk}/", {**line, "kind": "manual", "text": "Look twice"})
    assert "Look twice" in text(browser, f"/checks/{check.pk}/")
    browser.post(f"/checks/{check.pk}/lines/{made.pk}/remove/")
    assert not check.lines.exists()
    assert browser.post(f"/checks/{check.pk}/run/").status_code == 302
    assert not CheckRun.objects.exists()
    sheet = {**CHECK, "is_active": ""}
    browser.post(f"/checks/{check.pk}/change/", sheet)
    check.refresh_from_db()
    assert check.next_run_at is None
    for field, value in (("at_time", "26:00"), ("month_day", "32"), ("allowed_seconds", "1 s"), ("name", "a\x00")):
        assert field in browser.post("/checks/add/", {**CHECK, field: value}).context["form"].errors


def test_many_rows_ask_no_more_often_than_few() -> None:
    browser, team = signed_in(), Team()
    now = timezone.now()
    check = CheckDefinition.objects.get(key="weekly-review")

    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            one = job(slug=f"job-{number}", name=f"Job {number}", system=team.system)
            heartbeats.ping(Signal(kind="fail", body=b"x"), at=now, code=one.code)
            readings.record("bounce_rate", 11, taken_at=now, source="t", at=now, subject=f"{number}.example")
            checks.run_now(check.pk, by=team.coordinator, at=now - timedelta(hours=100 - number))
            checks.save_check(
                None, {"name": f"C {number}", "key": f"c-{number}", "at_time": now.time()}, by=None, at=now
            )
        heartbeats.sweep(now=now)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            text(browser, path)
        return len(queries)

    fill(1, 2)
    metric = Metric.objects.get(key="bounce_rate")
    run = CheckRun.objects.first()
    assert run
    first = Heartbeat.objects.first()
    assert first
    paths = ["/heartbeats/", "/readings/", "/checks/", f"/checks/{check.pk}/", f"/checks/runs/{run.pk}/"]
    paths += [f"/readings/{metric.pk}/", f"/heartbeats/{first.pk}/"]
    few = {path: count(path) for path in paths}
    fill(10, 8)
    assert {path: count(path) for path in paths} == few
    assert max(few.values()) <= 14


def test_a_page_of_somebody_elses_line_or_run_is_404() -> None:
    browser = signed_in()
    check, other = CheckDefinition.objects.order_by("pk")[:2]
    line = other.lines.first()
    assert line
    assert browser.get(f"/checks/{check.pk}/lines/{line.pk}/").status_code == 404
    assert browser.post(f"/checks/{check.pk}/lines/{line.pk}/remove/").status_code == 404
    assert browser.post("/checks/runs/987654321/lines/1/", {}).status_code == 404


@pytest.mark.requirement("B-126")
def test_the_shipped_roles_hold_what_the_matrix_says() -> None:
    for key, granted in MATRIX.items():
        assert set(Role.objects.get(key=key).permissions) == set(granted)
