"""One line for each sweep of detection; no argument, no state (design law 5)."""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from incidents.detection import checks, heartbeats, readings
from incidents.detection.intake import settle
from notifications.heartbeats import beat

SWEEPS: dict[str, Callable[[datetime], int]] = {
    "alerts": lambda now: settle.sweep(now=now),
    "heartbeats": lambda now: heartbeats.sweep(now=now),
    "readings": lambda now: readings.sweep(now=now),
    "checks": lambda now: checks.sweep(now=now),
    "unsigned checks": lambda now: checks.sweep_overdue(now=now),
}


def swept(name: str) -> None:
    """Runs one sweep by name and leaves its heartbeat, with the error when it failed."""
    started = timezone.now()
    try:
        handled = SWEEPS[name](started)
    except Exception as error:
        beat(name, started=started, finished=timezone.now(), handled=0, error=f"{type(error).__name__}: {error}")
        raise
    beat(name, started=started, finished=timezone.now(), handled=handled)


@shared_task(ignore_result=True)
def fold_alerts() -> None:
    swept("alerts")


@shared_task(ignore_result=True)
def miss_pings() -> None:
    swept("heartbeats")


@shared_task(ignore_result=True)
def miss_readings() -> None:
    swept("readings")


@shared_task(ignore_result=True)
def run_checks() -> None:
    for name in ("checks", "unsigned checks"):
        swept(name)
