"""What a client answered to our letters; until somebody has answered it, it is owed (C-26)."""

from django.db import models
from django.db.models import Q

from incidents.models.clients import Client
from incidents.models.incident import Incident
from incidents.models.people import Responder
from notifications.models import InboundMail


class ClientReply(models.Model):
    """One letter of somebody who has the thread of an incident.

    `is_known` says that it came from the address of a contact of an affected client; anybody else who was copied is
    shown as unverified. `standing` is how the incident stood when it came: from it follows what is offered.
    """

    class Standing(models.TextChoices):
        OPEN = "open", "While it was open"
        LATE = "late", "After it was resolved"
        TOO_LATE = "too_late", "After the time in which it may be reopened"

    class Answer(models.TextChoices):
        LETTER = "letter", "Answered by a letter"
        DEALT_WITH = "dealt_with", "Dealt with"
        REOPENED = "reopened", "The incident was reopened"
        FOLLOWED = "followed", "A new incident follows"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="replies")
    mail = models.OneToOneField(InboundMail, models.PROTECT, related_name="reply")
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="replies")
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    is_known = models.BooleanField()
    standing = models.CharField(max_length=8, choices=Standing)
    text = models.TextField()
    quoted = models.TextField(blank=True)
    left_out = models.JSONField(default=list, blank=True, help_text="Files that were not kept, each with the reason.")
    received_at = models.DateTimeField()
    filed_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, help_text="How it was dealt with.")
    led_to = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="follows")

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name_plural = "client replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="reply_is_answered_by_somebody_somehow",
            )
        ]
        indexes = [
            models.Index(fields=("incident",), condition=Q(answered_at=None), name="replies_unanswered_of"),
            models.Index(fields=("received_at",), condition=Q(answered_at=None), name="replies_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.text[:60]}"

    @property
    def sender(self) -> str:
        return self.sender_name or self.sender_address or "Somebody without a name"
