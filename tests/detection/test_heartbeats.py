"""Heartbeats: pings in time, late, failed, back; each fault one incident, whatever sweeps at once."""

import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import lifecycle, timeline
from incidents.detection import heartbeats
from incidents.detection.heartbeats import Signal
from incidents.detection.models import Heartbeat, Ping, PingKey
from incidents.models import Incident
from incidents.refusals import Refused
from notifications.models import OutboundMessage
from tests.factories import T0, Team, after

pytestmark = pytest.mark.django_db


def job(**more: Any) -> Heartbeat:
    values = {"slug": "nightly", "name": "Nightly sync", "period_seconds": 3600, "grace_seconds": 600, **more}
    return heartbeats.save_heartbeat(None, values, by=None, at=T0)


def ping(one: Heartbeat, kind: str = "ok", *, at: datetime, **more: Any) -> None:
    assert heartbeats.ping(Signal(kind=kind, **more), at=at, code=one.code) == one.pk


def state(one: Heartbeat) -> str:
    one.refresh_from_db()
    return str(one.state)


@pytest.mark.requirement("B-27", "B-114")
def test_a_missed_ping_opens_one_incident_of_automated_monitoring() -> None:
    team = Team()
    one = job(system=team.system, client=team.client, severity=2)
    ping(one, at=after(minutes=1))
    assert heartbeats.sweep(now=after(minutes=70)) == 0
    assert heartbeats.sweep(now=after(minutes=71)) == 1
    incident = Incident.objects.get()
    assert (incident.source, incident.severity, incident.status) == ("monitoring", 2, "reported")
    assert incident.client_ids == [team.client.pk]
    assert incident.system_ids == [team.system.pk]
    assert incident.coordinator == team.coordinator
    assert incident.detected_at == after(minutes=71)
    assert state(one) == "missing"
    assert one.incident == incident
    assert heartbeats.sweep(now=after(minutes=72)) == 0
    assert not timeline.verify(incident)


@pytest.mark.requirement("C-24")
def test_a_job_that_never_pings_is_missed_too() -> None:
    one = job()
    assert heartbeats.sweep(now=after(minutes=69)) == 0
    assert heartbeats.sweep(now=after(minutes=70)) == 1
    assert "never pinged" in Incident.objects.get().description
    assert state(one) == "missing"


@pytest.mark.requirement("B-114", "B-130")
def test_silence_goes_on_the_open_incident_once_a_day_and_opens_another_when_that_has_ended() -> None:
    team = Team()
    job()
    heartbeats.sweep(now=after(hours=2))
    incident = Incident.objects.get()
    assert heartbeats.sweep(now=after(hours=25)) == 0
    assert heartbeats.sweep(now=after(hours=26)) == 1
    assert Incident.objects.count() == 1
    assert "still has not reported" in incident.timeline.filter(kind="noted").latest("seq").text
    team.triage(incident, at=after(hours=27), is_internal=True, system_ids=(team.system.pk,))

    other = team.report(3, at=after(hours=27))
    lifecycle.merge(incident.pk, into_id=other.pk, reason="The same.", by=team.coordinator, at=after(hours=28))
    heartbeats.sweep(now=after(hours=51))
    assert "still has not reported" in other.timeline.filter(kind="noted").latest("seq").text
    assert Incident.objects.count() == 2


def test_recovery_is_an_entry_and_a_prompt_never_a_resolution() -> None:
    team = Team()
    one = job()
    heartbeats.sweep(now=after(hours=2))
    ping(one, at=after(hours=3))
    assert heartbeats.sweep(now=after(hours=3)) == 1
    incident = Incident.objects.get()
    assert incident.is_open
    assert "stays open until a person resolves it" in incident.timeline.filter(kind="noted").latest("seq").text
    told = OutboundMessage.objects.get(kind="prompt")
    assert (told.channel, told.responder_id) == ("in_app", team.coordinator.pk)
    assert state(one) == "up"
    assert one.due_at == after(hours=4, minutes=10)
    assert heartbeats.sweep(now=after(hours=3, minutes=1)) == 0


