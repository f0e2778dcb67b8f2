"""The escalation matrix as rows, and each firing of a row (B-107…B-113, C-11, C-18)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents.models.clock import Clock
from incidents.models.incident import Incident
from incidents.models.people import Responder, Role
from notifications.models import Destination


class Situation(models.TextChoices):
    """What may happen that somebody must hear of; the first group is raised by people."""

    CLIENT_LEAVING = "client_leaving", "Client threatening to leave"
    PAYMENT_DISPUTE = "payment_dispute", "Payment or refund dispute"
    DATA_BREACH = "data_breach", "Data breach suspicion"
    LEGAL_THREAT = "legal_threat", "Legal threat"
    SEVERE = "severe", "Critical incident"
    OUTAGE_LONG = "outage_long", "Third-party outage over its limit"
    OUTAGE_NOTICE = "outage_notice", "Outage over the client limit: tell the clients"
    RESOLVE_BREACHED = "resolve_breached", "Not resolved in time"
    ACKNOWLEDGE_BREACHED = "acknowledge_breached", "Not acknowledged in time"
    ACKNOWLEDGE_AT_RISK = "acknowledge_at_risk", "Acknowledgement at risk (75 %)"
    RESOLVE_AT_RISK = "resolve_at_risk", "Resolution at risk (75 %)"
    NOTIFY_BREACHED = "notify_breached", "Client not notified in time"
    UPDATE_SOON = "update_soon", "Promised update due soon"
    UPDATE_BREACHED = "update_breached", "Promised update missed"
    DIGEST_WORDS = "digest_words", "Scheduled update lacks words"
    DIGEST_HELD = "digest_held", "Scheduled update held back"
    VERIFICATION_OVER = "verification_over", "Verification window over"
    UNTOUCHED = "untouched", "Open incident that nobody has touched"
    LETTER_FAILED = "letter_failed", "Letter to a client not delivered"
    CRM_NOTE_FAILED = "crm_note_failed", "CRM note not written"
    FORCED_CLOSE = "forced_close", "Closed with something missing"
    CLOSED_INCOMPLETE = "closed_incomplete", "Closed incident found incomplete"
    REVIEW_OVERDUE = "review_overdue", "Review overdue"
    ACTION_OVERDUE = "action_overdue", "Prevention action overdue"
    RESTART_FORCED = "restart_forced", "Restarted by force"
    PAUSED_AGAIN = "paused_again", "Restarted work paused again"
    QUICK_FIX = "quick_fix", "Fixed at once, without triage"
    LETTER_AWAITING = "letter_awaiting", "Letter to clients awaits approval"
    LETTER_SENT_BACK = "letter_sent_back", "Letter to clients sent back"


BY_PERSON = (
    Situation.CLIENT_LEAVING,
    Situation.PAYMENT_DISPUTE,
    Situation.DATA_BREACH,
    Situation.LEGAL_THREAT,
)

# What is pointless once the incident is resolved. What people raised, letters and notes that fail, and whatever is
# learned afterwards is not over with it; a SEV-1 that nobody took goes on standing before the close.
OVER_WHEN_RESOLVED = (
    Situation.OUTAGE_LONG,
    Situation.OUTAGE_NOTICE,
    Situation.RESOLVE_BREACHED,
    Situation.ACKNOWLEDGE_BREACHED,
    Situation.ACKNOWLEDGE_AT_RISK,
    Situation.RESOLVE_AT_RISK,
    Situation.UPDATE_SOON,
    Situation.UPDATE_BREACHED,
    Situation.VERIFICATION_OVER,
    Situation.UNTOUCHED,
    Situation.QUICK_FIX,
)

# These are for named people only, from the moment they are raised (B-110).
RESTRICTING = (Situation.DATA_BREACH, Situation.LEGAL_THREAT)


def situations() -> list[tuple[str, str]]:
    """Named by migrations instead of what it answers, so that a new situation is no change of the schema."""
    return [(str(value), str(label)) for value, label in Situation.choices]


class EscalationRule(models.Model):
    """A standing instruction: in this situation, tell these people, through these channels, this urgently."""

    class Channel(models.TextChoices):
        TELEGRAM = "telegram", "Telegram"
        EMAIL = "email", "E-mail"
        IN_APP = "in_app", "In Allclear"
        CHAT = "chat", "Chat or SMS"

    class Urgency(models.TextChoices):
        IMMEDIATE = "immediate", "Immediate"
        NORMAL = "normal", "Normal"
        UPDATE = "update", "Update"

    name = models.CharField(max_length=120)
    situation = models.CharField(max_length=24, choices=situations)
    severities = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="Empty: every severity."
    )
    roles: "models.ManyToManyField[Role, models.Model]" = models.ManyToManyField(Role, blank=True)
    responders: "models.ManyToManyField[Responder, models.Model]" = models.ManyToManyField(Responder, blank=True)
    rooms: "models.ManyToManyField[Destination, models.Model]" = models.ManyToManyField(
        Destination, blank=True, help_text="Chat rooms that hear of it too, while “Chat or SMS” is ticked."
    )
    channels = ArrayField(models.CharField(max_length=10, choices=Channel), default=list)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    repeat_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Say it again until somebody takes it; empty: once."
    )
    repeat_limit = models.PositiveSmallIntegerField(default=6)
    wall_hours = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Only of “Not resolved in time”: at the latest so many hours after its clock started, on the wall.",
    )
    is_enabled = models.BooleanField(default=True)
    from_sop = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_enabled", "-from_sop", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wall_hours=None) | models.Q(situation="resolve_breached", wall_hours__gte=1),
                name="hours_on_the_wall_are_of_the_resolution",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Escalation(models.Model):
    """One firing of a rule. `cause` makes it unique: the same event never escalates twice."""

    rule = models.ForeignKey(EscalationRule, models.PROTECT, related_name="escalations", db_index=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="escalations")
    clock = models.ForeignKey(Clock, models.SET_NULL, null=True, related_name="escalations")
    situation = models.CharField(max_length=24, choices=situations)
    cause = models.CharField(max_length=120, unique=True)
    text = models.TextField()
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+", db_index=False)
    recipients: "models.ManyToManyField[Responder, models.Model]" = models.ManyToManyField(
        Responder, related_name="escalations", blank=True
    )
    due_at = models.DateTimeField(null=True, help_text="When it is said again, unless somebody takes it.")
    times_said = models.PositiveSmallIntegerField(default=1)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="taken_escalations", db_index=False)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    errors = models.PositiveSmallIntegerField(default=0)
    quarantined_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-raised_at", "-pk")
        indexes = [
            models.Index(
                fields=("due_at", "id"),
                condition=models.Q(due_at__isnull=False, taken_at=None, ended_at=None),
                name="escalations_to_repeat",
            ),
            models.Index(
                fields=("incident",),
                condition=models.Q(taken_at=None, ended_at=None),
                name="escalations_untaken",
            ),
            models.Index(
                fields=("id",),
                condition=models.Q(situation="letter_failed", taken_at=None, ended_at=None),
                name="escalations_of_failed_letters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_situation_display()}: {self.incident.reference}"
