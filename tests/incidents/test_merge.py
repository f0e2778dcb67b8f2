"""Merge a duplicate: no promise to a client is lost by it, and whoever was told hears of the end."""

from datetime import datetime

import pytest
from django.core.management import call_command

from incidents import clocks, lifecycle, timeline
from incidents.facts import Acknowledgement
from incidents.models import Clock, Escalation, Incident, IncidentClient
from incidents.refusals import Refused
from incidents.sla import Event, PolicyTable, evaluate
from tests.factories import ClientFactory, Team, after

pytestmark = pytest.mark.django_db


def promised(team: Team, *, until: datetime, at: datetime, **more: object) -> Incident:
    """An incident whose clients were promised the next update by then."""
    incident = team.triage(team.report(1, **more), at=after(minutes=5))
    team.acknowledge(incident, at=at, next_update_by=until)
    return incident


def merge(team: Team, gone: Incident, stays: Incident, *, at: datetime) -> None:
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=at)


def update_clock(incident: Incident) -> Clock:
    return Clock.objects.filter(incident=incident, kind="update").order_by("-cycle")[0]


def truthful(*incidents: Incident) -> None:
    call_command("verify_clocks", verbosity=0)
    for one in incidents:
        one.refresh_from_db()
        assert timeline.verify(one) == []


@pytest.mark.requirement("B-50", "C-08")
def test_a_promise_goes_on_at_the_incident_that_stays() -> None:
    team, other = Team(), ClientFactory()
    gone = promised(team, until=after(minutes=70), at=after(minutes=10), client_ids=(other.pk,))
    stays = team.triage(team.report(1), at=after(minutes=8))
    assert not Clock.objects.filter(incident=stays, kind="update").exists()
    merge(team, gone, stays, at=after(minutes=20))
    assert update_clock(gone).state == "cancelled"
    runs = update_clock(stays)
    assert (runs.state, runs.due_at, runs.warn_90_at) == ("running", after(minutes=70), after(minutes=60))
    assert IncidentClient.objects.get(incident=stays, client=other).notified_at == after(minutes=10)
    clocks.sweep(now=after(minutes=61))
    assert Escalation.objects.filter(incident=stays, situation="update_soon").exists()
    # The next letter to them keeps it, also when it is the first from here.
    team.acknowledge(stays, at=after(minutes=65), next_update_by=after(hours=3))
    first = Clock.objects.get(incident=stays, kind="update", cycle=1)
    assert (first.state, first.stopped_at) == ("met", after(minutes=65))
    assert update_clock(stays).due_at == after(hours=3)
    assert Escalation.objects.get(incident=stays, situation="update_soon").end_reason == "acknowledged"
    truthful(gone, stays)


@pytest.mark.requirement("B-50")
@pytest.mark.parametrize(("theirs", "ours", "due"), [(70, 90, 70), (90, 70, 70)])
def test_of_two_promises_the_earlier_is_the_clock(theirs: int, ours: int, due: int) -> None:
    team, other = Team(), ClientFactory()
    gone = promised(team, until=after(minutes=theirs), at=after(minutes=10), client_ids=(other.pk,))
    stays = promised(team, until=after(minutes=ours), at=after(minutes=12))
    merge(team, gone, stays, at=after(minutes=20))
    runs = update_clock(stays)
    assert (runs.cycle, runs.state, runs.due_at) == (1, "running", after(minutes=due)), "neither was kept by it"
    clocks.sweep(now=after(minutes=due, seconds=1))
    assert update_clock(stays).breached_at == after(minutes=due)
    lifecycle.update(stays.pk, team.letter(after(minutes=95)), by=team.communicator, at=after(minutes=95))
    assert Clock.objects.get(incident=stays, kind="update", cycle=1).state == "met_late"
    truthful(gone, stays)


