"""Add and change metrics, their ladders and the subjects that they are measured for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from incidents.configuration.record import locked, record_change
from incidents.detection import ladders
from incidents.detection.models import Metric, Series
from incidents.detection.readings.recording import one_line
from incidents.detection.recorded import keep_settings
from incidents.models import Responder
from incidents.refusals import Refused


@transaction.atomic
def save_metric(pk: int | None, values: Mapping[str, Any], *, by: Responder | None, at: datetime) -> Metric:
    """Adds (no id) or changes a metric. What is expected from now on is reckoned from this instant at the earliest."""
    metric = locked(Metric, pk)
    key = values.get("key", metric.key)
    if pk is not None and key != metric.key:
        raise Refused("The key of a metric stays: senders name the metric by it.", "key")
    if Metric.objects.exclude(pk=pk or 0).filter(key=key).exists():
        raise Refused("Another metric has this key already.", "key")
    metric = keep_settings(metric, values, subject="metric", by=by, at=at)
    if pk is None and not metric.subject_name:
        Series.objects.create(metric=metric)
    owed = metric.interval_seconds if metric.is_active else None
    for series in Series.objects.select_for_update().filter(metric=metric, is_active=True):
        series.due_at = _owed_at(series, owed, at)
        series.save(update_fields=["due_at"])
    return metric


def _owed_at(series: Series, seconds: int | None, at: datetime) -> datetime | None:
    if not seconds:
        return None
    return max((series.last_taken_at or at) + timedelta(seconds=seconds), at)


@transaction.atomic
def save_ladder(pk: int, ladder: ladders.Ladder, *, by: Responder, at: datetime) -> Metric:
    """Replaces the ladder; kept readings keep the verdict that they got."""
    metric = locked(Metric, pk)
    try:
        ladders.check(ladder)
    except ValueError as error:
        raise Refused(str(error)) from error
    return keep_settings(metric, {"ladder": ladders.write(ladder)}, subject="metric", by=by, at=at)


@transaction.atomic
def declare_series(pk: int, subject: str, *, by: Responder, at: datetime) -> Series:
    """Says that a metric is measured for a subject, so that its readings are owed before the first comes in."""
    metric = locked(Metric, pk)
    subject = one_line(subject, "subject", 120)
    if not subject:
        raise Refused("Name what is measured.", "subject")
    if Series.objects.filter(metric=metric, subject=subject).exists():
        raise Refused("It is measured already.", "subject")
    series = Series(metric=metric, subject=subject)
    series.due_at = _owed_at(series, metric.interval_seconds if metric.is_active else None, at)
    series.save()
    record_change(series, subject="metric", action="added", before={}, after={"subject": subject}, by=by, at=at)
    return series


@transaction.atomic
def switch_series(pk: int, *, on: bool, by: Responder, at: datetime) -> Series:
    """Expects readings for a subject, or no longer; its readings stay."""
    series = locked(Series, pk)
    if series.is_active == on:
        raise Refused("It is so already.")
    series.is_active = on
    owed = series.metric.interval_seconds if on and series.metric.is_active else None
    series.due_at = _owed_at(series, owed, at)
    series.errors, series.quarantined_at = 0, None
    series.save(update_fields=["is_active", "due_at", "errors", "quarantined_at"])
    before, after = {"expected": not on}, {"expected": on}
    record_change(series, subject="metric", action="changed", before=before, after=after, by=by, at=at)
    return series
