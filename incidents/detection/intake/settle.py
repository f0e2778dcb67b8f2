"""What is owed about signals: an incident for what fires, a line and a prompt for what is over. Never a resolution."""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from incidents.detection.intake import opening, prompting
from incidents.detection.intake.alerts import FIRING
from incidents.detection.intake.routing import Route, World, decide
from incidents.detection.intake.world import fresh
from incidents.detection.models import Signal
from incidents.models import Incident

log = logging.getLogger(__name__)
Outcome = Signal.Outcome
AT_ONCE = 2000
LOCK = "SELECT pg_advisory_xact_lock(hashtext('intake'), %s)"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('intake'), %s)"


def settle(signal_ids: Collection[int], *, source_id: int, now: datetime, wait: bool = True) -> int:
    """Does what is owed about these signals of one source; returns how many are settled.

    One at a time for each source, so that a storm opens one incident. What fails is put off with its error, alone.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK if wait else TRY_LOCK, [source_id])
            if not wait and not cursor.fetchone()[0]:
                return 0
        due = Signal.objects.select_for_update().filter(pk__in=signal_ids, source_id=source_id, due_at__lte=now)
        # In the order in which the storing statement locks them.
        signals = list(due.order_by("fingerprint"))
        firing = [one for one in signals if one.status == FIRING]
        if firing:
            _gather(firing, now)
        over = [one for one in signals if one.status != FIRING]
        if over:
            prompting.tell(over, now=now)
        return len(signals)


def _gather(signals: Sequence[Signal], now: datetime) -> None:
    world = fresh()
    sender = world.sources.get(signals[0].source_id)
    incidents = _living([one.incident_id for one in signals if one.incident_id])
    joined: dict[int, list[Signal]] = defaultdict(list)
    again: list[Signal] = []
    known: dict[tuple[str, str, int], int] = {}
    burst = timedelta(seconds=sender.burst_seconds if sender else 60)
    for signal in signals:
        if signal.incident_id in incidents:
            own = incidents[signal.incident_id]
            # No incident, said the coordinator: true as long as this goes on, not of the next time.
            cancelled = own.closure == Incident.Closure.CANCELLED and signal.said == FIRING
            if own.is_open or cancelled:
                _stays(signal, own)
                again.append(signal)
                continue
        route = _route(world, signal, now)
        if not route.wants:
            signal.outcome = Outcome.SILENCED if route.silenced_until else Outcome.RECORDED
            signal.due_at = route.silenced_until
            signal.save(update_fields=["outcome", "due_at"])
            continue
        like = (route.key, signal.name, route.severity)
        if like not in known:
            incident_id = opening.gathering(signal, route, burst=burst, now=now)
            if incident_id is None:
                opening.open_for(signal, route, sender=sender, now=now)
                continue
            opening.remember(signal, route, incident_id, now=now)
            known[like] = incident_id
        joined[known[like]].append(signal)
    for incident_id, some in joined.items():
        Signal.objects.filter(pk__in=[one.pk for one in some]).update(
            incident_id=incident_id, outcome=Outcome.FOLDED, said=FIRING, due_at=None, attempts=0, error=""
        )
    prompting.tell_again(again, now=now)


def _living(ids: Collection[int]) -> dict[int | None, Incident]:
    """The incidents by id; one that was merged stands for the one that it was merged into."""
    found: dict[int | None, Incident] = {}
    rows = Incident.objects.filter(pk__in=set(ids)).select_related("merged_into").defer("search", "merged_into__search")
    for one in rows:
        found[one.pk] = one.merged_into if one.merged_into is not None else one
    return found


def _stays(signal: Signal, own: Incident) -> None:
    if signal.incident_id != own.pk:
        signal.incident_id = own.pk
        signal.save(update_fields=["incident"])


def _route(world: World, signal: Signal, now: datetime) -> Route:
    """The decision of now, not of when it arrived: a silence may have ended."""
    sender = world.sources.get(signal.source_id)
    if sender is None:
        return Route(severity=signal.severity)
    return decide(world, sender, opening.as_alert(signal), at=now)


def sweep(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Settles what a dying process left, what a silence held back, and what failed before; any number may run.

    Those of a source that cannot be settled together are settled one by one, so that one bad signal holds up nobody;
    what failed before goes alone from the start.
    """
    owed: dict[int, list[int]] = defaultdict(list)
    alone: list[tuple[int, int]] = []
    rows = Signal.objects.filter(due_at__lte=now).order_by("due_at").values_list("source_id", "pk", "attempts")[:limit]
    for source_id, pk, attempts in rows:
        if attempts:
            alone.append((source_id, pk))
        else:
            owed[source_id].append(pk)
    done = 0
    for source_id, ids in owed.items():
        try:
            done += settle(ids, source_id=source_id, now=now, wait=False)
        except Exception:
            log.exception("signals of source %s could not be settled together", source_id)
            alone += [(source_id, pk) for pk in ids]
    return done + sum(_alone(pk, source_id, now) for source_id, pk in alone)


def _alone(pk: int, source_id: int, now: datetime) -> int:
    try:
        return settle([pk], source_id=source_id, now=now, wait=False)
    except Exception as error:
        if not connection.is_usable():
            raise
        log.exception("signal %s could not be settled", pk)
        said = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
        row = Signal.objects.filter(pk=pk, due_at__isnull=False)
        row.update(attempts=F("attempts") + 1, error=said)
        attempts = row.values_list("attempts", flat=True).first() or 0
        waits = timedelta(seconds=2**attempts) if attempts < opening.QUARANTINE_AFTER else timedelta(hours=1)
        row.update(due_at=now + waits)
        return 0


def put_off(signal_ids: Collection[int], *, now: datetime) -> None:
    """What could not be settled together is tried again later, and by then perhaps alone."""
    Signal.objects.filter(pk__in=signal_ids, due_at__isnull=False).update(due_at=now + timedelta(seconds=30))
