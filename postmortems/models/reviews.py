"""The review of an incident: what failed, what was late, what was missing, which safeguards held (A-01…A-06, A-15)."""

from django.db import models

from incidents.models import Incident, Responder, TimelineEntry


def person(related: str = "+") -> "models.ForeignKey[Responder | None]":
    return models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name=related)


class Procedure(models.Model):
    """A linked procedure and the moment at which it is shown (A-08, A-26…A-34)."""

    class Moment(models.TextChoices):
        REPORT = "report", "When an incident is reported"
        PRODUCTION = "production", "When production is affected"
        REVIEW = "review", "In the review"
        CHECK = "check", "On regression checks"
        HANDOFF = "handoff", "Before a support request is opened"
        ROUTING = "routing", "Before customer-visible support routing"
        REDACTION = "redaction", "On the redaction screen"
        RESTART = "restart", "Before paused work returns to normal scope"
        UPDATE = "update", "At a restart after an update or a migration"
        RELEASE = "release", "When the fix ships a release"

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500, blank=True)
    moment = models.CharField(max_length=12, choices=Moment)
    must_tick = models.BooleanField("must be ticked as consulted", default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("moment", "position", "pk")
        constraints = [models.UniqueConstraint(fields=("key", "moment"), name="procedure_once_per_moment")]

    def __str__(self) -> str:
        return self.name


class Review(models.Model):
    """What a team learned from one incident. Fields are Markdown; the client's words stand apart from ours."""

    class Form(models.TextChoices):
        FULL = "full", "Full review"
        SHORT = "short", "Short form"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        PUBLISHED = "published", "Published"

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="review")
    form = models.CharField(max_length=6, choices=Form)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    owner = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="owned_reviews")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When somebody was told that it is overdue.")
    edition = models.PositiveIntegerField(default=0)

    what_failed = models.TextField("What failed", blank=True)
    root_cause = models.TextField("Root cause", blank=True)
    detected_late = models.TextField("What was detected late", blank=True)
    missing_evidence = models.TextField("Missing evidence", blank=True)
    resolution = models.TextField("Resolution", blank=True)
    must_change = models.TextField("What must change before normal work", blank=True)
    factors = models.TextField("Contributing factors", blank=True)
    went_well = models.TextField("What went well", blank=True)
    client_cause = models.TextField("Root cause, as clients read it", blank=True)
    client_changes = models.TextField("What we have changed, as clients read it", blank=True)

    update_involved = models.BooleanField("An update or a migration was involved", default=False)
    ships_release = models.BooleanField("The fix ships a release", default=False)

    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = person()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = person()

    class Meta:
        ordering = ("due_at", "pk")
        indexes = [
            models.Index(
                fields=("due_at",),
                condition=~models.Q(state="published") & models.Q(overdue_at=None),
                name="reviews_due",
            ),
            models.Index(fields=("state", "due_at"), name="reviews_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (models.Q(signed_by__isnull=False, signed_at__isnull=False, submitted_by__isnull=False)),
                name="published_review_is_signed",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("submitted_by")),
                name="review_is_signed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.incident.reference}"


class Safeguard(models.Model):
    """Something that was there to prevent or catch the failure: it worked, or it failed (A-05, A-15)."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="safeguards")
    name = models.CharField(max_length=160)
    detail = models.CharField(max_length=400, blank=True)
    worked = models.BooleanField()

    class Meta:
        ordering = ("-worked", "pk")
        indexes = [models.Index(fields=("name",), condition=models.Q(worked=False), name="safeguards_that_failed")]

    def __str__(self) -> str:
        return self.name


class EvidenceLink(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="links")
    title = models.CharField(max_length=160)
    url = models.URLField(max_length=1000)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title


class CuratedEntry(models.Model):
    """An entry of the incident's timeline as the review tells it: kept or left out, and what clients read of it."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="curated")
    entry = models.ForeignKey(TimelineEntry, models.PROTECT, related_name="+")
    kept = models.BooleanField(default=True)
    text = models.TextField(blank=True)
    client_text = models.TextField(blank=True)

    class Meta:
        ordering = ("entry__at", "entry__seq")
        constraints = [models.UniqueConstraint(fields=("review", "entry"), name="entry_curated_once")]

    def __str__(self) -> str:
        return self.client_text or self.text


class ReviewChange(models.Model):
    """One saved change of a review: the fields before and after, so that differences can be shown."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="changes")
    edition = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = person()
    what = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.review}: {self.what}"


class Comment(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="comments")
    at = models.DateTimeField()
    by = models.ForeignKey(Responder, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:80]


class Consultation(models.Model):
    """Somebody read a procedure for this incident at its moment."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="consultations")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="consultations")
    at = models.DateTimeField()
    by = models.ForeignKey(Responder, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("incident", "procedure"), name="procedure_consulted_once")]

    def __str__(self) -> str:
        return f"{self.procedure}: {self.incident.reference}"


class Checkpoint(models.Model):
    """One of the three moments at which an incident is looked over (A-13)."""

    class Moment(models.TextChoices):
        AT_REPORT = "at_report", "At report"
        BEFORE_HANDOFF = "before_handoff", "Before a support handoff"
        AFTER_RECOVERY = "after_recovery", "After recovery"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="checkpoints")
    moment = models.CharField(max_length=16, choices=Moment)
    at = models.DateTimeField()
    by = person()
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint(fields=("incident", "moment"), name="checkpoint_passed_once")]

    def __str__(self) -> str:
        return f"{self.get_moment_display()}: {self.incident.reference}"
