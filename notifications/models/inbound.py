"""Letters that came in, as they came, and the mailbox that they are fetched from."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class InboundMail(models.Model):
    """One letter, byte for byte, and what became of it. `about` and `sentence` are the words of whoever sorted it.

    `identity` makes it one however often and through whichever door it arrives (`keeping.identity`). While something is
    still to be done about it by a program, `due_at` is set (law 6); what waits for a person is *unmatched* or in
    quarantine, and shown.
    """

    class Door(models.TextChoices):
        MAILBOX = "mailbox", "Mailbox"
        WEBHOOK = "webhook", "Webhook"

    class Kind(models.TextChoices):
        LETTER = "letter", "Letter"
        AUTOMATIC = "automatic", "Automatic"
        BOUNCE = "bounce", "Delivery report"
        OWN = "own", "Our own"

    class State(models.TextChoices):
        WAITING = "waiting", "Being sorted"
        FILED = "filed", "Filed"
        UNMATCHED = "unmatched", "For a person to file"
        SET_ASIDE = "set_aside", "Set aside"
        QUARANTINED = "quarantined", "Cannot be read"

    identity = models.CharField(max_length=64, unique=True)
    door = models.CharField(max_length=8, choices=Door)
    origin = models.CharField(max_length=120, blank=True, help_text="Which door of its kind, in the words of the door.")
    received_at = models.DateTimeField()
    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    is_cut = models.BooleanField(default=False, help_text="Larger than what is kept of a letter.")
    message_id = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LETTER)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    about = models.CharField(max_length=60, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", due_at__isnull=False) | (~Q(state="waiting") & Q(due_at=None)),
                name="mail_that_waits_is_due",
            )
        ]
        indexes = [
            models.Index(fields=("due_at",), condition=Q(state="waiting"), name="mail_to_sort"),
            models.Index(
                fields=("-id",), condition=Q(state__in=("unmatched", "quarantined")), name="mail_for_a_person"
            ),
            models.Index(fields=("about", "-id"), name="mail_about"),
        ]

    def __str__(self) -> str:
        return self.subject or f"Letter {self.pk}"

    @property
    def sender(self) -> str:
        """Name and address, as far as there are any."""
        address = f"<{self.sender_address}>" if self.sender_address else ""
        return " ".join(filter(None, (self.sender_name, address))) or "Somebody without a name"


class Mailbox(models.Model):
    """The mailbox that is polled: how far it was read, who polls it now, and whether it rests after failing."""

    name = models.CharField(max_length=200, primary_key=True, help_text="user@host/folder, without the password.")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text="Somebody is reading it until then, at the latest.")
    ok_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
