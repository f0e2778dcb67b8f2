"""How each sweep of detection takes what is due: one row, one transaction, exactly once (design law 6)."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DatabaseError, models, transaction

log = logging.getLogger(__name__)
QUARANTINE_AFTER = 5
MOST = 5_000
Row = TypeVar("Row", bound=models.Model)


def sweep_rows(
    model: type[Row], column: str, settle: Callable[[Row, datetime], None], *, now: datetime, limit: int = MOST
) -> int:
    """Calls `settle` with each locked row whose `column` has come, oldest first; returns how many went well.

    `settle` saves the row and moves `column` on. A row that another sweep holds is passed over. A row that fails is
    tried again after 2, 4, 8… seconds and quarantined, visibly, after five failures; the others proceed.
    """
    done = 0
    for _ in range(limit):
        row = None
        try:
            with transaction.atomic():
                row = _claim(model, column, now)
                if row is None:
                    return done
                settle(row, now)
            done += 1
        except Exception as error:
            if row is None or (isinstance(error, DatabaseError) and not transaction.get_connection().is_usable()):
                raise
            log.exception("%s %s failed", model._meta.verbose_name, row.pk)
            _put_back(model, column, row.pk, error, now)
    return done


def _claim(model: type[Row], column: str, now: datetime) -> Row | None:
    due: Any = model._default_manager.select_for_update(skip_locked=True, of=("self",), no_key=True)
    found: Row | None = due.filter(**{f"{column}__lte": now}).order_by(column, "pk").first()
    return found


def _put_back(model: type[Row], column: str, pk: Any, error: Exception, now: datetime) -> None:
    with transaction.atomic():
        row: Any = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
        row.errors += 1
        row.last_error = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
        if row.errors >= QUARANTINE_AFTER:
            row.quarantined_at = now
            setattr(row, column, None)
            log.error("%s %s is quarantined: %s", model._meta.verbose_name, pk, row.last_error)
        else:
            setattr(row, column, now + timedelta(seconds=2**row.errors))
        row.save(update_fields=["errors", "last_error", "quarantined_at", column])
