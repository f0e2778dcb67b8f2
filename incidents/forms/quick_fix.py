"""The form of the quick-fix lane: is it in scope, and if so how bad, for whom, where (B-33, C-14)."""

from datetime import datetime
from typing import Any

from django import forms

from incidents import lifecycle
from incidents.facts import QuickFix
from incidents.forms.acting import LONG, Affected, VerbForm
from incidents.forms.configuration.look import TextField
from incidents.forms.report import SEVERITIES
from incidents.models import Client, Incident, Responder, System


class QuickFixForm(VerbForm):
    in_scope = forms.ChoiceField(
        choices=[("yes", "Yes, I fix it now"), ("no", "No, it needs triage")],
        label="Is it in your scope?",
        widget=forms.RadioSelect,
    )
    severity = forms.TypedChoiceField(choices=SEVERITIES, coerce=int, help_text="When unsure, the higher one.")
    clients = Affected(Client.objects.filter(is_active=True), required=False, label="Affected clients")
    is_internal = forms.BooleanField(required=False, label="No client, internal")
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Affected systems")
    description = TextField(max_length=LONG, label="What happens")
    reason = TextField(
        required=False,
        max_length=LONG,
        label="Remark",
        help_text="If it is not in scope: what does it need?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {
            "severity": incident.severity,
            "clients": incident.client_ids,
            "systems": incident.system_ids,
            "is_internal": incident.is_internal,
            "description": incident.description,
        }

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        found = self.cleaned_data
        told = QuickFix(
            in_scope=found["in_scope"] == "yes",
            severity=found["severity"],
            client_ids=tuple(one.pk for one in found["clients"]),
            system_ids=tuple(one.pk for one in found["systems"]),
            is_internal=found["is_internal"],
            description=found["description"],
            reason=found["reason"],
        )
        lifecycle.quick_fix(pk, told, by=by, at=at)
