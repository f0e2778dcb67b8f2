"""Ask for words in time, send each update once, hold back what cannot be said and escalate (C-04, C-08)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from incidents import escalation, guarding, notices, timeline
from incidents.digest_days import LEAD, next_due
from incidents.digests.planning import plan
from incidents.digests.standing import Item, items_for
from incidents.escalation import Raising
from incidents.lifecycle.moving import moving
from incidents.models import (
    Brand,
    Client,
    ClientLetter,
    Digest,
    DigestLine,
    Incident,
    IncidentClient,
    Situation,
    TimelineEntry,
)
from incidents.spelling import in_utc, spell
from incidents.texts import Texts
from incidents.timeline import ALLCLEAR
from incidents.wordings import DIGEST
from notifications import aside, outbox
from notifications.outbox import Outgoing
from notifications.wording import Unfilled, render

log = logging.getLogger(__name__)
BATCH = 50
AGAIN = timedelta(minutes=1)
NOBODY = "Nobody at the client receives letters."


@dataclass(frozen=True, slots=True)
class Edition:
    """An update as it would leave now. `lacking` are the items that keep it back; `waiting` may come next time."""

    digest: Digest
    items: list[Item]
    lacking: list[Item]
    waiting: list[Item]
    letters: list[Outgoing]
    reason: str

    @property
    def may_leave(self) -> bool:
        return bool(self.items) and not self.lacking and not self.reason


def sweep(*, now: datetime) -> int:
    """Plans, asks for words, and settles every update whose instant has come; returns how many were done.

    Any number may run at once: a row is claimed with SKIP LOCKED, and its messages carry its key. One that fails is put
    back alone, for 2, 4, 8… minutes.
    """
    done = plan(now)
    done += _ask(now)
    settled = _settle(now)
    return done + settled + (plan(now) if settled else 0)


def edition_of(digest: Digest, items: Sequence[Item], *, now: datetime) -> Edition:
    """What stands in an update, what is lacking, and the very letters that would leave; nothing is written."""
    client = digest.client
    stopped = guarding.stopped_for([client])
    wordless = [item for item in items if not item.sentence or stopped(item.sentence)]
    lacking = [item for item in wordless if item.is_owed(digest.scheduled_at)]
    waiting = [item for item in wordless if item not in lacking]
    told = [item for item in items if item not in wordless]
    letters: list[Outgoing] = []
    reason = ""
    if told:
        try:
            letters = _letters(digest, client, told, now)
        except Unfilled as unfilled:
            reason = f"Its wording cannot be filled: {unfilled}."
        else:
            reason = "" if letters else NOBODY
    return Edition(digest, told, lacking, waiting, letters, reason)


def _letters(digest: Digest, client: Client, items: Sequence[Item], now: datetime) -> list[Outgoing]:
    brand = client.brand or Brand.objects.filter(is_default=True).first() or Brand.objects.first()
    if brand is None:
        return []
    text = Texts(DIGEST.key, clients=[client.pk]).for_client(client, brand)
    following = next_due(client.digest_schedule, after=max(now, digest.scheduled_at), taken=(digest.on,))
    said = {
        "date": f"{digest.on:%A} {digest.on.day} {digest.on:%B}",
        "items": "\n\n".join(item.text for item in items),
        "next_update": notices.client_time(following.at, client.zone) if following else "when there is something new",
    }
    letters = []
    for contact in client.contacts.filter(receives_letters=True):
        variables = {**notices.addressed(contact.name, brand), **said}
        rendered = render(text.words, {name: variables[name] for name in text.words.placeholders})
        letters.append(
            Outgoing(
                key=f"{digest.key}:{contact.pk}",
                channel="email",
                to=contact.email,
                to_name=contact.name,
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                about=digest.about,
                kind=DIGEST.key,
                urgency="digest",
                sender=brand.from_email,
                sender_name=brand.name,
                reply_to=brand.reply_to or settings.ALLCLEAR_REPLY_TO,
                made_from=text.mark,
            )
        )
    return letters


def _ask(now: datetime) -> int:
    """Two hours before: whoever writes to the clients is asked for the words that are missing, once for each update."""
    soon = Digest.objects.filter(settled_at=None, asked_at=None, scheduled_at__lte=now + LEAD)
    ordered = soon.order_by("scheduled_at", "pk")
    return aside.settle_due("asking for words", ordered, lambda ids: _ask_for(ordered, ids, now), now=now)


def _ask_for(soon: QuerySet[Digest], ids: list[int], now: datetime) -> int:
    locked_digests = soon.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(pk__in=ids)
    asked = list(locked_digests.select_related("client"))
    digests = {digest.client_id: digest for digest in asked}
    wordless = [item for item in items_for(list(digests)) if not item.sentence]
    raisings = []
    locked = _locked([item.incident.pk for item in wordless])
    for item in wordless:
        digest = digests[item.affected.client_id]
        text = f"It lacks words for {digest.client}, whose scheduled update leaves {in_utc(digest.scheduled_at)}."
        raisings.append(_raising(locked[item.incident.pk], Situation.DIGEST_WORDS, digest, text))
    timeline.append_many(escalation.raise_all(raisings, at=now), recorded_at=now)
    Digest.objects.filter(pk__in=[digest.pk for digest in asked]).update(asked_at=now)
    return len(asked)


def _locked(ids: Sequence[int]) -> dict[int, Incident]:
    rows = Incident.objects.select_for_update(no_key=True).defer("search").filter(pk__in=set(ids)).order_by("pk")
    return {one.pk: one for one in rows}


def _raising(incident: Incident, situation: Situation, digest: Digest, text: str) -> Raising:
    return Raising(incident, situation, f"{digest.key}:{situation}:{incident.pk}", text)


def _settle(now: datetime) -> int:
    count = 0
    while True:
        with transaction.atomic():
            rows = Digest.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            due = list(
                rows.filter(settled_at=None, due_at__lte=now)
                .select_related("client__tier", "client__brand")
                .order_by("due_at", "pk")[:BATCH]
            )
            for digest in due:
                try:
                    with transaction.atomic():
                        _settle_one(digest, now)
                except Exception as error:
                    if isinstance(error, DatabaseError) and transaction.get_connection().needs_rollback:
                        raise
                    log.exception("the scheduled update %s failed", digest.pk)
                    _put_back(digest.pk, error, now)
            count += len(due)
        if len(due) < BATCH:
            return count


def _put_back(digest_id: int, error: Exception, now: datetime) -> None:
    digest = Digest.objects.get(pk=digest_id)
    wait = timedelta(minutes=2 ** min(digest.errors + 1, 6))
    Digest.objects.filter(pk=digest_id).update(
        errors=digest.errors + 1, last_error=f"{type(error).__name__}: {error}"[:500], due_at=now + wait
    )


def _settle_one(digest: Digest, now: datetime) -> None:
    # Locked before they are read: nothing may be restricted, told by letter or resolved between looking and sending.
    _locked([item.incident.pk for item in items_for([digest.client_id])])
    edition = edition_of(digest, items_for([digest.client_id]), now=now)
    if edition.lacking or edition.reason:
        _hold(edition, now)
    elif not edition.items:
        _end(digest, Digest.Outcome.EMPTY, now)
    else:
        _send(edition, now)


def _hold(edition: Edition, now: datetime) -> None:
    """Neither nonsense nor silence: it waits, the people hear of it once, and it leaves when it can."""
    digest = edition.digest
    because = edition.reason or "It lacks words that clients can read."
    if digest.held_at is None or digest.held_because != because:
        concerned = edition.lacking or edition.items
        locked = _locked([item.incident.pk for item in concerned])
        text = f"The scheduled update of {digest.client} is held back. {because}"
        raisings = [_raising(one, Situation.DIGEST_HELD, digest, text) for one in locked.values()]
        timeline.append_many(escalation.raise_all(raisings, at=now), recorded_at=now)
    Digest.objects.filter(pk=digest.pk).update(
        held_at=digest.held_at or now, held_because=because[:300], due_at=now + AGAIN
    )


def _end(digest: Digest, outcome: Digest.Outcome, now: datetime) -> None:
    Digest.objects.filter(pk=digest.pk).update(outcome=outcome, settled_at=now, held_because="", last_error="")


def _send(edition: Edition, now: datetime) -> None:
    digest, items = edition.digest, edition.items
    outbox.enqueue(edition.letters, at=now)
    DigestLine.objects.bulk_create(
        [
            DigestLine(digest=digest, incident=item.incident, sentence=item.sentence, status=item.status)
            for item in items
        ]
    )
    ClientLetter.objects.create(
        incident=None,
        incident_ids=[item.incident.pk for item in items],
        client=digest.client,
        seq=digest.pk,
        kind=DIGEST.key,
        at=now,
        by_name=ALLCLEAR,
        text="\n\n".join(item.text for item in items),
        keys=[letter.key for letter in edition.letters],
    )
    affected = IncidentClient.objects.filter(pk__in=[item.affected.pk for item in items])
    affected.filter(digested_at=None).update(digested_at=now)
    affected.filter(incident__is_open=False).update(digested_resolved_at=now)
    late = (now - digest.scheduled_at).total_seconds()
    lateness = f", {spell(late)} late" if late > 60 else ""
    for item in items:
        with moving(item.incident.pk, "digest", by=None, at=now) as move:
            text = f"In the scheduled update of {digest.client}{lateness}: {item.text}"
            kind, client = TimelineEntry.Kind.DIGESTED, digest.client_id
            move.write(kind, text, client_visible=True, digest=digest.pk, client=client, key=digest.key)
            ended = (Situation.DIGEST_WORDS, Situation.DIGEST_HELD, Situation.NOTIFY_BREACHED)
            escalation.end(move.incident, situations=ended, reason="it stood in the scheduled update", at=now)
    _end(digest, Digest.Outcome.SENT, now)
