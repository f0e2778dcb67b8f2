"""What each client was told: one row for each letter to each client, and what it promised (B-50)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents.models.clients import Client
from incidents.models.incident import Incident
from incidents.models.people import Responder


class ClientLetter(models.Model):
    """A letter to one client as it was written down. PostgreSQL refuses UPDATE and DELETE: a ledger is not corrected.

    Whether it left, and to whom, stands in the outbox under `keys`; so a promise counts only once a letter left.
    """

    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="client_letters", help_text="None for a scheduled update."
    )
    client = models.ForeignKey(Client, models.PROTECT, related_name="letters")
    seq = models.PositiveIntegerField(help_text="The entry of the record that wrote it; of an update its number.")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(help_text="When it was written down.")
    by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    text = models.TextField(help_text="The words that were typed; the whole letter is in the outbox.")
    promised_until = models.DateTimeField(null=True)
    promise_words = models.CharField(max_length=200, blank=True, help_text="The promise as this client reads it.")
    incident_ids = ArrayField(models.BigIntegerField(), db_default=[], default=list, help_text="All that it speaks of.")
    keys = ArrayField(models.CharField(max_length=200), help_text="The messages that carry it, one for each contact.")

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("incident", "client", "kind", "seq"), name="a_letter_stands_once_in_the_book"
            )
        ]
        indexes = [
            models.Index(fields=("client", "-at", "-id"), name="letters_by_client"),
            models.Index(
                fields=("promised_until",),
                condition=models.Q(promised_until__isnull=False),
                name="letters_that_promise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.client} at {self.at:%Y-%m-%d %H:%M} UTC"
