"""Telegram by its real protocol against a local server (fault 23)."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from notifications import delivery, outbox
from notifications.models import Breaker, OutboundMessage
from notifications.outbox import Outgoing

pytestmark = pytest.mark.django_db
TOKEN = "123:not-a-real-token"


class Bot(HTTPServer):
    """Answers each call with the next of `answers`, then with success."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []


class _Call(BaseHTTPRequestHandler):
    server: Bot

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, body))
        good = (200, {"ok": True, "result": {"message_id": 77}})
        status, answer = self.server.answers.pop(0) if self.server.answers else good
        if status == 0:
            self.connection.close()
            return
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def bot(settings: Any) -> Iterator[Bot]:
    server = Bot()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TELEGRAM_API_URL = f"http://127.0.0.1:{server.server_port}"
    settings.TELEGRAM_BOT_TOKEN = TOKEN
    yield server
    server.shutdown()
    server.server_close()


def _say() -> None:
    one = Outgoing(
        key="t",
        channel="telegram",
        to="42",
        to_name="Clayton",
        subject="s",
        text="SEV-1 <script>",
        html="",
        about="incident:1",
        kind="escalation",
        buttons=(("I have it", "https://allclear.example/x"),),
    )
    outbox.enqueue([one], at=timezone.now())


def _row() -> OutboundMessage:
    return OutboundMessage.objects.get()


@pytest.mark.requirement("B-11", "B-107")
def test_it_arrives_as_plain_text_with_its_button(bot: Bot) -> None:
    _say()
    delivery.sweep("telegram", now=timezone.now())
    path, body = bot.calls[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert (body["chat_id"], body["text"]) == ("42", "SEV-1 <script>")
    assert "parse_mode" not in body
    assert body["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://allclear.example/x"
    assert (_row().state, _row().provider_reference) == ("sent", "77")


def test_too_many_requests_waits_as_long_as_it_is_told(bot: Bot) -> None:
    bot.answers = [(429, {"ok": False, "description": "Too Many", "parameters": {"retry_after": 40}})]
    _say()
    delivery.sweep("telegram", now=timezone.now())
    due = _row().due_at
    assert due is not None
    assert timedelta(seconds=39) < due - timezone.now() < timedelta(seconds=50)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_for_good_is_dead_with_its_reason_and_without_the_token(bot: Bot, status: int) -> None:
    bot.answers = [(status, {"ok": False, "description": "Forbidden: bot was blocked"})]
    _say()
    delivery.sweep("telegram", now=timezone.now())
    assert _row().state == "dead"
    assert str(status) in _row().last_error
    assert TOKEN not in _row().last_error


def test_a_chat_that_moved_is_followed(bot: Bot) -> None:
    bot.answers = [(400, {"ok": False, "parameters": {"migrate_to_chat_id": -100}})]
    _say()
    delivery.sweep("telegram", now=timezone.now())
    assert [body["chat_id"] for _, body in bot.calls] == ["42", "-100"]
    assert _row().state == "sent"


def test_a_connection_that_breaks_after_the_call_is_tried_once_more(bot: Bot) -> None:
    bot.answers = [(0, {})]
    _say()
    delivery.sweep("telegram", now=timezone.now())
    assert (_row().state, _row().ambiguous) == ("pending", 1)
    assert TOKEN not in _row().last_error
    delivery.sweep("telegram", now=timezone.now() + timedelta(seconds=30))
    assert _row().state == "sent"


def test_down_altogether_costs_no_attempt(settings: Any) -> None:
    settings.TELEGRAM_API_URL, settings.TELEGRAM_BOT_TOKEN = "http://127.0.0.1:9", TOKEN
    _say()
    delivery.sweep("telegram", now=timezone.now())
    assert (_row().state, _row().attempts) == ("pending", 0)
    assert TOKEN not in Breaker.objects.get().last_error