@pytest.mark.requirement("B-27")
def test_a_failure_is_told_at_once_and_not_every_minute() -> None:
    one = job()
    ping(one, "fail", at=after(minutes=1), exit_status=3, body=b"disk full\x00\xff")
    assert heartbeats.sweep(now=after(minutes=1)) == 1
    incident = Incident.objects.get()
    assert "exit code 3" in incident.description
    assert "disk full" in incident.description
    entries = incident.timeline.count()
    for minute in range(2, 50):
        ping(one, "fail", at=after(minutes=minute), exit_status=3)
        heartbeats.sweep(now=after(minutes=minute))
    assert incident.timeline.count() == entries
    heartbeats.sweep(now=after(minutes=62))
    assert incident.timeline.count() == entries + 1
    assert Incident.objects.count() == 1


def test_begun_and_not_ended_within_grace_is_missing() -> None:
    one = job()
    ping(one, at=after(minutes=1))
    ping(one, "start", at=after(minutes=30))
    assert heartbeats.sweep(now=after(minutes=39)) == 0
    assert heartbeats.sweep(now=after(minutes=40)) == 1
    assert state(one) == "missing"
    assert "began" in Incident.objects.get().description


def test_how_long_it_took_is_known_and_a_log_changes_nothing() -> None:
    one = job()
    rid = uuid.uuid4()
    ping(one, "start", at=after(minutes=1), rid=rid)
    ping(one, "log", at=after(minutes=2), body=b"half way")
    one.refresh_from_db()
    assert one.state == "new"
    ping(one, at=after(minutes=3), rid=rid)
    one.refresh_from_db()
    assert (one.took_seconds, one.started_at, one.state) == (120, None, "up")


@pytest.mark.requirement("C-24")
@pytest.mark.parametrize(
    ("cron", "zone", "last", "due"),
    [
        # 02:30 does not exist in Berlin on 29 March 2026, and comes twice on 25 October.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T01:30:00+00:00", "2026-03-29T01:00:00+00:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00+00:00", "2026-03-30T00:30:00+00:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T00:30:00+00:00", "2026-10-25T00:30:00+00:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"),
        # Six in the evening is six in the evening on the days of the change as well, an hour sooner or later in UTC.
        ("0 18 * * *", "Europe/Berlin", "2026-03-28T17:00:00+00:00", "2026-03-29T16:00:00+00:00"),
        ("0 18 * * *", "Europe/Berlin", "2026-10-24T16:00:00+00:00", "2026-10-25T17:00:00+00:00"),
        ("0 18 * * *", "America/New_York", "2026-03-07T23:00:00+00:00", "2026-03-08T22:00:00+00:00"),
        ("0 18 * * *", "America/New_York", "2026-10-31T22:00:00+00:00", "2026-11-01T23:00:00+00:00"),
        ("0 18 * * *", "Asia/Kolkata", "2026-03-28T12:30:00+00:00", "2026-03-29T12:30:00+00:00"),
    ],
)
def test_a_cron_expression_counts_in_its_zone(cron: str, zone: str, last: str, due: str) -> None:
    one = job(cron=cron, time_zone=zone)
    at = datetime.fromisoformat(last)
    ping(one, at=at)
    one.refresh_from_db()
    assert one.due_at == at
    heartbeats.sweep(now=at + timedelta(seconds=1))
    one.refresh_from_db()
    assert one.due_at == datetime.fromisoformat(due) + timedelta(minutes=10)
    assert not Incident.objects.exists()


