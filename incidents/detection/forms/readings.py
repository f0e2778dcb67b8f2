"""Forms of a metric, of its ladder, of what it is measured for, and of a reading that a person writes down."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.detection import ladders
from incidents.detection.forms.naming import PlaybookField
from incidents.detection.ladders import COMPARISONS, MOST_RUNGS, Ladder, Rung, plain
from incidents.forms.acting import Moment
from incidents.forms.configuration.look import DurationField, LineField, Sheet, TextField
from incidents.models import Client, System

SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]
METRIC = (
    "name",
    "unit",
    "subject_name",
    "interval_seconds",
    "missing_severity",
    "system",
    "client",
    "note",
    "is_active",
)


class NumberField(LineField):
    """A finite number as a Decimal, with a point or a comma."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return ladders.decimal(text.replace(",", "."))
        except ValueError as error:
            raise forms.ValidationError("Write a number such as 5 or 5.1.") from error

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not apply to a number."""


class MetricForm(Sheet):
    key = forms.SlugField(max_length=80, help_text="How senders name it, such as queue-length. It stays.")
    name = LineField(max_length=120)
    unit = LineField(max_length=20, required=False, help_text="Such as %, ms or jobs.")
    subject_name = LineField(
        label="Measured for each",
        max_length=60,
        required=False,
        help_text="Such as sending domain. Empty: there is one series.",
    )
    interval_seconds = DurationField(
        label="Expected every",
        required=False,
        help_text="No reading for so long is a failure and opens an incident. Empty: none is expected.",
    )
    missing_severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=int, label="Severity when nothing comes", initial=3
    )
    system = forms.ModelChoiceField(
        System.objects.filter(is_active=True), required=False, empty_label="None in particular"
    )
    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True), required=False, empty_label="None in particular"
    )
    note = TextField(required=False, max_length=5000, help_text="How it is counted, and over which time.")
    is_active = forms.BooleanField(label="Active", required=False, initial=True)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["key"]

    def values(self) -> dict[str, Any]:
        names = (*METRIC, "key") if "key" in self.fields else METRIC
        return {name: self.cleaned_data[name] for name in names}


class LadderForm(Sheet):
    """One row a rung, from mild to bad; a row without a threshold is left out."""

    resume = NumberField(
        max_length=40,
        required=False,
        help_text="Healthy again only strictly on the good side of this. Empty: as soon as no rung is reached.",
    )
    min_sample = forms.IntegerField(
        label="Smallest sample",
        required=False,
        min_value=0,
        max_value=10**9,
        help_text="Readings of fewer are kept and judge nothing.",
    )

    def __init__(self, *args: Any, ladder: Ladder, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "resume": "" if ladder.resume is None else plain(ladder.resume),
            "min_sample": ladder.min_sample or None,
            **{f"{name}_{n}": value for n, rung in enumerate(ladder.rungs) for name, value in _row(rung).items()},
        }
        super().__init__(*args, **kwargs)

    def further_fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        severities = [("", "Nothing"), *SEVERITIES]
        for n in range(MOST_RUNGS):
            where = f"rung {n + 1}"
            found[f"name_{n}"] = LineField(max_length=60, required=False, label=f"Name of {where}")
            found[f"comparison_{n}"] = forms.ChoiceField(
                choices=[(one, one) for one in COMPARISONS], required=False, label=f"Comparison of {where}"
            )
            found[f"threshold_{n}"] = NumberField(max_length=40, required=False, label=f"Threshold of {where}")
            found[f"fails_{n}"] = forms.BooleanField(required=False, label=f"{where} fails a check".capitalize())
            found[f"severity_{n}"] = forms.TypedChoiceField(
                choices=severities, coerce=int, empty_value=None, required=False, label=f"Severity of {where}"
            )
            found[f"playbook_{n}"] = PlaybookField(label=f"Playbook of {where}")
        return found

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        names = ("name", "comparison", "threshold", "fails", "severity", "playbook")
        return [[self[f"{name}_{n}"] for name in names] for n in range(MOST_RUNGS)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for n in range(MOST_RUNGS):
            if found.get(f"threshold_{n}") is not None and not found.get(f"name_{n}"):
                self.add_error(f"name_{n}", "Give the rung a name.")
            if found.get(f"name_{n}") and found.get(f"threshold_{n}") is None and f"threshold_{n}" not in self.errors:
                self.add_error(f"threshold_{n}", "From which number on?")
        return found

    def ladder(self) -> Ladder:
        found = self.cleaned_data
        rungs = tuple(
            Rung(
                found[f"name_{n}"],
                found[f"comparison_{n}"] or ">",
                found[f"threshold_{n}"],
                found[f"fails_{n}"],
                found[f"severity_{n}"],
                found[f"playbook_{n}"],
            )
            for n in range(MOST_RUNGS)
            if found[f"threshold_{n}"] is not None
        )
        return Ladder(rungs, found["resume"], found["min_sample"] or 0)


def _row(rung: Rung) -> dict[str, Any]:
    return {
        "name": rung.name,
        "comparison": rung.comparison,
        "threshold": plain(rung.threshold),
        "fails": rung.fails,
        "severity": rung.severity,
        "playbook": rung.playbook,
    }


class ReadingForm(Sheet):
    subject = LineField(max_length=120, required=False)
    value = NumberField(max_length=40)
    sample = forms.IntegerField(
        required=False, min_value=0, max_value=2**62 - 1, label="Sample", help_text="Of how many, where it is known."
    )
    source = LineField(max_length=80, initial="By hand", help_text="Where the number was read.")
    taken_at = Moment(label="Taken at")

    def __init__(self, *args: Any, subject_name: str, unit: str, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {"taken_at": now, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["taken_at"].label = f"Taken at ({timezone.localtime(now).tzname()})"
        if unit:
            self.fields["value"].label = f"Value in {unit}"
        if subject_name:
            self.fields["subject"].label = subject_name[:1].upper() + subject_name[1:]
        else:
            del self.fields["subject"]


class SubjectForm(Sheet):
    subject = LineField(max_length=120)
