"""The next scheduled update of each client, and what stood in those that were sent (C-04)."""

from django.db import models

from incidents.models.clients import Client
from incidents.models.incident import Incident


class Digest(models.Model):
    """One scheduled update of one client. Each active client has exactly one that is still to come.

    `scheduled_at` is what the client's schedule says; `due_at` is when it is looked at next, later while it is held.
    """

    class Outcome(models.TextChoices):
        COMING = "", "To come"
        SENT = "sent", "Sent"
        EMPTY = "empty", "Nothing to say"
        CANCELLED = "cancelled", "Cancelled"

    client = models.ForeignKey(Client, models.CASCADE, related_name="digests")
    on = models.DateField(help_text="The day in the client’s own time zone.")
    schedule = models.CharField(max_length=100, help_text="The schedule that it was planned by.")
    scheduled_at = models.DateTimeField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, help_text="When words were asked for.")
    held_at = models.DateTimeField(null=True, help_text="Since when it waits for words or for somebody to write to.")
    held_because = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    settled_at = models.DateTimeField(null=True)
    errors = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("-on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("client", "on"), name="one_digest_for_a_client_and_day"),
            models.UniqueConstraint(
                fields=("client",), condition=models.Q(settled_at=None), name="one_digest_to_come_for_a_client"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", settled_at=None)
                | (~models.Q(outcome="") & models.Q(settled_at__isnull=False)),
                name="settled_digest_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=("due_at", "id"), condition=models.Q(settled_at=None), name="digests_due"),
            models.Index(
                fields=("scheduled_at", "id"),
                condition=models.Q(settled_at=None, asked_at=None),
                name="digests_to_ask_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}, {self.on:%d %B %Y}"

    @property
    def key(self) -> str:
        """Names the update everywhere: `digest:7:2026-11-30`."""
        return f"digest:{self.client_id}:{self.on.isoformat()}"

    @property
    def about(self) -> str:
        """How the mail room knows it."""
        return f"digest:{self.pk}"


class DigestLine(models.Model):
    """What one sent update said of one incident: the proof of inclusion. PostgreSQL refuses UPDATE and DELETE."""

    digest = models.ForeignKey(Digest, models.PROTECT, related_name="lines")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="digest_lines")
    sentence = models.TextField()
    status = models.CharField(max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("digest", "incident"), name="an_incident_stands_once_in_a_digest")
        ]

    def __str__(self) -> str:
        return f"{self.incident.reference} in {self.digest}"
