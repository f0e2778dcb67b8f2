"""Registered jobs, the keys and pings by which they say that they ran (B-27, B-114)."""

import uuid

from django.db import models
from django.db.models import Q

from incidents.models import Client, Incident, System
from incidents.models.people import known_zone

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


class Heartbeat(models.Model):
    """A job that must report. What it owes next stands in `due_at`: law 6.

    A ping is one UPDATE; whatever has to be said or computed because of it is left to the sweep by making the row due.
    """

    class State(models.TextChoices):
        NEW = "new", "Waiting for its first ping"
        UP = "up", "Reports as expected"
        MISSING = "missing", "Did not report"
        FAILED = "failed", "Reported a failure"
        PAUSED = "paused", "Paused"

    code = models.UUIDField("ping id", unique=True, default=uuid.uuid4)
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    period_seconds = models.PositiveIntegerField("period", default=86_400)
    grace_seconds = models.PositiveIntegerField("grace", default=3_600)
    cron = models.CharField("cron expression", max_length=120, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES, default=3)
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="heartbeats")
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="heartbeats")

    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep looks at it next.")
    last_ping_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="It said that it began and not yet how it went.")
    started_rid = models.UUIDField(null=True, blank=True)
    took_seconds = models.FloatField(null=True, blank=True)
    exit_status = models.PositiveSmallIntegerField(null=True, blank=True)
    ping_count = models.PositiveBigIntegerField(default=0)
    down_since = models.DateTimeField(null=True, blank=True, help_text="Since when something is wrong and was said.")
    said_at = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="+")
    errors = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(period_seconds__gte=60) & Q(grace_seconds__gte=60), name="heartbeat_period_is_a_minute"
            ),
        ]
        indexes = [
            models.Index(fields=("due_at", "id"), condition=Q(due_at__isnull=False), name="heartbeats_due"),
        ]

    def __str__(self) -> str:
        return self.name


class Ping(models.Model):
    """One ping as it came in; the newest hundred of a job are kept."""

    class Kind(models.TextChoices):
        OK = "ok", "OK"
        START = "start", "Started"
        FAIL = "fail", "Failure"
        LOG = "log", "Log"

    heartbeat = models.ForeignKey(Heartbeat, models.CASCADE, related_name="pings", db_index=False)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=5, choices=Kind)
    exit_status = models.PositiveSmallIntegerField(null=True)
    method = models.CharField(max_length=10)
    remote = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    rid = models.UUIDField(null=True)
    body = models.BinaryField(default=b"")
    body_cut = models.BooleanField(default=False)

    class Meta:
        ordering = ("heartbeat", "-number")
        constraints = [models.UniqueConstraint(fields=("heartbeat", "number"), name="ping_numbered_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class PingKey(models.Model):
    """The first part of `/ping/<key>/<slug>`; two may be live, so that jobs can be moved from one to the other."""

    key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.key[:4]}…"
