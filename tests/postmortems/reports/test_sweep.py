"""Counting: what changed is counted again soon, exactly once, and never disagrees with the record."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from incidents import lifecycle
from postmortems.counted import DEVIATIONS
from postmortems.models import FactDue, IncidentFact, ReportCell
from postmortems.reports.sweep import sweep
from tests.factories import ClientFactory, Team, after
from tests.incidents.test_approve_letter import ask


def cell(**key: object) -> ReportCell:
    return ReportCell.objects.get(**{"grain": "d", "client_id": 0, "system_id": 0, "type_id": 0, "severity": 1, **key})


@pytest.mark.requirement("B-03", "C-03")
def test_an_incident_is_counted_from_its_report_to_its_resolution(db: None) -> None:
    team = Team()
    incident = team.report(1)
    assert FactDue.objects.filter(incident_id=incident.pk).exists()
    sweep(now=after())
    assert not FactDue.objects.exists()
    day = cell()
    assert (day.incidents, day.ack_running, day.ack_met, day.first_agent) == (1, 1, 0, 1)
    team.triage(incident, at=after(minutes=5))
    team.acknowledge(incident, at=after(minutes=10))
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=12))
    team.fix(incident, at=after(minutes=60))
    sweep(now=after(hours=1))
    fact = IncidentFact.objects.get(pk=incident.pk)
    assert (fact.ack_seconds, fact.fix_seconds, fact.confirm_seconds) == (600, 3600, None)
    day = cell()
    assert (day.incidents, day.ack_running, day.ack_met, day.fix_watched, day.fix_met) == (1, 0, 1, 1, 0)
    for key in ({"grain": "m"}, {"grain": "y"}, {"client_id": team.client.pk}, {"system_id": team.system.pk}):
        assert cell(**key).ack_met == 1
    call_command("verify_reports")


@pytest.mark.requirement("B-41")
def test_a_letter_without_the_approval_that_it_needed_is_a_deviation_for_ever(db: None) -> None:
    ask()
    team = Team()
    waits = team.triage(team.report(1), at=after(minutes=5))
    team.acknowledge(waits, at=after(minutes=10))
    forced = team.triage(team.report(1), at=after(minutes=5))
    team.acknowledge(forced, at=after(minutes=10), unapproved_reason="Nobody else is awake.")
    sweep(now=after(hours=1))
    assert cell().unapproved == 1
    assert IncidentFact.objects.get(pk=forced.pk).counts["unapproved"] == 1
    assert "unapproved" not in IncidentFact.objects.get(pk=waits.pk).counts
    assert "unapproved" in DEVIATIONS
    call_command("verify_reports")


def test_what_is_corrected_moves_from_one_sum_to_another(db: None) -> None:
    team = Team()
    incident = team.report(1)
    sweep(now=after())
    other = ClientFactory()
    team.triage(incident, at=after(minutes=5), severity=2, client_ids=(team.client.pk, other.pk))
    sweep(now=after(minutes=6))
    assert cell().incidents == 0
    assert cell(severity=2).incidents == 1
    assert cell(severity=2, client_id=other.pk).incidents == 1
    assert ReportCell.objects.filter(grain="d", incidents__gt=0).count() == 6
    call_command("verify_reports")


def test_sweeping_again_changes_nothing(db: None) -> None:
    team = Team()
    team.to_verifying(2)
    assert sweep(now=after(hours=2)) >= 1
    before = list(ReportCell.objects.order_by("pk").values())
    assert sweep(now=after(hours=2)) == 0
    FactDue.objects.create(incident_id=IncidentFact.objects.get().pk)
    assert sweep(now=after(hours=2)) == 1
    assert list(ReportCell.objects.order_by("pk").values()) == before


def test_a_figure_that_was_tampered_with_is_found_and_rebuilt(db: None) -> None:
    team = Team()
    team.to_verifying(1)
    sweep(now=after(hours=2))
    ReportCell.objects.filter(grain="m", client_id=0, system_id=0).update(ack_met=7)
    with pytest.raises(CommandError, match="2 differences"):
        call_command("verify_reports")
    IncidentFact.objects.update(ack_seconds=1)
    with pytest.raises(CommandError, match="3 differences"):
        call_command("verify_reports")
    call_command("rebuild_reports")
    call_command("verify_reports")
    assert IncidentFact.objects.get().ack_seconds == 600


def test_one_that_cannot_be_counted_delays_only_itself(db: None) -> None:
    team = Team()
    poison, healthy = team.report(1), team.report(2)
    # What is counted of it now cannot be taken off the sums again.
    poisoned = IncidentFact(pk=poison.pk, opened_at=after(), day=after().date(), severity=1, luck=1)
    poisoned.counts = {"incidents": "many"}
    poisoned.save()
    assert sweep(now=after()) > 0
    assert IncidentFact.objects.get(pk=healthy.pk).counts["incidents"] == 1
    waiting = FactDue.objects.get()
    assert (waiting.incident_id, waiting.errors, waiting.retry_at) == (poison.pk, 1, after(seconds=2))
    now = after()
    for _ in range(4):
        now += timedelta(minutes=1)
        sweep(now=now)
    aside = FactDue.objects.get()
    assert aside.errors == 5 and aside.quarantined_at == now
    assert "invalid input syntax" in aside.last_error
    assert sweep(now=now + timedelta(days=1)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["rebuild_reports", "verify_reports"])
def test_counting_everything_is_not_cut_off_by_the_limit_of_a_page(command: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '30s'")
        call_command(command)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
