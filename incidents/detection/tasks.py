"""One line for each sweep of detection; no argument, no state (design law 5)."""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task

from incidents.detection import checks, readings
from incidents.detection.heartbeats import missing
from incidents.detection.intake import settle
from incidents.detection.mail import forgetting, sorting
from incidents.detection.readings import own_letters
from notifications import heartbeats

SWEEPS: dict[str, Callable[[datetime], int]] = {
    "alerts": lambda now: settle.sweep(now=now),
    "sort mail": lambda now: sorting.sweep(now=now),
    "kept mail": lambda now: forgetting.sweep(now=now),
    "heartbeats": lambda now: missing.sweep(now=now),
    "readings": lambda now: readings.sweep(now=now),
    "own letters": lambda now: own_letters.sweep(now=now),
    "checks": lambda now: checks.sweep(now=now),
    "unsigned checks": lambda now: checks.sweep_overdue(now=now),
}


def swept(name: str) -> None:
    """Runs one sweep by name and leaves its heartbeat, with the error when it failed."""
    heartbeats.swept(name, SWEEPS[name])


@shared_task(ignore_result=True)
def fold_alerts() -> None:
    swept("alerts")


@shared_task(ignore_result=True)
def sort_mail() -> None:
    swept("sort mail")


@shared_task(ignore_result=True)
def forget_mail() -> None:
    swept("kept mail")


@shared_task(ignore_result=True)
def miss_pings() -> None:
    swept("heartbeats")


@shared_task(ignore_result=True)
def miss_readings() -> None:
    swept("readings")


@shared_task(ignore_result=True)
def measure_own_letters() -> None:
    swept("own letters")


@shared_task(ignore_result=True)
def run_checks() -> None:
    for name in ("checks", "unsigned checks"):
        swept(name)
