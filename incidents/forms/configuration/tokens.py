"""The form of a token."""

from django import forms

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
    scopes = forms.MultipleChoiceField(
        choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple, label="It may"
    )
