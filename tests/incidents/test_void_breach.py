"""A breach that was an honest mistake is lifted, by somebody else, and the clock is judged again (S7.6)."""

from datetime import datetime

import pytest

from incidents import lifecycle
from incidents.facts import Resolution
from incidents.models import Clock, Incident
from incidents.refusals import Refused
from tests.factories import Team, after

pytestmark = pytest.mark.django_db


def _late(team: Team) -> Incident:
    """A SEV-1 that was acknowledged an hour too late and is none: SEV-3."""
    incident = team.triage(team.report(1), at=after(minutes=5))
    team.acknowledge(incident, at=after(hours=2))
    lifecycle.reclassify(incident.pk, severity=3, reason="One sender only", by=team.coordinator, at=after(hours=3))
    return incident


def _void(clock: Clock, team: Team, *, at: datetime) -> Clock:
    lifecycle.void_breach(clock.pk, reason="It never was SEV-1", by=team.coordinator, at=at)
    return Clock.objects.get(pk=clock.pk)


@pytest.mark.requirement("C-27")
def test_it_is_judged_again_under_the_severity_in_force() -> None:
    team = Team()
    clock = _late(team).clocks.get(kind="acknowledge")
    assert (clock.state, clock.target_seconds) == ("met_late", 3600)
    clock = _void(clock, team, at=after(hours=4))
    assert (clock.state, clock.breached_at, clock.target_seconds) == ("met", None, 24 * 3600)


def test_it_is_lifted_also_of_a_duplicate_that_was_merged() -> None:
    """The verb is allowed on a closed incident, so the engine has to hear it."""
    team = Team()
    incident = _late(team)
    other = team.triage(team.report(3, at=after(hours=3)), at=after(hours=3, minutes=5))
    lifecycle.merge(incident.pk, into_id=other.pk, reason="The same", by=team.coordinator, at=after(hours=4))
    clock = _void(incident.clocks.get(kind="acknowledge"), team, at=after(hours=5))
    assert (clock.state, clock.breached_at) == ("met", None)


def test_an_earlier_cycle_keeps_its_outcome_and_the_later_its_breach() -> None:
    """S8: cycle n keeps its outcome for ever; voiding it would lift the breach of the newest instead."""
    team = Team()
    incident = team.to_verifying(1, fixed=after(hours=6))
    team.confirm(incident, at=after(hours=7, minutes=1))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We slowed down.")
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=7, minutes=5))
    lifecycle.reopen(incident.pk, reason="It is back", by_client=True, by=team.coordinator, at=after(hours=9))
    first, second = incident.clocks.filter(kind="resolve").order_by("cycle")
    assert (first.state, second.due_at) == ("met_late", after(hours=13))
    with pytest.raises(Refused, match="reopened since"):
        _void(first, team, at=after(hours=20))
    lifecycle.note(incident.pk, text="Still looking.", by=team.resolver, at=after(hours=20))
    second.refresh_from_db()
    assert (second.state, second.breached_at) == ("breached", after(hours=13))
