"""Forms of sources: what a sender is, what its alerts are taken for, and the mapping of its own JSON."""

from typing import Any

from django import forms

from incidents.detection.forms.naming import PlaybookField, TypeField
from incidents.detection.intake.parsers import MAPPED
from incidents.detection.models import InboundSource
from incidents.forms.acting import Affected
from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.models import Client, System

MOST_SAMPLE = 100_000
SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


FIRST = ("name", "kind", "client", "systems", "severity", "playbook")


class SourceForm(Sheet):
    name = LineField(max_length=80, help_text="What people will call it: “Prometheus, production”.")
    kind = forms.ChoiceField(choices=InboundSource.Kind, label="What sends the alerts")
    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True),
        required=False,
        help_text="Whose alerts these are, where an alert does not say so itself.",
    )
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Systems")
    severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=int, initial=3, help_text="Where an alert says no severity that we know."
    )
    severity_words = TextField(
        required=False,
        max_length=2000,
        label="Severity words",
        help_text="Your own words, one a line: outage = 1. Critical, error, warning and info are known already.",
    )
    severity_label = LineField(required=False, max_length=80, initial="severity", label="Label with the severity")
    client_label = LineField(required=False, max_length=80, initial="client", label="Label with the client’s name")
    system_label = LineField(required=False, max_length=80, initial="system", label="Label with the system’s name")
    address = forms.EmailField(
        required=False,
        max_length=254,
        label="Intake address",
        help_text="For e-mail: letters to this address are this source’s. Empty: all mail of no other source.",
    )
    opens_reports = forms.BooleanField(
        required=False,
        initial=True,
        label="Open an incident for mail of a client’s contact",
        help_text="For e-mail: otherwise each letter waits under Inbound mail for a person.",
    )
    incident_type = TypeField()
    playbook = PlaybookField(help_text="Suggested on every incident that this opens.")
    link_ends_on = forms.DateField(
        required=False,
        label="Last day of the link",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="For a client form, in the client’s time zone. Empty: until somebody ends it.",
    )
    burst_seconds = forms.IntegerField(
        min_value=0,
        max_value=3600,
        initial=60,
        label="Burst, in seconds",
        help_text="Alerts of different names that come within this time of each other share one incident; 0: never.",
    )
    limit_per_minute = forms.IntegerField(
        min_value=1, max_value=1_000_000, initial=120_000, label="Requests a minute, at most"
    )

    def __init__(self, *args: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changing:
            del self.fields["kind"], self.fields["link_ends_on"]
        if changing and self.initial.get("kind") != InboundSource.Kind.EMAIL:
            del self.fields["address"], self.fields["opens_reports"]

    @property
    def first(self) -> list[forms.BoundField]:
        """What nearly everybody answers; the rest has an answer that fits most."""
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def further(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in FIRST]

    @property
    def further_needed(self) -> bool:
        """Whether something there needs another look: then it is not folded away."""
        return any(name not in FIRST for name in self.errors)

    @property
    def has_mail(self) -> bool:
        return "address" in self.fields

    def clean_severity_words(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["severity_words"].splitlines())):
            word, between, rank = line.rpartition("=")
            rank = rank.strip().upper().removeprefix("SEV-")
            if not between or not word.strip() or rank not in ("1", "2", "3", "4"):
                raise forms.ValidationError(f"“{line[:60]}”: write word = 1, 2, 3 or 4.")
            found[word.strip().lower()[:80]] = int(rank)
        return found

    def values(self) -> dict[str, Any]:
        names = {"name", "kind", "client", "severity", "severity_label", "client_label", "system_label"}
        names |= {"address", "opens_reports", "incident_type", "playbook", "burst_seconds", "limit_per_minute"}
        kept = {name: value for name, value in self.cleaned_data.items() if name in names}
        return {**kept, "severity_map": self.cleaned_data["severity_words"]}


class LinkForm(Sheet):
    """What is asked when a client's link is made."""

    ends_on = forms.DateField(
        required=False,
        label="Its last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="In the client’s time zone. Empty: until somebody ends it.",
    )


PLACES = {
    "title": "Where the title stands",
    "text": "Where the description stands",
    "key": "Where it says which alerts are the same",
    "name": "Where the name of the check stands",
    "status": "Where the status stands",
    "severity": "Where the severity stands",
    "client": "Where the client stands",
    "system": "Where the system stands",
    "at": "Where the time stands",
}
HELP = {
    "title": "Such as alert.title or checks[0].name; a name with points in it as it is: host.name",
    "key": "An id that stays while it fires. Empty: the same name and title are the same alert.",
}


class MappingForm(Sheet):
    """`sample` is a payload as the sender posts it; each other field says where in it something stands."""

    sample = TextField(
        max_length=MOST_SAMPLE,
        label="A payload as it is sent",
        widget=forms.Textarea(attrs={"rows": 9, "class": "mono", "spellcheck": "false"}),
    )
    each = LineField(
        required=False,
        max_length=200,
        label="List of alerts",
        help_text="If one payload holds several, such as alerts. A payload that is a list needs none.",
    )
    over = LineField(
        required=False,
        max_length=200,
        label="Words that mean it is over",
        help_text="With commas between: resolved, ok. A monitor still resolves no incident.",
    )

    def further_fields(self) -> dict[str, forms.Field]:
        return {
            name: LineField(
                required=False,
                max_length=200,
                label=PLACES[name],
                help_text=HELP.get(name, ""),
            )
            for name in MAPPED
        }

    def mapping(self) -> dict[str, str]:
        names = ("each", "over", *MAPPED)
        return {name: self.cleaned_data[name].strip() for name in names if self.cleaned_data[name].strip()}
