"""`manage.py watch`: the auditor, in another process than the sweepers (reliability.md).

Every few seconds it asks whether anything is stuck. When the sweeps are late (Redis, beat or the workers are gone), it
sweeps itself, so that deadlines are enforced late rather than never. Once a minute, if all is well, it tells the
dead-man URL, whose silence is then the alarm outside.
"""

import logging
import time
from argparse import ArgumentParser
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from incidents import stuck
from incidents.tasks import SWEEPS, swept
from notifications import heartbeats

log = logging.getLogger("allclear.watch")


class Command(BaseCommand):
    help = "Watch the sweeps, stand in for them when they are late, and ping the dead-man URL while all is well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, help="seconds between looks")
        parser.add_argument("--once", action="store_true", help="look once and exit 1 when anything is stuck")

    def handle(self, *args: Any, **options: Any) -> None:
        pinged = 0.0
        while True:
            reasons = self._look()
            if options["once"]:
                raise SystemExit(1 if reasons else 0)
            if not reasons and settings.DEAD_MAN_URL and time.monotonic() - pinged >= 60:
                pinged = time.monotonic()
                self._ping()
            time.sleep(options["every"])

    def _look(self) -> list[str]:
        try:
            now = timezone.now()
            late = {beat.name for beat in heartbeats.late(now)}
            for name in SWEEPS.keys() & late if late else SWEEPS.keys() - {b.name for b in heartbeats.every()}:
                log.warning("the sweep “%s” is late; sweeping here", name)
                swept(name)
            reasons = stuck.look(now=timezone.now()).reasons()
            heartbeats.beat("watch", started=now, finished=timezone.now(), handled=len(reasons))
        except DatabaseError as error:
            reasons = [f"PostgreSQL does not answer: {error}"]
        finally:
            close_old_connections()
        for reason in reasons:
            log.error("stuck: %s", reason)
        return reasons

    def _ping(self) -> None:
        try:
            requests.get(settings.DEAD_MAN_URL, timeout=10)
        except requests.RequestException as error:
            log.warning("the dead-man URL did not answer: %s", type(error).__name__)
