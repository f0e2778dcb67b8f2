"""What a client is asked when something is wrong: three questions, and who asks (B-97)."""

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, TextField

LONG = 10_000


class ClientReportForm(Sheet):
    not_working = TextField(max_length=LONG, strip=False, label="What specifically isn’t working?")
    stopped = TextField(
        max_length=2000,
        strip=False,
        label="When did it stop?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    changes = TextField(
        max_length=LONG,
        strip=False,
        label="Any changes on your end?",
        help_text="A password, a setting, a new person. “None that I know of” is a good answer too.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sender_name = LineField(max_length=120, label="Your name")
    sender_address = forms.EmailField(required=False, label="Your e-mail address", help_text="If we have questions.")
    once = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)

    def clean_not_working(self) -> str:
        return self._with_words("not_working", "Tell us what isn’t working.")

    def clean_stopped(self) -> str:
        return self._with_words("stopped", "Tell us when it stopped, as well as you know.")

    def clean_changes(self) -> str:
        return self._with_words("changes", "Tell us of any changes, or write “none”.")

    def _with_words(self, name: str, sentence: str) -> str:
        text: str = self.cleaned_data[name]
        if not text.strip():
            raise forms.ValidationError(sentence)
        return text
