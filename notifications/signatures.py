"""The signature of a body that one machine posts to another, ours or theirs: `t=<seconds>,v1=<hex>`.

It is HMAC-SHA256 with a shared secret over `<seconds>.<body>`. The time is signed with the body, so that a request that
somebody wrote down and sends again later is known to be old; there is a `v1` for each secret that signs just now.
"""

import hashlib
import hmac
import re

TOLERANCE = 300
"""Seconds that a signature's time may be off, either way: clocks differ, and a queue may wait."""
_TIME = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)


class Unsigned(Exception):
    """Why a signature does not count, as a sentence for whoever sent it."""


def mark_of(body: bytes, secret: str, at: str) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def sign(body: bytes, secrets: list[str], at: int) -> str:
    """What a receiver recomputes; see docs/api.md."""
    return ",".join([f"t={at}", *(f"v1={mark_of(body, secret, str(at))}" for secret in secrets)])


def verified(header: str, body: bytes, secret: str, *, now: float) -> tuple[int, str]:
    """When it was signed, in seconds, and the mark that this very request can be known by; `Unsigned` otherwise.

    Whether the secret is right is said before whether the time is: whoever does not have it learns nothing.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value.encode() for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not _TIME.fullmatch(times[0]) or not given:
        raise Unsigned("A signature reads t=<seconds since 1970>,v1=<HMAC-SHA256 of <seconds>.<body>>.")
    mark = mark_of(body, secret, times[0]) if secret else ""
    if not mark or not any(hmac.compare_digest(mark.encode(), one) for one in given[:4]):
        raise Unsigned("The signature is not that of this body with the secret of this address.")
    at = int(times[0])
    if abs(now - at) > TOLERANCE:
        off = f"{abs(now - at) / 60:.0f} minutes {'old' if at < now else 'ahead of our clock'}"
        raise Unsigned(f"The signature is {off}; at most {TOLERANCE // 60} are taken. Sign anew, and post at once.")
    return at, mark
