"""Secrets that must be read again, as addresses with a token in them, are kept sealed under the SECRET_KEY."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"allclear.sealed:" + key.encode()).digest()))


def seal(plain: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(plain.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; empty when the SECRET_KEY has changed since, so that it has to be entered anew."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""
