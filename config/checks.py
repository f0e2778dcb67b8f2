"""A bad deployment is refused with a sentence, before it serves anybody (design law 10)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

LEAST = 50


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


def refuse_bad_deployment() -> None:
    """For the WSGI door, which runs no checks by itself: ends the process with the sentence."""
    wrong = secret_key(None)
    if wrong:
        raise SystemExit(f"allclear: {wrong[0].msg}")
