"""Secrets that must be read again (addresses with a token in them, seeds of second factors) lie sealed under a key.

That is the SECRET_KEY. While it is being changed, the keys before it (SECRET_KEY_FALLBACKS) open what they sealed.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

# How every sealed text begins: the version of its format, and an instant before the year 2106.
BEGINS = "gAAAAA"


class Lost(Exception):
    """No key that this installation has opens it: it has to be entered anew, or the old key given back."""


@lru_cache(maxsize=8)
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"allclear.sealed:" + key.encode()).digest()))


def seal(plain: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(plain.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. `Lost` when none of our keys opens it; never an empty text instead, which a caller might use."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        plain = _opened(sealed, key)
        if plain is not None:
            return plain
    raise Lost("It was sealed under another SECRET_KEY than this installation has.")


def renewed(sealed: str) -> str:
    """The same text when it lies under the present key, else what it holds sealed anew; `Lost` as above."""
    if _opened(sealed, settings.SECRET_KEY) is not None:
        return sealed
    return seal(unseal(sealed))


def opens(sealed: str) -> bool:
    """Whether a key of ours opens it; an empty text holds nothing that could be lost."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return not sealed or any(_opened(sealed, key) is not None for key in keys)


def is_sealed(text: str) -> bool:
    """Whether a text has the form of a sealed one, under whatever key."""
    return text.startswith(BEGINS)


def _opened(sealed: str, key: str) -> str | None:
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
