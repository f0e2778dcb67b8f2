"""The verbs of an inbound source: made with a key that is shown once, moved to a new one, switched off and on."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from incidents.configuration.record import record_change
from incidents.detection.intake.keys import LIVE_AT_MOST, digest, new_key
from incidents.detection.models import InboundKey, InboundSource, IntakeRevision
from incidents.models import Client, Responder, System
from incidents.refusals import Refused


def _key(source: InboundSource, by: Responder, at: datetime) -> str:
    key = new_key()
    InboundKey.objects.create(source=source, digest=digest(key), hint=key[-4:], created_at=at, created_by=by)
    return key


@transaction.atomic
def add(
    name: str,
    kind: str,
    *,
    client: Client | None,
    systems: Collection[System],
    severity: int,
    by: Responder,
    at: datetime,
) -> tuple[InboundSource, str]:
    """A sender with its defaults, and its first key, which is returned here and nowhere else."""
    if kind not in InboundSource.Kind.values:
        raise Refused("Choose what sends.", "kind")
    try:
        with transaction.atomic():
            source = InboundSource.objects.create(
                name=name.strip(), kind=kind, client=client, severity=severity, created_at=at, created_by=by
            )
    except IntegrityError as error:
        raise Refused("There is a source of that name.", "name") from error
    source.systems.set(systems)
    key = _key(source, by, at)
    IntakeRevision.bump()
    after = {"name": source.name, "kind": kind, "severity": severity, "client": str(client or "")}
    record_change(source, subject="inbound source", action="added", before={}, after=after, by=by, at=at)
    return source, key


def _locked(source_id: int) -> InboundSource:
    source = InboundSource.objects.select_for_update(of=("self",)).filter(pk=source_id).first()
    if source is None:
        raise Refused("There is no such source.")
    return source


@transaction.atomic
def renew(source_id: int, *, by: Responder, at: datetime) -> tuple[InboundSource, str]:
    """One more key; the oldest ends when two live already, so that a sender is moved over without a gap."""
    source = _locked(source_id)
    live = list(source.keys.filter(ended_at=None).order_by("pk"))
    for old in live[: max(0, len(live) - LIVE_AT_MOST + 1)]:
        old.ended_at = at
        old.save(update_fields=["ended_at"])
    key = _key(source, by, at)
    IntakeRevision.bump()
    record_change(
        source, subject="inbound source", action="changed", before={}, after={"key": f"…{key[-4:]}"}, by=by, at=at
    )
    return source, key


@transaction.atomic
def switch(source_id: int, *, on: bool, by: Responder, at: datetime) -> InboundSource:
    """Off: what it sends is refused as if its key were wrong; what it sent stays."""
    source = _locked(source_id)
    before = {"is_enabled": source.is_enabled}
    source.is_enabled = on
    source.save(update_fields=["is_enabled"])
    IntakeRevision.bump()
    record_change(
        source, subject="inbound source", action="changed", before=before, after={"is_enabled": on}, by=by, at=at
    )
    return source
