"""Take what is due, hand it over, write down what came of it. Claim and hand-off are separate commits (reliability.md).

A crash before the hand-off loses nothing: the claim runs out and the row is due again. A crash inside the hand-off is
ambiguous, and the message is sent once more under the same Message-ID. No network call happens inside a transaction.
"""

import logging
import random
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from notifications import crashpoints, suppression
from notifications.channels import Ambiguous, Channel, Refused, Unreachable
from notifications.channels.email import Email
from notifications.channels.hubspot import Hubspot
from notifications.channels.rehearsed import Rehearsed
from notifications.channels.telegram import Telegram
from notifications.models import Breaker, OutboundMessage
from notifications.outbox import is_held

log = logging.getLogger(__name__)
State = OutboundMessage.State
BATCH = 100
# Longer than any one letter takes; a batch may take longer, for each hand-off renews the lease of its letter.
LEASE = timedelta(minutes=3)
# One sweep ends after so many seconds, so that a worker that is told to stop has stopped within the limit.
SPAN = 5.0
MOST_ATTEMPTS = 12
MOST_AMBIGUOUS = 2
LONGEST_WAIT = 1800.0
CHANNELS: dict[str, type[Channel]] = {"email": Email, "telegram": Telegram, "crm": Hubspot}
# In the sample workspace these only rehearse: it never speaks to anybody outside.
OUTSIDE = ("crm",)

CLAIM = """
    UPDATE notifications_outboundmessage SET state = 'claimed', due_at = %s
    WHERE id IN (
        SELECT id FROM notifications_outboundmessage
        WHERE state IN ('pending', 'claimed', 'handoff') AND channel = %s AND due_at <= %s
        ORDER BY urgency, due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
    ) AND state <> 'handoff' RETURNING id
"""


HAND_OFF = """
    WITH done AS (
        UPDATE notifications_outboundmessage SET state = 'sent', due_at = NULL, sent_at = %(sent_at)s,
            settled_at = %(sent_at)s, provider_reference = %(reference)s, last_error = ''
        WHERE id = %(done)s AND state = 'handoff'
    )
    UPDATE notifications_outboundmessage SET state = 'handoff', handoff_at = %(at)s, due_at = %(until)s,
        attempts = attempts + 1
    WHERE id = %(next)s AND state = 'claimed' AND due_at = %(lease)s RETURNING id
"""


def sweep(channel: str, *, now: datetime, limit: int = 2000) -> int:
    """Delivers what is due in one channel, the most urgent first; returns how many were handed over.

    Any number may run at once; each row is claimed by one of them. While the outbox is held, or the channel rests
    after failing as a whole, nothing is claimed. It ends after `SPAN` seconds, and the next one goes on.
    """
    if is_held() or _rests(channel, now):
        return 0
    _recover(channel, now)
    sent = 0
    adapter: Channel | None = None
    end = time.monotonic() + SPAN
    try:
        while sent < limit and time.monotonic() < end:
            claimed = _claim(channel, now, min(BATCH, limit - sent))
            if not claimed:
                break
            crashpoints.reached("claimed")
            claimed = _withheld(claimed)
            if not claimed:
                continue
            if adapter is None:
                adapter = _opened(channel, claimed)
            sent += _deliver(adapter, claimed, end)
            now = timezone.now()
    except Unreachable as error:
        _rest(channel, error, timezone.now())
    else:
        if adapter is not None:
            Breaker.objects.filter(pk=channel, failures__gt=0).update(failures=0, open_until=None, last_error="")
    finally:
        if adapter is not None:
            adapter.close()
    return sent


def _opened(channel: str, claimed: list[OutboundMessage]) -> Channel:
    rehearsed = settings.DEMO and channel in OUTSIDE
    adapter: Channel = Rehearsed() if rehearsed else CHANNELS[channel]()
    try:
        adapter.open()
    except Unreachable:
        _put_back(claimed)
        raise
    return adapter


def _claim(channel: str, now: datetime, size: int) -> list[OutboundMessage]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, [timezone.now() + LEASE, channel, now, size])
        ids = [row[0] for row in cursor.fetchall()]
    return list(OutboundMessage.objects.filter(pk__in=ids).order_by("urgency", "due_at", "pk"))


def _withheld(claimed: list[OutboundMessage]) -> list[OutboundMessage]:
    """Settles what would go to a suppressed address, each with the reason, and returns the others."""
    if claimed[0].channel != "email":
        return claimed
    dead = suppression.among(message.recipient for message in claimed)
    for message in claimed:
        if message.recipient in dead:
            why = f"nothing is sent to this address: {dead[message.recipient].reason}"
            _settle(message, State.SUPPRESSED, timezone.now(), why)
    return [message for message in claimed if message.recipient not in dead]


def _recover(channel: str, now: datetime) -> None:
    """A hand-off whose lease ran out was cut by a crash: it is sent once more, and then left as unknown."""
    cut = OutboundMessage.objects.filter(channel=channel, state=State.HANDOFF, due_at__lte=now)
    again = cut.filter(ambiguous__lt=MOST_AMBIGUOUS - 1)
    again.update(state=State.PENDING, ambiguous=F("ambiguous") + 1, last_error="cut off while being handed over")
    cut.update(state=State.UNKNOWN, due_at=None, settled_at=now, last_error="cut off twice while being handed over")


