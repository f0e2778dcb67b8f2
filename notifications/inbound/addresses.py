"""Signed reply addresses: `replies+42.k3v…@example.org` names the thread of an answer and cannot be guessed. Pure.

The signature is 80 bits of HMAC-SHA256 in lower-case base32: servers on the way may change the case of what stands
before the `@`, and all of it has room in the 64 characters that they must take.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

SIGNED = re.compile(r"\+([a-z0-9-]{1,20})\.([a-z2-7]{16})")


def reply_address(mailbox: str, token: str, key: str) -> str:
    """The address for answers to the thread `token` (at most 20 of a-z, 0-9 and -), in the mailbox `replies@host`."""
    local, _, domain = mailbox.partition("@")
    return f"{local}+{token}.{_signature(token, key)}@{domain}"


def token_of(addresses: Iterable[str], mailbox: str, keys: Sequence[str]) -> str:
    """The thread that one of the addresses names with a signature by one of the keys; "" when none does."""
    local, _, domain = mailbox.lower().partition("@")
    for address in addresses:
        before, _, host = address.strip().lower().rpartition("@")
        found = SIGNED.fullmatch(before.removeprefix(local)) if host == domain and before.startswith(local) else None
        if found and any(hmac.compare_digest(found[2], _signature(found[1], key)) for key in keys):
            return found[1]
    return ""


def is_ours(address: str, mailbox: str) -> bool:
    """The mailbox itself, or any of its `+` addresses: what comes from there was written by us."""
    local, _, domain = mailbox.lower().partition("@")
    before, _, host = address.strip().lower().rpartition("@")
    return bool(mailbox) and host == domain and (before == local or before.startswith(f"{local}+"))


def _signature(token: str, key: str) -> str:
    mac = hmac.new(key.encode(), f"reply address:{token}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:10]).decode().lower()
