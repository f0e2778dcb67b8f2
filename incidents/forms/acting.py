"""What the form of every verb shares: its incident, its viewer, instants in the viewer's zone."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.forms.configuration.look import Sheet
from incidents.models import Incident, Responder
from notifications.outbox import Outgoing

LONG = 20_000
FIRST_YEAR, LAST_YEAR = 1970, 2200


class When(forms.DateTimeField):
    """An instant typed in the viewer's own time zone; the label says which that is."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            found = super().clean(value)
            # The first day of all time lies before it in another zone, where PostgreSQL follows and Python does not.
            year = found.astimezone(UTC).year if found is not None else FIRST_YEAR
        except (OverflowError, ValueError) as error:
            raise forms.ValidationError("That is not an instant that exists.") from error
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise forms.ValidationError(f"Give an instant between the years {FIRST_YEAR} and {LAST_YEAR}.")
        return found


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
