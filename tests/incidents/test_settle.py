"""What settling the clocks of an incident writes: what became of them, and nothing that stood there already."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import lifecycle
from incidents.models import Clock, Incident
from tests.factories import Team, after

pytestmark = pytest.mark.django_db


def _places(incident: Incident) -> dict[str, str]:
    """Where each clock's row lies in its table: PostgreSQL writes a row that is updated to another place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, ctid::text FROM incidents_clock WHERE incident_id = %s", [incident.pk])
        return dict(cursor.fetchall())


def test_a_verb_that_moves_no_clock_writes_none() -> None:
    team = Team()
    incident = team.acknowledge(team.triage(team.report(1), at=after(minutes=2)), at=after(minutes=5))
    before = _places(incident)
    lifecycle.note(incident.pk, text="The vendor was called.", by=team.coordinator, at=after(minutes=6))
    assert _places(incident) == before


def test_new_clocks_are_written_in_one_go_and_of_the_others_those_that_changed() -> None:
    team = Team()
    with CaptureQueriesContext(connection) as queries:
        incident = team.report(1)
    inserted = [q["sql"] for q in queries.captured_queries if q["sql"].startswith('INSERT INTO "incidents_clock" ')]
    assert len(inserted) == 1
    before = _places(team.triage(incident, at=after(minutes=2)))
    assert set(before) == {"acknowledge", "notify", "resolve"}
    team.acknowledge(incident, at=after(minutes=5))
    after_it = _places(incident)
    # Acknowledged, and the client told; the time to resolve runs on untouched.
    assert {kind for kind in before if before[kind] != after_it[kind]} == {"acknowledge", "notify"}
    assert {clock.kind: clock.state for clock in Clock.objects.filter(incident=incident)} == {
        "acknowledge": "met",
        "notify": "met",
        "resolve": "running",
        "update": "running",
    }


def test_the_next_deadline_is_that_of_the_rows_whatever_was_written() -> None:
    team = Team()
    incident = team.to_verifying(1)
    kinds = ("acknowledge", "resolve", "notify", "update", "verification")
    undecided = Clock.objects.filter(incident=incident, kind__in=kinds, state__in=("running", "paused", "breached"))
    earliest = undecided.filter(stopped_at=None, due_at__isnull=False).order_by("due_at").first()
    assert earliest is not None
    assert Incident.objects.get(pk=incident.pk).next_due_at == earliest.due_at
