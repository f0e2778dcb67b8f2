"""Telegram down in a SEV-1: e-mail and the next in line hear of it, once, and the record says so (fault 23)."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents import escalation, lifecycle, stuck
from incidents.models import Escalation, Responder, Role, RoleHolding
from notifications import delivery
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, Team, after
from tests.notifications.test_telegram import TOKEN, Bot

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(settings: Any) -> Iterator[Team]:
    settings.TELEGRAM_BOT_TOKEN, settings.TELEGRAM_API_URL = TOKEN, "http://127.0.0.1:9"
    started = Team()
    started.target.telegram_chat = "42"
    started.target.save()
    yield started


def _second() -> Responder:
    person: Responder = ResponderFactory(name="Jonas Weber", telegram_chat="43")
    role = Role.objects.get(key="escalation_target")
    RoleHolding.objects.create(role=role, responder=person, position=2)
    return person


def _age(**span: float) -> None:
    """The minutes have passed since it was written."""
    OutboundMessage.objects.update(created_at=timezone.now() - timedelta(**span))


def _told() -> set[tuple[str, str]]:
    return set(OutboundMessage.objects.filter(kind="escalation").values_list("channel", "recipient_name"))


@pytest.mark.requirement("B-107", "B-11", "C-18")
def test_telegram_down_for_minutes_in_a_sev_1_reaches_by_email_and_the_second_contact(team: Team) -> None:
    second = _second()
    incident = team.report(1)
    assert _told() == {("telegram", "Clayton Boyd")}
    delivery.sweep("telegram", now=timezone.now())
    assert OutboundMessage.objects.get(channel="telegram").state == "pending"
    _age(seconds=100)
    assert escalation.sweep_unreached(now=timezone.now()) == 0
    _age(seconds=130)
    assert escalation.sweep_unreached(now=timezone.now()) == 1
    assert escalation.sweep_unreached(now=timezone.now()) == 0
    assert _told() == {("telegram", "Clayton Boyd"), ("email", "Clayton Boyd"), ("email", "Jonas Weber")}
    raised = Escalation.objects.get(situation="severe")
    assert second in raised.recipients.all()
    line = incident.timeline.filter(kind="escalated").order_by("-seq").first()
    assert line is not None
    assert "Telegram did not reach Clayton Boyd" in line.text
    assert "Jonas Weber by e-mail" in line.text
    assert TOKEN not in line.text
    lifecycle.take_escalation(raised.pk, by=second, at=after(minutes=4))
    assert not OutboundMessage.objects.filter(kind="escalation", state="pending").exists()


@pytest.mark.requirement("C-18")
@pytest.mark.parametrize("status", [401, 403])
def test_a_bot_that_is_blocked_or_whose_token_is_gone_falls_back_at_once(
    team: Team, settings: Any, status: int
) -> None:
    _second()
    bot = Bot()
    threading.Thread(target=bot.serve_forever, daemon=True).start()
    settings.TELEGRAM_API_URL = f"http://127.0.0.1:{bot.server_port}"
    bot.answers = [(status, {"ok": False, "description": "Forbidden"})]
    team.report(1)
    delivery.sweep("telegram", now=timezone.now())
    assert OutboundMessage.objects.get(channel="telegram").state == "dead"
    assert stuck.look(now=timezone.now()).letters_failed == 1
    assert escalation.sweep_unreached(now=timezone.now()) == 1
    assert ("email", "Clayton Boyd") in _told()
    assert ("email", "Jonas Weber") in _told()
    assert stuck.look(now=timezone.now()).letters_failed == 0
    bot.shutdown()
    bot.server_close()


def test_with_nobody_second_the_record_says_who_was_written_to(team: Team) -> None:
    incident = team.report(1)
    _age(minutes=3)
    escalation.sweep_unreached(now=timezone.now())
    assert _told() == {("telegram", "Clayton Boyd"), ("email", "Clayton Boyd")}
    line = incident.timeline.filter(kind="escalated").order_by("-seq").first()
    assert line is not None
    assert "told instead: Clayton Boyd by e-mail." in line.text


def test_what_was_taken_meanwhile_is_not_said_again(team: Team) -> None:
    team.report(1)
    raised = Escalation.objects.get(situation="severe")
    lifecycle.take_escalation(raised.pk, by=team.target, at=after(minutes=1))
    OutboundMessage.objects.filter(channel="telegram").update(state="dead", reported_at=None, noticed_at=None)
    assert escalation.sweep_unreached(now=timezone.now()) == 1
    assert _told() == {("telegram", "Clayton Boyd")}
