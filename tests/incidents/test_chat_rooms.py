"""A room or a telephone in a row of the matrix: told with the others, and never of what is restricted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import configuration, escalation, lifecycle
from incidents.models import ConfigurationChange, Escalation, EscalationRule, Responder, Role
from incidents.sign_in import BACKEND
from notifications import delivery
from notifications.models import Destination, OutboundMessage
from tests.factories import ResponderFactory, Team, after
from tests.notifications.receiver import Receiver
from tests.notifications.test_chat import SECRET, SLACK, TWILIO, slack

pytestmark = pytest.mark.django_db
__all__ = ["slack"]


@pytest.fixture
def ada() -> Iterator[Responder]:
    yield ResponderFactory(role="administrator", email="ada@example.org")


def _rule(ada: Responder, *rooms: Destination, channels: tuple[str, ...] = ("chat", "in_app")) -> EscalationRule:
    rule = EscalationRule.objects.get(situation="severe")
    values = {"channels": list(channels), "urgency": "immediate", "repeat_minutes": 15}
    role = Role.objects.get(key="escalation_target")
    return configuration.save_rule(
        rule.pk, values, role_ids=[role.pk], responder_ids=[], room_ids=[one.pk for one in rooms], by=ada, at=after()
    )


def _add(ada: Responder, name: str, url: str, responder: Responder | None = None) -> Destination:
    return configuration.save_destination(None, name=name, url=url, responder=responder, by=ada, at=after())


def _told() -> set[tuple[str, str]]:
    rows = OutboundMessage.objects.filter(kind="escalation")
    return set(rows.values_list("channel", "recipient_name"))


@pytest.mark.requirement("B-107", "C-18")
def test_a_row_tells_its_rooms_and_the_persons_own_telephone(ada: Responder, slack: Receiver) -> None:
    team = Team()
    room, phone = _add(ada, "#incidents", SLACK), _add(ada, "Clayton’s phone", TWILIO, team.target)
    _rule(ada, room)
    incident = team.report(1)
    assert _told() == {("chat", "#incidents"), ("chat", "Clayton Boyd"), ("in_app", "Clayton Boyd")}
    to_room = OutboundMessage.objects.get(recipient=f"destination:{room.pk}")
    to_phone = OutboundMessage.objects.get(recipient=f"destination:{phone.pk}")
    assert "/escalations/" not in to_room.body_text
    assert "/escalations/" in to_phone.body_text
    delivery.sweep("chat", now=timezone.now())
    assert incident.reference in slack.got[0].body.decode()
    assert escalation.sweep(now=after(minutes=16)) == 1
    assert OutboundMessage.objects.filter(recipient=f"destination:{room.pk}").count() == 2
    line = incident.timeline.filter(kind="escalated").first()
    assert line is not None
    assert "the room “#incidents”" in line.text
    taken = Escalation.objects.get(situation="severe")
    lifecycle.take_escalation(taken.pk, by=team.target, at=after(minutes=17))
    waiting = OutboundMessage.objects.filter(channel="chat", state="pending")
    assert not waiting.exists(), "what was not said yet is withdrawn when somebody has it"


def test_whoever_has_no_telephone_is_written_to_unless_a_room_hears_of_it(ada: Responder) -> None:
    team = Team()
    _rule(ada)
    team.report(1)
    assert _told() == {("email", "Clayton Boyd"), ("in_app", "Clayton Boyd")}
    OutboundMessage.objects.all().delete()
    _rule(ada, _add(ada, "#incidents", SLACK))
    team.report(1)
    assert _told() == {("chat", "#incidents"), ("in_app", "Clayton Boyd")}


def test_a_room_never_hears_of_a_restricted_incident(ada: Responder) -> None:
    team = Team()
    room = _add(ada, "#incidents", SLACK)
    rule = EscalationRule.objects.get(situation="data_breach")
    EscalationRule.objects.filter(pk=rule.pk).update(channels=["chat", "in_app"])
    rule.rooms.add(room)
    incident = team.report(2)
    words = "A list went to the wrong client"
    lifecycle.raise_situation(incident.pk, situation="data_breach", text=words, by=team.resolver, at=after(minutes=3))
    assert not OutboundMessage.objects.filter(recipient=f"destination:{room.pk}").exists()


def test_the_pages_add_test_and_switch_and_never_show_the_address(ada: Responder, slack: Receiver) -> None:
    browser = Browser()
    browser.force_login(ada, backend=BACKEND)
    typed = {"name": "#incidents", "url": "json://10.0.0.1/x"}
    again = browser.post("/settings/chat/add/", typed)
    assert "is not allowed" in again.context["form"].errors["url"][0]
    assert "#incidents" in again.content.decode()
    native = f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}"
    assert browser.post("/settings/chat/add/", {**typed, "url": native}).status_code == 302
    room = Destination.objects.get()
    assert browser.post(f"/settings/chat/{room.pk}/", {"name": "#alarm", "url": ""}).status_code == 302
    assert "A test is on its way" in browser.post(f"/settings/chat/{room.pk}/try/", follow=True).content.decode()
    delivery.sweep("chat", now=timezone.now())
    assert "as Responder" in slack.got[0].body.decode()
    pages = [browser.get(path).content.decode() for path in ("/settings/chat/", f"/settings/chat/{room.pk}/")]
    pages += [str(list(ConfigurationChange.objects.values())), str(list(Destination.objects.values()))]
    assert all(SECRET not in page for page in pages)
    assert "sent" in pages[0]
    assert "is off" in browser.post(f"/settings/chat/{room.pk}/switch/", {"on": "no"}, follow=True).content.decode()
    assert "switched off" in browser.post(f"/settings/chat/{room.pk}/try/", follow=True).content.decode()


def test_a_rule_chooses_its_rooms_on_its_page(ada: Responder) -> None:
    room = _add(ada, "#incidents", SLACK)
    rule = EscalationRule.objects.get(situation="severe")
    browser = Browser()
    browser.force_login(ada, backend=BACKEND)
    typed: dict[str, Any] = {
        "name": rule.name,
        "situation": "severe",
        "roles": [role.pk for role in rule.roles.all()],
        "rooms": [room.pk],
        "channels": ["telegram"],
        "urgency": "immediate",
        "repeat_limit": 6,
        "is_enabled": "on",
    }
    again = browser.post(f"/settings/escalation/{rule.pk}/", typed)
    assert "Chat or SMS" in again.context["form"].errors["channels"][0]
    assert browser.post(f"/settings/escalation/{rule.pk}/", {**typed, "channels": ["chat"]}).status_code == 302
    assert [one.pk for one in rule.rooms.all()] == [room.pk]
    assert "(room)" in browser.get("/settings/escalation/").content.decode()
