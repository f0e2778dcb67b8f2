"""The form of a token."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone

from incidents.forms.configuration.look import LineField, Sheet
from incidents.models import Responder
from incidents.tokens import SCOPES


class TokenForm(Sheet):
    name = LineField(max_length=80, label="Name", help_text="The machine or job that will show it.")
    responder = forms.ModelChoiceField(
        Responder.objects.filter(is_active=True),
        label="Acts in the name of",
        help_text="What it does stands on the record under this name, and it may no more than this person may.",
    )
    expires_on = forms.DateField(
        required=False,
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="From the day after it opens nothing. Empty: until it is revoked.",
    )
    scopes = forms.MultipleChoiceField(
        choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple, label="It may"
    )

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day.year > 2200:
            raise forms.ValidationError("That is not a day that anybody will see.")
        return day

    def expires_at(self) -> datetime | None:
        """The end of the last day in the zone of whoever makes the token."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
