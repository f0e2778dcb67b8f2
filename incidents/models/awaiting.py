"""Letters that a second person must approve before they are written down for the outbox."""

from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident
from incidents.models.people import Responder


class AwaitingLetter(models.Model):
    """The words of one letter as they were typed, and what became of them.

    No client reads anything of it until it is approved: then the verb is done with these words, rendered and guarded
    anew. A letter that was sent back stays owed by its author until it is written again or dropped.
    """

    class State(models.TextChoices):
        AWAITING = "awaiting", "Awaiting approval"
        APPROVED = "approved", "Approved"
        SENT_BACK = "sent_back", "Sent back"
        WITHDRAWN = "withdrawn", "Withdrawn"
        OVERTAKEN = "overtaken", "Overtaken"

    class Verb(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "acknowledgement"
        UPDATE = "update", "update"
        RESOLVE = "resolve", "resolved letter"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="awaiting_letters")
    verb = models.CharField(max_length=12, choices=Verb, help_text="What is done when it is approved.")
    words = models.JSONField(help_text="What the verb is told, as it was typed.")
    client_ids = models.JSONField(default=list, help_text="To whom it was written.")
    author = models.ForeignKey(Responder, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    seq = models.PositiveIntegerField(help_text="The entry of the record that says that it was written.")
    state = models.CharField(max_length=10, choices=State, default=State.AWAITING)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=2000, blank=True, help_text="Why it was sent back or is not sent.")

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("incident", "verb"), condition=Q(state="awaiting"), name="one_letter_of_a_kind_awaits_approval"
            ),
            models.CheckConstraint(
                condition=Q(state="awaiting", settled_at=None, settled_by=None)
                | Q(state__in=("sent_back", "withdrawn", "overtaken"), settled_at__isnull=False)
                | (
                    Q(state="approved", settled_at__isnull=False, settled_by__isnull=False)
                    & ~Q(settled_by=models.F("author"))
                ),
                name="nobody_approves_their_own_letter",
            ),
        ]
        indexes = [
            models.Index(
                fields=("incident",), condition=Q(state__in=("awaiting", "sent_back")), name="letters_to_be_approved"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} about {self.incident.reference} by {self.author}"
