"""A real mail worker whose mail server hangs: Telegram leaves all the same, however often the mail is rung for."""

import threading
from pathlib import Path

import pytest
from django.utils import timezone

from notifications import bulkheads, outbox
from notifications.delivery import CHANNELS
from notifications.models import Breaker, OutboundMessage
from notifications.outbox import Outgoing
from tests.faults.processes import celery_worker, environment, redis, running, until
from tests.notifications.test_bulkheads import hung_server
from tests.notifications.test_telegram import TOKEN, Bot

pytestmark = pytest.mark.django_db(transaction=True)
RING = """
import time
from config.celery import app
end = time.monotonic() + 30
while time.monotonic() < end:
    for name in ("send_email", "send_email", "send_telegram"):
        app.send_task(f"notifications.tasks.{name}", queue="mail", expires=2)
    time.sleep(0.2)
"""


def test_the_children_of_a_worker_are_enough_for_every_channel() -> None:
    launched = Path("config/launch/supervise.py").read_text()
    children = sum(bulkheads.SLOTS.get(channel, 1) for channel in CHANNELS)
    assert f'"-c", "{max(children, 7)}", "-Q", "mail"' in launched


def test_telegram_leaves_within_seconds_while_every_mail_hangs(tmp_path: Path) -> None:
    now = timezone.now()
    bot = Bot()
    threading.Thread(target=bot.serve_forever, daemon=True).start()
    letters = [
        Outgoing(f"m{n}", "email", f"a{n}@client.example", "Dana", "S", "T\n", "", "incident:1", "x") for n in range(20)
    ]
    outbox.enqueue(letters, at=now)
    children = sum(bulkheads.SLOTS.get(channel, 1) for channel in CHANNELS)
    with hung_server() as port, redis() as broker:
        env = environment(
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            ALLCLEAR_SMTP_TIMEOUT="20",
            REDIS_URL=broker.url,
            TELEGRAM_API_URL=f"http://127.0.0.1:{bot.server_port}",
            TELEGRAM_BOT_TOKEN=TOKEN,
        )
        with (
            running(*celery_worker("mail", children=children), env=env, log=tmp_path / "log"),
            running("-c", RING, env=env, log=tmp_path / "log"),
        ):
            until(
                lambda: OutboundMessage.objects.filter(state="claimed").exists(), 30, "the mail is taken up, and hangs"
            )
            for number in range(3):
                said = Outgoing(f"t{number}", "telegram", "42", "Clayton", "S", "T", "", "incident:1", "escalation")
                outbox.enqueue([said], at=timezone.now())
                until(lambda n=number: len(bot.calls) > n, 4, "Telegram leaves")  # type: ignore[misc]
            assert not Breaker.objects.filter(pk="email").exists(), "the mail hung all the while"
    bot.shutdown()
    bot.server_close()
