"""The incident: what a person would read on its page. No method here changes state; incidents.lifecycle does."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Cast, Concat, Upper

from incidents.models.clients import Client, System
from incidents.models.people import Responder
from incidents.models.policies import PolicyVersion

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


def _person(related: str, *, sought: bool = True) -> models.ForeignKey[Responder | None]:
    return models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name=related, db_index=sought)


LOOKING = "What its review must hold is being looked at again; try again in a moment."


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> "IncidentQuerySet":
        return self.filter(is_open=True)

    def awaiting_acknowledgement(self) -> "IncidentQuerySet":
        return self.filter(is_open=True, acknowledged_at=None)

    def visible_to(self, responder: Responder) -> "IncidentQuerySet":
        """Restricted ones (suspected breach, legal threat: B-110) only for those permitted, named or at work on it."""
        if responder.has_perm("view_restricted"):
            return self
        working = models.Q(coordinator=responder) | models.Q(resolver=responder) | models.Q(communicator=responder)
        named = models.Q(pk__in=Incident.named.through._default_manager.filter(responder=responder).values("incident"))
        return self.filter(models.Q(is_restricted=False) | working | named)

    def hidden_from(self, responder: Responder) -> "IncidentQuerySet":
        """The other side of the same gate: what this responder may not know of; by an index of restricted ones only."""
        if responder.has_perm("view_restricted"):
            return self.none()
        seen = Incident.objects.visible_to(responder).filter(is_restricted=True)
        return self.filter(is_restricted=True).exclude(pk__in=seen.order_by().values("pk"))

    def look_again(self) -> int:
        """Marks those resolved of which what the close still lacks may have changed; returns how many.

        Until the rooms above have looked (postmortems.reviews.sweep, within seconds), their close says that they have
        not. The caller has locked them.
        """
        return self.filter(status="resolved").update(review_opened_at=None, unsettled=[LOOKING])

    def abouts(self) -> models.QuerySet["Incident", str]:
        """How the mail room knows these, for a filter over its messages."""
        about = Concat(models.Value("incident:"), Cast("pk", models.CharField()))
        return self.order_by().annotate(known_as=about).values_list("known_as", flat=True)


class Incident(models.Model):
    """`INC-<pk>`: something broke for a client or for us, from report to close."""

    class Status(models.TextChoices):
        REPORTED = "reported", "Reported"
        TRIAGED = "triaged", "Triaged"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        INVESTIGATING = "investigating", "Investigating"
        VERIFYING = "verifying", "Verifying"
        RESOLVED = "resolved", "Resolved"
        CLOSED = "closed", "Closed"

    class Source(models.TextChoices):
        MONITORING = "monitoring", "Automated monitoring"
        CLIENT = "client", "Client report"
        AGENT = "agent", "Agent detection"
        REVIEW = "review", "Scheduled review"

    class FaultDomain(models.TextChoices):
        OURS = "ours", "Our system"
        CLIENT = "client", "The client’s system"
        THIRD_PARTY = "third_party", "A third-party service"

    class Closure(models.TextChoices):
        COMPLETED = "completed", "Completed"
        FORCED = "forced", "Closed by force"
        MERGED = "merged", "Merged into another incident"
        CANCELLED = "cancelled", "Not an incident"

    title = models.CharField(max_length=200)
    description = models.TextField()
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES)
    peak_severity = models.PositiveSmallIntegerField(choices=SEVERITIES)
    status = models.CharField(max_length=16, choices=Status, default=Status.REPORTED)
    source = models.CharField(max_length=12, choices=Source)
    is_open = models.BooleanField(default=True)
    is_internal = models.BooleanField(default=False, help_text="No client is affected (B-35).")
    is_restricted = models.BooleanField(default=False)
    named: "models.ManyToManyField[Responder, models.Model]" = models.ManyToManyField(
        Responder, blank=True, related_name="named_on", help_text="Who may see it while it is restricted."
    )
    production_affected = models.BooleanField(default=False)
    situations = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    clients: "models.ManyToManyField[Client, IncidentClient]" = models.ManyToManyField(
        Client, through="IncidentClient", related_name="incidents"
    )
    systems: "models.ManyToManyField[System, models.Model]" = models.ManyToManyField(
        System, related_name="incidents", blank=True
    )
    # Copies for the board's filters: an array with a partial GIN index finds a client's open incidents in one step.
    client_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    system_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)

    detected_at = models.DateTimeField()
    client_reported_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(help_text="The earliest of detection and client report (C-07).")
    reported_at = models.DateTimeField()
    reported_by = _person("reported_incidents", sought=False)
    impact_started_at = models.DateTimeField(null=True, blank=True)

    coordinator = _person("coordinated_incidents")
    resolver = _person("resolving_incidents")
    communicator = _person("communicated_incidents")

    triaged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledgement_excepted = models.TextField(blank=True, help_text="Why there was none (B-131).")
    scheduled_fix_on = models.DateField(null=True, blank=True)
    investigating_at = models.DateTimeField(null=True, blank=True)
    worked_around_at = models.DateTimeField(null=True, blank=True)
    workaround = models.TextField(blank=True)
    outage_started_at = models.DateTimeField(null=True, blank=True)
    outage_ended_at = models.DateTimeField(null=True, blank=True)
    fault_domain = models.CharField(max_length=12, choices=FaultDomain, blank=True)
    broken = models.TextField("what was broken", blank=True)
    cause = models.TextField("what caused it", blank=True)
    done = models.TextField("what was done", blank=True)
    test_evidence = models.TextField(blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    fixed_by = _person("fixed_incidents", sought=False)
    verify_until = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = _person("confirmed_incidents", sought=False)
    scenario = models.TextField("failure scenario", blank=True)
    scenario_result = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    # Stamped from above (design law 8): when a review was opened, when it was published, what the review, its actions,
    # checks and gates still lack, and when a closed incident was last audited for it.
    review_opened_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    work_paused = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How much work its gates keep from running as before, stamped from above."
    )
    unsettled = ArrayField(models.CharField(max_length=300), default=list, db_default=[], blank=True)
    closure_audited_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closure = models.CharField(max_length=12, choices=Closure, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    brief = models.CharField("brief description", max_length=120, blank=True)

    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="incidents")
    # The earliest due_at of a clock that is not decided yet; the board sorts by it.
    next_due_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField()
    resurfaced_at = models.DateTimeField(null=True, blank=True)
    entry_count = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default="", blank=True)

    search: models.GeneratedField = models.GeneratedField(
        expression=SearchVector("title", "description", "broken", "cause", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__gte=1, severity__lte=4, peak_severity__gte=1, peak_severity__lte=4),
                name="incident_severity_is_one_to_four",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    is_open=True,
                    status__in=("reported", "triaged", "acknowledged", "investigating", "verifying"),
                )
                | models.Q(is_open=False, status__in=("resolved", "closed")),
                name="incident_is_open_until_resolved",
            ),
            # B-39: what a triaged incident must have, whatever door it came through.
            models.CheckConstraint(
                condition=models.Q(status="reported")
                | ~models.Q(closure="")
                | (
                    models.Q(resolver__isnull=False, communicator__isnull=False, triaged_at__isnull=False)
                    & ~models.Q(description="")
                    & (models.Q(is_internal=True) | ~models.Q(client_ids=[]))
                    & ~models.Q(system_ids=[])
                ),
                name="triaged_incident_is_complete",
            ),
            # B-131: nothing is resolved without an acknowledgement or a recorded exception.
            models.CheckConstraint(
                condition=~models.Q(status="resolved")
                | models.Q(acknowledged_at__isnull=False)
                | ~models.Q(acknowledgement_excepted=""),
                name="resolved_incident_was_acknowledged",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed") | (models.Q(closed_at__isnull=False) & ~models.Q(closure="")),
                name="closed_incident_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=("next_due_at", "id"), condition=models.Q(is_open=True), name="open_by_next_due"),
            models.Index(
                fields=("next_due_at", "id"),
                condition=models.Q(is_open=True, acknowledged_at=None),
                name="unacknowledged_by_next_due",
            ),
            models.Index(
                fields=("severity", "next_due_at", "id"),
                condition=models.Q(is_open=True),
                name="open_by_severity",
            ),
            models.Index(
                fields=("status", "next_due_at", "id"),
                condition=models.Q(is_open=True),
                name="open_by_status",
            ),
            models.Index(
                fields=("resolver", "next_due_at", "id"),
                condition=models.Q(is_open=True),
                name="open_by_resolver",
            ),
            models.Index(fields=("touched_at",), condition=models.Q(is_open=True), name="open_by_touch"),
            models.Index(Upper("title"), "opened_at", name="incidents_by_title"),
            models.Index(fields=("-resolved_at",), condition=models.Q(is_open=False), name="ended_by_resolution"),
            models.Index(
                fields=("resolved_at",),
                condition=models.Q(status="resolved", review_opened_at=None),
                name="resolved_without_review",
            ),
            models.Index(
                fields=("closed_at",),
                condition=models.Q(status="closed", closure_audited_at=None, closure__in=("completed", "forced")),
                name="closed_not_audited",
            ),
            models.Index(fields=("id",), condition=models.Q(is_restricted=True), name="incidents_restricted"),
            models.Index(
                fields=("merged_into",),
                condition=models.Q(merged_into__isnull=False),
                name="merged_by_target",
            ),
            GinIndex(fields=("client_ids",), name="incident_clients", fastupdate=False),
            GinIndex(
                fields=("client_ids",),
                condition=models.Q(is_open=True),
                name="open_clients",
                fastupdate=False,
            ),
            GinIndex(
                fields=("system_ids",),
                condition=models.Q(is_open=True),
                name="open_systems",
                fastupdate=False,
            ),
            GinIndex(fields=("search",), name="incident_search"),
            GinIndex(fields=("search",), condition=models.Q(is_open=True), name="open_search"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def is_visible_to(self, responder: Responder) -> bool:
        """Whether this responder may know of it; a query only for one that is restricted."""
        return not self.is_restricted or Incident.objects.visible_to(responder).filter(pk=self.pk).exists()

    @property
    def reference(self) -> str:
        return f"INC-{self.id}"

    @property
    def about(self) -> str:
        """How the mail room knows this incident: an opaque string."""
        return f"incident:{self.id}"

    @property
    def severity_key(self) -> str:
        return f"SEV-{self.severity}"


class IncidentClient(models.Model):
    """A client is affected by an incident; `notified_at` is when the first letter about it was written down."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="affected")
    client = models.ForeignKey(Client, models.PROTECT, related_name="affected")
    reported_it = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True, blank=True)
    told_resolved_at = models.DateTimeField(null=True, blank=True)
    # For the scheduled update (C-04): the client-facing words, the first update that had them, the one with its end.
    sentence = models.TextField(blank=True, db_default="")
    sentence_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    sentence_at = models.DateTimeField(null=True, blank=True)
    digested_at = models.DateTimeField(null=True, blank=True)
    digested_resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("client__name", "pk")
        constraints = [
            models.UniqueConstraint(fields=("incident", "client"), name="client_affected_once_by_an_incident")
        ]
        indexes = [
            models.Index(
                fields=("client", "incident"),
                condition=models.Q(notified_at=None, reported_it=False, digested_resolved_at=None),
                name="affected_to_be_digested",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.incident.reference}"


class Evidence(models.Model):
    """A file kept with the incident, in PostgreSQL so that one backup has everything; at most 10 MB."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(
        Responder, models.PROTECT, null=True, blank=True, related_name="+", help_text="Nobody: it came with a letter."
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "pk")
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.name


class CrmNote(models.Model):
    """A note owed to a client's deal after resolution (B-63, C-20): written, recorded by hand, or waived."""

    class State(models.TextChoices):
        OWED = "owed", "Owed"
        SENT = "sent", "Written to the CRM"
        RECORDED = "recorded", "Recorded by hand"
        WAIVED = "waived", "Waived"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="crm_notes")
    client = models.ForeignKey(Client, models.PROTECT, related_name="crm_notes")
    summary = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.OWED)
    reference = models.CharField(max_length=200, blank=True)
    link = models.URLField(
        max_length=500, blank=True, default="", db_default="", help_text="Where the note can be read."
    )
    reason = models.TextField(blank=True)
    owed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Responder, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("owed_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="owed", settled_at=None)
                | (models.Q(state__in=("sent", "recorded"), settled_at__isnull=False) & ~models.Q(reference=""))
                | (models.Q(state="waived", settled_at__isnull=False) & ~models.Q(reason="")),
                name="crm_note_is_settled_with_proof_or_reason",
            )
        ]
        indexes = [models.Index(fields=("incident",), condition=models.Q(state="owed"), name="crm_notes_owed")]

    def __str__(self) -> str:
        return f"{self.client}: {self.get_state_display()}"
