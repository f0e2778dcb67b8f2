"""A bad deployment is refused with a sentence, before it serves anybody (design law 10)."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from notifications.inbound.mailboxes import address

LEAST = 50
ONE_ADDRESS = re.compile(r"[a-z0-9._-]{1,26}@[a-z0-9.-]{3,200}", re.IGNORECASE)


def weak_key() -> str:
    """What is wrong with SECRET_KEY, or nothing."""
    key = str(settings.SECRET_KEY)
    if len(key) < LEAST or len(set(key)) < 5 or key.startswith("django-insecure-"):
        return f"SECRET_KEY is missing or weak: set it to at least {LEAST} random characters."
    return ""


@register(Tags.security)
def secret_key(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        wrong = weak_key()
    except ImproperlyConfigured:
        wrong = f"SECRET_KEY is missing: set it to at least {LEAST} random characters."
    return [Error(wrong, id="allclear.E001")] if wrong else []


@register()
def mailbox(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """An address of the mailbox that cannot be read is said at the start, and not by a sweep that fails for ever."""
    found: list[CheckMessage] = []
    if settings.INBOUND_IMAP_URL:
        try:
            address(settings.INBOUND_IMAP_URL)
        except ValueError as wrong:
            found.append(Error(str(wrong), id="allclear.E002"))
    if settings.REPLY_ADDRESS and not ONE_ADDRESS.fullmatch(settings.REPLY_ADDRESS):
        found.append(Error("REPLY_ADDRESS is one plain address, such as replies@example.org.", id="allclear.E003"))
    return found


def refuse_bad_deployment() -> None:
    """For the WSGI door, which runs no checks by itself: ends the process with the sentence."""
    wrong = secret_key(None)
    if wrong:
        raise SystemExit(f"allclear: {wrong[0].msg}")
