"""One line for each channel; a slow one never delays another, nor a clock."""

from celery import shared_task

from notifications import delivery, heartbeats
from notifications.inbound import fetching

MAILBOX = "fetch mail"


def swept(channel: str) -> None:
    """Sweeps one channel, or the mailbox, and leaves its heartbeat."""
    if channel == MAILBOX:
        heartbeats.swept(MAILBOX, lambda now: fetching.sweep(now=now))
    else:
        heartbeats.swept(channel, lambda now: delivery.sweep(channel, now=now))


@shared_task(ignore_result=True)
def send_email() -> None:
    swept("email")


@shared_task(ignore_result=True)
def send_telegram() -> None:
    swept("telegram")


@shared_task(ignore_result=True)
def send_chat() -> None:
    swept("chat")


@shared_task(ignore_result=True)
def send_webhooks() -> None:
    swept("webhook")


@shared_task(ignore_result=True)
def send_crm_notes() -> None:
    swept("crm")


@shared_task(ignore_result=True)
def fetch_mail() -> None:
    if fetching.is_configured():
        swept(MAILBOX)
