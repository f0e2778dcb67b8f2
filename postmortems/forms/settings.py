"""Forms of what an administrator arranges for learning."""

from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, TextField, one_line
from incidents.models import System
from postmortems.forms.learning import WebField
from postmortems.models import Procedure

KEY_HELP = "Lower-case letters, digits and hyphens. It cannot be changed later."


class KeyedSheet(Sheet):
    """The key is asked for once, when the row is added."""

    def __init__(self, *args: Any, fixed_key: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed_key:
            self.fields.pop("key", None)


def _position() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=9999, label="Place in the list", help_text="Small numbers first.")


def _active(help_text: str) -> forms.BooleanField:
    return forms.BooleanField(required=False, label="In use", help_text=help_text)


class ActionKindForm(KeyedSheet):
    name = LineField(max_length=80, help_text="“Provider fallback change”.")
    key = forms.SlugField(max_length=40, help_text=KEY_HELP)
    position = _position()
    is_active = _active("Switched off, it is not offered any more; actions that have it keep it.")


class ProcedureForm(KeyedSheet):
    name = LineField(max_length=120)
    key = forms.SlugField(max_length=60, help_text="The same procedure has the same key at each of its moments.")
    url = WebField(required=False, label="Link", help_text="Where it can be read. Empty: only its name is shown.")
    moment = forms.ChoiceField(label="Shown", choices=Procedure.Moment.choices)
    must_tick = forms.BooleanField(
        required=False,
        label="Must be ticked as consulted",
        help_text="In the review it stands before the sign-off, at a restart it is one more criterion of the gate, and "
        "before a support request or its routing and on the redaction screen it stands before the hand-off.",
    )
    position = _position()
    is_active = _active("Switched off, it is shown nowhere.")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("must_tick") and told.get("moment") in ("report", "production", "check"):
            self.add_error("must_tick", "Nothing waits for it at that moment: it is shown, and nobody has to tick it.")
        return told


class DestinationForm(KeyedSheet):
    name = LineField(max_length=80)
    key = forms.SlugField(max_length=40, help_text=KEY_HELP)
    help = TextField(required=False, max_length=1000, label="When to choose it", help_text="Read while one chooses.")
    is_outside = forms.BooleanField(
        required=False, label="Leaves the company", help_text="Free text is then redacted by default-deny as well."
    )
    position = _position()
    is_active = _active("Switched off, it is not offered; reports sent there keep it.")


class EnvironmentSetForm(Sheet):
    product = LineField(max_length=80, help_text="“SophMate”.")
    fields_named = TextField(
        max_length=2000,
        label="What a report must name",
        help_text="One to a line: “WordPress version”. At most 20, 60 characters each.",
    )
    systems = forms.ModelMultipleChoiceField(
        System.objects.none(),
        required=False,
        label="For these systems",
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: offered for every system.",
    )
    is_default = forms.BooleanField(required=False, label="Offered first")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["systems"].queryset = System.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean_fields_named(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["fields_named"].split("\n") if line.strip()]
        for line in lines:
            one_line(line)
            if len(line) > 60:
                raise forms.ValidationError(f"“{line[:30]}…” is longer than 60 characters.")
        if not lines:
            raise forms.ValidationError("Name at least one.")
        return lines
