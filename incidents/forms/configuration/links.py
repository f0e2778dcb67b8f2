"""The form of a client's link."""

from django import forms

from incidents.forms.configuration.look import LineField, Sheet


class ClientLinkForm(Sheet):
    note = LineField(max_length=200, label="For whom", help_text="A person or a team at the client: who will have it.")
    ends_on = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The last day, in the client’s time zone; at most a year.",
    )
