"""What reports are counted from: a row for each incident, sums of these rows, and the reasons of breaches.

Derived from the record by postmortems.reports and never written by anything else; `manage.py verify_reports` compares.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from incidents.models import Clock, Incident, Responder
from postmortems.counted import COUNTS, REASONS

# What a median reads and filters by stands in the index itself: thousands of rows without a look into the table.
TIMED = (
    "incident",
    "is_restricted",
    "client_ids",
    "system_ids",
    "type_ids",
    "gap_seconds",
    "ack_seconds",
    "fix_seconds",
    "confirm_seconds",
)


class IncidentFact(models.Model):
    """What one incident adds to a report. `counts` holds the names of postmortems.counted that are not zero.

    `day` is when the incident opened, in the organisation's zone: every figure of an incident belongs to that day.
    """

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="fact")
    opened_at = models.DateTimeField()
    day = models.DateField()
    severity = models.PositiveSmallIntegerField()
    client_ids = ArrayField(models.BigIntegerField(), default=list)
    system_ids = ArrayField(models.BigIntegerField(), default=list)
    type_ids = ArrayField(models.BigIntegerField(), default=list)
    is_restricted = models.BooleanField(default=False)
    luck = models.PositiveSmallIntegerField(help_text="0 to 1023, even over incidents: large medians read a sample.")
    gap_seconds = models.BigIntegerField(null=True)
    ack_seconds = models.BigIntegerField(null=True)
    fix_seconds = models.BigIntegerField(null=True)
    confirm_seconds = models.BigIntegerField(null=True)
    paused_seconds = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(luck__lt=1024), name="luck_is_below_1024")]
        indexes = [
            models.Index(fields=("-day", "-incident"), name="facts_by_day"),
            models.Index(fields=("severity", "day"), include=("luck", *TIMED), name="facts_timed_by_day"),
            models.Index(fields=("severity", "luck"), include=("day", *TIMED), name="facts_timed_by_luck"),
            models.Index(fields=("day",), condition=models.Q(is_restricted=True), name="facts_restricted"),
            GinIndex(fields=("counts",), name="facts_by_count", fastupdate=False),
            GinIndex(fields=("client_ids",), name="facts_by_client", fastupdate=False),
            GinIndex(fields=("system_ids",), name="facts_by_system", fastupdate=False),
            GinIndex(fields=("type_ids",), name="facts_by_type", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"INC-{self.incident_id}"


class ReportCell(models.Model):
    """Sums over the unrestricted incidents of a day, month or year, for a severity, client, system and type.

    0 stands for “any”: an incident with two clients is once in the cell of any client and once in each of theirs, so
    that every cell is exact by itself. It has one column for each name of postmortems.counted.
    """

    class Grain(models.TextChoices):
        DAY = "d", "Day"
        MONTH = "m", "Month"
        YEAR = "y", "Year"

    grain = models.CharField(max_length=1, choices=Grain)
    start = models.DateField()
    severity = models.PositiveSmallIntegerField()
    client_id = models.BigIntegerField(default=0)
    system_id = models.BigIntegerField(default=0)
    type_id = models.BigIntegerField(default=0)
    paused_seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("client_id", "system_id", "type_id", "grain", "start", "severity"), name="one_cell_for_its_sums"
            )
        ]
        indexes = [
            models.Index(
                fields=("system_id", "type_id", "grain", "start"),
                condition=models.Q(client_id__gt=0),
                name="cells_of_clients",
            ),
            models.Index(
                fields=("client_id", "type_id", "grain", "start"),
                condition=models.Q(system_id__gt=0),
                name="cells_of_systems",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.start} SEV-{self.severity}"


for _name in COUNTS:
    ReportCell.add_to_class(_name, models.IntegerField(default=0, db_default=0))


class FactDue(models.Model):
    """An incident that changed and is to be counted again. A trigger writes it in the transaction of the change."""

    incident_id = models.BigIntegerField()
    retry_at = models.DateTimeField(null=True)
    errors = models.PositiveSmallIntegerField(default=0, db_default=0)
    last_error = models.TextField(blank=True, default="", db_default="")
    quarantined_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "facts due"

    def __str__(self) -> str:
        return f"INC-{self.incident_id}"


class BreachReason(models.Model):
    """Why a promise was broken, as a person judged it; it stands on the incident's record too."""

    clock = models.OneToOneField(Clock, models.CASCADE, related_name="breach_reason")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="breach_reasons")
    kind = models.CharField(max_length=20, choices=list(REASONS.items()))
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Responder, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-at",)
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="breach_reason_is_said")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
