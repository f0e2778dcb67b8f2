"""The outbox: each message as written, one recipient each, and how far it got. It has never heard of an incident."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class OutboundMessage(models.Model):
    """pending → claimed → handoff → sent, or dead, unknown, superseded, suppressed (reliability.md)."""

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        TELEGRAM = "telegram", "Telegram"
        IN_APP = "in_app", "In Allclear"
        CRM = "crm", "CRM"
        CHAT = "chat", "Chat or SMS"
        WEBHOOK = "webhook", "Webhook"

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        CLAIMED = "claimed", "Being sent"
        HANDOFF = "handoff", "Handed over"
        SENT = "sent", "Sent"
        DEAD = "dead", "Not delivered"
        UNKNOWN = "unknown", "Unknown"
        SUPERSEDED = "superseded", "Withdrawn"
        SUPPRESSED = "suppressed", "Suppressed"

    class Urgency(models.IntegerChoices):
        IMMEDIATE = 0, "Immediate"
        NORMAL = 1, "Normal"
        DIGEST = 2, "Digest"

    # It did not arrive, as far as anybody knows, until somebody deals with it.
    FAILED = ("dead", "unknown", "suppressed")
    ON_ITS_WAY = ("pending", "claimed", "handoff")

    key = models.CharField(max_length=200, unique=True, help_text="Names the cause; the same cause writes once.")
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = models.CharField(max_length=320)
    recipient_name = models.CharField(max_length=200, blank=True)
    responder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    subject = models.CharField(max_length=300, blank=True)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    buttons = models.JSONField(default=list, blank=True)
    sender = models.CharField(
        max_length=320, blank=True, default="", db_default="", help_text="Its address; empty: the installation's."
    )
    sender_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    reply_to = models.CharField(max_length=320, blank=True)
    in_reply_to = models.CharField(max_length=320, blank=True)
    message_id = models.CharField(max_length=320)
    about = models.CharField(max_length=60, blank=True, help_text="What it is about, opaque to the mail room.")
    kind = models.CharField(max_length=40)
    made_from = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="The text that it was made from, opaque too."
    )
    by_person = models.BooleanField(
        default=False, db_default=False, help_text="A person wrote it and sent it; else it is automatic (RFC 3834)."
    )
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    # Due to be looked at: the claim pushes it forward, so lease and back-off are one column.
    due_at = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True, help_text="After this it would be untrue and is not sent.")
    attempts = models.PositiveSmallIntegerField(default=0)
    ambiguous = models.PositiveSmallIntegerField(default=0, help_text="How often a hand-off broke off.")
    last_error = models.TextField(blank=True)
    provider_reference = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    handoff_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True, help_text="When a server refused it for good, or it came back later.")
    reported_at = models.DateTimeField(null=True, help_text="When the layer above was told that it failed.")
    noticed_at = models.DateTimeField(null=True, help_text="When somebody dealt with the failure.")
    seen_at = models.DateTimeField(null=True, help_text="In-app: when it was read.")

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("pending", "claimed", "handoff", "sent", "dead", "unknown", "superseded", "suppressed")
                ),
                name="message_state_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("pending", "claimed", "handoff")) | models.Q(due_at__isnull=False),
                name="message_on_its_way_is_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=("channel", "urgency", "due_at", "id"),
                condition=models.Q(state__in=("pending", "claimed", "handoff")),
                name="messages_due",
            ),
            models.Index(
                fields=("due_at",),
                condition=models.Q(state__in=("pending", "claimed", "handoff")),
                name="messages_oldest_due",
            ),
            models.Index(fields=("about", "kind", "-id"), name="messages_about"),
            models.Index(
                fields=("id",),
                condition=models.Q(state__in=("dead", "unknown", "suppressed"), noticed_at=None),
                name="messages_not_arrived",
            ),
            models.Index(
                fields=("id",),
                condition=models.Q(state__in=("dead", "unknown", "suppressed", "superseded"), reported_at=None)
                & ~models.Q(last_error=""),
                name="messages_not_reported",
            ),
            models.Index(fields=("message_id",), condition=models.Q(channel="email"), name="messages_by_message_id"),
            models.Index(
                fields=("id",),
                condition=models.Q(
                    channel="crm", state__in=("sent", "dead", "unknown", "suppressed"), reported_at=None
                ),
                name="crm_messages_to_settle",
            ),
            models.Index(
                fields=("created_at",),
                condition=models.Q(
                    kind="escalation",
                    state__in=("pending", "claimed", "handoff", "dead", "unknown", "suppressed"),
                    reported_at=None,
                ),
                name="escalations_not_through",
            ),
            BrinIndex(fields=("created_at",), name="messages_by_age"),
            models.Index(
                fields=("responder", "-id"), condition=models.Q(channel="in_app", seen_at=None), name="messages_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}: {self.state}"

    @property
    def may_be_there_twice(self) -> bool:
        """Sent after a hand-off that broke off: that copy may have arrived as well. A CRM note is looked for first."""
        return self.state == self.State.SENT and self.ambiguous > 0 and self.channel != "crm"

    @property
    def may_be_there(self) -> bool:
        """Not delivered as far as we know, after a hand-off that broke off: its reader alone knows better."""
        over = (*self.FAILED, self.State.SUPERSEDED)
        return self.state in over and self.ambiguous > 0 and self.channel != "crm"


class Suppression(models.Model):
    """An address to which no letter is sent: it is dead. A person lifts it with a reason; the row stays as history."""

    address = models.CharField(max_length=320, help_text="In lower case.")
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lift_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-since", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("address",), condition=models.Q(lifted_at=None), name="address_suppressed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lifted_by=None)
                | (models.Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~models.Q(lift_reason="")),
                name="suppression_is_lifted_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Destination(models.Model):
    """A chat room or a telephone that messages go to. Its address holds a secret: sealed, never shown in full."""

    name = models.CharField(max_length=80)
    scheme = models.CharField(max_length=12)
    sealed_url = models.TextField()
    shown = models.CharField(max_length=200, help_text="Enough of the address to know it by.")
    responder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="destinations",
        help_text="Whose it is; empty: a room.",
    )
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class WebhookEndpoint(models.Model):
    """Somebody else's machine that hears of events. Its address and secrets are sealed, and never shown in full."""

    name = models.CharField(max_length=80)
    sealed_url = models.TextField()
    shown = models.CharField(max_length=200, help_text="Enough of the address to know it by.")
    sealed_secret = models.TextField()
    sealed_old_secret = models.TextField(blank=True, help_text="Signs as well, until it is retired.")
    events = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Empty: every event.")
    sends_text = models.BooleanField(default=False, help_text="Also the words of the entry.")
    includes_restricted = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    switched_off_at = models.DateTimeField(null=True, blank=True)
    switched_off_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("name", "pk")
        indexes = [models.Index(fields=("id",), condition=models.Q(is_active=True), name="webhooks_listening")]

    def __str__(self) -> str:
        return self.name


