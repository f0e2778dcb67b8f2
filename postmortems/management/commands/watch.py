"""`manage.py watch`: the auditor, in another process than the sweepers (reliability.md).

Every few seconds it asks whether anything is stuck. When the sweeps are late (Redis, beat or the workers are gone), it
sweeps itself at every look until somebody else does again. Once a minute, if all is well, it tells the
dead-man URL, whose silence is then the alarm outside.
"""

import logging
import time
from argparse import ArgumentParser
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from incidents import stuck
from incidents import tasks as response
from incidents.detection import tasks as detection
from notifications import heartbeats
from notifications import tasks as mail_room
from notifications.delivery import CHANNELS
from notifications.inbound import fetching
from postmortems import tasks as learning

log = logging.getLogger("allclear.watch")
# The clocks first: when it stands in for all of them, nothing waits for what can wait.
SWEEPS = response.SWEEPS | detection.SWEEPS | learning.SWEEPS


class Command(BaseCommand):
    help = "Watch the sweeps, stand in for them when they are late, and ping the dead-man URL while all is well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, help="seconds between looks")
        parser.add_argument("--once", action="store_true", help="look once and exit 1 when anything is stuck")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A slow mail server holds up its own channel only, never a clock.
        self.senders = ThreadPoolExecutor(len(CHANNELS) + 1)
        self.sending: dict[str, Future[None]] = {}
        # When this process swept last; a heartbeat that is no younger is its own.
        self.stood_in: dict[str, datetime] = {}
        self.said: set[str] = set()

    def handle(self, *args: Any, **options: Any) -> None:
        pinged = 0.0
        while True:
            reasons = self._look()
            if options["once"]:
                self.senders.shutdown()
                raise SystemExit(1 if reasons else 0)
            if not reasons and settings.DEAD_MAN_URL and time.monotonic() - pinged >= 60:
                pinged = time.monotonic()
                self._ping()
            time.sleep(options["every"])

    def _look(self) -> list[str]:
        try:
            now = timezone.now()
            alive = self._alive(now)
            self.said -= alive
            for name in [name for name in SWEEPS if name not in alive]:
                self._say(name)
                self._sweep(name)
                self.stood_in[name] = timezone.now()
            for channel in self._posts() - alive:
                self._send(channel)
            reasons = stuck.look(now=timezone.now()).reasons()
            heartbeats.beat("watch", started=now, finished=timezone.now(), handled=len(reasons))
        except DatabaseError as error:
            reasons = [f"PostgreSQL does not answer: {error}"]
        finally:
            close_old_connections()
        for reason in reasons:
            log.error("stuck: %s", reason)
        return reasons

    def _sweep(self, name: str) -> None:
        """A sweep that fails leaves its error on its heartbeat, and keeps none of the others from being done."""
        try:
            heartbeats.swept(name, SWEEPS[name])
        except DatabaseError:
            raise
        except Exception:
            log.exception("the sweep “%s” failed", name)

    def _alive(self, now: datetime) -> set[str]:
        """The sweeps that somebody else does, in time."""
        late = {beat.name for beat in heartbeats.late(now)}
        return {
            beat.name
            for beat in heartbeats.every()
            if beat.name not in late and (beat.name not in self.stood_in or beat.finished_at > self.stood_in[beat.name])
        }

    def _posts(self) -> set[str]:
        """Whatever speaks with a server of others: each channel, and the mailbox where there is one."""
        return {*CHANNELS, *([mail_room.MAILBOX] if fetching.is_configured() else [])}

    def _say(self, name: str) -> None:
        if name not in self.said:
            log.warning("the sweep “%s” is late; it is done here until somebody else does it", name)
        self.said.add(name)

    def _send(self, channel: str) -> None:
        if channel not in self.sending or self.sending[channel].done():
            self._say(channel)
            self.sending[channel] = self.senders.submit(self._sent, channel)

    def _sent(self, channel: str) -> None:
        try:
            mail_room.swept(channel)
        except Exception:
            log.exception("sending by %s failed", channel)
        finally:
            self.stood_in[channel] = timezone.now()
            connection.close()

    def _ping(self) -> None:
        try:
            requests.get(settings.DEAD_MAN_URL, timeout=10)
        except requests.RequestException as error:
            log.warning("the dead-man URL did not answer: %s", type(error).__name__)
