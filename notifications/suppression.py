"""Dead addresses: nothing more is sent to them; what would have been is shown and escalated, never silently lost."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from notifications.models import Suppression

SUPPRESS = """
    INSERT INTO notifications_suppression (address, reason, since, lift_reason) VALUES (%s, %s, %s, '')
    ON CONFLICT (address) WHERE lifted_at IS NULL DO NOTHING
"""


def suppress(address: str, *, reason: str, at: datetime) -> bool:
    """No letter goes to this address from now on, until a person lifts it; False when it was suppressed already.

    Letters that wait are settled as suppressed when their turn comes, so that each is reported as one that failed.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESS, [_plain(address), reason.replace("\x00", "")[:300], at])
        return bool(cursor.rowcount)


def is_suppressed(address: str) -> bool:
    return Suppression.objects.filter(address=_plain(address), lifted_at=None).exists()


def among(addresses: Iterable[str]) -> dict[str, Suppression]:
    """Those of the given addresses to which nothing is sent, each as it was given; one query."""
    given = {address: _plain(address) for address in addresses}
    rows = Suppression.objects.filter(address__in=set(given.values()), lifted_at=None)
    found = {row.address: row for row in rows}
    return {address: found[plain] for address, plain in given.items() if plain in found}


def lift(suppression_id: int, *, reason: str, by_id: int, at: datetime) -> Suppression | None:
    """Letters go there again; `reason` says why. None when it is not suppressed any more.

    What was held back meanwhile stays as it is, for a person to send again or to waive.
    """
    row = Suppression.objects.select_for_update().filter(pk=suppression_id, lifted_at=None).first()
    if row is not None:
        row.lifted_at, row.lifted_by_id, row.lift_reason = at, by_id, reason
        row.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    return row


def _plain(address: str) -> str:
    return address.replace("\x00", "").strip().lower()[:320]