class WebhookAttempt(models.Model):
    """One delivery as it went: what was sent, what was answered; bounded, and without the signature."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="attempts")
    message = models.ForeignKey(OutboundMessage, models.CASCADE, related_name="webhook_attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=300, blank=True, help_text="Why it counts as failed; empty: it was taken.")
    request_headers = models.JSONField(default=dict)
    response_headers = models.JSONField(default=dict)
    response_body = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("at",), name="webhook_attempts_by_age")]

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.status or self.outcome}"


class OutboxHold(models.Model):
    """While its one row is on, nothing leaves: after a restore, until a person releases it (fault 28)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_outbox_hold")]

    def __str__(self) -> str:
        return self.reason if self.is_on else "not held"


class SweepHeartbeat(models.Model):
    """When a sweep last ran, how it went, and how often it should."""

    name = models.CharField(max_length=40, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    ok_at = models.DateTimeField(null=True)
    handled = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class SetAside(models.Model):
    """A row that a sweep could not do, until it can; after five failures it counts as stuck and is tried hourly.

    Who gives it up says why; it is tried no more, and still owed, until somebody tries it again.
    """

    STUCK_AFTER = 5

    sweep = models.CharField(max_length=40)
    row = models.BigIntegerField(help_text="The id of the row, of whatever kind its sweep is about.")
    kind = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="The model of the row, app and name."
    )
    errors = models.PositiveSmallIntegerField(default=1)
    last_error = models.TextField(blank=True)
    since = models.DateTimeField()
    retry_at = models.DateTimeField(null=True, help_text="Empty: somebody gave it up.")
    told_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    given_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    give_up_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("sweep", "row"), name="a_row_is_aside_once"),
            models.CheckConstraint(
                condition=models.Q(given_up_at=None, given_up_by=None, retry_at__isnull=False)
                | (
                    models.Q(given_up_at__isnull=False, given_up_by__isnull=False, retry_at=None)
                    & ~models.Q(give_up_reason="")
                ),
                name="a_row_is_given_up_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sweep}: row {self.row}"


class Breaker(models.Model):
    """A channel, or one lane of it (`email slow.example`), that failed rests until `open_until`.

    So its rows do not burn their attempts, and nobody waits for it again and again.
    """

    channel = models.CharField(max_length=330, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        channel, _, lane = self.channel.partition(" ")
        name = str(OutboundMessage.Channel(channel).label) if channel in OutboundMessage.Channel else channel
        return f"{name} to {lane}" if lane else name
