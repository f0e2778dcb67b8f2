"""Keys of senders: shown once, kept as SHA-256, two live at most."""

import hashlib
import secrets

LIVE_AT_MOST = 2


def new_key() -> str:
    """32 hexadecimal digits: what a PagerDuty integration key looks like, so that no sender's form refuses it."""
    return secrets.token_hex(16)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
