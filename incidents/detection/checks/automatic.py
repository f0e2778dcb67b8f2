"""What an automatic line finds. A value equal to the limit fails, and so does nothing to read (C-24)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.detection import ladders
from incidents.detection.heartbeats import schedule_of
from incidents.detection.ladders import plain
from incidents.detection.models import CheckLine, Heartbeat, Metric, Reading
from incidents.spelling import spell

MOST_NAMED = 10
Kind = CheckLine.Kind


@dataclass(frozen=True, slots=True)
class Finding:
    good: bool
    sentence: str


def look(kind: str, target: str, window: timedelta, *, now: datetime) -> Finding:
    """Reads what an automatic line is about, as it is at `now`."""
    if kind == Kind.HEARTBEATS:
        return _heartbeats(now)
    if kind == Kind.AGE:
        return _age(target, window, now)
    return _reading(target, window, now)


def _heartbeats(now: datetime) -> Finding:
    jobs = list(Heartbeat.objects.exclude(state=Heartbeat.State.PAUSED))
    if not jobs:
        return Finding(False, "No job is registered, so nothing shows that any ran.")
    bad = [f"{job.name} ({word})" for job in jobs if (word := _complaint(job, now))]
    if not bad:
        return Finding(True, f"{len(jobs)} of {len(jobs)} jobs reported in time.")
    more = f" and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
    return Finding(False, f"{len(bad)} of {len(jobs)} did not: {', '.join(bad[:MOST_NAMED])}{more}.")


def _complaint(job: Heartbeat, now: datetime) -> str:
    """What is wrong with a job, read from its pings and not from what the sweep has said of it; empty when nothing."""
    if job.state == Heartbeat.State.FAILED:
        return "failed"
    if job.last_ok_at is None:
        return "never pinged"
    return "" if schedule_of(job).deadline_after(job.last_ok_at) > now else "no ping in its window"


def _age(slug: str, window: timedelta, now: datetime) -> Finding:
    job = Heartbeat.objects.filter(slug=slug).first()
    limit = spell(window.total_seconds())
    if job is None:
        return Finding(False, f"No job “{slug}” is registered, so nothing shows when it last succeeded.")
    if job.last_ok_at is None:
        return Finding(False, f"{job.name} has never reported a success.")
    age = now - job.last_ok_at
    return Finding(age < window, f"{job.name} last succeeded {spell(age.total_seconds())} ago; good is under {limit}.")


def _reading(key: str, window: timedelta, now: datetime) -> Finding:
    metric = Metric.objects.filter(key=key).first()
    if metric is None:
        return Finding(False, f"There is no metric “{key}”.")
    expected = [series for series in metric.series.all() if series.is_active]
    newest = _newest([series.pk for series in expected], now - window, now)
    if not expected:
        return Finding(False, f"{metric.name}: nothing is measured.")
    ladder = ladders.read(metric.ladder)
    good, sentences = True, []
    for series in expected:
        reading = newest.get(series.pk)
        subject = f"{series.subject}: " if series.subject else ""
        if reading is None:
            good = False
            sentences.append(f"{subject}no reading in {spell(window.total_seconds())}")
            continue
        fails = ladders.judge(ladder, reading.value, before=series.rung).fails
        good = good and not fails
        sentences.append(f"{subject}{plain(reading.value)} {metric.unit}".strip() + (" fails" if fails else ""))
    limit = f" Fails at {ladder.rungs[0].words} {metric.unit}.".replace(" .", ".") if ladder.rungs else ""
    return Finding(good, f"{', '.join(sentences)}.{limit}")


def _newest(series_ids: list[int], since: datetime, until: datetime) -> dict[int, Reading]:
    """The newest reading of each series in the window whose sample was large enough to judge; one query."""
    found = (
        Reading.objects.filter(series_id__in=series_ids, taken_at__gt=since, taken_at__lte=until, counted=True)
        .order_by("series_id", "-taken_at", "-pk")
        .distinct("series_id")
    )
    return {reading.series_id: reading for reading in found}
