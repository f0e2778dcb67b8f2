"""No reading is a failure: the sweep over the series whose next reading is overdue (C-24)."""

from datetime import datetime, timedelta

from incidents.detection.due import sweep_rows
from incidents.detection.models import Series
from incidents.detection.opening import Noticed, open_or_note
from incidents.models import Incident
from incidents.spelling import spell

DAY = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Says of every overdue series that nothing came; again once a day, or once an interval when that is longer."""
    return sweep_rows(Series, "due_at", settle, now=now)


def settle(series: Series, now: datetime) -> None:
    metric = series.metric
    if not (series.is_active and metric.is_active and metric.interval_seconds):
        series.due_at = None
        series.save(update_fields=["due_at"])
        return
    due = series.due_at or now
    named = f"{metric.name} ({series.subject})" if series.subject else metric.name
    last = f"the last is of {series.last_taken_at:%Y-%m-%d %H:%M:%S} UTC" if series.last_taken_at else "there is none"
    every = spell(metric.interval_seconds)
    still = "still " if series.silent_since else ""
    line = f"{named}: {still}no reading, although one is expected every {every}; {last}. No reading is a failure."
    noticed = Noticed(
        title=f"No reading of {named}",
        description=line,
        severity=metric.missing_severity,
        source=Incident.Source.MONITORING,
        detected_at=due,
        line=line,
        facts={"metric": metric.key, "subject": series.subject, "missing": True},
        system_id=metric.system_id if metric.system and metric.system.is_active else None,
        client_id=metric.client_id if metric.client and metric.client.is_active else None,
    )
    series.incident = open_or_note(series.incident_id, noticed, at=now)
    series.silent_since = series.silent_since or due
    series.due_at = now + max(DAY, timedelta(seconds=metric.interval_seconds))
    series.errors, series.last_error = 0, ""
    series.save(update_fields=["incident", "silent_since", "due_at", "errors", "last_error"])
