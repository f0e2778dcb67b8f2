"""Situations that something suggests and a person confirms or dismisses (B-107…B-110)."""

from django.db import models

from incidents.models.escalation import BY_PERSON
from incidents.models.incident import Incident
from incidents.models.people import Responder


def raised_by_people() -> list[tuple[str, str]]:
    """Named by migrations instead of what it answers, so that a new situation is no change of the schema."""
    return [(str(one.value), str(one.label)) for one in BY_PERSON]


class SuggestedSituation(models.Model):
    """It looks as if this had happened. `cause` names what was read, so that the same mail never suggests twice."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for a person"
        CONFIRMED = "confirmed", "Raised"
        DISMISSED = "dismissed", "Dismissed"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="suggested_situations")
    situation = models.CharField(max_length=24, choices=raised_by_people)
    cause = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=120, help_text="What it was read from: “Mail of Dana Reyes”.")
    because = models.TextField(help_text="Why, in a sentence.")
    words = models.TextField(blank=True, help_text="The words that suggest it, as they were written.")
    link = models.CharField(max_length=300, blank=True, help_text="The page where it stands: a path of ours.")
    suggested_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Responder, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True, help_text="Why it was dismissed, or what was said when it was raised.")

    class Meta:
        ordering = ("suggested_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None)
                | (models.Q(state__in=("confirmed", "dismissed"), decided_at__isnull=False) & ~models.Q(reason="")),
                name="suggestion_is_decided_with_a_reason",
            )
        ]
        indexes = [
            models.Index(fields=("incident",), condition=models.Q(state="open"), name="suggestions_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_situation_display()}?"
