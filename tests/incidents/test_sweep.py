"""Deadlines are enforced exactly once, whatever sweeps, competes, dies or raises (faults 8, 12, 13, 14, 16, 17)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from incidents import clocks, escalation, failures, lifecycle, resurfacing, stuck, timeline
from incidents.models import Clock, ClockFact, Escalation, EscalationRule, Incident, TimelineEntry
from incidents.refusals import Refused
from notifications.models import OutboundMessage
from postmortems.management.commands import watch
from tests.factories import ClientFactory, ResponderFactory, Team, after

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def _in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    def run(number: int) -> object:
        try:
            return work(number)
        except Refused as refused:
            return refused.sentence
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def _breaches() -> int:
    return TimelineEntry.objects.filter(kind="breached", facts__clock_kind="acknowledge").count()


@pytest.mark.requirement("B-40")
def test_a_verb_of_a_machine_whose_clock_is_behind_takes_no_breach_twice() -> None:
    team = Team()
    incident = team.report(1)
    clocks.sweep(now=after(hours=1, seconds=3))
    lifecycle.note(incident.pk, text="Seen.", by=team.resolver, at=after(minutes=59, seconds=58))
    clock = Clock.objects.get(incident=incident, kind="acknowledge")
    assert clock.state == "running"
    clocks.sweep(now=after(hours=1, seconds=5))
    clock.refresh_from_db()
    assert (clock.state, clock.breached_at, clock.errors) == ("breached", after(hours=1), 0)
    assert ClockFact.objects.filter(clock=clock, level=100).count() == 1
    assert _breaches() == 1
    assert timeline.verify(Incident.objects.get(pk=incident.pk)) == []


@pytest.mark.requirement("B-08", "B-40")
def test_due_is_in_time_and_one_second_later_is_breached_at_the_true_instant() -> None:
    incident = Team().report(1)
    clocks.sweep(now=after(hours=1))
    clock = Clock.objects.get(incident=incident, kind="acknowledge")
    assert (clock.state, clock.level) == ("running", 90)
    clocks.sweep(now=after(hours=1, seconds=1))
    clock.refresh_from_db()
    assert (clock.state, clock.breached_at, clock.next_check_at) == ("breached", after(hours=1), None)
    assert list(ClockFact.objects.filter(clock=clock).values_list("level", flat=True)) == [50, 75, 90, 100]
    assert clocks.sweep(now=after(hours=2)).enforced == 1  # the first warning of the resolve clock


@pytest.mark.requirement("B-40")
def test_a_sweep_asks_as_many_queries_for_twelve_deadlines_as_for_three() -> None:
    EscalationRule.objects.update(is_enabled=True)
    team, asked = Team(), []
    for day, count in ((0, 3), (1, 12)):
        for _ in range(count):
            team.report(1, at=after(days=day))
        clocks.sweep(now=after(days=day, minutes=59))
        with CaptureQueriesContext(connection) as queries:
            clocks.sweep(now=after(days=day, hours=1, seconds=1))
        asked.append(len(queries))
    assert _breaches() == 15 and asked[0] == asked[1]


@pytest.mark.requirement("C-11", "B-112")
def test_the_sops_row_fires_at_24_hours_and_the_rows_that_are_off_do_not() -> None:
    incident = Team().triage(Team().report(2), at=after(minutes=1))
    clocks.sweep(now=after(hours=24))
    assert not Escalation.objects.filter(situation="resolve_breached").exists()
    clocks.sweep(now=after(hours=24, seconds=1))
    assert Escalation.objects.get(situation="resolve_breached").incident == incident
    assert not Escalation.objects.filter(situation="acknowledge_breached").exists()
    assert EscalationRule.objects.filter(situation="acknowledge_breached", is_enabled=False).exists()


def test_after_two_hours_down_one_message_says_how_late_and_no_warning_is_sent() -> None:
    """Fault 15: of one clock only the highest level is told, with the delay."""
    EscalationRule.objects.filter(situation="acknowledge_breached").update(is_enabled=True)
    incident = Team().report(1)
    clocks.sweep(now=after(hours=3))
    told = Escalation.objects.filter(incident=incident, situation__startswith="acknowledge")
    assert [(one.situation, "2h late" in one.text) for one in told] == [("acknowledge_breached", True)]


def test_clients_who_were_not_told_together_are_one_thing_to_take_and_each_a_line_of_the_record() -> None:
    team, others = Team(), [ClientFactory() for _ in range(3)]
    incident = team.report(1, client_ids=(team.client.pk, *(one.pk for one in others)))
    clocks.sweep(now=after(hours=2))
    raised = Escalation.objects.get(incident=incident, situation="notify_breached")
    assert raised.text.count("The same for") == 1
    assert all(str(one) in raised.text for one in (team.client, *others))
    lines = TimelineEntry.objects.filter(incident=incident, kind="breached", facts__clock_kind="notify")
    assert {line.facts["client"] for line in lines} == {team.client.pk, *(one.pk for one in others)}
    assert timeline.verify(Incident.objects.get(pk=incident.pk)) == []
    clocks.sweep(now=after(hours=3))
    assert Escalation.objects.filter(incident=incident, situation="notify_breached").count() == 1


@pytest.mark.requirement("B-130")
def test_an_untouched_incident_is_raised_again_once_for_each_stretch_of_silence() -> None:
    incident = Team().report(1)
    assert resurfacing.sweep(now=after(minutes=29)) == 0
    assert resurfacing.sweep(now=after(minutes=30)) == 1
    assert resurfacing.sweep(now=after(minutes=31)) == 0
    assert resurfacing.sweep(now=after(minutes=60)) == 1
    assert TimelineEntry.objects.filter(incident=incident, kind="resurfaced").count() == 2
    first, second = Escalation.objects.filter(incident=incident, situation="untouched").order_by("pk")
    assert (first.end_reason, first.ended_at) == ("still untouched, and said again", after(minutes=60))
    assert second.ended_at is None
    assert timeline.verify(Incident.objects.get(pk=incident.pk)) == []


def test_an_escalation_repeats_until_it_is_taken() -> None:
    team = Team()
    incident = team.report(1)
    one = Escalation.objects.get(incident=incident, situation="severe")
    assert escalation.sweep(now=after(minutes=14)) == 0
    assert escalation.sweep(now=after(minutes=15)) == 1
    one.refresh_from_db()
    assert (one.times_said, one.due_at) == (2, after(minutes=30))
    lifecycle.take_escalation(one.pk, by=team.target, at=after(minutes=20))
    escalation.sweep(now=after(hours=2))
    one.refresh_from_db()
    assert (one.times_said, one.due_at) == (2, None)
    with pytest.raises(Refused, match="Clayton Boyd took it already, at 3 Feb 2026 10:20:00 UTC"):
        lifecycle.take_escalation(one.pk, by=team.coordinator, at=after(minutes=21))
    waiting = OutboundMessage.objects.filter(key__startswith=f"escalation:{one.pk}:", state="pending")
    assert not waiting.exists()


@pytest.mark.django_db(transaction=True)
def test_a_poisoned_clock_delays_only_itself_and_is_quarantined_where_people_see_it() -> None:
    """Fault 8: a text that PostgreSQL cannot store makes every attempt on this one clock fail."""
    team = Team()
    incidents = [team.report(1) for _ in range(5)]
    poisoned = Clock.objects.get(incident=incidents[2], kind="acknowledge")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE incidents_clock ADD CONSTRAINT poison CHECK (id <> %s OR state <> 'breached') NOT VALID",
            [poisoned.pk],
        )
    now = after(hours=1, seconds=1)
    swept = clocks.sweep(now=now)
    assert swept.failed == 1
    assert Clock.objects.filter(kind="acknowledge", state="breached").count() == 4
    for _ in range(5):
        now += timedelta(minutes=1)
        clocks.sweep(now=now)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_clock DROP CONSTRAINT poison")
    poisoned.refresh_from_db()
    assert poisoned.quarantined_at is not None
    assert "poison" in poisoned.last_error
    assert stuck.look(now=now).clocks_quarantined == 1
    assert all(timeline.verify(one) == [] for one in Incident.objects.all())


@pytest.mark.django_db(transaction=True)
def test_four_sweepers_enforce_each_deadline_once() -> None:
    """Fault 12, with real threads and real commits."""
    team = Team()
    for _ in range(60):
        team.report(1)
    now = after(hours=1, seconds=1)
    _in_threads(4, lambda _: clocks.sweep(now=now).enforced)
    assert _breaches() == 60
    assert ClockFact.objects.filter(level=100, clock__kind="acknowledge").count() == 60
    assert Clock.objects.filter(next_check_at__lte=now).count() == 0
    assert all(timeline.verify(one) == [] for one in Incident.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_operators_acknowledge_at_once_and_one_letter_leaves() -> None:
    """Faults 16 and 18."""
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    answers = _in_threads(4, lambda _: team.acknowledge(incident, at=after(minutes=5)))
    assert sum(isinstance(answer, Incident) for answer in answers) == 1
    assert sum("did that already" in str(answer) for answer in answers) == 3
    assert OutboundMessage.objects.filter(kind="incident-notification").count() == 1
    assert TimelineEntry.objects.filter(incident=incident, kind="acknowledged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_acknowledgement_racing_the_sweep_leaves_one_truth() -> None:
    """Fault 17: whichever comes first, the clock and the record agree."""
    team = Team()
    incidents = [team.triage(team.report(1), at=after(minutes=2)) for _ in range(12)]
    late = after(hours=1, seconds=5)

    def race(number: int) -> object:
        if number == 0:
            return clocks.sweep(now=late).enforced
        for incident in incidents[number - 1 :: 3]:
            team.acknowledge(incident, at=late)
        return None

    _in_threads(4, race)
    assert set(Clock.objects.filter(kind="acknowledge").values_list("state", flat=True)) == {"met_late"}
    assert _breaches() == 12
    for clock in Clock.objects.filter(kind="acknowledge").select_related("incident"):
        standing = clocks.standing_of(clocks.moving_entries(clock.incident), "acknowledge", as_of=late)
        assert (standing.due_at, standing.stopped_at) == (clock.due_at, clock.stopped_at)


@pytest.mark.requirement("C-27")
@pytest.mark.django_db(transaction=True)
def test_a_severity_that_changes_while_its_clocks_are_swept_leaves_one_truth() -> None:
    """Fault 19: raised and lowered while two sweeps run at the very second at which the new targets are due."""
    team = Team()
    incidents = [team.triage(team.report(2), at=after(minutes=2)) for _ in range(12)]
    instant = after(hours=1, seconds=1)

    def race(number: int) -> object:
        if number < 2:
            return [clocks.sweep(now=instant + timedelta(seconds=second)).enforced for second in range(4)]
        for incident in incidents[number - 2 :: 2]:
            for severity in (1, 3, 1):
                why = "It looks otherwise"
                lifecycle.reclassify(incident.pk, severity=severity, reason=why, by=team.coordinator, at=instant)
        return None

    assert not [one for one in _in_threads(4, race) if isinstance(one, str)]
    clocks.sweep(now=instant + timedelta(seconds=10))
    # SEV-1 promises an hour: every clock was a second late in the end, and no warning or breach was written twice.
    assert set(Clock.objects.filter(kind="acknowledge").values_list("state", flat=True)) == {"breached"}
    for one in Incident.objects.all():
        assert timeline.verify(one) == []
        assert one.timeline.filter(kind="breached", facts__clock_kind="acknowledge").count() == 1
    call_command("verify_clocks")


def test_a_clock_of_the_machine_that_jumps_back_or_ahead_breaks_nothing() -> None:
    """Fault 25: back by two hours, nothing is taken back or done again; ahead by a year and back, likewise."""
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    clocks.sweep(now=after(hours=2))
    head = Incident.objects.get(pk=incident.pk).entry_count
    assert clocks.sweep(now=after(minutes=1)).enforced == 0
    assert Clock.objects.get(incident=incident, kind="acknowledge").breached_at == after(hours=1)
    # People go on working on the machine that is behind: the record keeps their order, and its chain holds.
    team.acknowledge(incident, at=after(minutes=20))
    one = Incident.objects.get(pk=incident.pk)
    assert one.entry_count > head and timeline.verify(one) == []
    clocks.sweep(now=after(hours=24 * 365))
    breaches = one.timeline.filter(kind="breached", facts__clock_kind="resolve")
    assert breaches.count() == 1
    assert clocks.sweep(now=after(hours=3)).enforced == 0 and breaches.count() == 1
    call_command("verify_clocks")


@pytest.mark.django_db(transaction=True)
def test_a_sweeper_killed_in_the_middle_loses_and_repeats_nothing() -> None:
    """Fault 1 for clocks: SIGKILL while a batch is open; PostgreSQL rolls it back and the next sweep does it."""
    team = Team()
    for _ in range(40):
        team.report(1)
    now = after(hours=1, seconds=1)
    script = (
        "import django, os, signal; django.setup()\n"
        "from datetime import datetime\n"
        "from incidents import clocks\n"
        "import sys\n"
        "module = sys.modules['incidents.clocks.sweep']\n"
        "plain = module.timeline.append_many\n"
        "def die(*args, **kwargs):\n"
        "    plain(*args, **kwargs)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "module.timeline.append_many = die\n"
        f"clocks.sweep(now=datetime.fromisoformat('{now.isoformat()}'))\n"
    )
    url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{connection.settings_dict['NAME']}?")
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    died = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    assert _breaches() == 0
    clocks.sweep(now=now)
    assert _breaches() == 40


def test_letters_that_fail_are_put_on_record_and_escalated_once() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    team.acknowledge(incident, at=after(minutes=4))
    OutboundMessage.objects.filter(kind="incident-notification").update(
        state="dead", due_at=None, last_error="SMTP 550: no such mailbox"
    )
    assert failures.sweep(now=after(minutes=6)) == 1
    assert failures.sweep(now=after(minutes=7)) == 0
    entry = TimelineEntry.objects.get(incident=incident, kind="letter_failed")
    assert "550" in entry.text
    assert Escalation.objects.filter(incident=incident, situation="letter_failed").count() == 1


def test_is_anything_stuck_is_one_query(django_assert_num_queries: Callable[[int], object]) -> None:
    Team().report(1)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        look = stuck.look(now=after(hours=3))
    assert look.clock_age > 3600
    assert any("not enforced" in reason for reason in look.reasons())


@pytest.mark.django_db(transaction=True)
def test_the_auditor_sweeps_when_nobody_else_does() -> None:
    """Fault 14: with beat and workers gone, `manage.py watch` enforces what is due, late rather than never."""
    team = Team()
    ResponderFactory()
    old = datetime.now(UTC) - timedelta(hours=2)
    incident = team.report(1, at=old)
    began = time.monotonic()
    reasons = watch.Command()._look()
    assert time.monotonic() - began < 10
    assert Clock.objects.get(incident=incident, kind="acknowledge").state == "breached"
    assert not any("not enforced" in reason for reason in reasons)
