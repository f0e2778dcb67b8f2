"""What ends an incident ends what is said about it, with its reason on the record, and nothing else (B-107…B-113)."""

from datetime import timedelta

import pytest

from incidents import clocks, escalation, lifecycle, timeline
from incidents.facts import Resolution
from incidents.models import Escalation, EscalationRule, Incident, TimelineEntry
from notifications.models import OutboundMessage
from tests.factories import Team, after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db
WORDS = Resolution("Outreach paused", "Volume grew too fast.", "We appealed and slowed down.")


def _late(team: Team) -> Incident:
    """Confirmed, its target long passed, its promised update missed, and a client who threatens to leave."""
    incident = team.to_verifying(1, fixed=after(hours=29))
    lifecycle.raise_situation(
        incident.pk, situation="client_leaving", text="They want out.", by=team.coordinator, at=after(hours=29)
    )
    team.confirm(incident, at=after(hours=30))
    clocks.sweep(now=after(hours=30, minutes=30))
    incident.refresh_from_db()
    return incident


def _running(incident: Incident) -> set[str]:
    return set(incident.escalations.filter(taken_at=None, ended_at=None).values_list("situation", flat=True))


def _resolve(team: Team, incident: Incident) -> None:
    lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(hours=31))
    incident.refresh_from_db()


@pytest.mark.requirement("B-50", "B-62", "B-107")
def test_resolving_ends_what_is_pointless_then_and_keeps_what_people_raised() -> None:
    team = Learners()
    incident = _late(team)
    assert {"update_breached", "client_leaving"} <= _running(incident)
    _resolve(team, incident)
    assert _running(incident) == {"severe", "client_leaving"}
    ended = Escalation.objects.get(incident=incident, situation="update_breached")
    assert (ended.end_reason, ended.due_at) == ("resolved", None)
    facts = incident.timeline.get(kind="resolved").facts
    assert "update_breached" in facts["escalations_ended"]
    waiting = OutboundMessage.objects.filter(key__startswith=f"escalation:{ended.pk}:", state="pending")
    assert not waiting.exists()
    assert timeline.verify(incident) == []


@pytest.mark.requirement("B-107")
def test_what_is_not_over_with_the_incident_is_said_again_after_it_is_resolved() -> None:
    team = Learners()
    incident = _late(team)
    Escalation.objects.filter(situation="client_leaving").update(due_at=after(hours=31, minutes=5))
    _resolve(team, incident)
    escalation.sweep(now=after(hours=31, minutes=6))
    one = Escalation.objects.get(situation="client_leaving")
    assert (one.ended_at, one.times_said) == (None, 2) or "taken by nobody" in one.end_reason


@pytest.mark.requirement("A-23")
def test_reopening_ends_what_was_said_of_its_close() -> None:
    team = Learners()
    incident = _late(team)
    _resolve(team, incident)
    lifecycle.close(incident.pk, force_reason="Enough.", by=team.admin, at=after(hours=33))
    assert "forced_close" in _running(incident)
    lifecycle.reopen(incident.pk, reason="Back.", by_client=False, by=team.coordinator, at=after(hours=34))
    assert "forced_close" not in _running(incident)
    assert "forced_close" in incident.timeline.get(kind="reopened").facts["escalations_ended"]


@pytest.mark.requirement("B-50")
def test_an_update_promised_after_the_resolution_is_owed_no_longer_once_it_is_closed() -> None:
    team = Learners()
    incident = _late(team)
    _resolve(team, incident)
    at = after(hours=31, minutes=10)
    lifecycle.update(incident.pk, team.letter(at), by=team.communicator, at=at)
    clocks.sweep(now=at + timedelta(hours=2))
    assert "update_breached" in _running(incident)
    lifecycle.close(incident.pk, force_reason="Enough.", by=team.admin, at=after(hours=34))
    assert not _running(incident) & {"update_soon", "update_breached"}
    assert "update_breached" in incident.timeline.get(kind="closed").facts["escalations_ended"]


@pytest.mark.requirement("B-107")
def test_a_duplicate_hands_on_what_people_raised_and_nobody_took() -> None:
    team = Learners()
    stays, gone = team.report(1), team.report(1)
    lifecycle.raise_situation(
        gone.pk, situation="client_leaving", text="They want out.", by=team.coordinator, at=after(minutes=2)
    )
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=5))
    assert not _running(gone)
    assert "client_leaving" in TimelineEntry.objects.get(incident=gone, kind="merged").facts["escalations_ended"]
    handed = stays.escalations.get(situation="client_leaving")
    assert f"(From {gone.reference}.)" in handed.text and handed.ended_at is None


def test_what_was_no_incident_ends_everything_with_its_reason() -> None:
    team = Learners()
    incident = team.report(1)
    lifecycle.cancel(incident.pk, reason="A drill.", by=team.coordinator, at=after(minutes=5))
    assert not _running(incident)
    assert "severe" in incident.timeline.get(kind="cancelled").facts["escalations_ended"]


@pytest.mark.requirement("B-107")
def test_reopened_within_its_window_the_late_clock_is_said_again() -> None:
    team = Learners()
    EscalationRule.objects.filter(situation="resolve_breached").update(is_enabled=True, severities=[])
    incident = team.to_verifying(1, fixed=after(hours=29))
    team.confirm(incident, at=after(hours=29, minutes=10))
    clocks.sweep(now=after(hours=29, minutes=20))
    early = Resolution("Outreach paused", "Volume.", "Slowed down.", override_reason="It holds.")
    lifecycle.resolve(incident.pk, early, by=team.admin, at=after(hours=29, minutes=30))
    assert "resolve_breached" not in _running(incident)
    lifecycle.reopen(incident.pk, reason="Back.", by_client=False, by=team.coordinator, at=after(hours=29, minutes=40))
    assert "resolve_breached" in _running(incident)
    assert "update_breached" not in _running(incident)
