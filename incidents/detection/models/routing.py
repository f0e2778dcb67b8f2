"""Where alerts go: ordered rules, and silences with an end, a reason and an owner."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents.detection.models.sources import SEVERITIES, InboundSource
from incidents.models import Client, Responder, System
from incidents.models.people import known_zone


class RoutingRule(models.Model):
    """If every condition holds, this is where the alert goes. The first rule that holds decides."""

    position = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    is_enabled = models.BooleanField(default=True)
    source = models.ForeignKey(InboundSource, models.PROTECT, null=True, blank=True, related_name="rules")
    conditions = models.TextField(blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    from_time = models.TimeField(null=True, blank=True)
    to_time = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])

    record_only = models.BooleanField(default=False)
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="routing_rules")
    systems: "models.ManyToManyField[System, models.Model]" = models.ManyToManyField(
        System, blank=True, related_name="routing_rules"
    )
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES, null=True, blank=True)
    incident_type = models.CharField("type", max_length=60, blank=True)
    playbook = models.SlugField(max_length=60, blank=True)
    coordinator = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    resolver = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    communicator = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class Silence(models.Model):
    """Alerts that fit are recorded and open nothing until it ends; then what still fires is opened."""

    class Kind(models.TextChoices):
        MAINTENANCE = "maintenance", "Maintenance window"
        SILENCE = "silence", "Silence"

    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=300)
    owner = models.ForeignKey(Responder, models.PROTECT, related_name="silences")
    source = models.ForeignKey(InboundSource, models.PROTECT, null=True, blank=True, related_name="silences")
    conditions = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-ends_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="silence_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.reason
