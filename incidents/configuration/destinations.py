"""Chat rooms and telephones that messages go to; their addresses are checked, sealed, and never shown in full again."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.configuration.record import checked, record_change
from incidents.models import Responder
from incidents.refusals import Refused
from notifications import outbox, sealed
from notifications.channels import chat
from notifications.models import Destination
from notifications.outbox import Outgoing

SUBJECT = "chat or SMS"


def _snapshot(row: Destination) -> dict[str, Any]:
    whose = str(row.responder) if row.responder else ""
    return {"name": row.name, "shown": row.shown, "responder": whose, "is_active": row.is_active}


def _locked(destination_id: int) -> Destination:
    row = (
        Destination.objects.select_for_update(of=("self",))
        .select_related("responder")
        .filter(pk=destination_id)
        .first()
    )
    if row is None:
        raise Refused("There is no such room or telephone any more.")
    return row


@transaction.atomic
def save_destination(
    destination_id: int | None, *, name: str, url: str, responder: Responder | None, by: Responder, at: datetime
) -> Destination:
    """Adds (no id) or changes one; an empty address keeps the one it has. Refuses services that are not allowed."""
    row = Destination(made_at=at) if destination_id is None else _locked(destination_id)
    before = {} if destination_id is None else _snapshot(row)
    if url.strip() or destination_id is None:
        try:
            row.scheme, _ = chat.service_of(url)
            row.shown = chat.shown(url)
        except chat.NotAllowed as error:
            raise Refused(str(error), "url") from error
        row.sealed_url = sealed.seal(url.strip())
    row.name, row.responder = name.strip(), responder
    checked(row).save()
    action = "changed" if before else "added"
    record_change(row, subject=SUBJECT, action=action, before=before, after=_snapshot(row), by=by, at=at)
    return row


@transaction.atomic
def switch_destination(destination_id: int, *, on: bool, by: Responder, at: datetime) -> Destination:
    row = _locked(destination_id)
    if row.is_active == on:
        raise Refused(f"It is {'on' if on else 'off'} already.")
    before = _snapshot(row)
    row.is_active = on
    row.save(update_fields=["is_active"])
    record_change(row, subject=SUBJECT, action="changed", before=before, after=_snapshot(row), by=by, at=at)
    return row


@transaction.atomic
def try_destination(destination_id: int, *, by: Responder, at: datetime) -> None:
    """Sends it a line that says that it works, through the same queue as everything else."""
    row = _locked(destination_id)
    if not row.is_active:
        raise Refused("It is switched off; switch it on first.")
    outbox.enqueue(
        [
            Outgoing(
                key=f"try:{row.pk}:{secrets.token_hex(6)}",
                channel="chat",
                to=chat.recipient(row.pk),
                to_name=row.name,
                subject=f"Test of {row.name}",
                text=f"This is Allclear, as {by} asked: messages reach “{row.name}”.",
                html="",
                about="",
                kind="test",
            )
        ],
        at=at,
    )
