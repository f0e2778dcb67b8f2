"""The escalation matrix: standing instructions as rows (B-107…B-113, C-11, C-18)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.configuration.record import assign, checked, locked, record_change, snapshot
from incidents.models import EscalationRule, Responder, Role, Situation
from incidents.refusals import Refused
from notifications.models import Destination


def _snapshot(rule: EscalationRule) -> dict[str, Any]:
    return snapshot(
        rule,
        roles=list(rule.roles.values_list("name", flat=True)),
        responders=list(rule.responders.values_list("name", flat=True)),
        rooms=list(rule.rooms.values_list("name", flat=True)),
    )


@transaction.atomic
def save_rule(
    rule_id: int | None,
    values: Mapping[str, Any],
    *,
    role_ids: Collection[int],
    responder_ids: Collection[int],
    room_ids: Collection[int] = (),
    by: Responder,
    at: datetime,
) -> EscalationRule:
    """Adds or changes a row. Refused when it would tell nobody, or through no channel.

    Escalations that were raised already go on as they were raised.
    """
    rule = locked(EscalationRule, rule_id)
    new = rule_id is None
    before = {} if new else _snapshot(rule)
    if not role_ids and not responder_ids:
        raise Refused("A rule tells somebody: choose a role or a responder.", "roles")
    if not values.get("channels"):
        raise Refused("Choose at least one channel.", "channels")
    if values.get("wall_hours") and values.get("situation") != Situation.RESOLVE_BREACHED:
        raise Refused("Hours on the wall go with “Not resolved in time” only: empty this field.", "wall_hours")
    if room_ids and "chat" not in values["channels"]:
        raise Refused("Tick “Chat or SMS” as well: rooms hear of it through that.", "channels")
    assign(rule, values)
    checked(rule).save()
    rule.roles.set(Role.objects.filter(pk__in=role_ids))
    rule.responders.set(Responder.objects.filter(pk__in=responder_ids))
    rule.rooms.set(Destination.objects.filter(pk__in=room_ids, responder=None))
    action = "added" if new else "changed"
    record_change(rule, subject="escalation rule", action=action, before=before, after=_snapshot(rule), by=by, at=at)
    return rule


@transaction.atomic
def switch_rule(rule_id: int, *, on: bool, by: Responder, at: datetime) -> EscalationRule:
    """Turns a row on or off; it stays on the page either way."""
    rule = locked(EscalationRule, rule_id)
    before = {"is_enabled": rule.is_enabled}
    rule.is_enabled = on
    rule.save(update_fields=["is_enabled"])
    after = {"is_enabled": on}
    record_change(rule, subject="escalation rule", action="changed", before=before, after=after, by=by, at=at)
    return rule
