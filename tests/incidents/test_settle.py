"""What settling the clocks of an incident writes: what became of them, and nothing that stood there already."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import lifecycle
from incidents.models import Clock, Incident
from tests.factories import Team, after

pytestmark = pytest.mark.django_db


def _written(queries: CaptureQueriesContext) -> list[str]:
    return [q["sql"] for q in queries.captured_queries if q["sql"].startswith(('UPDATE "incidents_clock"', "INSERT"))]


def test_a_verb_that_moves_no_clock_writes_none() -> None:
    team = Team()
    incident = team.acknowledge(team.triage(team.report(1), at=after(minutes=2)), at=after(minutes=5))
    with CaptureQueriesContext(connection) as queries:
        lifecycle.note(incident.pk, text="The vendor was called.", by=team.coordinator, at=after(minutes=6))
    assert not [statement for statement in _written(queries) if "incidents_clock" in statement]


def test_new_clocks_are_written_in_one_go_and_each_change_by_itself() -> None:
    team = Team()
    with CaptureQueriesContext(connection) as queries:
        incident = team.report(1)
    inserted = [one for one in _written(queries) if one.startswith('INSERT INTO "incidents_clock" ')]
    assert len(inserted) == 1
    assert Clock.objects.filter(incident=incident).count() == 3
    triaged = team.triage(incident, at=after(minutes=2))
    with CaptureQueriesContext(connection) as queries:
        team.acknowledge(triaged, at=after(minutes=5))
    changed = [one for one in _written(queries) if one.startswith("UPDATE")]
    # Acknowledged, and the client told; the time to resolve runs on untouched.
    assert len(changed) == 2
    assert Clock.objects.get(incident=incident, kind="acknowledge").state == "met"


def test_the_next_deadline_is_that_of_the_rows_whatever_was_written() -> None:
    team = Team()
    incident = team.to_verifying(1)
    kinds = ("acknowledge", "resolve", "notify", "update", "verification")
    undecided = Clock.objects.filter(incident=incident, kind__in=kinds, state__in=("running", "paused", "breached"))
    earliest = undecided.filter(stopped_at=None, due_at__isnull=False).order_by("due_at").first()
    assert earliest is not None
    assert Incident.objects.get(pk=incident.pk).next_due_at == earliest.due_at
