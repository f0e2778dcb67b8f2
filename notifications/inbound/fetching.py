"""Fetch letters from the mailbox: kept here first, marked there afterwards; none is lost and none comes twice.

No network call happens inside a transaction. Killed between the two, or cut off by the server, the letter is unread
there still and is fetched again; `keeping` knows it. Any number of processes may poll: a lease lets one of them do it.
"""

import contextlib
import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from notifications import crashpoints
from notifications.inbound.keeping import keep
from notifications.inbound.mailboxes import Address, address
from notifications.inbound.reading import MOST_BYTES
from notifications.models import InboundMail, Mailbox

log = logging.getLogger(__name__)
TIMEOUT = 15
SPAN = 20.0
LEASE = timedelta(seconds=90)
AT_ONCE = 200
LONGEST_REST = 300
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
TAKE = """
    INSERT INTO notifications_mailbox (name, last_uid, lease_until, failures, last_error)
    VALUES (%(name)s, 0, %(until)s, 0, '')
    ON CONFLICT (name) DO UPDATE SET lease_until = %(until)s
    WHERE (notifications_mailbox.lease_until IS NULL OR notifications_mailbox.lease_until <= %(now)s)
        AND (notifications_mailbox.rests_until IS NULL OR notifications_mailbox.rests_until <= %(now)s)
    RETURNING name
"""
Broken = (OSError, imaplib.IMAP4.error, ssl.SSLError)


def is_configured() -> bool:
    return bool(settings.INBOUND_IMAP_URL)


def sweep(*, now: datetime) -> int:
    """Keeps what is new in the mailbox; returns how many letters that were. 0 where none is configured, while somebody
    else reads it, and while it rests after failing as a whole."""
    if not is_configured():
        return 0
    box = address(settings.INBOUND_IMAP_URL)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"name": box.name, "now": now, "until": now + LEASE})
        if cursor.fetchone() is None:
            return 0
    kept = 0
    try:
        with _opened(box) as server:
            for new in _fetched(server, box):
                kept += new
    except Broken as error:
        _rest(box, error)
    else:
        done = {"ok_at": timezone.now(), "failures": 0, "rests_until": None, "failing_since": None, "last_error": ""}
        Mailbox.objects.filter(pk=box.name).update(lease_until=None, **done)
    return kept


@contextmanager
def _opened(box: Address) -> Iterator[imaplib.IMAP4]:
    if box.security == "imaps":
        context = ssl.create_default_context()
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT)
    try:
        if box.security == "imap+tls":
            server.starttls(ssl.create_default_context())
        server.login(box.user, box.password)
        yield server
    finally:
        with contextlib.suppress(*Broken):
            server.logout()


def _fetched(server: imaplib.IMAP4, box: Address) -> Iterator[int]:
    """1 for each letter that was new and 0 for each that was known, as they are kept."""
    validity, ahead = _state(server, box)
    mailbox = Mailbox.objects.get(pk=box.name)
    if mailbox.uid_validity != validity:
        # The first time, or the server has numbered anew: of what was there before only what nobody has read is taken.
        mailbox.uid_validity, mailbox.last_uid = validity, ahead - 1
        mailbox.save(update_fields=["uid_validity", "last_uid"])
    _must(server.select(_quoted(box.folder)), "the folder cannot be opened")
    wanted = set(_search(server, "UNSEEN"))
    wanted |= {uid for uid in _search(server, f"UID {mailbox.last_uid + 1}:*") if uid > mailbox.last_uid}
    end = time.monotonic() + SPAN
    for uid in sorted(wanted)[:AT_ONCE]:
        if time.monotonic() > end:
            return
        yield _one(server, box, validity, uid)
        if uid > mailbox.last_uid:
            mailbox.last_uid = uid
            mailbox.save(update_fields=["last_uid"])


