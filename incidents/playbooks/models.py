"""Playbooks, their versions, and the runs that follow one version of one playbook on one incident."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from incidents.models import Incident, Responder
from incidents.playbooks import shape
from incidents.playbooks.shape import Body


class IncidentType(models.Model):
    """What kind of thing broke (B-03); a playbook is for one type, and a type without one is listed."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    words = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(Lower("name"), name="incident_type_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class TypedIncident(models.Model):
    """Of which type an incident is, as a person said, or the routing rule that opened it."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="typed")
    incident_type = models.ForeignKey(IncidentType, models.PROTECT, related_name="typed")
    by = models.ForeignKey(
        Responder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: a routing rule or a source.",
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.incident.reference}: {self.incident_type}"


class PlaybookHint(models.Model):
    """A playbook that a routing rule, a source or a ladder names for an incident by its short name; who says so."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="playbook_hints")
    short_name = models.SlugField(max_length=80)
    because = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("incident", "short_name", "because"), name="playbook_hint_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.short_name}: {self.because}"


class ReadingHint(models.Model):
    """A reading that was taken for an incident, so that its playbook can be suggested (B-83)."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reading_hints")
    metric = models.SlugField(max_length=40)
    value = models.FloatField()
    unit = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("read_at", "pk")

    def __str__(self) -> str:
        return f"{self.metric} {self.value:g}{self.unit}"


def short_name(name: str, shipped: str) -> str:
    """By which rules, sources and ladders name a playbook: the key it was shipped under, else its name as a slug."""
    return shipped or slugify(name)[:80]


class Playbook(models.Model):
    """The name under which versions follow each other. `shipped` is the key of the built-in one that it began as."""

    name = models.CharField(max_length=120)
    shipped = models.SlugField(blank=True)
    incident_type = models.ForeignKey(IncidentType, models.SET_NULL, null=True, blank=True, related_name="playbooks")
    is_retired = models.BooleanField(default=False)
    newest = models.ForeignKey("PlaybookVersion", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="playbook_name_is_unique"),
            models.UniqueConstraint(fields=("shipped",), condition=~Q(shipped=""), name="playbook_shipped_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        return short_name(self.name, self.shipped)


class PlaybookVersion(models.Model):
    """One version, whole. PostgreSQL refuses UPDATE and DELETE: a run that points here keeps what it started with."""

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("playbook", "-number")
        constraints = [models.UniqueConstraint(fields=("playbook", "number"), name="playbook_version_number_once")]

    def __str__(self) -> str:
        return f"{self.playbook}, version {self.number}"

    @property
    def content(self) -> Body:
        return shape.read(self.body)


class Draft(models.Model):
    """A playbook while it is edited: nothing of it is in use until it is published as the next version."""

    playbook = models.OneToOneField(Playbook, models.CASCADE, related_name="draft")
    based_on = models.PositiveIntegerField(help_text="0: there is no version yet.")
    body = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Responder, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Draft of {self.playbook}"

    @property
    def content(self) -> Body:
        return shape.read(self.body)


class Run(models.Model):
    """One playbook followed on one incident, in the version with which it started."""

    class Outcome(models.TextChoices):
        FINISHED = "finished", "Finished"
        STOPPED = "stopped", "Stopped"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="playbook_runs")
    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="runs")
    version = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="runs")
    because = models.TextField(blank=True, help_text="Why it was suggested; empty: chosen by hand.")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Responder, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    end_note = models.TextField(blank=True)
    resolution = models.TextField(blank=True, help_text="What resolved it, for later incidents (B-100).")

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("incident", "playbook"), condition=Q(ended_at=None), name="playbook_runs_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="ended_run_says_how",
            ),
        ]
        indexes = [models.Index(fields=("playbook", "-started_at"), name="runs_by_playbook")]

    def __str__(self) -> str:
        return f"{self.playbook} on {self.incident.reference}"


class RunStep(models.Model):
    """One step of a run. A prohibition has no way to be done: PostgreSQL refuses it too (B-103)."""

    class State(models.TextChoices):
        TODO = "todo", "To do"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    run = models.ForeignKey(Run, models.PROTECT, related_name="steps")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    is_prohibited = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.TODO)
    assignee = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict)
    checks = models.JSONField(default=list)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("run", "position")
        constraints = [
            models.UniqueConstraint(fields=("run", "key"), name="step_once_in_a_run"),
            models.CheckConstraint(
                condition=Q(is_prohibited=False) | Q(state="todo", settled_at=None),
                name="prohibition_is_never_done",
            ),
            models.CheckConstraint(
                condition=Q(state="todo", settled_at=None)
                | (~Q(state="todo") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="settled_step_says_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(reason=""), name="skipped_step_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_state_display()}"


class StepRecord(models.Model):
    """What was written down about a step, each time it was: answers, a note, what it caused. Never changed."""

    class Act(models.TextChoices):
        SAVED = "saved", "Saved"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"
        UNTICKED = "unticked", "Opened again"

    step = models.ForeignKey(RunStep, models.PROTECT, related_name="records")
    act = models.CharField(max_length=8, choices=Act)
    answers = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    caused = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(Responder, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.step.key} {self.act}"


class ProhibitionRead(models.Model):
    """“I have read this”: who has acknowledged a prohibition, once each."""

    step = models.ForeignKey(RunStep, models.PROTECT, related_name="reads")
    responder = models.ForeignKey(Responder, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [models.UniqueConstraint(fields=("step", "responder"), name="prohibition_read_once_each")]

    def __str__(self) -> str:
        return f"{self.responder} has read {self.step.key}"
