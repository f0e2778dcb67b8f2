"""Forms of clients, contacts, tiers, brands and systems."""

from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, TextField, ZoneField
from incidents.models import Brand, Client, SlaPolicy, System, Tier


class ClientForm(Sheet):
    name = LineField(max_length=120)
    tier = forms.ModelChoiceField(Tier.objects.all(), empty_label=None)
    time_zone = ZoneField(label="Time zone", help_text="Letters name times in it; “the same day” ends at its midnight.")
    brand = forms.ModelChoiceField(
        Brand.objects.all(),
        required=False,
        empty_label="The default brand",
        help_text="In whose name letters to this client go out.",
    )
    policy = forms.ModelChoiceField(
        SlaPolicy.objects.all(),
        label="SLA policy",
        required=False,
        empty_label="The default policy",
        help_text="Applies from the next incident on; open incidents keep what they were promised.",
    )
    crm_kind = forms.ChoiceField(label="CRM record", choices=Client.CrmKind.choices, required=False)
    crm_reference = LineField(
        label="CRM id",
        max_length=120,
        required=False,
        help_text="The record’s number in HubSpot: the note about a resolved incident goes there. "
        "Anything else, or nothing: the note is recorded by hand.",
    )
    note = TextField(required=False, max_length=5000, help_text="For us. Never in a letter.")
    is_active = forms.BooleanField(
        label="Active", required=False, help_text="An inactive client is not offered when an incident is reported."
    )

    def clean_crm_kind(self) -> str:
        return str(self.cleaned_data["crm_kind"] or Client.CrmKind.DEAL)


class ContactForm(Sheet):
    name = LineField(max_length=120, help_text="How letters greet: “Hi Dana,”")
    email = forms.EmailField(label="E-mail address", max_length=254)
    receives_letters = forms.BooleanField(label="Receives letters about incidents", required=False)


class SystemForm(Sheet):
    name = LineField(max_length=120, help_text="What we call it.")
    client_name = LineField(
        label="Name in letters", max_length=120, help_text="What clients call it: “your outreach emails”."
    )
    owner = forms.ChoiceField(label="Whose it is", choices=System.Owner.choices)
    alias = LineField(
        label="Name without naming anybody",
        max_length=120,
        help_text="How a letter speaks of it when it belongs to a third party.",
    )
    status_page = forms.URLField(label="Status page", required=False, max_length=200, assume_scheme="https")
    is_active = forms.BooleanField(
        label="Active", required=False, help_text="An inactive system is not offered when an incident is reported."
    )


class TierForm(Sheet):
    name = LineField(max_length=60)
    key = forms.SlugField(
        max_length=50, help_text="How policies name the tier. It cannot be changed later.", label="Key"
    )
    postmortem_severities = forms.TypedMultipleChoiceField(
        label="Owed a postmortem letter after",
        choices=[(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each client of the tier, once the review is published. None chosen: no such letter.",
    )

    def __init__(self, *args: Any, fixed_key: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed_key:
            del self.fields["key"]


class BrandForm(Sheet):
    name = LineField(max_length=80)
    subject_prefix = LineField(
        label="Subject prefix", max_length=60, help_text="Stands in brackets before every subject."
    )
    signature = LineField(max_length=120, help_text="Letters end with “— ” and this.")
    from_email = forms.EmailField(
        label="Sender address", required=False, help_text="Empty: the address that the installation sends from."
    )
    reply_to = forms.EmailField(
        label="Reply-to address",
        required=False,
        help_text="Where a client’s reply goes; read by a person or a mailbox.",
    )
    is_default = forms.BooleanField(
        label="The default brand", required=False, help_text="For clients that have no brand of their own."
    )
