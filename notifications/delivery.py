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

from notifications import bulkheads, crashpoints, suppression
from notifications.channels import Ambiguous, Channel, Refused, Unreachable
from notifications.channels.chat import Chat
from notifications.channels.email import Email
from notifications.channels.hubspot import Hubspot
from notifications.channels.rehearsed import Rehearsed
from notifications.channels.telegram import Telegram
from notifications.channels.webhook import Webhook
from notifications.models import OutboundMessage
from notifications.outbox import is_held

log = logging.getLogger(__name__)
State = OutboundMessage.State
BATCH = 100
# Longer than any one letter takes; a batch may take longer, for each hand-off renews the lease of its letter.
LEASE = timedelta(minutes=3)
# What is claimed and not handed over is not in doubt: when its worker was killed, another one goes on with it soon.
CLAIMED_FOR = timedelta(seconds=30)
# One sweep ends after so many seconds, so that a worker that is told to stop has stopped within the limit.
SPAN = 5.0
# A hand-off that took so many seconds says that its lane is slow, and one that failed after it that its server hangs.
SLOW = 3.0
MOST_ATTEMPTS = 12
# A receiver may be down over night: a webhook is tried for about a day.
MOST_ATTEMPTS_OF_WEBHOOK = 16
LONGEST_WAIT_OF_WEBHOOK = 4 * 3600.0
MOST_AMBIGUOUS = 2
LONGEST_WAIT = 1800.0
CHANNELS: dict[str, type[Channel]] = {
    "email": Email,
    "telegram": Telegram,
    "crm": Hubspot,
    "webhook": Webhook,
    "chat": Chat,
}
# In the sample workspace these only rehearse: it never speaks to anybody outside.
OUTSIDE = ("crm", "webhook", "chat")