def _one(server: imaplib.IMAP4, box: Address, validity: int, uid: int) -> int:
    """Keeps one letter and marks it. One that the server will not give is shown, and the others go on."""
    number, origin = str(uid), f"{validity}:{uid}"
    try:
        raw, size = _letter(server, number)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ValueError) as error:
        _quarantine(box, origin, str(error))
        return 0
    with transaction.atomic():
        _, new = keep(raw, door=InboundMail.Door.MAILBOX, origin=box.name, size=size, at=timezone.now())
        # What could not be fetched before can be now; what a person filed meanwhile stays.
        InboundMail.objects.filter(identity=_stands_for(origin), state=InboundMail.State.QUARANTINED).delete()
    crashpoints.reached("mail kept")
    _must(server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"), "a letter cannot be marked as read")
    if box.move:
        _must(server.uid("MOVE", number, _quoted(box.move)), f"a letter cannot be moved to {box.move}")
    return int(new)


def _letter(server: imaplib.IMAP4, number: str) -> tuple[bytes, int]:
    """The letter, or as much of it as is kept, and its true size."""
    answer = _must(server.uid("FETCH", number, "(RFC822.SIZE)"), "the size of a letter is not told")
    told = SIZE.search(b" ".join(_bytes(one) for one in answer))
    size = int(told[1]) if told else 0
    part = "(BODY.PEEK[])" if size <= MOST_BYTES else f"(BODY.PEEK[]<0.{MOST_BYTES}>)"
    answer = _must(server.uid("FETCH", number, part), "a letter is not given")
    literal = next((one[1] for one in answer if isinstance(one, tuple) and len(one) > 1), None)
    if not isinstance(literal, bytes):
        raise ValueError("the server gives no letter")
    return literal, max(size, len(literal))


def _quarantine(box: Address, origin: str, error: str) -> None:
    """A place for a letter that is there and cannot be had, so that a person hears of it."""
    log.warning("letter %s of %s cannot be fetched: %s", origin, box.name, error)
    now = timezone.now()
    InboundMail.objects.get_or_create(
        identity=_stands_for(origin),
        defaults={
            "door": InboundMail.Door.MAILBOX,
            "origin": box.name,
            "received_at": now,
            "raw": b"",
            "size": 0,
            "subject": f"Letter {origin.partition(':')[2]} of the mailbox",
            "state": InboundMail.State.QUARANTINED,
            "error": f"The server does not give it: {error}"[:300].replace("\x00", ""),
        },
    )


def _stands_for(origin: str) -> str:
    return f"imap:{origin}"[:64]


def _state(server: imaplib.IMAP4, box: Address) -> tuple[int, int]:
    answer = _must(server.status(_quoted(box.folder), "(UIDVALIDITY UIDNEXT)"), "the folder is not there")
    text = b" ".join(_bytes(one) for one in answer)
    validity, ahead = re.search(rb"UIDVALIDITY (\d{1,18})", text), re.search(rb"UIDNEXT (\d{1,18})", text)
    if validity is None or ahead is None:
        raise imaplib.IMAP4.error("the server does not say how it numbers letters")
    return int(validity[1]), int(ahead[1])


def _search(server: imaplib.IMAP4, which: str) -> list[int]:
    answer = _must(server.uid("SEARCH", which), "letters cannot be looked for")
    return [int(number) for one in answer for number in _bytes(one).split() if number.isdigit()]


def _must(answer: tuple[str, Sequence[object]], sentence: str) -> Sequence[object]:
    """What the server answered; raises with the sentence and its own words when that was not OK."""
    word, found = answer
    if word != "OK":
        raise imaplib.IMAP4.error(
            f"{sentence}: {b' '.join(_bytes(one) for one in found)[:200].decode('utf-8', 'replace')}"
        )
    return found


def _bytes(one: object) -> bytes:
    if isinstance(one, tuple):
        return b" ".join(_bytes(each) for each in one if isinstance(each, bytes) and len(each) < 2000)
    return one if isinstance(one, bytes) else b""


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _rest(box: Address, error: Exception) -> None:
    """The mailbox rests 15, 30, 60 … seconds, at most five minutes; since when it fails stands on the page."""
    now, mailbox = timezone.now(), Mailbox.objects.get(pk=box.name)
    mailbox.failures += 1
    mailbox.rests_until = now + timedelta(seconds=min(LONGEST_REST, 15 * 2 ** min(mailbox.failures - 1, 6)))
    mailbox.failing_since = mailbox.failing_since or now
    mailbox.last_error = _plain(error)
    mailbox.lease_until = None
    mailbox.save(update_fields=["failures", "rests_until", "failing_since", "last_error", "lease_until"])
    log.warning("the mailbox %s rests until %s: %s", box.name, mailbox.rests_until, mailbox.last_error)


def _plain(error: Exception) -> str:
    """The error as a sentence; what a server says of a failed sign-in never holds the password, ours neither."""
    said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode("utf-8", "replace")
    return (said.decode("utf-8", "replace").replace("\x00", "") or type(error).__name__)[:300]
