"""What administrators arrange: sources and their keys, rules and their order, silences. Each change is on record."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from incidents.configuration.record import assign, checked, locked, record_change, snapshot
from incidents.detection.intake.keys import LIVE_AT_MOST, digest, new_key
from incidents.detection.intake.matching import conditions
from incidents.detection.models import InboundKey, InboundSource, IntakeRevision, RoutingRule, Signal, Silence
from incidents.models import Responder, System
from incidents.refusals import Refused

Kind = InboundSource.Kind
# A person or a script that reports means each report by itself; only the same one folds.
APART = (Kind.REPORT, Kind.EMAIL, Kind.FORM)


@transaction.atomic
def save_source(
    source_id: int | None,
    values: Mapping[str, Any],
    *,
    system_ids: Collection[int] = (),
    by: Responder | None,
    at: datetime,
) -> InboundSource:
    """Adds or changes a source. Its kind stays as it is: what it sent was read as that kind."""
    source = locked(InboundSource, source_id)
    new = source_id is None
    before = {} if new else _with_systems(source)
    if not new and values.get("kind", source.kind) != source.kind:
        raise Refused("The kind of a source stays; add another source instead.", "kind")
    if values.get("kind", source.kind) == Kind.FORM and values.get("client", source.client) is None:
        raise Refused("A client form belongs to a client: say whose.", "client")
    taken = str(values.get("address", "")).strip()
    if taken and InboundSource.objects.filter(address__iexact=taken).exclude(pk=source.pk).exists():
        raise Refused("Another source has this intake address.", "address")
    if InboundSource.objects.filter(name=str(values.get("name", source.name)).strip()).exclude(pk=source.pk).exists():
        raise Refused("There is already a source with this name.", "name")
    assign(source, values)
    if new:
        source.created_at, source.created_by = at, by
        source.burst_seconds = 0 if source.kind in APART else values.get("burst_seconds", 60)
    checked(source).save()
    source.systems.set(System.objects.filter(pk__in=system_ids))
    _record(source, "inbound source", new, before, _with_systems(source), by, at)
    return source


def _with_systems(row: InboundSource | RoutingRule) -> dict[str, Any]:
    return snapshot(row, systems=list(row.systems.values_list("name", flat=True)))


def _record(
    row: Any, subject: str, new: bool, before: dict[str, Any], after: dict[str, Any], by: Responder | None, at: datetime
) -> None:
    action = "added" if new else "changed"
    record_change(row, subject=subject, action=action, before=before, after=after, by=by, at=at)
    IntakeRevision.bump()


@transaction.atomic
def issue_key(
    source_id: int, *, ends_on: date | None = None, by: Responder | None, at: datetime
) -> tuple[InboundKey, str]:
    """A new key, which is returned this once and never again. At most two live, the old and the new.

    The link of a client's form may have an end: it is over when the day `ends_on` is over for the client.
    """
    source = locked(InboundSource, source_id)
    if source.keys.live(at).count() >= LIVE_AT_MOST:
        raise Refused("Two keys are live already: end the one that is no longer used first.")
    ends_at = _end_of(source, ends_on, at) if ends_on else None
    plain = new_key()
    key = InboundKey.objects.create(
        source=source, digest=digest(plain), hint=plain[-4:], created_at=at, created_by=by, ends_at=ends_at
    )
    after = {"key": str(key), **({"ends_on": str(ends_on)} if ends_on else {})}
    record_change(source, subject="inbound source", action="key added", before={}, after=after, by=by, at=at)
    IntakeRevision.bump()
    return key, plain


def _end_of(source: InboundSource, ends_on: date, at: datetime) -> datetime:
    if source.kind != InboundSource.Kind.FORM or source.client is None:
        raise Refused("Only the link of a client’s form has an end of its own.", "ends_on")
    midnight = datetime.combine(ends_on, time.min, tzinfo=source.client.zone) + timedelta(days=1)
    if midnight <= at:
        raise Refused("That day has passed.", "ends_on")
    return midnight


@transaction.atomic
def end_key(source_id: int, key_id: int, *, by: Responder, at: datetime) -> InboundKey:
    """From this instant the key opens nothing. It cannot be given back."""
    source = locked(InboundSource, source_id)
    key = InboundKey.objects.select_for_update().filter(pk=key_id, source=source).first()
    if key is None or key.ended_at is not None:
        raise Refused("That key has ended already.")
    key.ended_at = at
    key.save(update_fields=["ended_at"])
    record_change(
        source, subject="inbound source", action="key ended", before={"key": str(key)}, after={}, by=by, at=at
    )
    IntakeRevision.bump()
    return key


@transaction.atomic
def switch_source(source_id: int, *, on: bool, by: Responder, at: datetime) -> InboundSource:
    """Off: its keys open nothing until it is on again; what it sent stays."""
    source = locked(InboundSource, source_id)
    before = {"is_enabled": source.is_enabled}
    source.is_enabled = on
    source.save(update_fields=["is_enabled"])
    _record(source, "inbound source", False, before, {"is_enabled": on}, by, at)
    return source


@transaction.atomic
def save_mapping(source_id: int, mapping: Mapping[str, str], *, by: Responder, at: datetime) -> InboundSource:
    """Where in its JSON a generic source has what an alert needs."""
    source = locked(InboundSource, source_id)
    before = {"mapping": source.mapping}
    source.mapping = dict(mapping)
    source.save(update_fields=["mapping"])
    _record(source, "inbound source", False, before, {"mapping": dict(mapping)}, by, at)
    return source


def _readable(text: str, field: str = "conditions") -> None:
    try:
        conditions(text)
    except ValueError as error:
        raise Refused(str(error), field) from error


@transaction.atomic
def save_rule(
    rule_id: int | None, values: Mapping[str, Any], *, system_ids: Collection[int] = (), by: Responder, at: datetime
) -> RoutingRule:
    """Adds a rule at the end, or changes one. Refused when its conditions cannot be read."""
    rule = locked(RoutingRule, rule_id)
    new = rule_id is None
    before = {} if new else _with_systems(rule)
    _readable(str(values.get("conditions", "")))
    if bool(values.get("from_time")) != bool(values.get("to_time")):
        raise Refused("Give both hours, or neither.", "to_time" if values.get("from_time") else "from_time")
    if values.get("from_time") and values["from_time"] == values["to_time"]:
        raise Refused("The hours begin and end at the same minute.", "to_time")
    assign(rule, values)
    if new:
        last = RoutingRule.objects.order_by("-position").values_list("position", flat=True).first()
        rule.position = (last or 0) + 1
    checked(rule).save()
    rule.systems.set(System.objects.filter(pk__in=system_ids))
    _record(rule, "routing rule", new, before, _with_systems(rule), by, at)
    return rule


@transaction.atomic
def move_rule(rule_id: int, *, up: bool, by: Responder, at: datetime) -> RoutingRule:
    """One place up or down: the first rule that holds decides, so their order is part of what they mean."""
    rows = list(RoutingRule.objects.select_for_update().order_by("position", "pk"))
    place = next((n for n, row in enumerate(rows) if row.pk == rule_id), None)
    if place is None:
        raise Refused("This rule no longer exists.")
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        raise Refused("It stands at that end already.")
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position
    RoutingRule.objects.bulk_update(rows, ["position"])
    _record(rows[other], "routing rule", False, {"position": place + 1}, {"position": other + 1}, by, at)
    return rows[other]


@transaction.atomic
def remove_rule(rule_id: int, *, by: Responder, at: datetime) -> None:
    rule = locked(RoutingRule, rule_id)
    record_change(rule, subject="routing rule", action="removed", before=_with_systems(rule), after={}, by=by, at=at)
    rule.delete()
    IntakeRevision.bump()


@transaction.atomic
def add_silence(values: Mapping[str, Any], *, by: Responder, at: datetime) -> Silence:
    """A silence names its end, its reason and its owner; one that fits everything from everybody is refused."""
    _readable(str(values.get("conditions", "")))
    if values.get("source") is None and not str(values.get("conditions", "")).strip():
        raise Refused("Say what is silent: choose a source, or write a condition.", "source")
    if values["ends_at"] <= max(values["starts_at"], at):
        raise Refused("It ends after it starts, and in the future.", "ends_at")
    silence = Silence()
    assign(silence, values)
    checked(silence).save()
    _record(silence, "silence", True, {}, snapshot(silence), by, at)
    return silence


@transaction.atomic
def end_silence(silence_id: int, *, by: Responder, at: datetime) -> Silence:
    """Ends now; what it held back and still fires is looked at again at once."""
    silence = locked(Silence, silence_id)
    if silence.ends_at <= at:
        raise Refused("It has ended already.")
    if silence.starts_at >= at:
        silence.starts_at = at.replace(microsecond=0)
    before = {"ends_at": silence.ends_at.isoformat()}
    silence.ends_at, silence.ended_by = max(at, silence.starts_at.replace(microsecond=1)), by
    silence.save(update_fields=["starts_at", "ends_at", "ended_by"])
    Signal.objects.filter(outcome=Signal.Outcome.SILENCED, due_at__gt=at).update(due_at=at)
    _record(silence, "silence", False, before, {"ends_at": silence.ends_at.isoformat()}, by, at)
    return silence
