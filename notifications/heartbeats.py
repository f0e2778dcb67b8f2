"""Every sweep leaves a heartbeat, so that a dead engine shows in the pages within minutes (P5)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from notifications.models import SweepHeartbeat

# How long each sweep may stay silent before the pages say so.
PATIENCE = {
    "clocks": timedelta(seconds=60),
    "escalations": timedelta(seconds=90),
    "untouched": timedelta(minutes=5),
    "scheduled updates": timedelta(minutes=2),
    "failed letters": timedelta(seconds=90),
    "alerts": timedelta(seconds=60),
    "heartbeats": timedelta(seconds=90),
    "readings": timedelta(seconds=90),
    "sort mail": timedelta(seconds=90),
    "fetch mail": timedelta(minutes=3),
    "email": timedelta(seconds=90),
    "telegram": timedelta(seconds=90),
    "crm": timedelta(seconds=120),
    "own letters": timedelta(minutes=20),
    "kept mail": timedelta(minutes=20),
    "unreached": timedelta(seconds=120),
    "webhook": timedelta(seconds=120),
    "chat": timedelta(seconds=120),
    "unheard webhooks": timedelta(minutes=20),
    "stuck rows": timedelta(minutes=5),
    "CRM notes": timedelta(seconds=120),
    "figures": timedelta(minutes=5),
    "sealed secrets": timedelta(minutes=5),
    "watch": timedelta(minutes=2),
}


def beat(name: str, *, started: datetime, finished: datetime, handled: int, error: str = "") -> None:
    """Leaves the heartbeat of one run; `ok_at` moves only without an error."""
    ok = {} if error else {"ok_at": finished}
    run = {"started_at": started, "finished_at": finished, "handled": handled, "error": error[:500], **ok}
    if not SweepHeartbeat.objects.filter(pk=name).update(**run, total=F("total") + handled):
        SweepHeartbeat.objects.update_or_create(pk=name, defaults={**run, "total": handled})


def swept(name: str, sweep: Callable[[datetime], int]) -> None:
    """Runs one sweep from this instant on and leaves its heartbeat, with the error when it failed."""
    started = timezone.now()
    try:
        handled = sweep(started)
    except Exception as error:
        beat(name, started=started, finished=timezone.now(), handled=0, error=f"{type(error).__name__}: {error}")
        raise
    beat(name, started=started, finished=timezone.now(), handled=handled)


def late(now: datetime) -> list[SweepHeartbeat]:
    """The sweeps that have not succeeded within their patience; one that never ran is not known and not late."""
    return [beat for beat in every() if is_late(beat.name, beat.ok_at, now)]


def is_late(name: str, ok_at: datetime | None, now: datetime) -> bool:
    """Whether a sweep that succeeded last at `ok_at` has been silent for longer than its patience."""
    return ok_at is None or now - ok_at > PATIENCE.get(name, timedelta(minutes=5))


def every() -> list[SweepHeartbeat]:
    return list(SweepHeartbeat.objects.order_by("name"))
