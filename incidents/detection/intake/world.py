"""The configuration that decides about alerts, read once for a revision and kept in this process."""

import threading
import time
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from incidents.detection.intake.matching import conditions
from incidents.detection.intake.routing import Quiet, Rule, Sender, World, slug
from incidents.detection.models import InboundKey, InboundSource, RoutingRule, Silence
from incidents.detection.models.sources import WORDS
from incidents.models import Client, Incident, System

# Clients and systems do not move the revision; a new one is known by its name after this many seconds.
KEPT_SECONDS = 20.0
_lock = threading.Lock()
_kept: tuple[float, World] | None = None
OPENS = {
    InboundSource.Kind.REPORT: Incident.Source.AGENT,
    InboundSource.Kind.EMAIL: Incident.Source.CLIENT,
    InboundSource.Kind.FORM: Incident.Source.CLIENT,
}


def current() -> World:
    """The kept world, read again when it is old. A change that it does not know is noticed by the writing itself."""
    kept = _kept
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    return reload()


def reload() -> World:
    global _kept
    with _lock:
        read = time.monotonic()
        world = load()
        _kept = (read, world)
    return world


def fresh() -> World:
    """The kept world if nothing has changed since, for what does not go through the storing statement."""
    kept = current()
    return kept if revision() == kept.revision else reload()


def forget() -> None:
    global _kept
    _kept = None


def revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM detection_intakerevision WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def load() -> World:
    """Reads everything, the revision first: what changes meanwhile makes this world stale, never wrongly fresh."""
    number = revision()
    systems_of: dict[int, list[int]] = {}
    for source_id, system_id in System.objects.filter(is_active=True, inbound_sources__isnull=False).values_list(
        "inbound_sources", "pk"
    ):
        systems_of.setdefault(source_id, []).append(system_id)
    sources = {
        source.pk: _sender(source, tuple(sorted(systems_of.get(source.pk, ()))))
        for source in InboundSource.objects.select_related("client")
    }
    keys = InboundKey.objects.filter(ended_at=None, source__is_enabled=True)
    senders = {
        digest: _keyed(sources[source_id], pk)
        for pk, source_id, digest in keys.values_list("pk", "source_id", "digest")
    }
    return World(
        revision=number,
        senders=senders,
        sources=sources,
        rules=_rules(),
        silences=tuple(
            Quiet(one.pk, one.reason, one.source_id, conditions(one.conditions), one.starts_at, one.ends_at)
            for one in Silence.objects.all().order_by("-ends_at")[:500]
        ),
        clients={slug(name): pk for pk, name in Client.objects.filter(is_active=True).values_list("pk", "name")},
        systems={slug(name): pk for pk, name in System.objects.filter(is_active=True).values_list("pk", "name")},
    )


def _sender(source: InboundSource, system_ids: tuple[int, ...]) -> Sender:
    own: dict[str, Any] = source.severity_map
    return Sender(
        id=source.pk,
        key_id=0,
        name=source.name,
        kind=source.kind,
        incident_source=OPENS.get(InboundSource.Kind(source.kind), Incident.Source.MONITORING),
        created_at=source.created_at,
        limit_per_minute=source.limit_per_minute,
        burst_seconds=source.burst_seconds,
        severity=source.severity,
        client_id=source.client_id if source.client and source.client.is_active else None,
        system_ids=system_ids,
        severity_map={**WORDS, **own},
        severity_label=source.severity_label,
        client_label=source.client_label,
        system_label=source.system_label,
        incident_type=source.incident_type,
        playbook=source.playbook,
        mapping=source.mapping,
    )


def _keyed(sender: Sender, key_id: int) -> Sender:
    return replace(sender, key_id=key_id)


def _rules() -> tuple[Rule, ...]:
    rows = RoutingRule.objects.filter(is_enabled=True).select_related("client").prefetch_related("systems")
    return tuple(
        Rule(
            id=one.pk,
            name=one.name,
            source_id=one.source_id,
            conditions=conditions(one.conditions),
            days=tuple(one.days),
            from_time=one.from_time,
            to_time=one.to_time,
            zone=ZoneInfo(one.time_zone),
            record_only=one.record_only,
            client_id=one.client_id if one.client and one.client.is_active else None,
            system_ids=tuple(sorted(system.pk for system in one.systems.all() if system.is_active)),
            severity=one.severity,
            incident_type=one.incident_type,
            playbook=one.playbook,
            people=tuple(
                (role, person_id)
                for role in ("coordinator", "resolver", "communicator")
                if (person_id := getattr(one, f"{role}_id"))
            ),
        )
        for one in rows
    )
