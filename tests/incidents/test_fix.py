"""Investigate, contain, fix, verify."""

import pytest

from incidents import clocks, lifecycle
from incidents.facts import Change, Confirmation, Diagnosis, Fix, Isolation
from incidents.models import Clock, Escalation, Incident, Severity, TimelineEntry
from incidents.refusals import Refused
from tests.factories import Team, after

pytestmark = pytest.mark.django_db


def _investigating(team: Team, severity: int = 1) -> Incident:
    incident = team.triage(team.report(severity), at=after(minutes=3))
    return lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=6))


@pytest.mark.requirement("B-53")
def test_a_diagnosis_needs_at_least_one_finding() -> None:
    team = Team()
    incident = _investigating(team)
    with pytest.raises(Refused):
        lifecycle.diagnose(incident.pk, Diagnosis(), by=team.resolver, at=after(minutes=7))
    lifecycle.diagnose(incident.pk, Diagnosis(logs="401 since 09:00"), by=team.resolver, at=after(minutes=7))
    assert TimelineEntry.objects.get(incident=incident, kind="diagnosed").facts["logs"] == "401 since 09:00"


@pytest.mark.requirement("B-54", "B-56", "B-57")
def test_isolation_asks_what_follows() -> None:
    team = Team()
    incident = _investigating(team)
    for wrong, field in (
        (Isolation("elsewhere"), "fault_domain"),
        (Isolation("third_party"), "workaround_possible"),
        (Isolation("client"), "guidance"),
    ):
        with pytest.raises(Refused) as refused:
            lifecycle.isolate(incident.pk, wrong, by=team.resolver, at=after(minutes=7))
        assert refused.value.field == field
    told = Isolation("third_party", workaround_possible="no")
    incident = lifecycle.isolate(incident.pk, told, by=team.resolver, at=after(minutes=8))
    assert incident.outage_started_at == after(minutes=8)


@pytest.mark.requirement("B-82", "B-111", "C-09")
def test_an_outage_over_an_hour_owes_the_clients_and_over_four_the_target() -> None:
    team = Team()
    incident = _investigating(team)
    lifecycle.start_outage(incident.pk, by=team.resolver, at=after(minutes=10))
    clocks.sweep(now=after(minutes=70))
    assert not Escalation.objects.filter(situation="outage_notice").exists()
    clocks.sweep(now=after(minutes=70, seconds=1))
    assert Escalation.objects.filter(situation="outage_notice").count() == 1
    clocks.sweep(now=after(hours=4, minutes=10))
    assert not Escalation.objects.filter(situation="outage_long").exists()
    clocks.sweep(now=after(hours=4, minutes=10, seconds=1))
    assert Escalation.objects.filter(situation="outage_long").count() == 1


@pytest.mark.requirement("C-09")
def test_clients_who_were_told_are_not_owed_again_by_the_outage() -> None:
    team = Team()
    incident = team.acknowledge(_investigating(team), at=after(minutes=8))
    lifecycle.start_outage(incident.pk, by=team.resolver, at=after(minutes=10))
    clocks.sweep(now=after(hours=2))
    assert not Escalation.objects.filter(situation="outage_notice").exists()


@pytest.mark.requirement("C-28")
def test_where_the_severity_asks_for_it_whoever_fixed_it_does_not_confirm() -> None:
    team = Team()
    incident = team.to_verifying(1)
    Severity.objects.filter(rank=1).update(confirmed_by_another=True)
    with pytest.raises(Refused, match="You fixed it"):
        team.confirm(incident, at=after(hours=1, minutes=30))
    told = Confirmation("Send through each sender", "All arrive", "Log of ten letters")
    incident = lifecycle.confirm(incident.pk, told, by=team.coordinator, at=after(hours=1, minutes=31))
    assert incident.confirmed_by == team.coordinator
    # The switch belongs to its severity alone.
    other = team.to_verifying(2)
    assert team.confirm(other, at=after(hours=1, minutes=30)).confirmed_by == team.resolver


