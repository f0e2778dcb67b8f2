"""What the form of every verb shares: its incident, its viewer, instants in the viewer's zone."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.forms.configuration.look import Sheet
from incidents.models import Incident, Responder
from notifications.outbox import Outgoing

LONG = 20_000


class When(forms.DateTimeField):
    """An instant typed in the viewer's own time zone; the label says which that is."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except (OverflowError, ValueError) as error:
            raise forms.ValidationError("That is not an instant that exists.") from error


class Moment(When):
    """An instant to the second."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")


class People(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Responder.objects.filter(is_active=True), **kwargs)


class Affected(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several of a list that may be long: a list box, which works by keyboard and without a script."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset=queryset, widget=forms.SelectMultiple(attrs={"size": 6}), **kwargs)


class VerbForm(Sheet):
    """A form that knows its incident and ends in one verb; fields are filled from what the incident already says."""

    def __init__(self, *args: Any, incident: Incident, viewer: Responder, now: datetime, **kwargs: Any) -> None:
        self.incident, self.viewer, self.now = incident, viewer, now
        kwargs["initial"] = {**self.filled(incident, now), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        zone = timezone.localtime(now).tzname()
        for field in self.fields.values():
            if isinstance(field, When):
                field.label = f"{field.label} ({zone})"

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        """Calls the verb with what was cleaned; lets its refusal through."""
        raise NotImplementedError

    def letters(self) -> list[Outgoing] | str | None:
        """The letters that this form would send now, a sentence where it cannot say, None where it sends none."""
        return None
