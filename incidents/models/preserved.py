"""What was kept before anything was changed, and who may ask as a machine."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents.models.incident import Incident
from incidents.models.people import Responder


class ErrorReport(models.Model):
    """The exact error, its instant and its screen, kept and hashed before a retry or a change destroys them (A-24)."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="error_reports")
    report = models.TextField("error report")
    reference = models.CharField("support code or error reference", max_length=120, blank=True)
    occurred_at = models.DateTimeField(help_text="To the second.")
    time_zone = models.CharField(max_length=60)
    screen = models.CharField("affected screen", max_length=300)
    sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Responder, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("kept_at", "pk")

    def __str__(self) -> str:
        return f"{self.screen}: {self.report[:60]}"


class ApiToken(models.Model):
    """What a machine shows to be let in. Only the SHA-256 of the secret is stored; `scopes` say what it may do."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12, help_text="The first characters, to tell tokens apart.")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    responder = models.ForeignKey(Responder, models.PROTECT, related_name="tokens", help_text="In whose name it acts.")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("revoked_at", "name", "pk")

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, so that the same one is never done twice."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField()
    content = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("made_at",)
        constraints = [models.UniqueConstraint(fields=("token", "key"), name="an_answer_once_for_a_key")]
        indexes = [models.Index(fields=("made_at",), name="answers_by_age")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"


class SentForm(models.Model):
    """A form as one page showed it, sent and done: where it led, for the same one when it comes again."""

    digest = models.CharField(
        max_length=64,
        primary_key=True,
        help_text="SHA-256 of sender, token of the page, address and words.",
    )
    led_to = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_at",)
        indexes = [models.Index(fields=("sent_at",), name="sent_forms_by_age")]

    def __str__(self) -> str:
        return f"sent at {self.sent_at:%Y-%m-%d %H:%M:%S} UTC"