CLAIM = f"""
    UPDATE notifications_outboundmessage SET state = 'claimed', due_at = %s
    WHERE id IN (
        SELECT id FROM notifications_outboundmessage
        WHERE state IN ('pending', 'claimed', 'handoff') AND channel = %s AND due_at <= %s
            AND NOT ({bulkheads.LANE_SQL} = ANY(%s::text[]))
        ORDER BY urgency, due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
    ) AND state <> 'handoff' RETURNING id
"""  # noqa: S608 (a constant of ours)


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
    after failing as a whole, or this worker is busy enough with it, nothing is claimed. It ends after `SPAN` seconds,
    and the next one goes on.
    """
    if is_held() or bulkheads.rests(channel, now):
        return 0
    with bulkheads.slot(channel) as free:
        return _swept(channel, now, limit) if free else 0


def _swept(channel: str, now: datetime, limit: int) -> int:
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
            sent += _Batch(adapter, claimed, end).deliver()
            now = timezone.now()
    except Unreachable as error:
        bulkheads.rest_channel(channel, error, timezone.now())
    else:
        if adapter is not None:
            bulkheads.recovered(channel)
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
        # Lanes that rest by the clock of this machine; `now` may be an instant that only the caller knows.
        _, resting = bulkheads.lanes(channel, now)
        cursor.execute(CLAIM, [timezone.now() + CLAIMED_FOR, channel, now, sorted(resting), size])
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


class _Batch:
    """One commit a letter: what came of the one before and the hand-off of the next are written together.

    A lane that turns out slow, or that breaks off, rests at once, and its other letters go back untried.
    """

    def __init__(self, adapter: Channel, claimed: list[OutboundMessage], end: float) -> None:
        self.adapter = adapter
        self.claimed = claimed
        self.end = end
        self.channel = claimed[0].channel
        self.failed_before, _ = bulkheads.lanes(self.channel, timezone.now())
        self.resting: set[str] = set()
        self.broken_off = 0
        self.closed: str | None = None
        self.done: OutboundMessage | None = None

    def deliver(self) -> int:
        """Returns how many were handed over; Unreachable when the channel as a whole has to rest."""
        sent = 0
        try:
            for index, message in enumerate(self.claimed):
                instant = timezone.now()
                if time.monotonic() >= self.end:
                    _put_back(self.claimed[index:])
                    break
                if bulkheads.lane_of(message) in self.resting:
                    _put_back([message])
                elif message.stale_at and message.stale_at <= instant:
                    _settle(message, State.SUPERSEDED, instant, "stale: what it promised has passed")
                elif self._handed_off(message, instant):
                    sent += self._send(message, index)
        finally:
            self._commit()
        return sent

    def _handed_off(self, message: OutboundMessage, at: datetime) -> bool:
        done, self.done = self.done, None
        return _hand_off(message, done, at)

    def _send(self, message: OutboundMessage, index: int) -> bool:
        crashpoints.reached("handoff")
        began = time.monotonic()
        trouble = ""
        try:
            reference = self.adapter.send(message)
        except Refused as error:
            trouble = str(error)
            if error.closes:
                self._closed(message, index, trouble)
            _refuse(message, error)
        except Ambiguous as error:
            trouble = str(error)
            _doubt(message, trouble)
        except Unreachable:
            _put_back(self.claimed[index:])
            raise
        except Exception as error:
            log.exception("message %s cannot be sent", message.pk)
            trouble = f"{type(error).__name__}: {error}"[:300]
            _refuse(message, Refused(trouble, permanent=False))
        else:
            crashpoints.reached("accepted")
            message.provider_reference, message.sent_at = reference[:200], timezone.now()
            self.done = message
        self._judge(message, index, time.monotonic() - began, trouble)
        return not trouble

    def _judge(self, message: OutboundMessage, index: int, took: float, trouble: str) -> None:
        """Two that hang one after the other are the channel; one is its lane, where the channel has lanes."""
        lane, slow = bulkheads.lane_of(message), took >= SLOW
        self.broken_off = self.broken_off + 1 if slow and trouble else 0
        if self.broken_off >= 2 and self.channel not in ("chat", "webhook"):
            _put_back(self.claimed[index + 1 :])
            raise Unreachable(trouble)
        if lane and slow:
            self.resting.add(lane)
            # One that is slow and takes its letters all the same waits as long as it made the others wait.
            most = bulkheads.LONGEST_REST if trouble else took
            why = trouble or f"took {took:.0f} s for one message"
            bulkheads.rest(f"{self.channel} {lane}", why, timezone.now(), most=most)
        elif lane in self.failed_before and not trouble:
            self.failed_before.discard(lane)
            bulkheads.recovered(self.channel, lane)

    def _closed(self, message: OutboundMessage, index: int, trouble: str) -> None:
        """A server that hangs up on two lanes has had enough of everybody; on one, only that lane rests.

        Else one recipient whom it never takes would hold up all letters behind, again and again.
        """
        lane = bulkheads.lane_of(message)
        if self.closed not in (None, lane):
            _put_back(self.claimed[index:])
            raise Unreachable(trouble)
        self.closed = lane
        self.resting.add(lane)
        bulkheads.rest(f"{self.channel} {lane}", trouble, timezone.now())

    def _commit(self) -> None:
        if self.done is not None:
            _sent(self.done)
            self.done = None


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
    webhook = message.channel == "webhook"
    if error.permanent or attempts >= (MOST_ATTEMPTS_OF_WEBHOOK if webhook else MOST_ATTEMPTS):
        _settle(message, State.DEAD, at, str(error))
        if error.permanent and message.channel == "email":
            OutboundMessage.objects.filter(pk=message.pk).update(bounced_at=at)
        if webhook:
            # Somebody else's machine is not ours to alarm about: its own page shows it, and an endpoint that fails for
            # long is switched off with a word to the administrators.
            OutboundMessage.objects.filter(pk=message.pk).update(noticed_at=at)
        return
    longest = LONGEST_WAIT_OF_WEBHOOK if webhook else LONGEST_WAIT
    wait = error.wait if error.wait is not None else min(longest, 5.0 * 2**attempts)
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
    if not messages:
        return
    first, lease, now = messages[0], messages[-1].due_at, timezone.now()
    handed = OutboundMessage.objects.filter(pk=first.pk, state=State.HANDOFF, due_at=first.due_at)
    handed.update(state=State.PENDING, due_at=now, attempts=F("attempts") - 1)
    claimed = OutboundMessage.objects.filter(pk__in=[one.pk for one in messages], state=State.CLAIMED, due_at=lease)
    claimed.update(state=State.PENDING, due_at=now)
