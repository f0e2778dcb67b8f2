"""Triage, scope, severity, people."""

import pytest
from django.db import IntegrityError, connection, transaction

from incidents import lifecycle
from incidents.models import Clock, Incident, TimelineEntry
from incidents.refusals import Refused
from tests.factories import ClientFactory, Team, after

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-34", "B-35", "B-36", "B-37", "B-38", "B-39")
def test_a_triaged_incident_has_all_five() -> None:
    team = Team()
    incident = team.triage(team.report(2), at=after(minutes=3))
    assert incident.status == "triaged"
    assert incident.reference == f"INC-{incident.pk}"
    entry = TimelineEntry.objects.get(incident=incident, kind="triaged")
    assert entry.facts["resolver"] == "Devin Okafor"
    assert entry.facts["clients"] == [team.client.name]


@pytest.mark.requirement("B-34", "B-35", "B-36", "B-37")
@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("severity", {"severity": 0}),
        ("clients", {"client_ids": ()}),
        ("clients", {"is_internal": True}),
        ("systems", {"system_ids": ()}),
        ("resolver", {"resolver_id": 0}),
        ("communicator", {"communicator_id": 0}),
    ],
)
def test_triage_without_one_of_them_is_refused(field: str, facts: dict[str, object]) -> None:
    team = Team()
    incident = team.report(2)
    with pytest.raises(Refused) as refused:
        team.triage(incident, at=after(minutes=3), **facts)
    assert refused.value.field == field
    incident.refresh_from_db(fields=["status"])
    assert incident.status == "reported"


@pytest.mark.requirement("B-39")
def test_postgresql_refuses_an_incomplete_triaged_incident() -> None:
    incident = Team().report(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(status="triaged")


def test_the_second_triage_is_told_who_was_first() -> None:
    team = Team()
    incident = team.triage(team.report(2), at=after(minutes=3))
    with pytest.raises(Refused, match="Alfred Moss did that already, at 3 Feb 2026 10:03:00 UTC"):
        team.triage(incident, at=after(minutes=4))


@pytest.mark.requirement("C-27")
def test_reclassify_retargets_from_the_same_start() -> None:
    team = Team()
    incident = team.triage(team.report(3), at=after(minutes=3))
    lifecycle.reclassify(incident.pk, severity=2, reason="More is broken.", by=team.coordinator, at=after(hours=1))
    clock = Clock.objects.get(incident=incident, kind="acknowledge")
    assert (clock.start_at, clock.due_at, clock.revision) == (after(), after(hours=4), 2)
    with pytest.raises(Refused):
        lifecycle.reclassify(incident.pk, severity=1, reason=" ", by=team.coordinator, at=after(hours=1))


@pytest.mark.requirement("C-27")
def test_an_upgrade_past_due_is_breached_at_the_change() -> None:
    team = Team()
    incident = team.triage(team.report(3), at=after(minutes=3))
    lifecycle.reclassify(incident.pk, severity=1, reason="All is down.", by=team.coordinator, at=after(hours=2))
    clock = Clock.objects.get(incident=incident, kind="acknowledge")
    assert (clock.state, clock.due_at, clock.breached_at) == ("breached", after(hours=1), after(hours=2))
    breaches = TimelineEntry.objects.filter(incident=incident, kind="breached", facts__clock_kind="acknowledge")
    assert breaches.count() == 1


def test_a_client_who_was_told_cannot_be_taken_off() -> None:
    team = Team()
    incident = team.triage(team.report(2), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=4))
    other = ClientFactory()
    with pytest.raises(Refused, match="was told"):
        lifecycle.rescope(
            incident.pk,
            client_ids=[other.pk],
            system_ids=[team.system.pk],
            is_internal=False,
            by=team.coordinator,
            at=after(minutes=6),
        )


def test_the_record_follows_the_status_or_nothing_is_committed() -> None:
    incident = Team().report(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(
            status="closed", closure="forced", is_open=False, closed_at=after()
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents_timelineentry SET text = 'x'",
        "DELETE FROM incidents_timelineentry",
        "TRUNCATE incidents_timelineentry CASCADE",
    ],
)
def test_the_timeline_refuses_change(statement: str) -> None:
    Team().report(2)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
