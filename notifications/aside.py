"""A row that always fails is put aside by itself: the rest of its batch goes on, and a person sees it (law 6).

Nothing that is owed is given up: what failed five times counts as stuck and is tried once an hour, so that it is done
as soon as its reason is gone, without anybody having to release it. A person may try it at once, or give it up.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value

from notifications.models import SetAside

log = logging.getLogger(__name__)
BATCH = 200
PUT_ASIDE = """
    INSERT INTO notifications_setaside (sweep, row, kind, errors, last_error, since, retry_at)
    VALUES (%(sweep)s, %(row)s, %(kind)s, 1, %(error)s, %(now)s, %(now)s + interval '2 seconds')
    ON CONFLICT (sweep, row) DO UPDATE SET errors = least(notifications_setaside.errors + 1, 30000),
        last_error = excluded.last_error, kind = excluded.kind,
        retry_at = %(now)s + make_interval(secs => CASE WHEN notifications_setaside.errors + 1 < %(stuck)s
            THEN 2 ^ (notifications_setaside.errors + 1) ELSE 3600 END)
"""


def settle_due(
    sweep: str,
    due: QuerySet[Any],
    settle: Callable[[list[int]], int],
    *,
    now: datetime,
    batch: int = BATCH,
    most: int | None = None,
    enough: int | None = None,
) -> int:
    """Calls `settle` with the ids of what is due, in batches, each in a transaction; the sum of what it says it did.

    `settle` locks the rows, passes over those that another sweep holds, and reads once more whether each is due. A
    batch that fails is done again row by row; a row that fails is tried again after 2, 4, 8, 16 seconds and from then
    on every hour. At most `most` rows are looked at, and none after `enough` were done.
    """
    kept = SetAside.objects.filter(sweep=sweep)
    ready = due.exclude(pk__in=kept.filter(Q(retry_at__gt=now) | Q(retry_at=None)).values("row"))[:most]
    # One question for both: most sweeps find nothing due and nothing put aside.
    found = ready.values_list("pk", Value(False)).union(kept.values_list("row", Value(True)), all=True)
    rows = list(found)
    ids, aside = [pk for pk, is_aside in rows if not is_aside], {pk for pk, is_aside in rows if is_aside}
    if aside:
        # What is owed no longer, whoever did it, is not stuck.
        owed = set(due.order_by().filter(pk__in=aside).values_list("pk", flat=True))
        kept.filter(row__in=aside - owed).delete()
    # One that failed before goes alone, so that it does not spoil the batch of its neighbours again.
    fresh, again = [pk for pk in ids if pk not in aside], [pk for pk in ids if pk in aside]
    kind = due.model._meta.label_lower
    done = 0
    for start in range(0, len(fresh), batch):
        if enough is not None and done >= enough:
            return done
        done += _together(sweep, kind, fresh[start : start + batch], settle, now)
    done += sum(_alone(sweep, kind, pk, settle, now) for pk in again)
    # Done at last: it failed before, and not again just now.
    SetAside.objects.filter(sweep=sweep, row__in=again, retry_at__lte=now).delete()
    return done


def each_due(
    sweep: str,
    due: QuerySet[Any],
    settle: Callable[[int], int],
    *,
    now: datetime,
    most: int | None = None,
    enough: int | None = None,
) -> int:
    """The same for rows that are done one by one in any case."""
    return settle_due(sweep, due, lambda ids: settle(ids[0]), now=now, batch=1, most=most, enough=enough)


def _together(sweep: str, kind: str, ids: list[int], settle: Callable[[list[int]], int], now: datetime) -> int:
    if len(ids) == 1:
        return _alone(sweep, kind, ids[0], settle, now)
    try:
        with transaction.atomic():
            return settle(ids)
    except Exception:
        if not connection.is_usable():
            raise
        log.exception("a batch of the sweep “%s” failed; doing it one by one", sweep)
    return sum(_alone(sweep, kind, pk, settle, now) for pk in ids)


def _alone(sweep: str, kind: str, pk: int, settle: Callable[[list[int]], int], now: datetime) -> int:
    try:
        with transaction.atomic():
            return settle([pk])
    except Exception as error:
        if not connection.is_usable():
            raise
        log.exception("row %s of the sweep “%s” failed and is put aside", pk, sweep)
        said = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
        wanted: dict[str, str | int | datetime] = {
            "sweep": sweep,
            "row": pk,
            "kind": kind,
            "error": said,
            "now": now,
            "stuck": SetAside.STUCK_AFTER,
        }
        with connection.cursor() as cursor:
            cursor.execute(PUT_ASIDE, wanted)
        return 0
