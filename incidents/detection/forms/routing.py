"""Forms of routing rules and silences."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.detection.forms.naming import PlaybookField, TypeField
from incidents.detection.intake.matching import conditions
from incidents.detection.models import InboundSource, Silence
from incidents.forms.acting import Affected, People, When
from incidents.forms.configuration.look import LineField, Sheet, TextField, ZoneField
from incidents.models import Client, System

SEVERITIES = [("", "As the source says"), *((rank, f"SEV-{rank}") for rank in (1, 2, 3, 4))]
DAYS = list(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))
HOW = "One a line, all must hold: severity = critical, env != staging, title =~ HubSpot.*, text !~ test"


class ConditionsField(TextField):
    def __init__(self, **kwargs: Any) -> None:
        rows = forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false"})
        super().__init__(required=False, max_length=5000, widget=rows, help_text=HOW, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            conditions(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return text


class RuleForm(Sheet):
    name = LineField(max_length=80)
    source = forms.ModelChoiceField(InboundSource.objects.all(), required=False, empty_label="Every source")
    conditions = ConditionsField()
    days = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, label="Only on these days"
    )
    from_time = forms.TimeField(required=False, label="Only from", widget=forms.TimeInput(attrs={"type": "time"}))
    to_time = forms.TimeField(required=False, label="until", widget=forms.TimeInput(attrs={"type": "time"}))
    time_zone = ZoneField(initial="UTC", label="in the time zone")
    record_only = forms.BooleanField(required=False, label="Do not open an incident, only record")
    client = forms.ModelChoiceField(Client.objects.filter(is_active=True), required=False)
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Systems")
    severity = forms.TypedChoiceField(choices=SEVERITIES, coerce=int, empty_value=None, required=False)
    incident_type = TypeField()
    playbook = PlaybookField(help_text="Suggested on every incident that this opens.")
    coordinator = People(required=False)
    resolver = People(required=False)
    communicator = People(required=False)
    is_enabled = forms.BooleanField(required=False, initial=True, label="On")

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "systems"}


class SilenceForm(Sheet):
    kind = forms.ChoiceField(choices=Silence.Kind)
    reason = LineField(max_length=300, help_text="Stands beside every alert that it holds back.")
    source = forms.ModelChoiceField(InboundSource.objects.all(), required=False, empty_label="Every source")
    conditions = ConditionsField()
    owner = People(help_text="Who answers for it.")
    starts_at = When(label="From")
    ends_at = When(label="Until")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_at": now, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        zone = timezone.localtime(now).tzname()
        for name in ("starts_at", "ends_at"):
            self.fields[name].label = f"{self.fields[name].label} ({zone})"
