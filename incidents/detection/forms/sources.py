"""The form of an inbound source."""

from django import forms

from incidents.detection.models import InboundSource
from incidents.detection.models.sources import SEVERITIES
from incidents.forms.acting import Affected
from incidents.forms.configuration.look import LineField, Sheet
from incidents.models import Client, System

# E-mail and the client form come in by doors of their own.
KINDS = [choice for choice in InboundSource.Kind.choices if choice[0] not in ("email", "form")]


class SourceForm(Sheet):
    name = LineField(max_length=80, label="Name", help_text="Such as: Production Alertmanager.")
    kind = forms.ChoiceField(choices=KINDS, label="What sends")
    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True),
        required=False,
        label="Client",
        empty_label="Whoever the alert names",
        help_text="An alert may name another by its label “client”.",
    )
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Systems")
    severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=int, initial=3, label="Severity, unless the alert says", help_text="Triage decides."
    )
