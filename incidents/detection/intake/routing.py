"""Where an alert goes: source defaults, its labels, the rules and the silences. Pure decisions on a cached world."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from incidents.detection.intake.alerts import Alert
from incidents.detection.intake.matching import Condition

SEVERITY_NAMES = {f"{prefix}{rank}": rank for rank in (1, 2, 3, 4) for prefix in ("", "sev-", "sev", "sev ")}


@dataclass(frozen=True, slots=True)
class Sender:
    """A source as the door needs it."""

    id: int
    key_id: int
    name: str
    kind: str
    incident_source: str
    created_at: datetime
    limit_per_minute: int
    burst_seconds: int
    severity: int
    client_id: int | None = None
    system_ids: tuple[int, ...] = ()
    severity_map: Mapping[str, int] = field(default_factory=dict)
    severity_label: str = "severity"
    client_label: str = "client"
    system_label: str = "system"
    incident_type: str = ""
    playbook: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    id: int
    name: str
    source_id: int | None
    conditions: tuple[Condition, ...]
    days: tuple[int, ...] = ()
    from_time: time | None = None
    to_time: time | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    record_only: bool = False
    client_id: int | None = None
    system_ids: tuple[int, ...] = ()
    severity: int | None = None
    incident_type: str = ""
    playbook: str = ""
    people: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """A silence or maintenance window, while it is not over."""

    id: int
    reason: str
    source_id: int | None
    conditions: tuple[Condition, ...]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class World:
    """Everything that decides, as of one revision."""

    revision: int
    senders: Mapping[str, Sender]
    sources: Mapping[int, Sender]
    rules: tuple[Rule, ...]
    silences: tuple[Quiet, ...]
    clients: Mapping[str, int]
    systems: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Route:
    """Where one alert goes, and why."""

    severity: int
    client_id: int | None = None
    system_ids: tuple[int, ...] = ()
    incident_type: str = ""
    playbook: str = ""
    people: tuple[tuple[str, int], ...] = ()
    record_only: bool = False
    rule: str = ""
    silence: str = ""
    silenced_until: datetime | None = None

    @property
    def wants(self) -> bool:
        """Whether it is to be part of an incident."""
        return not self.record_only and self.silenced_until is None

    @property
    def key(self) -> str:
        """Alerts with the same key may share an incident."""
        found = f"{self.client_id or 0}:{','.join(map(str, self.system_ids))}"
        return found if len(found) <= 120 else hashlib.sha256(found.encode()).hexdigest()


def decide(world: World, sender: Sender, alert: Alert, *, at: datetime) -> Route:
    """The source's defaults, then the labels, then the first rule that holds; a silence stands above them all.

    A sender's own test opens nothing, whatever a rule says.
    """
    values = values_of(sender, alert)
    client = alert.labels.get(sender.client_label) if sender.client_label else None
    system = alert.labels.get(sender.system_label) if sender.system_label else None
    system_id = world.systems.get(slug(system)) if system else None
    route = Route(
        severity=_severity(sender, alert),
        client_id=(world.clients.get(slug(client)) if client else None) or sender.client_id,
        system_ids=(system_id,) if system_id else sender.system_ids,
        incident_type=sender.incident_type,
        playbook=sender.playbook,
    )
    for rule in world.rules:
        if holds(rule, sender, values, at=at):
            route = _ruled(route, rule)
            break
    for quiet in world.silences:
        if (
            quiet.starts_at <= at < quiet.ends_at
            and quiet.source_id in (None, sender.id)
            and all(one.holds(values) for one in quiet.conditions)
        ):
            latest = max(route.silenced_until or quiet.ends_at, quiet.ends_at)
            route = replace(route, silence=quiet.reason, silenced_until=latest)
    return replace(route, record_only=True) if alert.is_test else route


def values_of(sender: Sender, alert: Alert) -> dict[str, str]:
    """What a condition may name: every label, and the words that every alert has."""
    return {
        **alert.labels,
        "title": alert.title,
        "text": alert.text,
        "name": alert.name,
        "source": sender.name,
        "status": alert.status,
    }


def holds(rule: Rule, sender: Sender, values: Mapping[str, str], *, at: datetime) -> bool:
    """Whether every condition of a rule holds; its hours are read in its own zone and may cross midnight."""
    if rule.source_id not in (None, sender.id):
        return False
    if rule.days or rule.from_time or rule.to_time:
        local = at.astimezone(rule.zone)
        start, end = rule.from_time or time.min, rule.to_time or time.max
        crosses = end < start
        now = local.time()
        inside = (now >= start or now < end) if crosses else start <= now < end
        day = (local.weekday() - 1) % 7 if crosses and now < end else local.weekday()
        if not inside or (rule.days and day not in rule.days):
            return False
    return all(one.holds(values) for one in rule.conditions)


def _ruled(route: Route, rule: Rule) -> Route:
    return replace(
        route,
        severity=rule.severity or route.severity,
        client_id=rule.client_id or route.client_id,
        system_ids=rule.system_ids or route.system_ids,
        incident_type=rule.incident_type or route.incident_type,
        playbook=rule.playbook or route.playbook,
        people=rule.people,
        record_only=rule.record_only,
        rule=rule.name,
    )


def _severity(sender: Sender, alert: Alert) -> int:
    word = (alert.labels.get(sender.severity_label) if sender.severity_label else "") or alert.severity_word
    plain = word.strip().lower()
    return sender.severity_map.get(plain) or SEVERITY_NAMES.get(plain) or sender.severity


def slug(name: str) -> str:
    """`Northwind Dental` and `northwind-dental` are the same client."""
    return "".join(one for one in name.casefold() if one.isalnum())[:120]
