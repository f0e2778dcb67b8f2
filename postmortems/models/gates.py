"""What was stopped in an incident, and what stands before it may run again (A-09…A-11, A-19, B-89, C-17)."""

from django.db import models

from incidents.models import Client, Incident, Responder
from postmortems.models.reviews import person


class PausableWorkQuerySet(models.QuerySet["PausableWork"]):
    def visible_to(self, responder: Responder) -> "PausableWorkQuerySet":
        """Without what only restricted incidents ever paused: its very name may say what happened."""
        hidden = Incident.objects.hidden_from(responder).values("pk")
        gates = RestartGate.objects.filter(work=models.OuterRef("pk"))
        known = models.Exists(gates.exclude(incident__in=hidden))
        return self.filter(known | ~models.Exists(gates))


class PausableWork(models.Model):
    """A workflow, an agent, a tool or a panel that can be stopped, under a stable key that machines ask by."""

    class Kind(models.TextChoices):
        WORKFLOW = "workflow", "Workflow"
        AGENT = "agent", "Agent"
        TOOL = "tool", "Tool"
        PANEL = "panel", "Panel"

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="pausable_work")
    owner = person("pausable_work")
    notes = models.TextField(blank=True)
    is_retired = models.BooleanField(default=False)

    objects = PausableWorkQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name_plural = "pausable work"

    def __str__(self) -> str:
        return self.name


class RestartGate(models.Model):
    """One pause of one piece of work in one incident. `holding_*` count the criteria that are not settled: PostgreSQL
    refuses a stage that they do not allow, unless two people forced it. A trigger counts the criteria itself, and
    refuses whoever confirmed them all (migration `guard_restarts`)."""

    class Stage(models.TextChoices):
        PAUSED = "paused", "Paused"
        SHADOW = "shadow", "Shadow"
        PARTIAL = "partial", "Partial"
        NORMAL = "normal", "Normal"

    work = models.ForeignKey(PausableWork, models.PROTECT, related_name="gates")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="gates")
    scope = models.CharField(max_length=200, help_text="What of it is stopped.")
    reason = models.TextField()
    undo = models.TextField(blank=True, help_text="How it is started again.")
    paused_at = models.DateTimeField()
    paused_by = person()
    owner = person("owned_gates")
    partial_scope = models.CharField(max_length=200, blank=True, help_text="What may run at partial scope.")
    partial_hours = models.PositiveSmallIntegerField(default=24)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.PAUSED)
    stage_at = models.DateTimeField()
    stage_by = person()
    holding_partial = models.PositiveSmallIntegerField(default=1)
    holding_normal = models.PositiveSmallIntegerField(default=1)
    times_paused = models.PositiveSmallIntegerField(default=1)
    forced_at = models.DateTimeField(null=True, blank=True, help_text="When it last was; stays for ever.")
    forced_stage = models.CharField(max_length=8, blank=True, help_text="What force still holds open; empty: none.")
    forced_by = person()
    forced_second_by = person()
    forced_reason = models.TextField(blank=True)
    force_asked_by = person()
    force_asked_at = models.DateTimeField(null=True, blank=True)
    force_asked_stage = models.CharField(max_length=8, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="It will never run again.")
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-paused_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("work", "incident"), condition=models.Q(ended_at=None), name="work_paused_once_in_an_incident"
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="partial") | models.Q(holding_partial=0) | ~models.Q(forced_stage=""),
                name="partial_scope_needs_its_criteria",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="normal")
                | models.Q(holding_partial=0, holding_normal=0)
                | models.Q(forced_stage="normal"),
                name="normal_scope_needs_every_criterion",
            ),
            models.CheckConstraint(
                condition=models.Q(forced_at=None, forced_stage="")
                | (
                    ~models.Q(forced_reason="")
                    & models.Q(forced_at__isnull=False)
                    & models.Q(forced_stage__in=("", "partial", "normal"))
                    & models.Q(forced_by__isnull=False, forced_second_by__isnull=False)
                    & ~models.Q(forced_by=models.F("forced_second_by"))
                ),
                name="forced_restart_has_a_reason_and_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=("work",), condition=models.Q(ended_at=None), name="live_gates_by_work"),
            models.Index(fields=("incident",), condition=models.Q(ended_at=None), name="live_gates_by_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.work} in {self.incident.reference}"

    @property
    def reference(self) -> str:
        return f"GATE-{self.pk}"


class Criterion(models.Model):
    """One condition of a gate. Confirmed by a person with evidence, measured against a limit, or computed."""

    class How(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed with evidence"
        MEASURED = "measured", "Measured"
        COMPUTED = "computed", "Computed"

    class State(models.TextChoices):
        OPEN = "open", "Not met"
        MET = "met", "Met"
        NOT_APPLICABLE = "not_applicable", "Not needed"

    gate = models.ForeignKey(RestartGate, models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    how = models.CharField(max_length=10, choices=How, default=How.CONFIRMED)
    for_normal_only = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    detail = models.CharField(max_length=400, blank=True)
    evidence = models.TextField(blank=True)
    confirmed_by = person()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    metric = models.SlugField(max_length=80, blank=True)
    subject = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="What it is measured for; empty: every subject must meet it.",
    )
    comparison = models.CharField(max_length=1, choices=[("<", "under"), (">", "over")], blank=True)
    limit = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    reading = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    reading_at = models.DateTimeField(null=True, blank=True)
    reading_source = models.CharField(max_length=120, blank=True)
    reading_subject = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Of several, the one that this was read for."
    )
    fresh_hours = models.PositiveSmallIntegerField(default=24)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("for_normal_only", "position", "pk")
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=("gate", "key"), name="criterion_once_per_gate"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("met", "not_applicable"))
                | ~models.Q(how="confirmed")
                | (~models.Q(evidence="") & models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False)),
                name="settled_criterion_has_evidence_person_and_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(how="measured") | models.Q(limit__isnull=False) & ~models.Q(comparison=""),
                name="measured_criterion_has_a_limit",
            ),
        ]
        indexes = [
            models.Index(fields=("metric",), condition=~models.Q(metric=""), name="criteria_by_metric"),
            models.Index(fields=("confirmed_by",), name="criteria_by_confirmer"),
        ]

    def __str__(self) -> str:
        return self.name


def responders() -> "models.QuerySet[Responder]":
    """Whom a form may offer as an owner."""
    return Responder.objects.filter(is_active=True).order_by("name")
