"""A resolve clock that policy lets be paused: it goes on by itself, and hides nothing from the escalation (C-06)."""

import copy
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents import clocks, configuration, escalation, lifecycle, timeline
from incidents.models import Escalation, EscalationRule, Incident, PolicyVersion, SlaPolicy, TimelineEntry
from incidents.refusals import Refused
from notifications.models import OutboundMessage
from tests.factories import T0, ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
ROW = "SEV-2 not resolved in 24 hours"


def pausable(rank: int, *, target_hours: int | None = None, hours: int = 200) -> None:
    """The default policy lets this severity be paused for so long, from its next version on."""
    policy = SlaPolicy.objects.get(is_default=True)
    body = copy.deepcopy(PolicyVersion.objects.filter(policy=policy).order_by("-number")[0].body)
    terms = body["severities"][f"SEV-{rank}"]["resolve"]
    terms |= {"pausable": True, "max_pause_seconds": hours * 3600}
    if target_hours:
        terms["target_seconds"] = target_hours * 3600
    who = ResponderFactory(role="administrator")
    configuration.add_version(policy.pk, body, note="Pausing", by=who, at=T0 - timedelta(days=1))


def _paused(team: Team, rank: int = 2, *, hours: float, at: float = 1) -> Incident:
    incident = team.triage(team.report(rank), at=after(minutes=2))
    until = after(hours=at + hours)
    why = {"reason": "waiting_on_client", "text": "They must confirm the list."}
    lifecycle.pause(incident.pk, **why, until=until, by=team.coordinator, at=after(hours=at))
    return incident


def _said() -> list[tuple[str, str]]:
    found = Escalation.objects.filter(situation="resolve_breached").order_by("pk")
    return [(one.rule.name, one.text) for one in found.select_related("rule")]


@pytest.mark.requirement("C-06")
def test_no_severity_may_be_paused_as_shipped() -> None:
    team = Team()
    incident = team.triage(team.report(3), at=after(minutes=2))
    with pytest.raises(Refused, match="does not let a SEV-3 be paused"):
        lifecycle.pause(
            incident.pk, reason="waiting_on_client", text="", until=after(hours=5), by=team.coordinator, at=T0
        )
    assert not Incident.objects.get(pk=incident.pk).clocks.filter(paused=True).exists()


@pytest.mark.requirement("C-06")
def test_a_paused_clock_goes_on_by_itself_at_its_instant_though_nobody_comes() -> None:
    pausable(2)
    incident = _paused(Team(), hours=2)
    clock = incident.clocks.get(kind="resolve")
    assert (clock.paused, clock.state) == (True, "paused")

    clocks.sweep(now=after(hours=2, minutes=59))
    clock.refresh_from_db()
    assert clock.paused
    clocks.sweep(now=after(hours=3))
    clock.refresh_from_db()
    assert (clock.paused, clock.state, clock.due_at) == (False, "running", after(hours=26))

    clocks.sweep(now=after(hours=26))
    clock.refresh_from_db()
    assert clock.breached_at is None
    clocks.sweep(now=after(hours=26, seconds=1))
    clock.refresh_from_db()
    assert clock.breached_at == after(hours=26)
    assert timeline.verify(Incident.objects.get(pk=incident.pk)) == []


@pytest.mark.requirement("B-112", "C-11")
def test_a_pause_does_not_hide_24_hours_and_the_breach_that_follows_is_not_said_again() -> None:
    pausable(2)
    team = Team()
    incident = _paused(team, hours=100)
    assert escalation.sweep_aged(now=after(hours=24, seconds=-1)) == 0
    assert escalation.sweep_aged(now=after(hours=24)) == 1
    assert escalation.sweep_aged(now=after(hours=25)) == 0
    assert _said() == [(ROW, "Not resolved for 24 h by the wall clock, its clock is paused.")]
    told = OutboundMessage.objects.get(key__startswith=f"escalation:{Escalation.objects.get().pk}:1:")
    assert told.responder_id == team.target.pk
    assert "Not resolved for 24 h" in told.body_text
    line = TimelineEntry.objects.get(incident=incident, kind="at_risk", facts__wall_hours=24)
    assert line.at == after(hours=24)

    clocks.sweep(now=after(hours=125))
    assert incident.clocks.get(kind="resolve").breached_at == after(hours=124)
    assert TimelineEntry.objects.filter(incident=incident, kind="breached", facts__clock_kind="resolve").exists()
    assert len(_said()) == 1
    assert timeline.verify(Incident.objects.get(pk=incident.pk)) == []


@pytest.mark.requirement("B-112")
def test_a_longer_target_does_not_hide_24_hours_and_another_severity_is_none_of_the_row() -> None:
    pausable(2, target_hours=72)
    team = Team()
    late = team.triage(team.report(2), at=after(minutes=2))
    team.triage(team.report(3), at=after(minutes=2))
    fixed = team.to_verifying(2)
    assert escalation.sweep_aged(now=after(hours=48)) == 1
    assert Escalation.objects.get(situation="resolve_breached").incident == late
    assert "its clock counts fewer" in _said()[0][1]
    assert fixed.clocks.get(kind="resolve").stopped_at


@pytest.mark.requirement("B-112")
def test_what_is_due_by_its_own_clock_is_left_to_the_breach() -> None:
    Team().triage(Team().report(2), at=after(minutes=1))
    assert escalation.sweep_aged(now=after(hours=30)) == 0
    clocks.sweep(now=after(hours=30))
    assert escalation.sweep_aged(now=after(hours=31)) == 0
    assert [name for name, text in _said() if "was due" in text] == [ROW]


def test_a_row_that_is_off_is_silent_and_does_not_hold_the_sweep_up() -> None:
    pausable(2)
    _paused(Team(), hours=100)
    EscalationRule.objects.filter(name=ROW).update(is_enabled=False)
    assert escalation.sweep_aged(now=after(hours=48)) == 0
    assert _said() == []


def test_hours_on_the_wall_are_typed_on_the_rules_page_and_refused_where_they_mean_nothing() -> None:
    browser = Browser()
    browser.force_login(ResponderFactory(role="administrator"))
    rule = EscalationRule.objects.get(name=ROW)
    address = reverse("incidents:change_rule", args=[rule.pk])
    typed = {
        "name": rule.name,
        "situation": "resolve_breached",
        "severities": ["2"],
        "roles": [role.pk for role in rule.roles.all()],
        "channels": ["telegram"],
        "urgency": "normal",
        "repeat_limit": "6",
        "wall_hours": "36",
    }
    assert 'value="24"' in browser.get(address).content.decode()
    assert browser.post(address, typed).status_code == 302
    assert EscalationRule.objects.get(pk=rule.pk).wall_hours == 36
    assert "or 36 h after its start" in browser.get(reverse("incidents:escalation_rules")).content.decode()
    refused = browser.post(address, {**typed, "situation": "severe"})
    assert "Hours on the wall go with “Not resolved in time” only" in refused.content.decode()
    assert EscalationRule.objects.get(pk=rule.pk).situation == "resolve_breached"
