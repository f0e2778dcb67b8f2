"""The forms of learning: each knows the incident and what it acts on, and ends in one verb."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.forms.acting import LONG, People, When
from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.models import Incident, Responder

TWO = {"rows": 2}


class LearnForm(Sheet):
    """A form that ends in one verb on `subject`; `act` returns the sentence of what was done."""

    def __init__(
        self, *args: Any, incident: Incident, subject: Any, viewer: Responder, now: datetime, **kwargs: Any
    ) -> None:
        self.incident, self.subject, self.viewer, self.now = incident, subject, viewer, now
        kwargs["initial"] = {**self.filled(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, When) and "time_zone" not in self.fields:
                field.label = f"{field.label} ({timezone.localtime(now).tzname()})"

    def filled(self) -> dict[str, Any]:
        return {}

    def act(self, *, by: Responder, at: datetime) -> str:
        """Calls the verb; lets its refusal through."""
        raise NotImplementedError


class WebField(forms.URLField):
    """A link that a page may show: http or https, nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, assume_scheme="https", **kwargs)

    def clean(self, value: Any) -> Any:
        link = super().clean(value)
        if link and not link.lower().startswith(("http://", "https://")):
            raise ValidationError("Use a link that begins with http:// or https://.")
        return link


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class EmptyForm(LearnForm):
    """Nothing to fill in."""


class ReasonForm(LearnForm):
    reason = TextField(max_length=LONG, label="Why", widget=forms.Textarea(attrs=TWO))


__all__ = ["LONG", "TWO", "Day", "EmptyForm", "LearnForm", "LineField", "People", "ReasonForm", "TextField", "WebField"]
