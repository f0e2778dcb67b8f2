"""Policy is data, versioned, and snapshot on use (design law 9, sla.md S9)."""

from django.db import models
from django.db.models.functions import Lower


class Severity(models.Model):
    """How bad: its words. What it promises stands in the policy's versions, under the key `SEV-<rank>`."""

    rank = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    definition = models.TextField()
    examples = models.TextField()
    communication = models.TextField(help_text="How clients hear of it, in a sentence.")
    review_required = models.BooleanField(default=False)
    confirmed_by_another = models.BooleanField(
        "fix confirmed by another person",
        default=False,
        db_default=False,
        help_text="Whoever fixed it may not confirm.",
    )

    class Meta:
        ordering = ("rank",)
        verbose_name_plural = "severities"
        constraints = [
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=4), name="severity_is_one_to_four")
        ]

    def __str__(self) -> str:
        return f"SEV-{self.rank}: {self.name}"


class Calendar(models.Model):
    """Opening hours in a time zone; `body` has the form of sla.md S3. A policy version holds its own copy."""

    name = models.CharField(max_length=80)
    body = models.JSONField()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(Lower("name"), name="calendar_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class SlaPolicy(models.Model):
    name = models.CharField(max_length=80)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_default", "name")
        verbose_name_plural = "SLA policies"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="policy_name_is_unique"),
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="one_default_policy"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """Immutable (a trigger refuses UPDATE); `body` is read by incidents.policy.Policy, with calendars inside."""

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("incidents.Responder", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("policy", "-number")
        constraints = [models.UniqueConstraint(fields=("policy", "number"), name="policy_version_number_is_unique")]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"