def _deliver(adapter: Channel, claimed: list[OutboundMessage], end: float) -> int:
    """One commit a letter: what came of the one before and the hand-off of the next are written together."""
    sent = 0
    done: OutboundMessage | None = None
    for index, message in enumerate(claimed):
        instant = timezone.now()
        if time.monotonic() >= end:
            _put_back(claimed[index:])
            break
        if message.stale_at and message.stale_at <= instant:
            _settle(message, State.SUPERSEDED, instant, "stale: what it promised has passed")
            continue
        taken = _hand_off(message, done, instant)
        done = None
        if not taken:
            continue
        crashpoints.reached("handoff")
        try:
            reference = adapter.send(message)
        except Refused as error:
            _refuse(message, error)
        except Ambiguous as error:
            _doubt(message, str(error))
        except Unreachable:
            _put_back(claimed[index:])
            raise
        except Exception as error:
            log.exception("message %s cannot be sent", message.pk)
            _refuse(message, Refused(f"{type(error).__name__}: {error}"[:300], permanent=False))
        else:
            crashpoints.reached("accepted")
            message.provider_reference, message.sent_at = reference[:200], timezone.now()
            done, sent = message, sent + 1
    if done is not None:
        _sent(done)
    return sent


def _hand_off(message: OutboundMessage, done: OutboundMessage | None, at: datetime) -> bool:
    """Commits what came of the letter before and this one's hand-off, in one statement and so in one round trip.

    A letter that is handed over holds a lease of its own: a slow batch never makes another worker take it for cut off.

    False when somebody has withdrawn this one, or its lease has run out, since it was claimed.
    """
    lease = message.due_at
    message.due_at = at + LEASE
    with connection.cursor() as cursor:
        cursor.execute(
            HAND_OFF,
            {
                "done": done.pk if done else None,
                "sent_at": done.sent_at if done else None,
                "reference": done.provider_reference if done else "",
                "next": message.pk,
                "lease": lease,
                "until": message.due_at,
                "at": at,
            },
        )
        return cursor.fetchone() is not None


def _sent(message: OutboundMessage) -> None:
    OutboundMessage.objects.filter(pk=message.pk, state=State.HANDOFF).update(
        state=State.SENT,
        due_at=None,
        sent_at=message.sent_at,
        settled_at=message.sent_at,
        provider_reference=message.provider_reference,
        last_error="",
    )


def _settle(message: OutboundMessage, state: str, at: datetime, error: str) -> None:
    OutboundMessage.objects.filter(pk=message.pk).update(state=state, due_at=None, settled_at=at, last_error=error)


def _refuse(message: OutboundMessage, error: Refused) -> None:
    at, attempts = timezone.now(), message.attempts + 1
    if error.address_is_dead:
        suppression.suppress(message.recipient, reason=str(error), at=at)
    if error.permanent or attempts >= MOST_ATTEMPTS:
        _settle(message, State.DEAD, at, str(error))
        return
    wait = error.wait if error.wait is not None else min(LONGEST_WAIT, 5.0 * 2**attempts)
    due = at + timedelta(seconds=wait * random.uniform(1.0, 1.2))  # noqa: S311 (jitter)
    OutboundMessage.objects.filter(pk=message.pk).update(state=State.PENDING, due_at=due, last_error=str(error))


def _doubt(message: OutboundMessage, sentence: str) -> None:
    """It may have arrived. Once more under the same Message-ID; a second doubt is left for a person."""
    at = timezone.now()
    if message.ambiguous + 1 >= MOST_AMBIGUOUS:
        OutboundMessage.objects.filter(pk=message.pk).update(ambiguous=F("ambiguous") + 1)
        _settle(message, State.UNKNOWN, at, sentence)
        return
    OutboundMessage.objects.filter(pk=message.pk).update(
        state=State.PENDING, due_at=at + timedelta(seconds=20), ambiguous=F("ambiguous") + 1, last_error=sentence
    )


def _put_back(messages: list[OutboundMessage]) -> None:
    """These were not handed over, and it costs them no attempt; what another worker has claimed since is left to it."""
    first, lease, now = messages[0], messages[-1].due_at, timezone.now()
    handed = OutboundMessage.objects.filter(pk=first.pk, state=State.HANDOFF, due_at=first.due_at)
    handed.update(state=State.PENDING, due_at=now, attempts=F("attempts") - 1)
    claimed = OutboundMessage.objects.filter(pk__in=[one.pk for one in messages], state=State.CLAIMED, due_at=lease)
    claimed.update(state=State.PENDING, due_at=now)


def _rests(channel: str, now: datetime) -> bool:
    return Breaker.objects.filter(pk=channel, open_until__gt=now).exists()


def _rest(channel: str, error: Unreachable, at: datetime) -> None:
    """The channel rests 1, 2, 4… seconds, at most one minute, and no shorter than it was told to wait."""
    breaker, _ = Breaker.objects.get_or_create(pk=channel)
    breaker.failures += 1
    wait = max(error.wait, min(60, 2 ** min(breaker.failures - 1, 6)))
    breaker.open_until = at + timedelta(seconds=wait)
    breaker.last_error = str(error)[:300]
    breaker.save()
    log.warning("%s rests until %s: %s", channel, breaker.open_until, breaker.last_error)
