"""Counts again what changed, soon after it did: due rows claimed with SKIP LOCKED, poison rows set aside (law 6)."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from postmortems.models import FactDue
from postmortems.reports import cells

log = logging.getLogger(__name__)
BATCH = 1000
QUARANTINE_AFTER = 5
CLAIM = """
    DELETE FROM postmortems_factdue WHERE id IN (
        SELECT id FROM postmortems_factdue WHERE quarantined_at IS NULL AND (retry_at IS NULL OR retry_at <= %s)
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING incident_id, errors
"""


def sweep(*, now: datetime, limit: int = 2000) -> int:
    """Counts the incidents that changed since, at most `limit` changes; returns how many it looked at.

    When another one is sweeping it does nothing: what it leaves is due still. A batch that fails is done again one by
    one; what keeps failing waits 2, 4, 8… seconds and is set aside after five failures, and the page says so.
    """
    done = 0
    while done < limit:
        try:
            count = _batch(now)
        except Exception:
            log.exception("counting a batch for the reports failed; doing it one by one")
            count = _one_by_one(now)
        if not count:
            break
        done += count
    return done


def _claim(now: datetime, size: int) -> dict[int, int]:
    """Incidents to count, with how often that failed."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now, size])
        claimed: dict[int, int] = {}
        for incident_id, errors in cursor.fetchall():
            claimed[incident_id] = max(errors, claimed.get(incident_id, 0))
        return claimed


@transaction.atomic
def _batch(now: datetime) -> int:
    if not cells.lock():
        return 0
    claimed = _claim(now, BATCH)
    if claimed:
        cells.refresh(sorted(claimed))
    return len(claimed)


@transaction.atomic
def _one_by_one(now: datetime) -> int:
    if not cells.lock():
        return 0
    claimed = _claim(now, 100)
    for incident_id, errors in claimed.items():
        try:
            with transaction.atomic():
                cells.refresh([incident_id])
        except Exception as error:
            if isinstance(error, DatabaseError) and connection.needs_rollback:
                raise
            _put_back(incident_id, errors + 1, error, now)
    return len(claimed)


def _put_back(incident_id: int, errors: int, error: Exception, now: datetime) -> None:
    aside = errors >= QUARANTINE_AFTER
    FactDue.objects.create(
        incident_id=incident_id,
        errors=errors,
        last_error=f"{type(error).__name__}: {error}"[:500],
        retry_at=None if aside else now + timedelta(seconds=2**errors),
        quarantined_at=now if aside else None,
    )
    if aside:
        log.error("incident %s cannot be counted for the reports: %s", incident_id, error)
