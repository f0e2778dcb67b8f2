"""Routine checks: what is looked at and when, each time that it was, and what was found (B-30, B-114…B-125)."""

from django.db import models
from django.db.models import Q

from incidents.models import Incident, Responder, Role, System
from incidents.models.people import known_zone

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


class CheckDefinition(models.Model):
    """A routine that comes round. `next_run_at` is the due row from which the sweep makes a run."""

    class Cadence(models.TextChoices):
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every week"
        MONTHLY = "monthly", "Every month"

    WEEKDAYS = [
        (0, "Monday"),
        (1, "Tuesday"),
        (2, "Wednesday"),
        (3, "Thursday"),
        (4, "Friday"),
        (5, "Saturday"),
        (6, "Sunday"),
    ]

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    cadence = models.CharField(max_length=8, choices=Cadence, default=Cadence.DAILY)
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS, default=0)
    month_day = models.PositiveSmallIntegerField(default=1, help_text="A day the month lacks means its last day.")
    at_time = models.TimeField()
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    allowed_seconds = models.PositiveIntegerField("to be signed within", default=14_400)
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="checks")
    assignee = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="checks")
    source = models.CharField(
        max_length=12,
        choices=[("review", "Scheduled review"), ("monitoring", "Automated monitoring")],
        default="review",
    )
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES, default=3)
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="checks")
    is_active = models.BooleanField(default=True)
    from_sop = models.BooleanField(default=False)
    next_run_at = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="+")
    errors = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "routine check"
        indexes = [
            models.Index(
                fields=("next_run_at", "id"), condition=Q(next_run_at__isnull=False), name="checks_to_make_runs"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CheckLine(models.Model):
    """One thing to look at. Automatic kinds name what they read in `target`; people answer the others."""

    class Kind(models.TextChoices):
        MANUAL = "manual", "A person looks"
        HEARTBEATS = "heartbeats", "Every registered job reported"
        READING = "reading", "The newest reading is good"
        AGE = "age", "A job succeeded recently"
        CLIENT_REPORTS = "client_reports", "A person, with the incidents that clients reported"
        SUBJECTS = "subjects", "A person, one line for each subject of a metric"
        RECURRENCES = "recurrences", "A person, with what came back"
        UNPLAYED = "unplayed", "A person, with the incidents that no playbook matched"

    AUTOMATIC = ("heartbeats", "reading", "age")

    definition = models.ForeignKey(CheckDefinition, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.MANUAL)
    target = models.SlugField(max_length=100, blank=True, help_text="The key of a metric, or the slug of a job.")
    window_seconds = models.PositiveIntegerField("looks back", default=86_400)

    class Meta:
        ordering = ("definition", "position", "pk")

    def __str__(self) -> str:
        return self.text


class CheckRun(models.Model):
    """One time that a routine came round. `due_at` is when somebody must hear that it is not signed."""

    class State(models.TextChoices):
        OPEN = "open", "To do"
        PASSED = "passed", "All good"
        FOUND = "found", "Issue found"
        MISSED = "missed", "Not signed in time"

    definition = models.ForeignKey(CheckDefinition, models.PROTECT, related_name="runs")
    scheduled_for = models.DateTimeField()
    since = models.DateTimeField(help_text="What it looks back on begins here and ends with `scheduled_for`.")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    assignee = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="check_runs")
    deadline = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    times_said = models.PositiveSmallIntegerField(default=0)
    missed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="+")
    errors = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    quarantined_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-scheduled_for", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("definition", "scheduled_for"), name="check_runs_once_for_its_time"),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="signed_check_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=("due_at", "id"), condition=Q(due_at__isnull=False), name="check_runs_due"),
            models.Index(fields=("deadline", "id"), condition=Q(state__in=("open", "missed")), name="check_runs_open"),
        ]

    def __str__(self) -> str:
        return f"{self.definition}, {self.scheduled_for:%Y-%m-%d %H:%M} UTC"


class RunLine(models.Model):
    """What was found on one line of one run, with the words of the definition as they were then."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "To do"
        PASSED = "passed", "Good"
        FAILED = "failed", "Issue found"
        SKIPPED = "skipped", "Does not apply"

    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=CheckLine.Kind)
    target = models.CharField(max_length=100, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PENDING)
    found = models.TextField(blank=True, help_text="What was read, or why there was nothing to read.")
    note = models.TextField(blank=True)
    by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("run", "position", "pk")

    def __str__(self) -> str:
        return self.text

    @property
    def is_automatic(self) -> bool:
        return self.kind in CheckLine.AUTOMATIC
