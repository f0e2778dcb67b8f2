"""What keeps it from coming back: actions, regression checks, documented changes (A-07, A-14, A-16, A-20)."""

from django.db import models

from incidents.models import Incident, Responder
from notifications import sealed
from postmortems.models.reviews import person


class ActionKind(models.Model):
    """A kind of prevention action; the ten that ship are those of A-07 and A-16, and an administrator adds more."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class PreventionAction(models.Model):
    """Something that a named person will have done by a day, with an outcome that can be verified."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done, to verify"
        VERIFIED = "verified", "Verified"
        DECLINED = "declined", "Not doing"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="actions")
    kind = models.ForeignKey(ActionKind, models.PROTECT, related_name="actions")
    title = models.CharField(max_length=200)
    outcome = models.TextField(help_text="How one will see that it is done.")
    owner = models.ForeignKey(Responder, models.PROTECT, related_name="actions")
    due_on = models.DateField()
    due_at = models.DateTimeField(help_text="The end of that day in the organisation's zone.")
    holds_gate = models.BooleanField("holds the restart gates of the incident", default=True)
    tracker_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    created_by = person()
    overdue_at = models.DateTimeField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = person()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = person()
    verification = models.TextField(blank=True)
    decline_reason = models.TextField(blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = person()
    decline_agreed_by = person()

    class Meta:
        ordering = ("due_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=("done", "verified")) | ~models.Q(evidence=""),
                name="done_action_has_evidence",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="verified")
                | (models.Q(verified_by__isnull=False) & ~models.Q(verified_by=models.F("owner"))),
                name="action_is_verified_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined")
                | (
                    ~models.Q(decline_reason="")
                    & models.Q(decline_agreed_by__isnull=False)
                    & ~models.Q(decline_agreed_by=models.F("declined_by"))
                ),
                name="declined_action_has_a_reason_and_a_second_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=("due_at",),
                condition=models.Q(state="open", overdue_at=None),
                name="actions_due",
            ),
            models.Index(fields=("owner", "due_at"), condition=models.Q(state="open"), name="actions_open_by_owner"),
            models.Index(fields=("state", "due_at"), name="actions_by_state"),
        ]

    def __str__(self) -> str:
        return self.title


class LookBack(models.Model):
    """30, 60 and 90 days after an action was verified: did it come back? A due row (design law 6)."""

    action = models.ForeignKey(PreventionAction, models.CASCADE, related_name="look_backs")
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = person()
    came_back = models.BooleanField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("due_at",)
        constraints = [models.UniqueConstraint(fields=("action", "days"), name="look_back_once")]
        indexes = [models.Index(fields=("due_at",), condition=models.Q(answered_at=None), name="look_backs_due")]

    def __str__(self) -> str:
        return f"{self.days} days after “{self.action}”"


class RegressionCheck(models.Model):
    """The failure scenario as something that can be run again; `stale_at` is when its last pass stops counting."""

    class How(models.TextChoices):
        BY_HAND = "by_hand", "By hand, with evidence"
        BY_MACHINE = "by_machine", "By a machine: CI or a script"

    class Standing(models.TextChoices):
        NEVER_RUN = "never_run", "Never run"
        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"
        STALE = "stale", "Stale"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="checks")
    title = models.CharField(max_length=200)
    scenario = models.TextField(help_text="What to do, and what must happen.")
    how = models.CharField(max_length=12, choices=How, default=How.BY_HAND)
    key = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(Responder, models.PROTECT, related_name="regression_checks")
    fresh_days = models.PositiveSmallIntegerField("days for which a pass counts", default=30)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.NEVER_RUN)
    last_run_at = models.DateTimeField(null=True, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True)
    sealed_secret = models.TextField(
        blank=True, default="", db_default="", help_text="Signs what a machine posts (HMAC-SHA256)."
    )
    created_at = models.DateTimeField()
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("stale_at",), condition=models.Q(standing="passed"), name="checks_to_go_stale")]

    def __str__(self) -> str:
        return self.title

    @property
    def secret(self) -> str:
        """What signs the runs that a machine posts, empty by hand; `sealed.Lost` when no key of ours opens it."""
        return sealed.unseal(self.sealed_secret) if self.sealed_secret else ""


class CheckRun(models.Model):
    """One run of a regression check. Rows are added, never changed."""

    regression_check = models.ForeignKey(RegressionCheck, models.CASCADE, related_name="runs")
    passed = models.BooleanField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = person()
    source = models.CharField(max_length=120)
    evidence = models.TextField()
    url = models.URLField(max_length=1000, blank=True)
    mark = models.CharField(max_length=64, blank=True, default="", db_default="", help_text="Of its signature, if any.")

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=~models.Q(evidence=""), name="run_has_evidence"),
            models.UniqueConstraint(
                fields=("regression_check", "mark"), condition=~models.Q(mark=""), name="signed_run_is_taken_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regression_check}: {'passed' if self.passed else 'failed'}"


class DocumentedChange(models.Model):
    """What changed because of the incident (A-20): one of six kinds, or nothing, signed by a second person."""

    class Kind(models.TextChoices):
        RUNBOOK = "runbook", "Runbook"
        SOURCE = "source", "Source"
        PROMPT = "prompt", "Prompt"
        TEST = "test", "Test"
        PERMISSION = "permission", "Permission"
        MONITORING = "monitoring", "Monitoring"
        NONE = "none", "No change warranted"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="documented_changes")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    reference = models.CharField("link or reference", max_length=500, blank=True)
    changed_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Responder, models.PROTECT, related_name="+")
    signed_by = person()
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="none") | (~models.Q(reference="") & models.Q(changed_on__isnull=False)),
                name="documented_change_has_link_and_date",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("by")),
                name="no_change_is_signed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:80]}"
