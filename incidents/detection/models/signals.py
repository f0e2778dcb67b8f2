"""What monitors say: one signal a fingerprint, its slotted counts, and which incident gathers what."""

from django.db import models
from django.db.models import F, Max, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from incidents.detection.models.sources import SEVERITIES, InboundSource
from incidents.models import Client, Incident, Responder


class SignalQuerySet(models.QuerySet["Signal"]):
    def visible_to(self, responder: Responder) -> "SignalQuerySet":
        """Without what became part of an incident that this responder may not see."""
        hidden = Incident.objects.hidden_from(responder).values("pk")
        return self.filter(Q(incident=None) | ~Q(incident__in=hidden))

    def counted(self) -> "SignalQuerySet":
        """With `times` and `newest_at`: the row's own count and what its tallies add."""
        return self.annotate(
            times=F("count") + Coalesce(Sum("tallies__count"), Value(0)),
            newest_at=Greatest(F("last_at"), Coalesce(Max("tallies__last_at"), F("last_at"))),
        )


class Signal(models.Model):
    """All alerts of one fingerprint from one source. `due_at` is set while something is owed about it (law 6)."""

    class Status(models.TextChoices):
        FIRING = "firing", "Firing"
        RESOLVED = "resolved", "Over, says the monitor"

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting to be opened"
        OPENED = "opened", "Opened an incident"
        FOLDED = "folded", "Folded into an incident"
        RECORDED = "recorded", "Recorded only"
        SILENCED = "silenced", "Silenced"
        LATE = "late", "Over before it arrived"
        FAILED = "failed", "Could not be opened"

    source = models.ForeignKey(
        InboundSource, models.DO_NOTHING, related_name="signals", db_constraint=False, db_index=False
    )
    fingerprint = models.CharField(max_length=64)
    key = models.CharField(max_length=255, help_text="What the sender calls it.")
    name = models.CharField(max_length=120, blank=True)
    route = models.CharField(
        max_length=120, help_text="Where the rules led: signals of one route may share an incident."
    )
    status = models.CharField(max_length=8, choices=Status)
    outcome = models.CharField(max_length=8, choices=Outcome)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    labels = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES)
    count = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="signals", db_constraint=False
    )
    said = models.CharField(max_length=8, blank=True, help_text="What the incident's record last heard of it.")
    lines = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=("fingerprint", "source"), name="one_signal_a_fingerprint")]
        indexes = [
            models.Index(fields=("due_at",), condition=Q(due_at__isnull=False), name="signals_owed"),
            models.Index(fields=("source", "-id"), name="signals_of_a_source"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_test(self) -> bool:
        """Whether the sender only tried its connection."""
        return self.facts.get("test") is True


class SignalTally(models.Model):
    """Repeats of a signal, counted in slots: senders that repeat one alert at once do not wait for one row."""

    signal = models.ForeignKey(Signal, models.DO_NOTHING, related_name="tallies", db_constraint=False, db_index=False)
    slot = models.PositiveSmallIntegerField()
    count = models.PositiveBigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("signal", "slot"), name="one_tally_a_slot")]

    def __str__(self) -> str:
        return f"{self.signal_id}: {self.count}"


class Gathering(models.Model):
    """An incident gathers the alerts of a route that bear this name; with no name, every alert of a burst."""

    source = models.ForeignKey(InboundSource, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    route = models.CharField(max_length=120)
    name = models.CharField(max_length=120, blank=True)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="gatherings", db_constraint=False)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("source", "route", "name"), name="one_gathering_a_name")]

    def __str__(self) -> str:
        return f"{self.name or 'burst'}: {self.incident_id}"


class ClientReport(models.Model):
    """What a client wrote in its form or by e-mail, as it was written (B-97)."""

    source = models.ForeignKey(InboundSource, models.PROTECT, related_name="client_reports")
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="reports")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="client_reports")
    received_at = models.DateTimeField()
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    not_working = models.TextField("what specifically isn’t working")
    stopped = models.TextField("when it stopped", blank=True)
    changes = models.TextField("changes on their end", blank=True)
    once = models.CharField(max_length=64, help_text="The same report sent twice is kept once.")
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=("source", "once"), name="client_report_kept_once")]

    def __str__(self) -> str:
        return self.subject or self.not_working[:60]
