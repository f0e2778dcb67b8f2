"""A letter is kept before anything is done about it, and once, by whichever door and however often it comes (P4)."""

import hashlib
import re
from datetime import datetime
from email import policy
from email.parser import BytesParser
from typing import Any

from django.db import connection

from notifications.inbound.automatic import MESSAGE_ID
from notifications.inbound.reading import MOST_BYTES, sender
from notifications.inbound.texts import header_text, one_line
from notifications.models import InboundMail

KEEP = """
    INSERT INTO notifications_inboundmail (identity, door, origin, received_at, raw, size, is_cut, message_id,
        sender_name, sender_address, subject, kind, state, about, sentence, due_at, attempts, error)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'letter', 'waiting', '', '', %s, 0, '')
    ON CONFLICT (identity) DO NOTHING RETURNING id
"""
# What the letter itself says, whichever way it came: servers on the way add other headers, and nothing below them.
SAYS = ("message-id", "from", "date", "subject")
END_OF_HEADERS = re.compile(rb"\r\n\r\n|\n\n|\r\r")
MOST_HEADERS = 1_000_000


def keep(
    raw: bytes, *, door: InboundMail.Door, origin: str = "", size: int | None = None, at: datetime
) -> tuple[int, bool]:
    """Stores a letter to be sorted; returns its id and whether it is new. Never raises for what a stranger wrote.

    `size` is its true size where only the beginning was fetched. The caller commits.
    """
    said = _headers(raw)
    name, address = sender(said.get("from", ""))
    found = MESSAGE_ID.search(header_text(said.get("message-id", "")))
    which = identity(raw, said)
    size = size or len(raw)
    row: list[Any] = [which, door.value, origin[:120], at, raw[:MOST_BYTES], size, size > MOST_BYTES]
    row += [found[0] if found else "", name, address, one_line(header_text(said.get("subject", "")), 300), at]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, row)
        new = cursor.fetchone()
    if new is not None:
        return int(new[0]), True
    return InboundMail.objects.values_list("pk", flat=True).get(identity=which), False


def identity(raw: bytes, said: dict[str, str] | None = None) -> str:
    """The same for the same letter: its Message-ID and the other headers that it bears itself, and its body.

    The line ends and the blank end of a body are left out: doors differ in them. Two letters under one Message-ID are
    two; nobody can make us take a letter for one that we had.
    """
    said = _headers(raw) if said is None else said
    end = END_OF_HEADERS.search(raw)
    body = raw[end.end() :] if end else b""
    body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()
    heading = "\x00".join(" ".join(said.get(name, "").split()) for name in SAYS)
    return hashlib.sha256(
        heading.encode("utf-8", "surrogateescape") + b"\x00" + hashlib.sha256(body).digest()
    ).hexdigest()


def _headers(raw: bytes) -> dict[str, str]:
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw[:MOST_HEADERS], headersonly=True)
        found: dict[str, str] = {}
        for name, value in message.raw_items():
            found.setdefault(name.lower(), str(value)[:8000])
    except Exception:  # A letter without headers that anybody could read is kept all the same.
        return {}
    return found
