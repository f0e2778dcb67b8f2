"""One line for each channel; a slow one never delays another, nor a clock."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery
from notifications.heartbeats import beat


def swept(channel: str) -> None:
    """Sweeps one channel and leaves its heartbeat."""
    started = timezone.now()
    try:
        handled = delivery.sweep(channel, now=started)
    except Exception as error:
        beat(channel, started=started, finished=timezone.now(), handled=0, error=f"{type(error).__name__}: {error}")
        raise
    beat(channel, started=started, finished=timezone.now(), handled=handled)


@shared_task(ignore_result=True)
def send_email() -> None:
    swept("email")


@shared_task(ignore_result=True)
def send_telegram() -> None:
    swept("telegram")
