"""The form of a job that must report."""

from typing import Any

from django import forms
from django.utils.text import slugify

from incidents.detection.models.heartbeats import SEVERITIES
from incidents.forms.configuration.look import DurationField, LineField, Sheet, TextField, ZoneField
from incidents.models import Client, System

FIELDS = (
    "name",
    "slug",
    "period_seconds",
    "cron",
    "time_zone",
    "grace_seconds",
    "severity",
    "system",
    "client",
    "note",
)


class PingKeyForm(Sheet):
    key = LineField(
        max_length=64,
        required=False,
        label="A key that jobs use already",
        help_text="For jobs that move here from healthchecks.io: its ping key, 22 characters. Empty: a new one.",
    )


class HeartbeatForm(Sheet):
    name = LineField(max_length=120, help_text="What the job does, such as “Nightly CRM sync”.")
    slug = forms.SlugField(
        max_length=100, required=False, help_text="For addresses with a ping key. Empty: made from the name."
    )
    period_seconds = DurationField(
        label="Runs every", help_text="Such as 10 min, 1 h or 24 h. Not used when there is a cron expression."
    )
    cron = LineField(
        label="Cron expression",
        max_length=120,
        required=False,
        help_text="Five fields as in the crontab, such as 30 2 * * * for half past two every night.",
    )
    time_zone = ZoneField(label="Time zone of the cron expression")
    grace_seconds = DurationField(label="Grace", help_text="How late it may be, or how long it may run, before we ask.")
    severity = forms.TypedChoiceField(choices=SEVERITIES, coerce=int, help_text="Suggested when it goes wrong.")
    system = forms.ModelChoiceField(
        System.objects.filter(is_active=True), required=False, empty_label="None in particular"
    )
    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True), required=False, empty_label="None in particular"
    )
    note = TextField(required=False, max_length=5000, help_text="Where it runs, and what to look at first.")
    code = forms.UUIDField(
        label="Ping id it has already",
        required=False,
        help_text="For a job that moves here from healthchecks.io: only the host of its address changes.",
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not found.get("slug") and found.get("name"):
            found["slug"] = slugify(found["name"])[:100]
            if not found["slug"]:
                self.add_error("slug", "Give it a slug of letters, digits and hyphens.")
        return found

    def values(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in FIELDS}
        if self.cleaned_data.get("code"):
            values["code"] = self.cleaned_data["code"]
        return values
