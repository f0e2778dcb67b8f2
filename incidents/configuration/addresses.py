"""Dead addresses: a person says with a reason that letters go there again."""

from datetime import datetime

from django.db import transaction

from incidents.configuration.record import record_change
from incidents.models import Responder
from incidents.refusals import Refused
from notifications import suppression
from notifications.models import Suppression


@transaction.atomic
def lift_suppression(suppression_id: int, *, reason: str, by: Responder, at: datetime) -> Suppression:
    """Letters go to the address again; what was held back waits on its incident, to be sent again or waived."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say how you know that the address works again.", "reason")
    row = suppression.lift(suppression_id, reason=reason, by_id=by.pk, at=at)
    if row is None:
        raise Refused("It is not suppressed any more.", "reason")
    record_change(
        row,
        subject="suppressed address",
        action="changed",
        before={"suppressed": True, "reason": row.reason},
        after={"suppressed": False, "reason": reason},
        by=by,
        at=at,
    )
    return row
