"""Each sweep rings by name, leaves its heartbeat, and is in the schedule."""

import pytest

from config.celery import app
from incidents.detection import tasks
from notifications.models import SweepHeartbeat

pytestmark = pytest.mark.django_db


def test_every_sweep_runs_and_is_scheduled() -> None:
    for task in (
        tasks.fold_alerts,
        tasks.sort_mail,
        tasks.forget_mail,
        tasks.miss_pings,
        tasks.miss_readings,
        tasks.measure_own_letters,
        tasks.run_checks,
    ):
        task()
        assert task.name in {row["task"] for row in app.conf.beat_schedule.values()}
    ran = SweepHeartbeat.objects.filter(name__in=tasks.SWEEPS, ok_at__isnull=False)
    assert ran.count() == len(tasks.SWEEPS)


def test_a_sweep_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tasks.SWEEPS, "readings", lambda now: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        tasks.miss_readings()
    assert "ZeroDivisionError" in SweepHeartbeat.objects.get(name="readings").error
