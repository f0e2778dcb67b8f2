"""The form of a chat room or a telephone. Its address is asked for and never shown again."""

from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet
from incidents.models import Responder


class DestinationForm(Sheet):
    name = LineField(max_length=80, help_text="“#incidents”, “Clayton’s phone”.")
    url = forms.CharField(label="Address", max_length=1000)
    responder = forms.ModelChoiceField(
        Responder.objects.filter(is_active=True),
        label="Whose it is",
        required=False,
        empty_label="A room",
        help_text="A person’s own: rules that reach them by “Chat or SMS” use it. A room: chosen in a rule itself.",
    )

    def __init__(self, *args: Any, known_by: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        url = self.fields["url"]
        if known_by:
            url.required = False
            url.help_text = f"It is {known_by} and not shown in full again. Leave empty to keep it."
        else:
            url.help_text = (
                "The webhook address that Slack, Discord or Teams shows, or for SMS "
                "twilio://SID:token@sender/+15551234567, vonage://, msgbird://, clicksend://."
            )