@pytest.mark.requirement("B-50", "C-11")
def test_a_promise_that_was_missed_is_still_owed_there() -> None:
    team, other = Team(), ClientFactory()
    gone = promised(team, until=after(minutes=70), at=after(minutes=10), client_ids=(other.pk,))
    stays = promised(team, until=after(hours=4), at=after(minutes=75))
    clocks.sweep(now=after(minutes=71))
    merge(team, gone, stays, at=after(minutes=80))
    owed = update_clock(stays)
    # Broken here from the instant on which it came, late since it was due.
    assert (owed.state, owed.due_at, owed.breached_at) == ("breached", after(minutes=70), after(minutes=80))
    assert Escalation.objects.filter(incident=stays, situation="update_breached", ended_at=None).exists()
    lifecycle.update(stays.pk, team.letter(after(minutes=90)), by=team.communicator, at=after(minutes=90))
    assert Clock.objects.get(incident=stays, kind="update", cycle=1).state == "met_late"
    truthful(gone, stays)


@pytest.mark.requirement("B-50")
def test_promises_go_through_two_merges_and_none_comes_from_a_last_update() -> None:
    team, other = Team(), ClientFactory()
    first = promised(team, until=after(minutes=70), at=after(minutes=10), client_ids=(other.pk,))
    second, third = team.report(1), team.report(1)
    merge(team, first, second, at=after(minutes=20))
    merge(team, second, third, at=after(minutes=30))
    assert update_clock(third).due_at == after(minutes=70)
    ended = promised(team, until=after(minutes=80), at=after(minutes=10), client_ids=(other.pk,))
    last = team.letter(after(minutes=15), next_update_by=None, is_last=True)
    lifecycle.update(ended.pk, last, by=team.communicator, at=after(minutes=15))
    fourth = team.report(1)
    merge(team, ended, fourth, at=after(minutes=30))
    assert not Clock.objects.filter(incident=fourth, kind="update").exists()
    truthful(first, second, third, ended, fourth)


@pytest.mark.requirement("B-64")
def test_a_client_of_both_who_was_told_of_the_duplicate_hears_of_the_end() -> None:
    team = Team()
    gone = promised(team, until=after(minutes=70), at=after(minutes=10))
    stays = team.report(3)
    merge(team, gone, stays, at=after(minutes=20))
    row = IncidentClient.objects.get(incident=stays)
    assert row.notified_at == after(minutes=10)
    with pytest.raises(Refused, match="must hear its end"):
        lifecycle.cancel(stays.pk, reason="x", by=team.coordinator, at=after(minutes=21))


def test_what_was_said_in_scheduled_updates_goes_with_the_client() -> None:
    team = Team()
    gone, stays = team.report(3), team.report(3)
    team.triage(gone, at=after(minutes=5))
    told = Acknowledgement(note="Seen.", sentence="One report is empty.")
    lifecycle.acknowledge(gone.pk, told, by=team.communicator, at=after(minutes=6))
    IncidentClient.objects.filter(incident=gone).update(digested_at=after(minutes=9))
    merge(team, gone, stays, at=after(minutes=20))
    row = IncidentClient.objects.get(incident=stays)
    assert (row.sentence, row.digested_at) == ("One report is empty.", after(minutes=9))


@pytest.mark.requirement("B-50")
def test_the_engine_joins_a_promise_before_its_own_is_decided_and_not_after() -> None:
    table = PolicyTable.from_body({"SEV-1": {"target_seconds": 0}})

    def standing(*events: Event, as_of: datetime) -> object:
        opened = Event(after(), "opened", severity="SEV-1")
        return evaluate([opened, *events], kind="promise", policy=table, calendar="24x7", as_of=as_of)

    own = Event(after(minutes=5), "update_posted", next_update_by=after(minutes=30))
    late = Event(after(minutes=40), "promise_joined", next_update_by=after(minutes=35))
    found = standing(own, late, as_of=after(minutes=50))
    assert (found.due_at, found.breached_at, found.cycle) == (after(minutes=30), after(minutes=30), 1)
    on_time = Event(after(minutes=10), "promise_joined", next_update_by=after(minutes=10))
    found = standing(on_time, as_of=after(minutes=10))
    assert (found.state, found.breached_at) == ("running", None)
