"""A hundred deadlines a second for a minute, and a lone one: from due to enforced, with the processes of the house."""

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.run import say  # noqa: E402
from incidents.models import Clock, EscalationRule, TimelineEntry  # noqa: E402
from incidents.sample.volume import load  # noqa: E402
from incidents.sample.world import settle_world  # noqa: E402
from tests.faults.processes import celery_worker, redis, running  # noqa: E402

RATE, SECONDS = 100, int(os.environ.get("ALLCLEAR_BENCH_SECONDS", "60"))
LEAD = 12


def arm(ids: Sequence[int], due: Sequence[datetime]) -> None:
    """Sets each clock to fall due at its instant; nothing else about it is changed."""
    clocks = [
        Clock(pk=pk, due_at=instant, next_check_at=instant, level=90) for pk, instant in zip(ids, due, strict=True)
    ]
    Clock.objects.bulk_update(clocks, ["due_at", "next_check_at", "level"], batch_size=1000)


def lateness(ids: Sequence[int], due: Sequence[datetime]) -> list[float]:
    """Seconds from due to the commit's own record of the breach; refuses to count when one is missing or double."""
    at = dict(zip(ids, due, strict=True))
    incidents = dict(Clock.objects.filter(pk__in=ids).values_list("incident_id", "pk"))
    entries = TimelineEntry.objects.filter(
        incident__in=incidents, kind="breached", facts__clock_kind="resolve", at__gte=min(due) - timedelta(seconds=1)
    )
    rows = list(entries.values_list("incident_id", "recorded_at"))
    if len(rows) != len(ids) or len({pk for pk, _ in rows}) != len(ids):
        raise SystemExit(f"{len(rows)} breaches of {len(ids)} clocks: lost or doubled")
    return sorted((recorded - at[incidents[pk]]).total_seconds() for pk, recorded in rows)


def main() -> None:
    call_command("migrate", verbosity=0)
    count = RATE * SECONDS
    load(settle_world(), incidents=count + 1000, still_open=count + 1000, now=timezone.now())
    EscalationRule.objects.filter(situation="resolve_breached").update(is_enabled=True)
    running_now = Clock.objects.filter(kind="resolve", state="running", incident__is_open=True)
    ids = list(running_now.order_by("pk").values_list("pk", flat=True)[: count + 3])
    # What the sample has due would be enforced in the same minute.
    Clock.objects.exclude(pk__in=ids).update(next_check_at=None)
    folder = Path(tempfile.mkdtemp(prefix="allclear-steady-"))
    with redis() as broker:
        env = {**os.environ, "REDIS_URL": broker.url, "EMAIL_URL": "dummymail://", "PYTHONPATH": str(Path.cwd())}
        beat = ["-m", "celery", "-A", "config", "beat", "-s", str(folder / "schedule"), "--pidfile="]
        log = folder / "log"
        start = timezone.now() + timedelta(seconds=LEAD)
        due = [start + timedelta(seconds=number / RATE) for number in range(count)]
        alone = [start + timedelta(seconds=SECONDS + 10 * (1 + number) + 0.37) for number in range(3)]
        arm(ids, [*due, *alone])
        with (
            running(*celery_worker("clocks", children=2), env=env, log=log),
            running(*celery_worker("chores"), env=env, log=log),
            running(*beat, env=env, log=log),
        ):
            time.sleep(max(0.0, (alone[-1] - timezone.now()).total_seconds()) + 8)
    steady = lateness(ids[:count], due)
    say(
        f"{count} deadlines, {RATE} a second: due to enforced, median",
        f"{statistics.median(steady):.2f} s",
        f"99th percentile {steady[int(len(steady) * 0.99)]:.2f} s, worst {steady[-1]:.2f} s; p99 under 2 s",
    )
    lone = lateness(ids[count:], alone)
    say("a lone deadline: due to enforced, worst of 3", f"{lone[-1]:.2f} s", "under 2 s")


if __name__ == "__main__":
    main()
