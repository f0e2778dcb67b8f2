"""Metrics with their ladders, one series for each subject, and the readings (B-115…B-117, C-01, C-24)."""

from django.db import models
from django.db.models import Q

from incidents.models import Client, Incident, Responder, System

DIGITS, PLACES = 24, 9


class Metric(models.Model):
    """Something that is measured. `ladder` is a document of incidents.detection.ladders."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    subject_name = models.CharField(
        "what it is measured for", max_length=60, blank=True, help_text="Such as sending domain; empty: one series."
    )
    note = models.TextField(blank=True)
    interval_seconds = models.PositiveIntegerField(
        "expected every", null=True, blank=True, help_text="No reading for so long is a failure; empty: never."
    )
    ladder = models.JSONField(default=dict, blank=True)
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="metrics")
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="metrics")
    missing_severity = models.PositiveSmallIntegerField(default=3)
    is_active = models.BooleanField(default=True)
    from_sop = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """The readings of one metric for one subject, with its standing on the ladder and the reading it owes next."""

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="series")
    subject = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="By when a reading is owed.")
    last_taken_at = models.DateTimeField(null=True, blank=True)
    last_value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    rung = models.PositiveSmallIntegerField(default=0, help_text="0 is healthy, 1 the first rung.")
    told_rung = models.PositiveSmallIntegerField(default=0)
    silent_since = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="+")
    errors = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("metric", "subject", "pk")
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint(fields=("metric", "subject"), name="series_once_for_a_subject")]
        indexes = [models.Index(fields=("due_at", "id"), condition=Q(due_at__isnull=False), name="readings_due")]

    def __str__(self) -> str:
        return f"{self.metric} ({self.subject})" if self.subject else str(self.metric)


class Reading(models.Model):
    """One number at one instant, with the verdict of the ladder as it was then."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="readings", db_index=False)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    sample = models.PositiveBigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=80)
    by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    rung = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=80, blank=True)
    fails = models.BooleanField(default=False)
    counted = models.BooleanField(default=True, help_text="False when the sample was too small to judge.")

    class Meta:
        ordering = ("series", "-taken_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("series", "taken_at", "source"), name="reading_once_for_instant_and_source")
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.taken_at:%Y-%m-%d %H:%M} UTC"
