"""Register, change, pause and resume a job; make and revoke the keys of ping addresses."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.configuration.record import locked, record_change
from incidents.detection.heartbeats.missing import deadline
from incidents.detection.models import Heartbeat, PingKey
from incidents.detection.recorded import keep_settings
from incidents.detection.schedules import next_tick
from incidents.models import Responder
from incidents.refusals import Refused

State = Heartbeat.State


@transaction.atomic
def save_heartbeat(pk: int | None, values: Mapping[str, Any], *, by: Responder | None, at: datetime) -> Heartbeat:
    """Registers (no id) or changes a job; when it is due is reckoned anew from its last success."""
    job = locked(Heartbeat, pk)
    if pk is None:
        job.registered_at = at
    others = Heartbeat.objects.exclude(pk=pk or 0)
    if others.filter(slug=values.get("slug", job.slug)).exists():
        raise Refused("Another job has this slug already.", "slug")
    if others.filter(code=values.get("code", job.code)).exists():
        raise Refused("Another job has this ping id already.", "code")
    cron, zone = values.get("cron", job.cron), values.get("time_zone", job.time_zone)
    if cron:
        try:
            next_tick(cron, zone, at)
        except ValueError as error:
            raise Refused(str(error), "cron") from error
    job = keep_settings(job, values, subject="heartbeat", by=by, at=at)
    if job.state in (State.NEW, State.UP):
        job.due_at = deadline(job)
        job.save(update_fields=["due_at"])
    return job


@transaction.atomic
def pause(pk: int, *, by: Responder, at: datetime) -> Heartbeat:
    """Nothing is expected of the job until somebody resumes it or it pings again."""
    job = locked(Heartbeat, pk)
    if job.state == State.PAUSED:
        raise Refused("It is paused already.")
    before = job.state
    job.state, job.due_at, job.down_since, job.started_at = State.PAUSED, None, None, None
    job.save(update_fields=["state", "due_at", "down_since", "started_at"])
    _record(job, before, by, at)
    return job


@transaction.atomic
def resume(pk: int, *, by: Responder, at: datetime) -> Heartbeat:
    """Expects the job again, counted from this instant."""
    job = locked(Heartbeat, pk)
    if job.state != State.PAUSED and job.quarantined_at is None:
        raise Refused("It is not paused.")
    before, job.state = job.state, State.NEW
    job.registered_at, job.errors, job.quarantined_at = at, 0, None
    job.due_at = deadline(job)
    job.save(update_fields=["state", "due_at", "registered_at", "errors", "quarantined_at"])
    _record(job, before, by, at)
    return job


def _record(job: Heartbeat, before: str, by: Responder, at: datetime) -> None:
    record_change(
        job,
        subject="heartbeat",
        action="changed",
        before={"state": str(before)},
        after={"state": str(job.state)},
        by=by,
        at=at,
    )


@transaction.atomic
def new_ping_key(*, by: Responder | None, at: datetime, key: str = "") -> PingKey:
    """Makes a further key; at most two live, so that jobs can be moved before the older one is revoked.

    `key` is one that jobs use already, elsewhere: then only the host of their addresses changes.
    """
    if key and not re.fullmatch(r"[A-Za-z0-9_-]{22}", key):
        raise Refused("A ping key has 22 letters, figures, hyphens and underscores.", "key")
    if key and PingKey.objects.filter(key=key).exists():
        raise Refused("This key is here already, or was once; a revoked one is not given back.", "key")
    if PingKey.objects.select_for_update().filter(revoked_at=None).count() >= 2:
        raise Refused("Two ping keys are live; revoke one first.")
    made = PingKey.objects.create(key=key or secrets.token_urlsafe(16), made_at=at)
    record_change(made, subject="ping key", action="added", before={}, after={"key": str(made)}, by=by, at=at)
    return made


@transaction.atomic
def revoke_ping_key(pk: int, *, by: Responder, at: datetime) -> PingKey:
    """Ends a key: pings under it are answered with 404 from now on."""
    key = locked(PingKey, pk)
    if key.revoked_at:
        raise Refused("It is revoked already.")
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    record_change(key, subject="ping key", action="removed", before={"key": str(key)}, after={}, by=by, at=at)
    return key
