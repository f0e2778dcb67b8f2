"""Whom we owe (clients, contacts, tiers, brands) and what breaks (systems)."""

import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from incidents.digest_days import MONDAY, Schedule, schedule_of
from incidents.models.people import known_zone


def monday() -> list[int]:
    return [MONDAY]


class Tier(models.Model):
    """A class of clients; a policy may promise it more (B-75 speaks of Premium)."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    postmortem_severities = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Severities after which each client of this tier is owed a postmortem letter (B-75).",
    )
    # When clients of this tier get their scheduled updates (C-04), unless they have days or an hour of their own.
    digest_days = ArrayField(models.PositiveSmallIntegerField(), default=monday, db_default=[0])
    digest_hour = models.PositiveSmallIntegerField(default=9, db_default=9)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def digest_words(self) -> str:
        """`Mondays at 09:00 (each client’s time)`."""
        return Schedule(tuple(self.digest_days), self.digest_hour, "each client’s time").words


class Brand(models.Model):
    """In whose name letters go out: subject prefix, signature and addresses (B-45, B-52)."""

    name = models.CharField(max_length=80, unique=True)
    subject_prefix = models.CharField(max_length=60, help_text="Stands in brackets before every subject.")
    signature = models.CharField(max_length=120)
    from_email = models.EmailField(blank=True)
    reply_to = models.EmailField(blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="one_default_brand"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Client(models.Model):
    class CrmKind(models.TextChoices):
        DEAL = "deals", "Deal"
        COMPANY = "companies", "Company"
        CONTACT = "contacts", "Contact"

    name = models.CharField(max_length=120)
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="clients")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="clients")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    policy = models.ForeignKey(
        "incidents.SlaPolicy",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clients",
        help_text="Leave empty to promise what the default policy promises.",
    )
    crm_kind = models.CharField("CRM record", max_length=10, choices=CrmKind, default=CrmKind.DEAL, db_default="deals")
    crm_reference = models.CharField("CRM id", max_length=120, blank=True)
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    digest_days = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="client_name_is_unique"),
            models.CheckConstraint(
                condition=models.Q(digest_hour=None) | models.Q(digest_hour__lte=23), name="client_digest_hour_exists"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def digest_schedule(self) -> Schedule:
        """When this client gets scheduled updates; its own days and hour before the tier's."""
        of_tier = (self.tier.digest_days, self.tier.digest_hour)
        return schedule_of(self.digest_days, self.digest_hour, of_tier, self.time_zone)


class Contact(models.Model):
    """A person at a client to whom letters go."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    receives_letters = models.BooleanField(default=True)

    class Meta:
        ordering = ("client", "name", "pk")
        constraints = [models.UniqueConstraint("client", Lower("email"), name="contact_address_once_for_a_client")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class System(models.Model):
    """Something of ours, the client's or a third party's that can break."""

    class Owner(models.TextChoices):
        OURS = "ours", "Ours"
        CLIENT = "client", "The client’s"
        THIRD_PARTY = "third_party", "A third party’s"

    name = models.CharField(max_length=120)
    client_name = models.CharField(
        "name in letters", max_length=120, help_text="What clients call it: “your outreach emails”."
    )
    owner = models.CharField(max_length=12, choices=Owner, default=Owner.OURS)
    alias = models.CharField(
        max_length=120,
        default="an upstream service we rely on",
        help_text="How a letter speaks of it without naming anybody (C-10).",
    )
    status_page = models.URLField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(Lower("name"), name="system_name_is_unique")]

    def __str__(self) -> str:
        return self.name
