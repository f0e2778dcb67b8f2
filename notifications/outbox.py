"""Write down what is to be sent, in the transaction that causes it; once for each cause (design law 7)."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from notifications.models import OutboundMessage, OutboxHold

State = OutboundMessage.State
URGENCY = {"immediate": 0, "normal": 1, "digest": 2}
ONE_ADDRESS = re.compile(r"[^\s@,;<>\"()]+@[^\s@,;<>\"()]+")
WAITING = (State.PENDING, State.CLAIMED, State.HANDOFF)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one recipient. `about` and `made_from` are opaque here; after `stale_at` it is withdrawn.

    `by_person` says that a person wrote it and sent it: such a letter does not call itself automatic (RFC 3834).
    """

    key: str
    channel: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    about: str
    kind: str
    urgency: str = "normal"
    due_at: datetime | None = None
    stale_at: datetime | None = None
    responder_id: int | None = None
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    made_from: str = ""
    by_person: bool = False


INSERT = """
    INSERT INTO notifications_outboundmessage (key, channel, recipient, recipient_name, responder_id, subject,
        body_text, body_html, buttons, reply_to, in_reply_to, message_id, about, kind, urgency, state, due_at,
        stale_at, created_at, made_from, sender, sender_name, by_person, attempts, ambiguous, last_error,
        provider_reference, sent_at, settled_at)
    SELECT v.*, 0, 0, '', '', CASE WHEN v.state = 'sent' THEN v.created_at END,
        CASE WHEN v.state = 'sent' THEN v.created_at END
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
        %s::jsonb[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[], %s::text[],
        %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::bool[])
        AS v(
        key, channel, recipient, recipient_name, responder_id, subject, body_text, body_html, buttons, reply_to,
        in_reply_to, message_id, about, kind, urgency, state, due_at, stale_at, created_at, made_from, sender,
        sender_name, by_person)
    ON CONFLICT (key) DO NOTHING
"""


COPY = """
    COPY notifications_outboundmessage (key, channel, recipient, recipient_name, responder_id, subject, body_text,
        body_html, buttons, reply_to, in_reply_to, message_id, about, kind, urgency, state, due_at, stale_at,
        created_at, made_from, sender, sender_name, by_person, attempts, ambiguous, last_error, provider_reference,
        sent_at, settled_at) FROM STDIN
"""


def enqueue(outgoing: Iterable[Outgoing], *, at: datetime, fresh: bool = False) -> int:
    """Writes messages down in one statement; returns how many were new. A key that is known is left as it stands.

    ValueError for more than one address in a field and for a line break in a subject: those are faults of the caller,
    never of the network. In-app messages are delivered by being written. `fresh` says that every key is known to be
    new, as those made from an id just allotted are: then they go in by COPY, and one that is not fails the lot.
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "allclear.invalid"
    rows = (_row(one, at, domain) for one in outgoing)
    if fresh:
        return _copy_in(rows, at)
    written = list(rows)
    if not written:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [list(column) for column in zip(*written, strict=True)])
        return int(cursor.rowcount)


def _copy_in(rows: Iterable[tuple[Any, ...]], at: datetime) -> int:
    """Rows are made while PostgreSQL takes in those before them; making one may not ask the database for anything."""
    first = next(iterator := iter(rows), None)
    if first is None:
        return 0
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(COPY) as copy:
        for row in chain((first,), iterator):
            settled = at if row[15] == State.SENT.value else None
            copy.write_row((*row, 0, 0, "", "", settled, settled))
            count += 1
    return count


def _row(one: Outgoing, at: datetime, domain: str) -> tuple[Any, ...]:
    if one.channel == "email" and not ONE_ADDRESS.fullmatch(one.to):
        raise ValueError(f"{one.to[:80]!r} is not one e-mail address")
    if one.sender and not ONE_ADDRESS.fullmatch(one.sender):
        raise ValueError(f"{one.sender[:80]!r} is not one e-mail address")
    if "\n" in one.subject or "\r" in one.subject:
        raise ValueError("a subject has one line")
    return (
        one.key,
        one.channel,
        one.to,
        one.to_name[:200],
        one.responder_id,
        one.subject[:300],
        one.text.replace("\x00", ""),
        one.html.replace("\x00", ""),
        Jsonb([list(button) for button in one.buttons]),
        one.reply_to,
        one.in_reply_to,
        make_msgid(idstring=uuid.uuid4().hex[:12], domain=domain) if one.channel == "email" else "",
        one.about,
        one.kind,
        URGENCY[one.urgency],
        State.SENT.value if one.channel == "in_app" else State.PENDING.value,
        one.due_at or at,
        one.stale_at,
        at,
        one.made_from,
        one.sender,
        one.sender_name[:200],
        one.by_person,
    )


def supersede(
    *,
    at: datetime,
    reason: str,
    keys: Sequence[str] | None = None,
    prefix: str = "",
    about: str | None = None,
    kind: str | None = None,
) -> int:
    """Withdraws what has not been claimed yet; what is being sent now is not called back. Returns how many."""
    chosen = OutboundMessage.objects.filter(state__in=(State.PENDING, *OutboundMessage.FAILED))
    if keys is not None:
        chosen = chosen.filter(key__in=keys)
    if prefix:
        chosen = chosen.filter(key__startswith=prefix)
    if about is not None:
        chosen = chosen.filter(about=about)
    if kind is not None:
        chosen = chosen.filter(kind=kind)
    return chosen.update(
        state=State.SUPERSEDED, due_at=None, settled_at=at, reported_at=at, noticed_at=at, last_error=reason
    )


def retry(message_id: int, *, at: datetime) -> None:
    """Sends a message that failed again, at once, under its Message-ID; not after what it promises has passed.

    How often a hand-off broke off is kept: a copy of it may be there from then.
    """
    OutboundMessage.objects.filter(
        pk=message_id, state__in=(State.DEAD, State.UNKNOWN, State.SUPERSEDED, State.SUPPRESSED)
    ).update(
        state=State.PENDING,
        due_at=at,
        attempts=0,
        settled_at=None,
        bounced_at=None,
        reported_at=None,
        noticed_at=None,
        last_error="",
    )


def hold(*, reason: str, at: datetime) -> None:
    """Nothing leaves until `release`; for after a restore, when some of it has left already."""
    OutboxHold.objects.update_or_create(pk=1, defaults={"is_on": True, "reason": reason[:200], "since": at})


def release() -> None:
    OutboxHold.objects.update_or_create(pk=1, defaults={"is_on": False, "reason": "", "since": None})


def is_held() -> bool:
    return OutboxHold.objects.filter(pk=1, is_on=True).exists()
