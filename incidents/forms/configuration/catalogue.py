"""Forms of clients, contacts, tiers, brands and systems."""

from typing import Any

from django import forms

from incidents.digest_days import WEEKDAYS
from incidents.forms.configuration.look import LineField, Sheet, TextField, ZoneField
from incidents.models import Brand, Client, SlaPolicy, System, Tier


class Days(forms.TypedMultipleChoiceField):
    """Weekdays, Monday first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=list(enumerate(WEEKDAYS)), coerce=int, widget=forms.CheckboxSelectMultiple, empty_value=[], **kwargs
        )


class Hour(forms.TypedChoiceField):
    """A full hour of the wall clock; None where it may be left open."""

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        hours = [(hour, f"{hour:02d}:00") for hour in range(24)]
        first = [] if required else [("", "As the tier has it")]
        super().__init__(choices=[*first, *hours], coerce=int, empty_value=None, required=required, **kwargs)


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
    digest_days = Days(
        label="Scheduled updates on",
        required=False,
        help_text="None chosen: as the tier has it. Nothing to say: not sent.",
    )
    digest_hour = Hour(label="Scheduled updates at", required=False, help_text="In the client’s time zone.")
    note = TextField(required=False, max_length=5000, help_text="For us. Never in a letter.")
    is_active = forms.BooleanField(
        label="Active", required=False, help_text="An inactive client is not offered when an incident is reported."
    )

    def clean_crm_kind(self) -> str:
        return str(self.cleaned_data["crm_kind"] or Client.CrmKind.DEAL)

    def clean_digest_days(self) -> list[int] | None:
        return self.cleaned_data["digest_days"] or None


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

    digest_days = Days(label="Scheduled updates on", help_text="For its clients who have no days of their own.")
    digest_hour = Hour(label="Scheduled updates at", help_text="In each client’s time zone.")

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
        label="Sender address",
        required=False,
        help_text="Letters bear the brand’s name. Empty: the address that the installation sends from.",
    )
    reply_to = forms.EmailField(
        label="Reply-to address",
        required=False,
        help_text="Where a client’s reply goes; read by a person or a mailbox.",
    )
    is_default = forms.BooleanField(
        label="The default brand", required=False, help_text="For clients that have no brand of their own."
    )