@pytest.mark.requirement("B-134", "C-15")
def test_production_changes_are_tested_or_contained() -> None:
    team = Team()
    incident = _investigating(team)
    with pytest.raises(Refused):
        unkept = "Seen on the phone only"
        lifecycle.change(
            incident.pk, Change("Restarted", without_evidence_reason=unkept), by=team.resolver, at=after(minutes=9)
        )
    with pytest.raises(Refused):
        lifecycle.change(incident.pk, Change("Paused", containment=True), by=team.resolver, at=after(minutes=9))
    contained = Change("Paused sender", containment=True, undo="Start it again")
    lifecycle.change(incident.pk, contained, by=team.resolver, at=after(minutes=9))
    with pytest.raises(Refused, match="override"):
        emergency = Change("Restarted", override_reason="All down", without_evidence_reason="All down")
        lifecycle.change(incident.pk, emergency, by=team.resolver, at=after(minutes=9))


@pytest.mark.requirement("B-09")
def test_a_workaround_meets_the_resolve_clock_of_a_sev_1_only() -> None:
    team = Team()
    severe, high = _investigating(team), _investigating(team, 2)
    for incident in (severe, high):
        lifecycle.work_around(incident.pk, text="Backup tool", by=team.resolver, at=after(hours=1))
    assert Clock.objects.get(incident=severe, kind="resolve").state == "met"
    assert Clock.objects.get(incident=high, kind="resolve").state == "running"


@pytest.mark.requirement("B-55", "B-58", "C-02", "C-03", "B-61")
@pytest.mark.parametrize(("severity", "hours"), [(1, 1), (2, 24), (3, 24), (4, 24)])
def test_a_fix_stops_the_resolve_clock_and_starts_the_window(severity: int, hours: int) -> None:
    team = Team()
    incident = _investigating(team, severity)
    with pytest.raises(Refused) as refused:
        told = Fix("a", "b", "c", test_evidence=" ", fault_domain="ours")
        lifecycle.fix(incident.pk, told, by=team.resolver, at=after(minutes=30))
    assert refused.value.field == "test_evidence"
    team.fix(incident, at=after(minutes=30))
    resolve = Clock.objects.get(incident=incident, kind="resolve")
    window = Clock.objects.get(incident=incident, kind="verification")
    assert (resolve.state, resolve.provisional) == ("met", True)
    assert window.due_at == after(minutes=30, hours=hours)
    clocks.sweep(now=after(minutes=30, hours=hours))
    window.refresh_from_db()
    assert window.state == "complete"


@pytest.mark.requirement("B-59", "B-60")
def test_the_resolver_confirms_with_scenario_result_and_evidence() -> None:
    team = Team()
    incident = team.to_verifying()
    complete = Confirmation("scenario", "passes", "log")
    with pytest.raises(Refused, match="Devin Okafor is the resolver"):
        lifecycle.confirm(incident.pk, complete, by=team.communicator, at=after(minutes=70))
    with pytest.raises(Refused) as refused:
        told = Confirmation("scenario", "", "log")
        lifecycle.confirm(incident.pk, told, by=team.resolver, at=after(minutes=70))
    assert refused.value.field == "result"
    assert team.confirm(incident, at=after(minutes=70)).confirmed_by == team.resolver


@pytest.mark.requirement("B-61", "C-03")
def test_a_recurrence_lets_the_resolve_clock_go_on_without_the_time_between() -> None:
    team = Team()
    incident = team.to_verifying(fixed=after(minutes=60))
    lifecycle.fail_verification(incident.pk, reason="Back again", by=team.resolver, at=after(minutes=90))
    clock = Clock.objects.get(incident=incident, kind="resolve")
    assert (clock.state, clock.due_at, clock.cycle) == ("running", after(hours=4, minutes=30), 1)
    assert Clock.objects.get(incident=incident, kind="verification").state == "failed"
