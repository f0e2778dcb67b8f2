"""What an administrator arranges for learning: kinds of action, procedures, destinations, environment sets.

Each change is written together with its line on the record of changes. Nothing is ever deleted: what is no longer
wanted is switched off, so that old reviews and reports keep their words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.configuration.record import assign, checked, keep, locked, record_change, snapshot
from incidents.models import Responder
from incidents.refusals import Refused
from postmortems.models import ActionKind, Destination, EnvironmentSet, Procedure

MOST_FIELDS = 20


@transaction.atomic
def save_action_kind(pk: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> ActionKind:
    """Adds (no id) or changes a kind of prevention action (A-07: “extensible”). Its key stays once it is used."""
    kind = locked(ActionKind, pk)
    _key_stays(pk, kind, values)
    return keep(kind, values, subject="action kind", by=by, at=at)


@transaction.atomic
def save_procedure(pk: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> Procedure:
    """Adds or changes a procedure and the moment at which it is shown (A-08, A-26…A-34); once for each moment."""
    return keep(locked(Procedure, pk), values, subject="procedure", by=by, at=at)


@transaction.atomic
def save_destination(pk: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> Destination:
    """Adds or changes a place to which support reports go. Reports handed off already keep theirs."""
    destination = locked(Destination, pk)
    _key_stays(pk, destination, values)
    return keep(destination, values, subject="destination", by=by, at=at)


@transaction.atomic
def save_environment_set(pk: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> EnvironmentSet:
    """Adds or changes what a report on a product must name (C-23). At most 20 fields, none of them twice."""
    row = locked(EnvironmentSet, pk)
    names = [name.casefold() for name in values["fields"]]
    if len(names) > MOST_FIELDS:
        raise Refused(f"At most {MOST_FIELDS} fields.", "fields")
    if len(set(names)) != len(names):
        raise Refused("A field is named twice.", "fields")
    systems = list(values["systems"])
    before = {} if pk is None else snapshot(row, systems=[one.name for one in row.systems.all()])
    if values["is_default"]:
        for other in EnvironmentSet.objects.select_for_update().filter(is_default=True).exclude(pk=row.pk):
            keep(other, {"is_default": False}, subject="environment set", by=by, at=at)
    plain = {name: value for name, value in values.items() if name != "systems"}
    saved = _unrecorded(row, plain)
    saved.systems.set(systems)
    record_change(
        saved,
        subject="environment set",
        action="added" if pk is None else "changed",
        before=before,
        after=snapshot(saved, systems=[one.name for one in systems]),
        by=by,
        at=at,
    )
    return saved


def _unrecorded(row: EnvironmentSet, values: Mapping[str, Any]) -> EnvironmentSet:
    assign(row, values)
    checked(row).save()
    return row


def _key_stays(pk: int | None, row: ActionKind | Destination, values: Mapping[str, Any]) -> None:
    if pk is not None and values.get("key", row.key) != row.key:
        raise Refused("The key stays: what is on record speaks of it by its key.", "key")
