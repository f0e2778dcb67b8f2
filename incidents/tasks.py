"""One line for each sweep. Tasks take no argument and hold no state: what is due stands in PostgreSQL (law 5)."""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task

from incidents import (
    clocks,
    crm,
    digests,
    escalation,
    failures,
    figures,
    once,
    resealing,
    resurfacing,
    stuck_rows,
    unheard,
)
from notifications import heartbeats


def swept(name: str) -> None:
    """Runs one sweep by name and leaves its heartbeat, with the error when it failed."""
    heartbeats.swept(name, SWEEPS[name])


SWEEPS: dict[str, Callable[[datetime], int]] = {
    "clocks": lambda now: clocks.sweep(now=now).enforced,
    "escalations": lambda now: escalation.sweep(now=now),
    "hours on the wall": lambda now: escalation.sweep_aged(now=now),
    "unreached": lambda now: escalation.sweep_unreached(now=now),
    "untouched": lambda now: resurfacing.sweep(now=now),
    "failed letters": lambda now: failures.sweep(now=now),
    "kept answers": lambda now: once.sweep(now=now),
    "CRM notes": lambda now: crm.sweep(now=now),
    "unheard webhooks": lambda now: unheard.sweep(now=now),
    "stuck rows": lambda now: stuck_rows.tell(now=now),
    "scheduled updates": lambda now: digests.sweep(now=now),
    "figures": lambda now: figures.refresh(now=now),
    "sealed secrets": lambda now: resealing.sweep(now=now),
}


@shared_task(ignore_result=True)
def enforce_clocks() -> None:
    swept("clocks")


@shared_task(ignore_result=True)
def repeat_escalations() -> None:
    swept("escalations")


@shared_task(ignore_result=True)
def escalate_unresolved() -> None:
    swept("hours on the wall")


@shared_task(ignore_result=True)
def resurface_untouched() -> None:
    swept("untouched")


@shared_task(ignore_result=True)
def notice_failed_letters() -> None:
    swept("failed letters")


@shared_task(ignore_result=True)
def forget_answers() -> None:
    swept("kept answers")


@shared_task(ignore_result=True)
def settle_crm_notes() -> None:
    swept("CRM notes")


@shared_task(ignore_result=True)
def switch_off_unheard() -> None:
    swept("unheard webhooks")


@shared_task(ignore_result=True)
def tell_of_stuck_rows() -> None:
    swept("stuck rows")


@shared_task(ignore_result=True)
def say_otherwise() -> None:
    swept("unreached")


@shared_task(ignore_result=True)
def send_scheduled_updates() -> None:
    swept("scheduled updates")


@shared_task(ignore_result=True)
def refresh_figures() -> None:
    swept("figures")


@shared_task(ignore_result=True)
def seal_anew() -> None:
    swept("sealed secrets")
