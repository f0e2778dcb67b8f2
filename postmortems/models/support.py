"""The hand-off document for outside support: enough to reproduce, and not one secret (A-17, A-18, A-21, A-22)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents.models import Incident, Responder, System
from postmortems.models.reviews import person


class Destination(models.Model):
    """Where a support report goes, and when that is the right place (A-22)."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    help = models.TextField("when to choose it", blank=True)
    is_outside = models.BooleanField("leaves the company", default=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class EnvironmentSet(models.Model):
    """The versions that a report on a product must name (C-23); `systems` empty: offered for every system."""

    product = models.CharField(max_length=80, unique=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    systems: "models.ManyToManyField[System, models.Model]" = models.ManyToManyField(System, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_default", "product")

    def __str__(self) -> str:
        return self.product


class SupportReport(models.Model):
    """What another operator needs to reproduce or triage. The real name of the affected user never leaves (C-16)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        READY = "ready", "With a second operator"
        RETURNED = "returned", "Returned: not enough"
        JUDGED = "judged", "Enough to go on"
        SENT = "sent", "Handed off"
        WITHDRAWN = "withdrawn", "Handed off, and taken back"

    class Verdict(models.TextChoices):
        REPRODUCED = "reproduced", "Reproduced"
        TRIAGED = "triaged", "Triaged"
        NOT_ENOUGH = "not_enough", "Not enough information"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="support_reports")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(Responder, models.PROTECT, related_name="support_reports")
    created_at = models.DateTimeField()
    destination = models.ForeignKey(Destination, models.PROTECT, null=True, blank=True, related_name="reports")
    destination_reason = models.TextField(blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    affected_user = models.CharField(max_length=200, blank=True)
    affected_screen = models.CharField(max_length=300, blank=True)
    error_reference = models.CharField("support code or error reference", max_length=120, blank=True)
    environment_set = models.ForeignKey(EnvironmentSet, models.PROTECT, null=True, blank=True, related_name="+")
    environment = models.JSONField(default=dict, blank=True)
    description = models.TextField(blank=True)
    steps = models.TextField("reproduction steps", blank=True)
    excerpt = models.TextField(blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    verdict_by = person()
    verdict_at = models.DateTimeField(null=True, blank=True)
    verdict_text = models.TextField(blank=True)
    consulted = models.BooleanField("“Contacting Support” was read", default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = person()
    sent_reference = models.CharField("ticket or reference there", max_length=200, blank=True)
    sent_text = models.TextField(blank=True, help_text="Exactly what left.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = person()
    withdraw_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent")
                | (models.Q(verdict__in=("reproduced", "triaged"), destination__isnull=False, sent_at__isnull=False)),
                name="sent_report_was_judged_and_has_a_destination",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn")
                | (
                    ~models.Q(withdraw_reason="")
                    & ~models.Q(sent_text="")
                    & models.Q(sent_at__isnull=False, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                ),
                name="withdrawn_report_was_sent_and_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict_by=None) | ~models.Q(verdict_by=models.F("author")),
                name="report_is_judged_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"SR-{self.pk}"

    @property
    def has_left(self) -> bool:
        """Whether it was handed off, taken back or not: from then on nobody changes it."""
        return self.state in (self.State.SENT, self.State.WITHDRAWN)

    @property
    def versions(self) -> list[tuple[str, str]]:
        """Each field of the environment with its value, in the order of the product's set; JSON keeps no order."""
        order = self.environment_set.fields if self.environment_set else []
        known = sorted(self.environment, key=lambda name: (order.index(name) if name in order else len(order), name))
        return [(name, str(self.environment[name])) for name in known]


class Dismissal(models.Model):
    """Somebody let a finding through, and why. Only a keyed digest of what was found is stored (A-18)."""

    report = models.ForeignKey(SupportReport, models.CASCADE, related_name="dismissals")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Responder, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("report", "digest"), name="finding_dismissed_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason[:60]}"
