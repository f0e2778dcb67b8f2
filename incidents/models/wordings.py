"""Wordings as an administrator has them: for everybody, for a brand, for one client; each a row of versions (C-19)."""

from django.db import models
from django.db.models import Q

from incidents.models.clients import Brand, Client
from incidents.models.people import Responder


class Wording(models.Model):
    """The place of a text: a kind of letter, for everybody, for a brand or for one client. Its newest version is in
    force; while that is withdrawn, or there is none, the next wider place is, and the shipped text at last."""

    kind = models.SlugField(max_length=40)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="wordings")
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="wordings")
    newest = models.ForeignKey("WordingVersion", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("kind", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(brand=None) | Q(client=None), name="wording_is_for_one_place"),
            models.UniqueConstraint(
                fields=("kind",), condition=Q(brand=None, client=None), name="one_wording_for_everybody"
            ),
            models.UniqueConstraint(
                fields=("kind", "brand"), condition=Q(brand__isnull=False), name="one_wording_for_a_brand"
            ),
            models.UniqueConstraint(
                fields=("kind", "client"), condition=Q(client__isnull=False), name="one_wording_for_a_client"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.place}"

    @property
    def place(self) -> str:
        """`everybody`, `the brand Acme`, `Lumen Labs`."""
        if self.client is not None:
            return str(self.client)
        return f"the brand {self.brand}" if self.brand is not None else "everybody"

    @property
    def slug(self) -> str:
        """How addresses name the place: `everybody`, `brand-3`, `client-7`."""
        if self.client_id is not None:
            return f"client-{self.client_id}"
        return f"brand-{self.brand_id}" if self.brand_id is not None else "everybody"


class WordingVersion(models.Model):
    """One version, whole: who, when and why. PostgreSQL refuses UPDATE and DELETE, for letters were made from it."""

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    is_withdrawn = models.BooleanField(default=False, help_text="From here on the next wider text is in force.")
    note = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("wording", "-number")
        constraints = [
            models.UniqueConstraint(fields=("wording", "number"), name="wording_version_number_once"),
            models.CheckConstraint(
                condition=Q(is_withdrawn=True, subject="", body="")
                | (Q(is_withdrawn=False) & ~Q(subject="") & ~Q(body="")),
                name="wording_version_is_a_text_or_a_withdrawal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording}, version {self.number}"

    @property
    def label(self) -> str:
        """`everybody, version 3`."""
        return f"{self.wording.place}, version {self.number}"
