"""The form of one step: a field for each answer that it asks for, a tick for each sub-check, a note."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.forms.acting import When
from incidents.forms.configuration.look import Sheet, TextField
from incidents.models import System
from incidents.playbooks import answers as answering
from incidents.playbooks.models import RunStep
from incidents.playbooks.shape import FIGURES, YES_NO, Field, Step
from incidents.refusals import Refused

ANSWER = "a-"


class StepForm(Sheet):
    """Nothing is required here: what is missing matters when the step is ticked, and the verb says so then."""

    def __init__(
        self, *args: Any, step: Step, row: RunStep, systems: Sequence[System], now: datetime, **kwargs: Any
    ) -> None:
        self.step, self.row, self.now = step, row, now
        kwargs["initial"] = self._filled(systems)
        kwargs["auto_id"] = f"{step.key}-%s"
        super().__init__(*args, **kwargs)

    def further_fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {ANSWER + one.key: _asked(one, self.now) for one in self.step.fields}
        if self.step.checks:
            found["checks"] = forms.MultipleChoiceField(
                label="Sub-checks",
                choices=[(one.key, one.label) for one in self.step.checks],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        found["note"] = TextField(
            required=False, max_length=answering.LONG, widget=forms.Textarea(attrs={"rows": 2}), label="Note"
        )
        return found

    def _filled(self, systems: Sequence[System]) -> dict[str, Any]:
        filled: dict[str, Any] = {"checks": list(self.row.checks)}
        # A step that waits for a reading is filled in anew each time: the last one is on the record already.
        again = any(one.under is not None for one in self.step.fields) and self.row.state == RunStep.State.TODO
        for one in self.step.fields:
            if again and one.kind in (*FIGURES, "when"):
                filled[ANSWER + one.key] = self.now if one.kind == "when" else None
                continue
            value = self.row.answers.get(one.key)
            if value is None and one.prefill == "systems" and self.row.state == RunStep.State.TODO:
                value = ", ".join(system.name for system in systems)
            if value is not None and one.kind == "when":
                value = datetime.fromisoformat(value).astimezone(UTC)
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            filled[ANSWER + one.key] = value
        return filled

    @property
    def answers(self) -> dict[str, Any]:
        """What was typed, by the keys of the step's fields."""
        return {one.key: self.cleaned_data.get(ANSWER + one.key) for one in self.step.fields}

    def refuse(self, refused: Refused) -> None:
        field = ANSWER + refused.field if ANSWER + refused.field in self.fields else refused.field
        super().refuse(Refused(refused.sentence, field))


def _asked(one: Field, now: datetime) -> forms.Field:
    label = f"{one.label} ({one.unit})" if one.unit else one.label
    told = f"To tick the step: under {one.under:g}{one.unit}." if one.under is not None else ""
    if one.kind in ("yes_no", "choice"):
        choices = list(YES_NO.items()) if one.kind == "yes_no" else [(text, text) for text in one.choices]
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
    if one.kind == "when":
        return When(label=f"{label} ({timezone.localtime(now).tzname()})", required=False)
    if one.kind in FIGURES:
        keys = "numeric" if one.kind == "count" else "decimal"
        widget = forms.TextInput(attrs={"inputmode": keys, "autocomplete": "off"})
        return forms.CharField(label=label, required=False, max_length=40, widget=widget, help_text=told)
    if one.kind == "link":
        widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})
        return forms.CharField(label=label, required=False, max_length=2000, widget=widget)
    area = forms.Textarea(attrs={"rows": 1})
    return TextField(label=label, required=False, max_length=answering.LONG, widget=area)


class ReasonForm(Sheet):
    """Why: for skipping, for opening again, for stopping."""

    reason = TextField(required=False, max_length=answering.LONG, widget=forms.Textarea(attrs={"rows": 2}))
