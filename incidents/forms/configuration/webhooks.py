"""The form of a webhook. Its address is asked for and never shown again."""

from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet
from incidents.models import TimelineEntry


class WebhookForm(Sheet):
    name = LineField(max_length=80, help_text="Whose machine it is: “Status page”, “Data warehouse”.")
    url = forms.CharField(label="Address", max_length=1000, widget=forms.URLInput)
    events = forms.MultipleChoiceField(
        choices=TimelineEntry.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: every event, also those that later versions add.",
    )
    sends_text = forms.BooleanField(
        label="Also the words of each entry",
        required=False,
        help_text="Notes and reasons as people wrote them. Off: what happened, when, by whom, to which incident.",
    )
    includes_restricted = forms.BooleanField(
        label="Also restricted incidents",
        required=False,
        help_text="Suspected breaches and legal threats, which few people here may see.",
    )

    def __init__(self, *args: Any, known_by: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        url = self.fields["url"]
        if known_by:
            url.required = False
            url.help_text = f"It is {known_by} and not shown in full again. Leave empty to keep it."
        else:
            url.help_text = "https://… on the Internet; each event is posted there, signed."