def test_paused_expects_nothing_and_a_ping_ends_it() -> None:
    team = Team()
    one = job()
    heartbeats.pause(one.pk, by=team.coordinator, at=after(minutes=5))
    assert heartbeats.sweep(now=after(days=5)) == 0
    with pytest.raises(Refused, match="paused already"):
        heartbeats.pause(one.pk, by=team.coordinator, at=after(minutes=6))
    ping(one, at=after(days=5))
    assert state(one) == "up"
    heartbeats.pause(one.pk, by=team.coordinator, at=after(days=5))
    heartbeats.resume(one.pk, by=team.coordinator, at=after(days=6))
    assert heartbeats.sweep(now=after(days=6, minutes=70)) == 1
    with pytest.raises(Refused, match="not paused"):
        heartbeats.resume(one.pk, by=team.coordinator, at=after(days=7))


def test_a_poisoned_row_delays_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = job(slug="bad", name="Bad"), job(slug="good", name="Good")
    Heartbeat.objects.filter(pk=bad.pk).update(time_zone="Nowhere/Gone", cron="* * * * *")
    now = after(hours=2)
    for _ in range(6):
        heartbeats.sweep(now=now)
        now += timedelta(minutes=2)
    bad.refresh_from_db()
    assert bad.quarantined_at
    assert bad.due_at is None
    assert "Nowhere/Gone" in bad.last_error
    assert state(good) == "missing"


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_open_each_incident_once() -> None:
    for number in range(12):
        job(slug=f"job-{number}", name=f"Job {number}")

    def run() -> None:
        try:
            heartbeats.sweep(now=after(hours=2))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    heartbeats.sweep(now=after(hours=2))
    assert sorted(Incident.objects.values_list("title", flat=True)) == sorted(
        f"Job {number} did not report" for number in range(12)
    )


def test_only_the_newest_hundred_pings_are_kept() -> None:
    one = job()
    for second in range(130):
        ping(one, at=after(seconds=second))
    numbers = list(one.pings.values_list("number", flat=True))
    assert (len(numbers), numbers[0], numbers[-1]) == (100, 130, 31)


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize(
    ("tail", "kind", "status"),
    [
        ("", "ok", None),
        ("/", "ok", None),
        ("/start", "start", None),
        ("/fail", "fail", None),
        ("/log", "log", None),
        ("/0", "ok", 0),
        ("/1", "fail", 1),
        ("/255", "fail", 255),
    ],
)
@pytest.mark.parametrize("shape", ["code", "slug", "bare"])
def test_addresses_are_those_of_healthchecks(shape: str, tail: str, kind: str, status: int | None, method: str) -> None:
    one = job()
    key = PingKey.objects.get(revoked_at=None).key
    start = {"code": f"/ping/{one.code}", "slug": f"/ping/{key}/{one.slug}", "bare": f"/{one.code}"}[shape]
    with CaptureQueriesContext(connection) as queries:
        response = getattr(Browser(enforce_csrf_checks=True), method)(start + tail)
    assert len(queries) == 1
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert response.content == (b"" if method == "head" else b"OK")
    assert response["Ping-Body-Limit"] == "100000"
    found = Ping.objects.get()
    assert (found.kind, found.exit_status, found.method) == (kind, status, method.upper())


@pytest.mark.parametrize(
    "path",
    [
        f"/ping/{uuid.UUID(int=7)}",
        "/ping/nokey/nightly",
        "/ping/nokey/nightly/fail",
        f"/{uuid.UUID(int=7)}",
        "/ping/%00/nightly",
        "/ping/nokey/" + "x" * 5000,
    ],
)
def test_unknown_is_404(path: str) -> None:
    job()
    response = Browser().get(path)
    assert (response.status_code, response.content) == (404, b"not found")
    assert not Ping.objects.exists()


def test_an_impossible_exit_code_is_400() -> None:
    one = job()
    for status in ("256", "99999999999999999999"):
        assert Browser().get(f"/ping/{one.code}/{status}").status_code == 400
    assert Browser().get(f"/ping/{one.code}?rid=nonsense").status_code == 400
    assert Browser().delete(f"/ping/{one.code}").status_code == 405
    assert not Ping.objects.exists()


