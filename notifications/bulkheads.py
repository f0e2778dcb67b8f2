"""What keeps one slow channel, mail domain or receiver from holding up the others (reliability.md).

A *lane* is what fails together inside a channel: a recipient's domain for e-mail, one receiver for chat and webhooks.
A channel or a lane that failed rests, each in a row of its own. And each worker gives a channel so many of its children
and no more, so that a channel whose server hangs never takes those that the others need.
"""

import logging
import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import F

from notifications.channels import Unreachable
from notifications.models import Breaker, OutboundMessage

log = logging.getLogger(__name__)
# How many children of one mail worker may be busy with a channel; the worker has as many as all of them together.
SLOTS = {"email": 2, "webhook": 2}
LANED = ("email", "chat", "webhook")
LANE_SQL = "CASE WHEN channel = 'email' THEN lower(split_part(recipient, '@', 2)) ELSE recipient END"
LONGEST_REST = 60


def lane_of(message: OutboundMessage) -> str:
    """What LANE_SQL says of a message; empty for a channel that is one server, and fails as a whole."""
    if message.channel not in LANED:
        return ""
    return message.recipient.partition("@")[2].lower() if message.channel == "email" else message.recipient


def rests(name: str, now: datetime) -> bool:
    return Breaker.objects.filter(pk=name, open_until__gt=now).exists()


def resting(message: OutboundMessage, now: datetime) -> Breaker | None:
    """Why nothing is tried for this message: its channel or its lane rests; whichever rests for longer."""
    names = [message.channel, f"{message.channel} {lane_of(message)}"[:330]]
    return Breaker.objects.filter(pk__in=names, open_until__gt=now).order_by("-open_until").first()


def lanes(channel: str, now: datetime) -> tuple[set[str], set[str]]:
    """The lanes of a channel that failed the last time, and those of them that rest still; one query."""
    if channel not in LANED:
        return set(), set()
    rows = Breaker.objects.filter(pk__startswith=f"{channel} ").values_list("channel", "open_until")
    named = [(name.partition(" ")[2], until) for name, until in rows]
    return {lane for lane, _ in named}, {lane for lane, until in named if until and until > now}


def rest(name: str, error: str, at: datetime, *, wait: float = 0, most: float = LONGEST_REST) -> None:
    """A channel, or `channel lane`, rests 1, 2, 4… seconds, at most `most`, and no shorter than `wait`."""
    name = name[:330]
    Breaker.objects.get_or_create(pk=name)
    Breaker.objects.filter(pk=name).update(failures=F("failures") + 1)
    breaker = Breaker.objects.get(pk=name)
    wait = max(wait, min(most, 2 ** min(breaker.failures - 1, 6)))
    breaker.open_until, breaker.last_error = at + timedelta(seconds=wait), error[:300]
    breaker.save(update_fields=["open_until", "last_error"])
    log.warning("%s rests until %s: %s", name, breaker.open_until, breaker.last_error)


def rest_channel(channel: str, error: Unreachable, at: datetime) -> None:
    rest(channel, str(error), at, wait=error.wait)


def recovered(channel: str, lane: str = "") -> None:
    """It works again: the next failure rests one second."""
    if lane:
        Breaker.objects.filter(pk=f"{channel} {lane}"[:330]).delete()
    else:
        Breaker.objects.filter(pk=channel, failures__gt=0).update(failures=0, open_until=None, last_error="")


@contextmanager
def slot(channel: str) -> Iterator[bool]:
    """False when this worker has as many children busy with the channel as it gives to it.

    The parent process is the worker: two workers of one machine, and workers of other machines, count by themselves.
    A lock of the session, so that a child that is killed gives its slot back.
    """
    worker = zlib.crc32(f"{socket.gethostname()}:{os.getppid()}:{channel}".encode()) >> 1
    for number in range(SLOTS.get(channel, 1)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [worker, number])
            free = cursor.fetchone()[0]
        if free:
            try:
                yield True
            finally:
                _give_back(worker, number)
            return
    yield False


def _give_back(worker: int, number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [worker, number])
    except DatabaseError:
        log.warning("the connection is gone, and the slot with it")
