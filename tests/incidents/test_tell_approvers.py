"""A letter that waits is told to whoever may approve it, once and until it is settled."""

import pytest

from incidents import lifecycle
from incidents.models import Absence
from notifications.models import OutboundMessage
from tests.factories import T0, ResponderFactory, Team, after
from tests.incidents.test_approve_letter import approve, ask, triaged, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    ask()
    return Team()


@pytest.mark.requirement("B-41")
def test_everybody_who_may_approve_hears_of_it_once_until_it_is_settled(team: Team) -> None:
    lead = ResponderFactory(name="Priya Nair", role="coordinator")
    ResponderFactory(name="Nobody in it", role="resolver")
    away = ResponderFactory(name="Away Today", role="coordinator")
    Absence.objects.create(responder=away, starts_at=T0, ends_at=after(days=2))
    row = written(team)
    told = OutboundMessage.objects.filter(kind="letter-awaiting")
    people = {one.recipient_name for one in told}
    assert {"Priya Nair", "Clayton Boyd"} <= people
    # The author, who is away, who may not approve, and whom the matrix tells in any case.
    assert not people & {"Rick Salas", "Away Today", "Nobody in it", "Alfred Moss"}
    mine = told.filter(responder=lead)
    assert {one.channel for one in mine} == {"in_app", "email"}
    assert f"/awaiting-letters/{row.pk}/" in mine[0].body_text
    approve(team, row, at=after(minutes=12))
    assert {one.state for one in told.filter(channel="email")} == {"superseded"}


def test_of_a_restricted_incident_only_who_may_see_it_hears_that_a_letter_waits(team: Team) -> None:
    ResponderFactory(name="Priya Nair", role="coordinator")
    incident = triaged(team)
    target = team.target
    lifecycle.restrict(incident.pk, people=(), reason="A suspected breach.", by=target, at=after(minutes=6))
    team.acknowledge(incident, at=after(minutes=10))
    people = {one.recipient_name for one in OutboundMessage.objects.filter(kind="letter-awaiting")}
    assert "Clayton Boyd" in people and "Priya Nair" not in people