def test_the_first_hundred_kilobytes_of_the_body_are_kept() -> None:
    one = job()
    body = b"\x00\xff" * 3_000_000
    response = Browser().post(f"/ping/{one.code}", data=body, content_type="application/octet-stream")
    assert response.status_code == 200
    found = Ping.objects.get()
    assert bytes(found.body) == body[:100_000]
    assert found.body_cut


def test_a_revoked_key_ends_and_another_works() -> None:
    team, one = Team(), job()
    first = PingKey.objects.get()
    second = heartbeats.new_ping_key(by=team.coordinator, at=T0)
    with pytest.raises(Refused, match="Two ping keys"):
        heartbeats.new_ping_key(by=team.coordinator, at=T0)
    heartbeats.revoke_ping_key(first.pk, by=team.coordinator, at=T0)
    assert Browser().get(f"/ping/{first.key}/{one.slug}").status_code == 404
    assert Browser().get(f"/ping/{second.key}/{one.slug}").status_code == 200


@pytest.mark.requirement("B-114")
def test_jobs_of_healthchecks_change_only_their_host_also_those_with_a_slug() -> None:
    """Its own service has no /ping before the key; and the key comes along."""
    team, one = Team(), job()
    key = "fqOOd6-F4MMNuCEnzTU01w"
    for wrong in ("short", "x" * 23, "fqOOd6/F4MMNuCEnzTU01w", "fqOOd6-F4MMNuCEnzTU0 w"):
        with pytest.raises(Refused, match="22 letters") as refused:
            heartbeats.new_ping_key(by=team.coordinator, at=T0, key=wrong)
        assert refused.value.field == "key"
    heartbeats.new_ping_key(by=team.coordinator, at=T0, key=key)
    for ending, kind in (
        ("", "ok"),
        ("/start", "start"),
        ("/fail", "fail"),
        ("/log", "log"),
        ("/3", "fail"),
        ("/", "ok"),
    ):
        assert Browser().get(f"/{key}/{one.slug}{ending}").content == b"OK"
        assert Ping.objects.first().kind == kind  # type: ignore[union-attr]
    assert Browser().get(f"/{key}/fresh?create=1").status_code == 201
    assert Browser().get(f"/{key}/nobody").status_code == 404
    heartbeats.revoke_ping_key(PingKey.objects.get(key=key).pk, by=team.coordinator, at=T0)
    assert Browser().get(f"/{key}/{one.slug}").status_code == 404
    with pytest.raises(Refused, match="not given back"):
        heartbeats.new_ping_key(by=team.coordinator, at=T0, key=key)


def test_a_job_may_register_itself_with_create() -> None:
    key = PingKey.objects.get().key
    assert Browser().get(f"/ping/{key}/fresh").status_code == 404
    response = Browser().post(f"/ping/{key}/fresh/start?create=1")
    assert (response.status_code, response.content) == (201, b"Created")
    assert Browser().get(f"/ping/{key}/fresh?create=1").status_code == 200
    assert Browser().get("/ping/wrong/fresh2?create=1").status_code == 404
    assert Heartbeat.objects.get().slug == "fresh"
    assert Ping.objects.count() == 2


def test_pings_need_no_redis(settings: Any) -> None:
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert Browser().get(f"/ping/{job().code}").status_code == 200


@pytest.mark.parametrize("cron", ["* * * *", "61 * * * *", "0 0 30 2 *", "@daily", "x", "* " * 200])
def test_a_cron_expression_that_never_comes_due_is_refused(cron: str) -> None:
    with pytest.raises(Refused) as refused:
        job(cron=cron)
    assert refused.value.field == "cron"


def test_a_moved_job_keeps_its_ping_id_and_slugs_are_unique() -> None:
    code = uuid.uuid4()
    assert job(code=code).code == code
    for field, values in (("slug", {}), ("code", {"slug": "other", "code": code})):
        with pytest.raises(Refused) as refused:
            job(**values)
        assert refused.value.field == field
