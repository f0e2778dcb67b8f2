"""The report: what broke, since when, for whom (B-27…B-33)."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.facts import Report
from incidents.forms.acting import Affected, When
from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.models import Client, Incident, System

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


class ReportForm(Sheet):
    title = LineField(max_length=200, label="What is broken, in a few words")
    description = TextField(
        max_length=20_000, label="What happens", help_text="What is seen, since when, what still works."
    )
    severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=int, help_text="Provisional; when unsure, the higher one."
    )
    source = forms.ChoiceField(choices=Incident.Source, initial=Incident.Source.AGENT, label="How it was noticed")
    detected_at = When(label="First noticed")
    client_reported_at = When(
        required=False, label="Client told us at", help_text="The clocks start at the earlier one."
    )
    clients = Affected(Client.objects.filter(is_active=True), required=False, label="Affected clients")
    is_internal = forms.BooleanField(required=False, label="No client, internal")
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Affected systems")
    production_affected = forms.BooleanField(required=False, label="Production is affected")
    in_scope = forms.BooleanField(
        required=False,
        label="In scope: I fix it now",
        help_text="Quick-fix lane for resolvers: severity, clients, systems and test evidence stay mandatory.",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {"detected_at": now, "severity": 2, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        zone = timezone.localtime(now).tzname()
        for name in ("detected_at", "client_reported_at"):
            self.fields[name].label = f"{self.fields[name].label} ({zone})"

    def report(self) -> Report:
        found = self.cleaned_data
        clients = tuple(one.pk for one in found["clients"])
        told = found["client_reported_at"]
        client_report = found["source"] == Incident.Source.CLIENT
        return Report(
            title=found["title"],
            description=found["description"],
            severity=found["severity"],
            source=found["source"],
            detected_at=found["detected_at"],
            client_reported_at=told or (found["detected_at"] if client_report else None),
            client_ids=clients,
            reporting_client_ids=clients if client_report else (),
            system_ids=tuple(one.pk for one in found["systems"]),
            is_internal=found["is_internal"],
            production_affected=found["production_affected"],
            in_scope=found["in_scope"],
        )
