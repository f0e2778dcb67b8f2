"""Forms of a routine check, of its lines, and of what people answer."""

from typing import Any

from django import forms
from django.utils.text import slugify

from incidents.detection.models import CheckDefinition, CheckLine, RunLine
from incidents.detection.models.checks import SEVERITIES
from incidents.forms.acting import People
from incidents.forms.configuration.look import DurationField, LineField, Sheet, TextField, ZoneField
from incidents.models import Role, System

FIELDS = (
    "name",
    "cadence",
    "weekday",
    "month_day",
    "at_time",
    "time_zone",
    "allowed_seconds",
    "role",
    "assignee",
    "source",
    "severity",
    "system",
    "note",
    "is_active",
)
LINE = ("text", "kind", "target", "window_seconds", "position")
MONTH = 31 * 86_400


class CheckForm(Sheet):
    name = LineField(max_length=120)
    cadence = forms.ChoiceField(choices=CheckDefinition.Cadence, label="How often")
    at_time = forms.TimeField(label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    time_zone = ZoneField(label="Time zone")
    weekday = forms.TypedChoiceField(
        choices=CheckDefinition.WEEKDAYS, coerce=int, help_text="For a check that comes every week."
    )
    month_day = forms.IntegerField(
        label="Day of the month",
        min_value=1,
        max_value=31,
        help_text="For a check that comes every month; a day that a month lacks means its last.",
    )
    allowed_seconds = DurationField(
        label="To be signed within", most=MONTH, help_text="After that the Coordinator is told."
    )
    role = forms.ModelChoiceField(
        Role.objects.all(), required=False, empty_label="Nobody", help_text="Its first holder who is not away does it."
    )
    assignee = People(required=False, empty_label="Whoever holds the role", label="Always this person")
    source = forms.ChoiceField(
        choices=[("review", "Scheduled review"), ("monitoring", "Automated monitoring")],
        label="Source of its incidents",
    )
    severity = forms.TypedChoiceField(choices=SEVERITIES, coerce=int, label="Severity of its incidents")
    system = forms.ModelChoiceField(
        System.objects.filter(is_active=True), required=False, empty_label="None in particular"
    )
    note = TextField(required=False, max_length=5000)
    is_active = forms.BooleanField(required=False, label="Active")

    def values(self, *, is_new: bool) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in FIELDS}
        if is_new:
            values["key"] = slugify(values["name"])[:60] or "check"
        return values


class LineForm(Sheet):
    text = LineField(max_length=200, label="What to look at")
    kind = forms.ChoiceField(choices=CheckLine.Kind, label="How")
    target = forms.SlugField(
        max_length=100, required=False, help_text="The key of the metric, or the slug of the job, that it is about."
    )
    window_seconds = DurationField(
        label="Looks back", help_text="A reading must be younger than this, and so must a job’s last success."
    )
    position = forms.IntegerField(min_value=1, max_value=1000)


class AnswerForm(Sheet):
    outcome = forms.ChoiceField(
        choices=[one for one in RunLine.Outcome.choices if one[0] != "pending"], widget=forms.RadioSelect
    )
    note = TextField(required=False, max_length=20_000)


class SignForm(Sheet):
    note = TextField(required=False, max_length=20_000)


class AssignForm(Sheet):
    assignee = People()
