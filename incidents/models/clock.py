"""One running promise on one incident: a cache of incidents.sla.evaluate over the timeline (sla.md S0, S11)."""

from django.db import models

from incidents.models.clients import Client
from incidents.models.incident import Incident
from incidents.models.policies import PolicyVersion


class Clock(models.Model):
    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        RESOLVE = "resolve", "Resolve"
        NOTIFY = "notify", "Notify the client"
        UPDATE = "update", "Next client update"
        VERIFICATION = "verification", "Verification"
        OUTAGE_NOTICE = "outage_notice", "Outage over the client limit"
        OUTAGE = "outage", "Outage over the escalation limit"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        BREACHED = "breached", "Breached"
        MET = "met", "Met"
        MET_LATE = "met_late", "Met late"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"
        CANCELLED = "cancelled", "Cancelled"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="clocks", db_index=False)
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="clocks")
    kind = models.CharField(max_length=16, choices=Kind)
    cycle = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    severity = models.PositiveSmallIntegerField()
    start_at = models.DateTimeField()
    target_seconds = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_50_at = models.DateTimeField(null=True)
    warn_75_at = models.DateTimeField(null=True)
    warn_90_at = models.DateTimeField(null=True)
    # The next instant at which time alone changes something; null when nothing is left to happen.
    next_check_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0, help_text="The highest of 50, 75, 90, 100 on the record.")
    paused = models.BooleanField(default=False)
    pause_until = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True, help_text="When the sweep enforced the breach.")
    late_seconds = models.BigIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each retarget.")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", db_index=False)
    tzdata_version = models.CharField(max_length=16, blank=True)
    errors = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    quarantined_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("incident", "kind", "cycle", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("incident", "kind", "client", "cycle"),
                nulls_distinct=False,
                name="one_clock_for_a_promise_and_cycle",
            )
        ]
        indexes = [
            models.Index(
                fields=("next_check_at", "id"),
                condition=models.Q(next_check_at__isnull=False),
                name="clocks_to_check",
            ),
            models.Index(
                fields=("kind", "due_at"),
                condition=models.Q(state__in=("running", "breached", "paused")),
                name="undecided_clocks_by_due",
            ),
            models.Index(
                fields=("severity", "start_at"),
                condition=models.Q(kind="resolve", stopped_at=None, breached_at=None),
                name="unresolved_by_start",
            ),
            models.Index(
                fields=("quarantined_at",),
                condition=models.Q(quarantined_at__isnull=False),
                name="clocks_quarantined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident.reference} {self.kind} {self.cycle}"


class ClockFact(models.Model):
    """A level that a clock reached, exactly once for each target: 50, 75, 90 per cent, or 100 for the breach."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="reached", db_index=False)
    revision = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    scheduled_at = models.DateTimeField()
    fired_at = models.DateTimeField()

    class Meta:
        ordering = ("clock", "pk")
        constraints = [models.UniqueConstraint(fields=("clock", "revision", "level"), name="a_level_is_reached_once")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.level}"
