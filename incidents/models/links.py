"""Links by which a client sees how things stand, without signing in."""

from django.db import models

from incidents.models.clients import Client
from incidents.models.people import Responder


class ClientLink(models.Model):
    """One link to the status page of one client. Only the SHA-256 of its secret is stored.

    `opened_at` is what the page's own script reports; looking at the page writes nothing.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="The last characters, to tell links apart.")
    note = models.CharField("for whom", max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Responder, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(help_text="From this instant it shows nothing.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"…{self.hint} for {self.note}"
