"""Who may send alerts: sources with their keys and defaults, and what each of them sent."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from incidents.models import Client, Responder, System

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]
# What monitors call how bad it is, as they ship.
WORDS = {
    "critical": 1,
    "fatal": 1,
    "emergency": 1,
    "p1": 1,
    "error": 2,
    "high": 2,
    "p2": 2,
    "warning": 3,
    "warn": 3,
    "p3": 3,
    "info": 4,
    "low": 4,
    "p4": 4,
    "p5": 4,
}


class InboundSource(models.Model):
    """One sender with its own keys. Never deleted, only switched off: what it sent stays on record."""

    class Kind(models.TextChoices):
        ALERTMANAGER = "alertmanager", "Prometheus Alertmanager"
        PAGERDUTY = "pagerduty", "PagerDuty Events API v2"
        GRAFANA = "grafana", "Grafana alerting"
        OPSGENIE = "opsgenie", "Opsgenie alerts"
        GENERIC = "generic", "Any JSON, with a mapping"
        REPORT = "report", "Agents and scripts"
        EMAIL = "email", "E-mail"
        FORM = "form", "Client form"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    is_enabled = models.BooleanField(default=True)
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="inbound_sources")
    systems: "models.ManyToManyField[System, models.Model]" = models.ManyToManyField(
        System, blank=True, related_name="inbound_sources"
    )
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES, default=3)
    severity_map = models.JSONField(default=dict, blank=True)
    severity_label = models.CharField(max_length=80, default="severity", blank=True)
    client_label = models.CharField(max_length=80, default="client", blank=True)
    system_label = models.CharField(max_length=80, default="system", blank=True)
    incident_type = models.CharField("type", max_length=60, blank=True)
    playbook = models.SlugField(max_length=60, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    address = models.EmailField(
        "intake address",
        blank=True,
        default="",
        db_default="",
        help_text="Mail to this address belongs to the source; empty: all mail of no other.",
    )
    opens_reports = models.BooleanField(
        "open incidents by itself",
        default=True,
        db_default=True,
        help_text="For mail of a contact of exactly one client; else each waits for a person.",
    )
    burst_seconds = models.PositiveIntegerField(default=60)
    limit_per_minute = models.PositiveIntegerField(default=120_000)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=("name",), name="inbound_source_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class InboundKeyQuerySet(models.QuerySet["InboundKey"]):
    def live(self, at: datetime) -> "InboundKeyQuerySet":
        """Those that nobody ended, and whose last day is not over."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=at), ended_at=None)


class InboundKey(models.Model):
    """A key of a source: only its SHA-256 is kept. Two may live at once, so that a sender can be moved over."""

    source = models.ForeignKey(InboundSource, models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="Its last four characters, to tell two keys apart.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text="Of a client form's link: from then on its page says that it is over."
    )

    objects = InboundKeyQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"…{self.hint}"

    @property
    def last_day(self) -> date | None:
        """The last day, in the client's zone, on which the link of its form may be used; None without an end."""
        if self.ends_at is None or self.source.client is None:
            return None
        return (self.ends_at - timedelta(seconds=1)).astimezone(self.source.client.zone).date()


class Delivery(models.Model):
    """One request as it arrived, byte for byte, and the signals that were in it. Kept for some days.

    The foreign keys of this and of the signals are not checked by PostgreSQL: the statement that writes them has
    just read the source, sources are never deleted, and the check would lock one source row for every sender.
    """

    source = models.ForeignKey(
        InboundSource, models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    received_at = models.DateTimeField()
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField()
    alerts = models.PositiveIntegerField(default=0)
    signal_ids = ArrayField(models.BigIntegerField(), default=list)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why it was not taken, when it was not.")

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=("source", "-id"), name="deliveries_of_a_source")]

    def __str__(self) -> str:
        return f"{self.source_id} at {self.received_at:%H:%M:%S}"


class IntakeRevision(models.Model):
    """One row: moves with every change of sources, keys, rules and silences, so that a cached copy is known stale."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)

    @staticmethod
    def bump() -> None:
        """In the transaction of the change. The number comes from a sequence, so it never comes back."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO detection_intakerevision (id, number) VALUES (1, nextval('detection_intake_revision')) "
                "ON CONFLICT (id) DO UPDATE SET number = nextval('detection_intake_revision')"
            )
