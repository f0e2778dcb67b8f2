"""Faults 13 to 15: two beats, no beat, and nothing at all for two hours; what is due is done once, and said truly."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import Installation, installation
from tests.faults.processes import celery_worker, kill, until
from tests.notifications.sink import Sink, serving

pytestmark = [pytest.mark.django_db(transaction=True)]
FRESH = "SweepHeartbeat.objects.filter(pk='clocks', finished_at__gt=timezone.now() - timedelta(seconds=1)).exists()"
SAID = "OutboundMessage.objects.filter(kind='escalation', subject__contains='Not acknowledged in time').count()"
LETTERS = "OutboundMessage.objects.filter(about='incident:{pk}', kind='incident-notification')"
BREACHED = "TimelineEntry.objects.filter(kind='breached', facts__clock_kind='acknowledge')"
# Nothing has finished for longer than a ring waits in the queue: what beat had rung before it died is done or expired.
STILL = "not SweepHeartbeat.objects.filter(finished_at__gt=timezone.now() - timedelta(seconds=5)).exists()"
SILENT = (
    "from notifications.models import SweepHeartbeat\n"
    "for one in SweepHeartbeat.objects.all():\n"
    "    one.ok_at -= timedelta(minutes=10); one.finished_at -= timedelta(minutes=10)\n"
    "    one.save(update_fields=['ok_at', 'finished_at'])"
)


@pytest.fixture
def house(template: Path) -> Iterator[tuple[Installation, Sink]]:
    with serving() as sink, installation(template, EMAIL_URL=f"smtp://127.0.0.1:{sink.port}") as one:
        one.do("team = Team()\nfor rule in EscalationRule.objects.all():\n    rule.is_enabled = True; rule.save()")
        yield one, sink


def _beat(one: Installation, name: str) -> Any:
    schedule = str(one.postgres.folder / f"schedule-{name}")
    return one.run("-m", "celery", "-A", "config", "beat", "-s", schedule, "--pidfile=")


@pytest.mark.requirement("B-40")
def test_two_beats_ring_twice_and_each_deadline_is_enforced_once(house: tuple[Installation, Sink]) -> None:
    """Fault 13: somebody starts beat on two machines; the sweeps meet, the rows are done once."""
    one, _ = house
    one.run(*celery_worker("clocks,mail,chores", children=2))
    _beat(one, "a"), _beat(one, "b")
    one.do("for _ in range(30): team.report(1, at=timezone.now() - timedelta(minutes=60) + timedelta(seconds=6))")
    until(lambda: one.do(f"result = {BREACHED}.count()") == 30, 40, "every deadline is enforced")
    # Both go on ringing; nothing is enforced or written a second time.
    before = one.do("result = SweepHeartbeat.objects.get(pk='clocks').total")
    written = one.do(f"result = {SAID}")
    until(
        lambda: bool(one.do(f"result = {FRESH}")),
        10,
        "the sweeps go on",
    )
    assert one.do(f"result = {BREACHED}.count()") == 30
    assert one.do(f"result = {BREACHED}.values('incident').distinct().count()") == 30
    assert one.do("result = SweepHeartbeat.objects.get(pk='clocks').total") >= before
    assert one.do(f"result = {SAID}") == written > 0


@pytest.mark.requirement("B-40", "B-130")
def test_without_beat_the_auditor_enforces_and_the_pages_stay_calm(house: tuple[Installation, Sink]) -> None:
    """Fault 14: beat is killed and nobody rings; `watch` sweeps everything that would be late."""
    one, sink = house
    one.run(*celery_worker("clocks,mail,chores"))
    beat = _beat(one, "a")
    seen = "from notifications.models import SweepHeartbeat\nresult = SweepHeartbeat.objects.filter(pk='{}').exists()"
    until(lambda: one.do(seen.format("closed incidents")) and one.do(seen.format("alerts")), 90, "the worker sweeps")
    kill(beat.pid)
    until(lambda: bool(one.do(f"result = {STILL}")), 60, "the worker has done what was rung")
    one.do(SILENT)
    one.web()
    assert "Deadlines are enforced late" in one.get("/")[2]
    pk = one.do("result = team.report(1, at=timezone.now() - timedelta(hours=2)).pk")
    one.run("manage.py", "watch", "--every", "1")
    until(lambda: one.do(f"result = {BREACHED}.filter(incident={pk}).count()") == 1, 20, "the auditor enforces it")
    until(lambda: any(f"INC-{pk}" in str(mail["Subject"]) for mail in sink.arrived), 20, "the auditor sends it")
    until(lambda: "Deadlines are enforced late" not in one.get("/")[2], 20, "every sweep has been done")


@pytest.mark.requirement("B-40", "B-50")
def test_after_two_hours_of_nothing_it_catches_up_in_order_and_sends_no_stale_promise(
    house: tuple[Installation, Sink],
) -> None:
    """Fault 15: reported and acknowledged while nothing swept and nothing was sent; then everything starts."""
    one, sink = house
    pks = one.do(
        "now = timezone.now(); result = []\n"
        "for minutes in (150, 130, 180, 140, 160):\n"
        "    result.append(team.report(1, at=now - timedelta(minutes=minutes)).pk)\n"
        "told = team.triage(team.report(1, at=now - timedelta(minutes=185)), at=now - timedelta(minutes=181))\n"
        "team.acknowledge(told, at=now - timedelta(minutes=178)); result.append(told.pk)"
    )
    *late, promised = pks
    one.run(*celery_worker("clocks,mail,chores", children=2))
    _beat(one, "a")
    until(lambda: one.do(f"result = {BREACHED}.count()") == 5, 40, "every deadline is enforced")
    order = one.do(f"result = list({BREACHED}.order_by('pk').values_list('incident', flat=True))")
    assert order == [late[2], late[4], late[0], late[3], late[1]]
    # One message for each incident and person and channel, and it says how late it is.
    rows = one.do(
        "result = list(OutboundMessage.objects.filter(kind='escalation', body_text__contains='cknowledge')"
        ".filter(body_text__contains='late').values_list('about', 'channel', 'recipient'))"
    )
    assert rows and len(rows) == len({tuple(row) for row in rows})
    assert one.do("result = OutboundMessage.objects.filter(body_text__contains='1h 30m late').exists()")
    # The acknowledgement promised an update by an instant that has passed: it is withdrawn, never sent as it was.
    states = f"result = list({LETTERS.format(pk=promised)}.values_list('state', flat=True))"
    until(lambda: set(one.do(states)) == {"superseded"}, 20, "the stale letter is withdrawn")
    until(lambda: any("INC-" in str(mail["Subject"]) for mail in sink.arrived), 20, "people are told")
    assert not any("Issue Detected" in str(mail["Subject"]) for mail in sink.arrived)
    failed = f"result = TimelineEntry.objects.filter(incident={promised}, kind='letter_failed').count()"
    until(lambda: one.do(failed) == 1, 40, "the incident says that its letter did not go")
