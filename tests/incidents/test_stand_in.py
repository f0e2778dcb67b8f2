"""Who is away is passed over, and whoever stands in hears for whom; by chat and telephone too (C-28, B-107…B-113)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents import configuration, escalation, lifecycle
from incidents.models import EscalationRule, Incident, Responder
from notifications.channels.chat import recipient
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, Team, after

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C-28", "C-18")]


def _away(person: Responder, starts: datetime) -> None:
    configuration.be_away(
        person.pk, starts_at=starts, ends_at=starts + timedelta(days=7), reason="", by=person, at=after()
    )


def _chat(person: Responder) -> str:
    url = f"slack://TAAAAAAAA/BAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAA{person.pk % 100:02d}/"
    one = configuration.save_destination(
        None, name=f"Chat of {person}", url=url, responder=person, by=person, at=after()
    )
    return recipient(one.pk)


def _rule(**changed: Any) -> EscalationRule:
    EscalationRule.objects.filter(situation="client_leaving").update(is_enabled=True, **changed)
    return EscalationRule.objects.get(situation="client_leaving")


def _leaving(team: Team, at: datetime) -> Incident:
    incident = team.report(2)
    lifecycle.raise_situation(
        incident.pk, situation="client_leaving", text="They want out.", by=team.coordinator, at=at
    )
    return incident


def _said(incident: Incident) -> dict[int | None, OutboundMessage]:
    return {one.responder_id: one for one in OutboundMessage.objects.filter(kind="escalation", about=incident.about)}


def test_the_chat_of_whoever_stands_in_hears_it_and_for_whom() -> None:
    team = Team()
    first = team.target
    second = ResponderFactory(name="Nina Ray", role="escalation_target")
    numbers = {person.pk: _chat(person) for person in (first, second)}
    _rule(channels=["chat"])
    here = _said(_leaving(team, after(minutes=2)))
    assert {pk: one.recipient for pk, one in here.items()} == {first.pk: numbers[first.pk]}
    assert "stand in" not in here[first.pk].body_text
    _away(first, after(minutes=3))
    incident = _leaving(team, after(minutes=4))
    (message,) = _said(incident).values()
    assert (message.responder_id, message.recipient) == (second.pk, numbers[second.pk])
    assert "Clayton Boyd is away: you stand in." in message.body_text
    line = incident.timeline.filter(kind="escalated").last()
    assert line is not None and "Nina Ray by chat or SMS (for Clayton Boyd, who is away)" in line.text


def test_whoever_is_told_in_their_own_right_stands_in_for_nobody() -> None:
    team = Team()
    first = team.target
    second = ResponderFactory(name="Nina Ray", role="escalation_target")
    _rule(channels=["email"]).responders.add(second)
    _away(first, after(minutes=1))
    (message,) = _said(_leaving(team, after(minutes=2))).values()
    assert message.responder_id == second.pk
    assert "stand in" not in message.body_text


def test_who_went_away_since_is_not_the_only_one_who_hears_it_again() -> None:
    team = Team()
    first = team.target
    second = ResponderFactory(name="Nina Ray", role="escalation_target")
    _rule(channels=["email"], repeat_minutes=15)
    incident = _leaving(team, after(minutes=2))
    assert set(_said(incident)) == {first.pk}
    _away(first, after(minutes=10))
    escalation.sweep(now=after(minutes=18))
    again = OutboundMessage.objects.filter(key__contains=":2:email:", about=incident.about)
    assert {one.responder_id for one in again} == {first.pk, second.pk}
    assert "Clayton Boyd is away: you stand in." in again.get(responder=second).body_text
    escalation.sweep(now=after(minutes=34))
    assert incident.escalations.get().recipients.count() == 2
