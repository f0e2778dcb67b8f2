"""What the settings of this installation keep secret: redaction hides it (A-18), no letter may carry it (B-133)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.redaction.known import forms

SETTINGS = (
    "SECRET_KEY",
    "TELEGRAM_BOT_TOKEN",
    "HUBSPOT_TOKEN",
    "METRICS_TOKEN",
    "EMAIL_HOST_PASSWORD",
)
ADDRESSES = ("DEAD_MAN_URL",)
"""Addresses that are a secret themselves: whoever has one can use it."""
LEAST_PIECE = 12
# A shorter one, or a password that is a word, would stop letters that hold no secret.
LEAST_IN_LETTERS = 8
_PIECES = re.compile(r"[/:@?&=#,+]+")


def from_settings() -> Iterator[str]:
    """Named settings, the passwords of databases and providers, and the one inside any address that has one."""
    for name in SETTINGS:
        yield _setting(name) or ""
    yield from map(str, settings.SECRET_KEY_FALLBACKS)
    for one in settings.DATABASES.values():
        yield str(one.get("PASSWORD") or "")
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    for provider in providers.values():
        for app in provider.get("APPS", ()):
            yield app.get("secret", "")
    for name in dir(settings):
        value = _setting(name) if name.isupper() else None
        if isinstance(value, str) and "://" in value:
            yield from inside(value, whole=name in ADDRESSES)


def _setting(name: str) -> Any:
    """None for a SECRET_KEY that is not set, which Django refuses to read: a letter can be checked without one."""
    try:
        return getattr(settings, name, None)
    except ImproperlyConfigured:
        return None


def inside(address: str, *, whole: bool) -> Iterator[str]:
    """The password of an address; with `whole` also the address itself and each long piece of it but the host."""
    try:
        parts = urlsplit(address)
        password, host = parts.password or "", parts.hostname or ""
    except ValueError:
        yield address
        return
    yield from {password, unquote(password)}
    if whole:
        yield address
        rest = _PIECES.split(address.partition("://")[2])
        yield from (unquote(piece) for piece in rest if len(piece) >= LEAST_PIECE and piece.lower() != host)


def written() -> Sequence[str]:
    """The secrets of the settings as somebody may paste them: as they are, in an address, in JSON, in base64."""
    return _written(frozenset(from_settings()))


@lru_cache(maxsize=2)
def _written(secrets: frozenset[str]) -> Sequence[str]:
    long = [one for one in secrets if len(one) >= LEAST_IN_LETTERS and not one.isalpha()]
    return sorted({form for secret in long for form in forms(secret) if len(form) >= LEAST_IN_LETTERS}, key=len)[::-1]
