"""The form of a trial: a policy, a clock, and a sequence of events, as rows; or the simulator's own JSON line."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from incidents.forms.configuration.look import Sheet

ROWS = 8
KINDS = {
    "ack": "Acknowledge",
    "resolve": "Resolve",
    "promise": "Next update",
    "verification": "Verification",
    "outage": "Outage",
}
EVENTS = {
    "": "—",
    "opened": "Opened",
    "acked": "Acknowledged",
    "severity_changed": "Severity changed",
    "paused": "Paused",
    "resumed": "Resumed",
    "fixed": "Fix in place",
    "verification_failed": "Verification failed",
    "resolved": "Resolved",
    "reopened": "Reopened by the client",
    "client_added": "Client added",
    "client_removed": "Client removed",
    "update_posted": "Client updated",
    "outage_started": "Outage started",
    "outage_ended": "Outage ended",
    "breach_voided": "Breach voided",
    "cancelled": "Not an incident",
    "merged": "Merged into another",
}
NEEDS_UNTIL = ("paused", "update_posted", "opened")
INSTANT = "%Y-%m-%dT%H:%M"


def _instant_field(label: str, *, required: bool = False) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT),
    )


class TrialForm(Sheet):
    """Times are in the viewer's zone. A row without an event is left out."""

    version = forms.TypedChoiceField(label="Policy", coerce=int)
    kind = forms.ChoiceField(label="Clock", choices=list(KINDS.items()))
    query = _instant_field("Looked at", required=True)

    def __init__(
        self, *args: Any, versions: list[tuple[int, str]], tiers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        self.tiers = tiers
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        if isinstance(version, forms.TypedChoiceField):
            version.choices = versions

    def further_fields(self) -> dict[str, forms.Field]:
        severities = [("", "—"), *((f"SEV-{rank}", f"SEV-{rank}") for rank in (1, 2, 3, 4))]
        rows: dict[str, forms.Field] = {}
        for number in range(1, ROWS + 1):
            rows[f"e{number}_type"] = forms.ChoiceField(
                label=f"Event {number}", choices=list(EVENTS.items()), required=False
            )
            rows[f"e{number}_t"] = _instant_field(f"Event {number}, at")
            rows[f"e{number}_severity"] = forms.ChoiceField(
                label=f"Event {number}, severity", choices=severities, required=False
            )
            rows[f"e{number}_tier"] = forms.ChoiceField(
                label=f"Event {number}, tier of the client", choices=[("", "—"), *self.tiers], required=False
            )
            rows[f"e{number}_until"] = _instant_field(f"Event {number}, until or next update by")
        return rows

    def rows(self) -> list[dict[str, Any]]:
        names = ("type", "t", "severity", "tier", "until")
        return [{name: self[f"e{number}_{name}"] for name in names} for number in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, ROWS + 1):
            kind = cleaned.get(f"e{number}_type")
            if not kind:
                continue
            if f"e{number}_t" not in self.errors and cleaned.get(f"e{number}_t") is None:
                self.add_error(f"e{number}_t", "When?")
            if kind in ("opened", "severity_changed") and not cleaned.get(f"e{number}_severity"):
                self.add_error(f"e{number}_severity", "Which severity?")
            if kind in ("client_added", "client_removed") and not cleaned.get(f"e{number}_tier"):
                self.add_error(f"e{number}_tier", "Which tier?")
        return cleaned

    def events(self) -> list[dict[str, Any]]:
        """The events in the simulator's form, in the order of the page."""
        found = []
        for number in range(1, ROWS + 1):
            kind = self.cleaned_data.get(f"e{number}_type")
            if not kind:
                continue
            event: dict[str, Any] = {"t": written(self.cleaned_data[f"e{number}_t"]), "type": kind}
            severity, tier = self.cleaned_data[f"e{number}_severity"], self.cleaned_data[f"e{number}_tier"]
            until = self.cleaned_data[f"e{number}_until"]
            if kind in ("opened", "severity_changed"):
                event["severity"] = severity
            if kind == "opened" and tier:
                event["tiers"] = [tier]
            if kind in ("client_added", "client_removed"):
                event["tier"] = tier
            if kind == "reopened":
                event["by"] = "client"
            if until and kind == "paused":
                event["until"] = written(until)
            if until and kind in ("update_posted", "opened"):
                event["next_update_by"] = written(until)
            found.append(event)
        return found


class LineForm(Sheet):
    """The simulator's own form: one JSON object."""

    line = forms.CharField(
        label="JSON line",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )


def written(instant: datetime) -> str:
    """An instant as the simulator writes it: UTC with Z, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
