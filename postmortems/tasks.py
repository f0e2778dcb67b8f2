"""One line for each sweep of learning; no argument, no state (design law 5)."""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task

from notifications import heartbeats
from postmortems import asking, checks, confirming, overdue, reviews
from postmortems.reports import sweep as reports

SWEEPS: dict[str, Callable[[datetime], int]] = {
    "open reviews": lambda now: reviews.sweep(now=now),
    "stale checks": lambda now: checks.sweep(now=now),
    "gate readings": lambda now: confirming.sweep(now=now),
    "overdue reviews": lambda now: overdue.sweep_reviews(now=now),
    "overdue actions": lambda now: overdue.sweep_actions(now=now),
    "look-backs": lambda now: asking.sweep(now=now),
    "closed incidents": lambda now: overdue.sweep_closed(now=now),
    "reports": lambda now: reports.sweep(now=now),
}


def swept(name: str) -> None:
    """Runs one sweep by name and leaves its heartbeat, with the error when it failed."""
    heartbeats.swept(name, SWEEPS[name])


@shared_task(ignore_result=True)
def open_reviews() -> None:
    swept("open reviews")


@shared_task(ignore_result=True)
def see_to_what_is_due() -> None:
    for name in ("stale checks", "gate readings", "overdue reviews", "overdue actions", "look-backs"):
        swept(name)


@shared_task(ignore_result=True)
def audit_closed() -> None:
    swept("closed incidents")


@shared_task(ignore_result=True)
def count_for_reports() -> None:
    swept("reports")
