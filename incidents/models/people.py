"""Responders (anyone who can sign in), the roles they hold, and when they are away."""

import zoneinfo
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from incidents.permissions import PERMISSIONS


def known_zone(name: str) -> None:
    """Refuses a name that is not an IANA time zone of the installed tzdata."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(f"“{name}” is not a time zone; write it like Europe/London.") from error


class ResponderManager(BaseUserManager["Responder"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Responder":
        """Makes a responder who can sign in; without a password only by link, passkey or single sign-on."""
        responder = self.model(email=self.normalize_email(email).lower(), **fields)
        responder.set_password(password)
        responder.save(using=self._db)
        return responder

    def get_by_natural_key(self, username: str | None) -> "Responder":
        return self.get(email__iexact=username)


class Responder(AbstractBaseUser):
    """Anyone who can sign in. What they may do comes from the roles they hold, never from the account."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    telegram_chat = models.CharField(
        "Telegram chat id",
        max_length=64,
        blank=True,
        help_text="Send /start to the bot; it answers with the number.",
    )
    single_keys = models.BooleanField("single-key shortcuts", default=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects: ClassVar[ResponderManager] = ResponderManager()
    # The machine through which this responder acts just now; never stored here, it stands in what is signed.
    through: str = ""

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def signature(self) -> str:
        """How the record names who did something: the person, and the machine that did it in that name."""
        return f"{self} via {self.through}"[:120] if self.through else str(self)

    @cached_property
    def granted(self) -> frozenset[str]:
        """Names of the permissions that any role of this responder grants; one query for each request."""
        lists = Role.objects.filter(holdings__responder=self).values_list("permissions", flat=True)
        return frozenset(name for names in lists for name in names)

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """`perm` is `incidents.<name>` or the bare name of incidents.permissions.PERMISSIONS."""
        return self.is_active and perm.removeprefix("incidents.") in self.granted

    def has_perms(self, perm_list: Iterable[str], obj: object | None = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active

    @property
    def initials(self) -> str:
        return initials(self.name or self.email)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


def initials(name: str) -> str:
    """The first letters of the first word and of the last: AL for Ada King Lovelace."""
    parts = name.split() or " "
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def known_permissions(names: list[str]) -> None:
    unknown = sorted(set(names) - set(PERMISSIONS))
    if unknown:
        raise ValidationError(f"Unknown permission: {', '.join(unknown)}.")


class Role(models.Model):
    """One of the product's roles with what it may do (B-126…B-129) and its holders in order (C-28)."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True, validators=[known_permissions])

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class RoleHoldingQuerySet(models.QuerySet["RoleHolding"]):
    def present(self, role_key: str, at: datetime) -> "RoleHoldingQuerySet":
        """Holders of the role in order, without those who are out of office at that instant."""
        away = Absence.objects.filter(starts_at__lte=at, ends_at__gt=at).values("responder_id")
        return (
            self.filter(role__key=role_key, responder__is_active=True)
            .exclude(responder_id__in=away)
            .select_related("responder")
            .order_by("position", "pk")
        )


class RoleHolding(models.Model):
    """A responder holds a role; the one with the lowest position who is not away is its default holder."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="holdings")
    responder = models.ForeignKey(Responder, models.CASCADE, related_name="holdings")
    position = models.PositiveSmallIntegerField(default=1)

    objects = RoleHoldingQuerySet.as_manager()

    class Meta:
        ordering = ("role", "position", "pk")
        constraints = [models.UniqueConstraint(fields=("role", "responder"), name="role_held_once_by_a_responder")]

    def __str__(self) -> str:
        return f"{self.responder}: {self.role}"


class Absence(models.Model):
    """Out of office, from `starts_at` up to but not including `ends_at`."""

    responder = models.ForeignKey(Responder, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="absence_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.responder} away until {self.ends_at:%Y-%m-%d %H:%M} UTC"
