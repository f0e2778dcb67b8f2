"""Forms of responders, roles, absences, preferences and the links by which people come in."""

from datetime import datetime
from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, ZoneField
from incidents.models import Responder, Role

CHAT = "Send /start to the bot; it answers with the number."


class ResponderForm(Sheet):
    name = LineField(max_length=120)
    email = forms.EmailField(label="E-mail address", max_length=254, help_text="Signs in with it.")
    time_zone = ZoneField(label="Time zone")
    telegram_chat = LineField(label="Telegram chat", max_length=64, required=False, help_text=CHAT)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What they may do comes from these.",
    )


class HoldersForm(Sheet):
    """Positions of the holders of one role: a number for each responder, empty for those who do not hold it."""

    def __init__(self, *args: Any, responders: list[Responder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.responders = responders
        for responder in responders:
            self.fields[f"position_{responder.pk}"] = forms.IntegerField(
                label=responder.name,
                required=False,
                min_value=1,
                max_value=999,
                widget=forms.NumberInput(attrs={"class": "form-control num"}),
            )

    def order(self) -> list[int]:
        """Ids of the holders, first to last; equal numbers stand in the order of the page."""
        placed = [
            (self.cleaned_data[f"position_{one.pk}"], index, one.pk)
            for index, one in enumerate(self.responders)
            if self.cleaned_data.get(f"position_{one.pk}")
        ]
        return [pk for _, _, pk in sorted(placed)]


class AbsenceForm(Sheet):
    starts_at = forms.DateTimeField(
        label="From", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label="Until", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    reason = LineField(max_length=200, required=False, help_text="Optional; colleagues see it.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if isinstance(starts_at, datetime) and isinstance(ends_at, datetime) and ends_at <= starts_at:
            self.add_error("ends_at", "An absence ends after it starts.")
        return cleaned


class PreferencesForm(Sheet):
    name = LineField(max_length=120)
    time_zone = ZoneField(label="Time zone", help_text="Every time on your pages is shown in it.")
    telegram_chat = LineField(label="Telegram chat", max_length=64, required=False, help_text=CHAT)
    single_keys = forms.BooleanField(
        label="Single-key shortcuts",
        required=False,
        help_text="C reports an incident, ? lists the keys. Turn them off if you dictate or use switch control.",
    )


class PasswordForm(Sheet):
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, and none of the common ones.",
    )
    again = forms.CharField(
        label="The same password again",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("password") not in (None, again):
            raise forms.ValidationError("The two passwords differ.")
        return again


class FirstSignInForm(PasswordForm):
    name = LineField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    time_zone = ZoneField(label="Time zone", initial="UTC", widget=forms.Select(attrs={"data-own-zone": ""}))
    field_order = ("name", "email", "time_zone", "password", "again")
