"""What cannot be changed afterwards: the timeline, and the changes of configuration."""

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident


def kinds() -> list[tuple[str, str]]:
    """Named by migrations instead of what it answers, so that a new kind of entry is no change of the schema."""
    return [(str(value), str(label)) for value, label in TimelineEntry.Kind.choices]


class TimelineEntry(models.Model):
    """One line of an incident's record. Written by incidents.timeline only; PostgreSQL refuses UPDATE and DELETE."""

    class Kind(models.TextChoices):
        REPORTED = "reported", "Reported"
        TRIAGED = "triaged", "Triaged"
        RECLASSIFIED = "reclassified", "Severity changed"
        RESCOPED = "rescoped", "Scope changed"
        ASSIGNED = "assigned", "Assigned"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        UPDATED = "updated", "Client updated"
        INVESTIGATED = "investigated", "Investigation started"
        DIAGNOSED = "diagnosed", "Diagnosis"
        ISOLATED = "isolated", "Isolated"
        CHANGED = "changed", "Production change"
        WORKED_AROUND = "worked_around", "Workaround in place"
        OUTAGE_STARTED = "outage_started", "Outage started"
        OUTAGE_ENDED = "outage_ended", "Outage ended"
        FIXED = "fixed", "Fix in place"
        CONFIRMED = "confirmed", "Fix confirmed"
        VERIFICATION_FAILED = "verification_failed", "Verification failed"
        RESOLVED = "resolved", "Resolved"
        REOPENED = "reopened", "Reopened"
        MERGED = "merged", "Merged"
        ABSORBED = "absorbed", "Duplicate merged into this"
        CANCELLED = "cancelled", "Not an incident"
        CLOSED = "closed", "Closed"
        NOTED = "noted", "Note"
        EVIDENCE_ADDED = "evidence_added", "Evidence"
        PAUSED = "paused", "Clock paused"
        RESUMED = "resumed", "Clock resumed"
        REBASELINED = "rebaselined", "Policy applied"
        BREACH_VOIDED = "breach_voided", "Breach voided"
        AT_RISK = "at_risk", "At risk"
        BREACHED = "breached", "Breached"
        SITUATION_RAISED = "situation_raised", "Situation raised"
        ESCALATED = "escalated", "Escalated"
        ESCALATION_TAKEN = "escalation_taken", "Escalation taken"
        RESURFACED = "resurfaced", "Untouched"
        LETTER_FAILED = "letter_failed", "Letter not delivered"
        NOTE_SETTLED = "note_settled", "CRM note"
        NOTE_FAILED = "note_failed", "CRM note not written"
        REVIEWED = "reviewed", "Review published"
        ERROR_KEPT = "error_kept", "Error report kept"
        REVIEW_OPENED = "review_opened", "Review opened"
        REVIEW_MOVED = "review_moved", "Review"
        ACTION_MOVED = "action_moved", "Prevention action"
        CHECK_RUN = "check_run", "Regression check"
        CHANGE_DOCUMENTED = "change_documented", "Documented change"
        WORK_PAUSED = "work_paused", "Work paused"
        GATE_MOVED = "gate_moved", "Restart gate"
        HANDED_OFF = "handed_off", "Support report"
        WORDED = "worded", "Words for the scheduled update"
        DIGESTED = "digested", "In a scheduled update"
        PLAYBOOK_STARTED = "playbook_started", "Playbook started"
        PLAYBOOK_STEP = "playbook_step", "Playbook step"
        STEP_DONE = "step_done", "Playbook step done"
        STEP_SKIPPED = "step_skipped", "Playbook step skipped"
        PROHIBITION_READ = "prohibition_read", "Prohibition read"
        PLAYBOOK_ENDED = "playbook_ended", "Playbook ended"
        TYPED = "typed", "Incident type"
        SITUATION_SUGGESTED = "situation_suggested", "Situation suggested"
        SITUATION_DISMISSED = "situation_dismissed", "Suggestion dismissed"
        RESTRICTED = "restricted", "Restricted to named people"
        PEOPLE_NAMED = "people_named", "Who may see it"
        RESTRICTION_LIFTED = "restriction_lifted", "Restriction lifted"
        CLIENT_REPLIED = "client_replied", "Client replied"
        AUTO_REPLIED = "auto_replied", "Automatic answer"
        REPLY_SETTLED = "reply_settled", "Reply dealt with"
        LETTER_TAKEN_BACK = "letter_taken_back", "Letter taken back"
        LETTER_AWAITING = "letter_awaiting", "Letter awaits approval"
        LETTER_SENT_BACK = "letter_sent_back", "Letter sent back"
        LETTER_WITHDRAWN = "letter_withdrawn", "Letter not sent"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="timeline", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=kinds)
    at = models.DateTimeField(help_text="When it happened.")
    recorded_at = models.DateTimeField(help_text="When it was written down.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120)
    client_visible = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)
    status_after = models.CharField(max_length=16, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("incident", "seq")
        verbose_name_plural = "timeline entries"
        constraints = [models.UniqueConstraint(fields=("incident", "seq"), name="timeline_has_no_gap_filled_twice")]

    def get_kind_display(self) -> str:
        """What Django's own says; that one goes through all sixty kinds again for each line of a timeline."""
        return KIND_LABELS.get(self.kind, self.kind)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M} UTC"


KIND_LABELS: dict[str, str] = {str(kind): str(kind.label) for kind in TimelineEntry.Kind}


class ConfigurationChange(models.Model):
    """Who changed which setting, when, from what to what. PostgreSQL refuses UPDATE and DELETE."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    subject = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    action = models.CharField(max_length=12)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("subject", "subject_id", "-id"), name="changes_by_subject")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.action} {self.name}"


class Figures(models.Model):
    """Numbers too dear to count on every page, counted by a sweep; `computed_at` says how old they are."""

    name = models.SlugField(primary_key=True)
    numbers = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
