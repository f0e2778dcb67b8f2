"""One line for each channel; a slow one never delays another, nor a clock."""

from celery import shared_task

from notifications import delivery, heartbeats


def swept(channel: str) -> None:
    """Sweeps one channel and leaves its heartbeat."""
    heartbeats.swept(channel, lambda now: delivery.sweep(channel, now=now))


@shared_task(ignore_result=True)
def send_email() -> None:
    swept("email")


@shared_task(ignore_result=True)
def send_telegram() -> None:
    swept("telegram")


@shared_task(ignore_result=True)
def send_crm_notes() -> None:
    swept("crm")
