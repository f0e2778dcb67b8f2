"""What is asked when a person files a letter."""

from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.models import Client
from notifications.models import InboundMail

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


class ToIncidentForm(Sheet):
    incident = LineField(max_length=24, help_text="Its number, as INC-2041 or 2041.", label="Incident")

    def clean_incident(self) -> int:
        digits = self.cleaned_data["incident"].strip().upper().removeprefix("INC-").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 13):
            raise forms.ValidationError("Write its number, such as INC-2041.")
        return int(digits)


class AsReportForm(Sheet):
    title = LineField(max_length=200, help_text="In a few words, what is broken.")
    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True), required=False, help_text="Leave empty when nobody knows yet."
    )
    severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=int, initial=3, help_text="When unsure, the higher one."
    )

    def __init__(self, *args: Any, mail: InboundMail, clients: list[int], **kwargs: Any) -> None:
        initial = {"title": mail.subject[:200], "client": clients[0] if len(clients) == 1 else None}
        super().__init__(*args, initial=initial, **kwargs)


class AsideForm(Sheet):
    reason = TextField(max_length=250, widget=forms.Textarea(attrs={"rows": 2}), label="Why nothing follows from it")
