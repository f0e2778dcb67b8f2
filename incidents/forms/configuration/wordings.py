"""The form in which a letter is reworded; what is wrong with it stands beside the part that it is in."""

from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet
from incidents.wordings import Kind
from incidents.wordings.kind import Part


class Prose(forms.CharField):
    """Text as it was typed, with plain line feeds. The wording's own check says what is wrong with it, NUL included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class WordingForm(Sheet):
    subject = Prose()
    body = Prose(
        label="Letter",
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text="Plain text; **bold** for bold, an empty line between paragraphs.",
    )
    note = LineField(max_length=300, label="Why", help_text="Stands beside the version for whoever asks later.")
    against = forms.ChoiceField(required=False, label="Show it for")
    reference = LineField(
        required=False, max_length=20, label="Or for another incident", help_text="Its number, such as INC-2041."
    )

    def __init__(self, *args: Any, kind: Kind, pairs: list[tuple[str, str]], **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        choice = self.fields["against"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "Sample words"), *pairs]

    def clean_subject(self) -> str:
        return self._faultless("subject")

    def clean_body(self) -> str:
        return self._faultless("body")

    def _faultless(self, part: Part) -> str:
        text = str(self.cleaned_data[part])
        faults = self.kind.faults(part, text)
        if faults:
            raise forms.ValidationError(faults)
        return text

    def clean_reference(self) -> int | None:
        text = str(self.cleaned_data["reference"]).upper().removeprefix("INC-").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 13):
            raise forms.ValidationError("Write it like INC-2041.")
        return int(text) if text else None
