"""The door for programs to heartbeats and readings: register, change, pause, read."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field

from incidents.api.catalogue import filled, told
from incidents.api.door import Bearer, caller, may
from incidents.api.paging import Paging, page
from incidents.api.shapes import Body, Id, Rank, Text, acts, line, reads
from incidents.detection import heartbeats as jobs
from incidents.detection.models import Heartbeat, Metric, Reading, Series
from incidents.models import Client, System
from incidents.refusals import Refused

router = Router()
JOBS, NUMBERS = ["Heartbeats"], ["Readings"]
READ, WRITE = Bearer("heartbeats:read"), Bearer("heartbeats:write")
Seconds = Annotated[int, Field(strict=True, ge=60, le=366 * 86400)]
Slug = Annotated[str, Field(max_length=100, pattern=r"^[-a-zA-Z0-9_]+$")]


class HeartbeatShape(Schema):
    id: int
    name: str
    slug: str
    ping_url: str = Field(description="What the job asks for when it is done; empty for who may not register jobs.")
    state: str
    period_seconds: int
    grace_seconds: int
    cron: str
    time_zone: str
    severity: int
    system_id: int | None
    client_id: int | None
    incident_id: int | None
    note: str
    due_at: datetime | None
    last_ping_at: datetime | None
    last_ok_at: datetime | None
    last_failed_at: datetime | None
    took_seconds: float | None
    exit_status: int | None
    ping_count: int

    @staticmethod
    def resolve_ping_url(job: Heartbeat, context: Any) -> str:
        """Whoever knows the address can say that the job ran."""
        return f"{settings.PUBLIC_URL}/ping/{job.code}" if caller(context["request"]).has_perm("set_watch") else ""


class HeartbeatPage(Schema):
    items: list[HeartbeatShape]
    next_cursor: str | None


class HeartbeatChange(Body):
    """What is left out stays as it is. With a cron expression the period is not used."""

    name: line(120, 1) | None = None  # type: ignore[valid-type]
    slug: Slug | None = None
    period_seconds: Seconds | None = None
    grace_seconds: Seconds | None = None
    cron: line(120) | None = None  # type: ignore[valid-type]
    time_zone: line(64, 1) | None = None  # type: ignore[valid-type]
    severity: Rank | None = None
    system_id: Id | None = None
    client_id: Id | None = None
    note: Text | None = None


class NewHeartbeat(HeartbeatChange):
    name: line(120, 1)  # type: ignore[valid-type]


class SeriesShape(Schema):
    id: int
    subject: str
    is_active: bool
    last_value: Decimal | None
    last_taken_at: datetime | None
    rung: int = Field(description="0 is healthy, 1 the first rung of the ladder.")
    due_at: datetime | None


class MetricShape(Schema):
    id: int
    key: str
    name: str
    unit: str
    subject_name: str
    is_active: bool
    interval_seconds: int | None
    ladder: dict[str, Any]
    series: list[SeriesShape]

    @staticmethod
    def resolve_series(metric: Metric) -> list[Series]:
        return list(metric.series.all())


class MetricPage(Schema):
    items: list[MetricShape]
    next_cursor: str | None


class ReadingShape(Schema):
    id: int
    taken_at: datetime
    received_at: datetime
    value: Decimal
    sample: int | None
    source: str
    rung: int
    verdict: str
    fails: bool
    counted: bool


class ReadingPage(Schema):
    items: list[ReadingShape]
    next_cursor: str | None


class Asked(Paging):
    metric: Annotated[str, Field(min_length=1, max_length=80)]
    subject: Annotated[str, Field(max_length=120)] = ""


def _values(body: HeartbeatChange) -> dict[str, Any]:
    values = told(body)
    for name, model in (("system", System), ("client", Client)):
        if f"{name}_id" in values:
            asked = values.pop(f"{name}_id")
            row = model._default_manager.filter(pk=asked, is_active=True).first() if asked is not None else None
            if row is None and asked is not None:
                raise Refused(f"There is no such {name}, or it is not active.", f"{name}_id")
            values[name] = row
    return filled(values, may_be_empty=("system", "client"))


def _job(pk: int) -> Heartbeat:
    found = Heartbeat.objects.filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "No such heartbeat.")
    return found


@router.get("/heartbeats", response=reads(HeartbeatPage), auth=READ, tags=JOBS)
def heartbeats(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every registered job with what was heard of it."""
    may(request, "view_incident")
    return page(Heartbeat.objects.all(), paging, newest_first=False)


@router.post("/heartbeats", response=acts(HeartbeatShape, 201), auth=WRITE, tags=JOBS)
def add_heartbeat(request: HttpRequest, body: NewHeartbeat) -> Any:
    """Registers a job; its slug is made from the name when there is none."""
    person = may(request, "set_watch")
    values = _values(body)
    values.setdefault("slug", slugify(body.name)[:100])
    if not values["slug"]:
        raise Refused("Give it a slug of letters, digits and hyphens.", "slug")
    return Status(201, jobs.save_heartbeat(None, values, by=person, at=timezone.now()))


@router.get("/heartbeats/{int:pk}", response=reads(HeartbeatShape), auth=READ, tags=JOBS)
def heartbeat(request: HttpRequest, pk: int) -> Any:
    may(request, "view_incident")
    return _job(pk)


@router.patch("/heartbeats/{int:pk}", response=acts(HeartbeatShape), auth=WRITE, tags=JOBS)
def change_heartbeat(request: HttpRequest, pk: int, body: HeartbeatChange) -> Any:
    person = may(request, "set_watch")
    return jobs.save_heartbeat(_job(pk).pk, _values(body), by=person, at=timezone.now())


@router.post("/heartbeats/{int:pk}/pause", response=acts(HeartbeatShape), auth=WRITE, tags=JOBS)
def pause_heartbeat(request: HttpRequest, pk: int) -> Any:
    """Nothing is expected of the job until it pings again or somebody resumes it."""
    person = may(request, "set_watch")
    return jobs.pause(_job(pk).pk, by=person, at=timezone.now())


@router.post("/heartbeats/{int:pk}/resume", response=acts(HeartbeatShape), auth=WRITE, tags=JOBS)
def resume_heartbeat(request: HttpRequest, pk: int) -> Any:
    person = may(request, "set_watch")
    return jobs.resume(_job(pk).pk, by=person, at=timezone.now())


@router.get("/metrics", response=reads(MetricPage), auth=Bearer("readings:read"), tags=NUMBERS)
def metrics(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What is measured, with its ladder and where each subject stands on it."""
    may(request, "view_incident")
    return page(Metric.objects.prefetch_related("series"), paging, newest_first=False)


@router.get("/readings", response=reads(ReadingPage), auth=Bearer("readings:read"), tags=NUMBERS)
def readings(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The readings of one metric for one subject, the last received first."""
    may(request, "view_incident")
    found = Series.objects.filter(metric__key=_plain(asked.metric), subject=_plain(asked.subject)).first()
    if found is None:
        raise HttpError(404, "Nothing is measured under that name.")
    return page(Reading.objects.filter(series=found), asked)


def _plain(text: str) -> str:
    return text.replace("\x00", "")
