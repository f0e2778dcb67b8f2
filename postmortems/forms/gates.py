"""The forms of paused work and its restart gate."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.forms.acting import Moment
from incidents.models import Client, Responder
from postmortems import confirming, forcing, gates
from postmortems.confirming import Limit, Seen
from postmortems.criteria import plain
from postmortems.forms.learning import LONG, TWO, EmptyForm, LearnForm, LineField, People, ReasonForm, TextField
from postmortems.gates import Pause
from postmortems.models import PausableWork, RestartGate

AHEAD = [("shadow", "Shadow: it runs and nothing leaves"), ("partial", "Partial scope"), ("normal", "Normal scope")]


def _number(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(max_digits=18, decimal_places=6, **kwargs)


def _subject() -> LineField:
    return LineField(
        required=False,
        max_length=120,
        label="Measured for",
        help_text="Such as one sending domain. Empty: each one must meet it, and the worst counts.",
    )


class PauseForm(LearnForm):
    work = forms.ModelChoiceField(
        PausableWork.objects.filter(is_retired=False),
        required=False,
        label="What is paused",
        empty_label="Something new:",
    )
    name = LineField(required=False, max_length=160, label="Name, if it is new")
    kind = forms.ChoiceField(choices=PausableWork.Kind.choices, label="Kind")
    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True), required=False, label="Whose", empty_label="Ours"
    )
    scope = LineField(required=False, max_length=200, label="What of it is stopped", initial="All of it")
    reason = TextField(max_length=LONG, label="Why", widget=forms.Textarea(attrs=TWO))
    undo = TextField(required=False, max_length=LONG, label="How it is started again", widget=forms.Textarea(attrs=TWO))
    owner = People(required=False, label="Who answers for it")
    partial_scope = LineField(required=False, max_length=200, label="What may run at partial scope")
    partial_hours = forms.IntegerField(
        min_value=0, max_value=720, initial=24, label="Hours at partial scope before normal"
    )
    metric = LineField(
        required=False, max_length=80, label="A number must be met: metric", help_text="Such as bounce-rate."
    )
    measured_for = _subject()
    limit = _number(required=False, label="Under (strictly)")
    unit = LineField(required=False, max_length=20, label="Unit")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("work") and not told.get("name"):
            self.add_error("name", "Choose what is paused, or name it.")
        if bool(told.get("metric")) != (told.get("limit") is not None):
            self.add_error("limit", "A metric needs its limit, and a limit its metric.")
        if told.get("measured_for") and not told.get("metric"):
            self.add_error("metric", "Name the metric that is measured for it.")
        return told

    def act(self, *, by: Responder, at: datetime) -> str:
        told = dict(self.cleaned_data)
        metric, limit, unit, subject = (told.pop(name) for name in ("metric", "limit", "unit", "measured_for"))
        limits: tuple[Limit, ...] = ()
        if metric:
            name = f"{metric} under {limit.normalize():f} {unit}".strip() + (f" for {subject}" if subject else "")
            limits = (Limit(metric, name[:200], "<", limit, unit, subject=subject),)
        gate = gates.pause(self.incident.pk, Pause(**told, limits=limits), by=by, at=at)
        return f"“{gate.work}” is paused; {gate.reference} stands before its restart."


class ConfirmForm(LearnForm):
    evidence = TextField(
        max_length=LONG, label="Evidence", help_text="What shows that it is met.", widget=forms.Textarea(attrs=TWO)
    )

    def act(self, *, by: Responder, at: datetime) -> str:
        row = self.subject
        confirming.confirm(self.incident.pk, row.gate_id, row.pk, evidence=self.cleaned_data["evidence"], by=by, at=at)
        return f"“{row.name}” is met."


class NotApplicableForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        row = self.subject
        reason = self.cleaned_data["reason"]
        confirming.not_applicable(self.incident.pk, row.gate_id, row.pk, reason=reason, by=by, at=at)
        return f"“{row.name}” is not needed."


class WithdrawForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        row = self.subject
        confirming.withdraw(self.incident.pk, row.gate_id, row.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return f"“{row.name}” is open again."


class CriterionForm(LearnForm):
    name = LineField(max_length=200, label="What must be true")
    for_normal_only = forms.BooleanField(required=False, label="Only before normal scope")

    def act(self, *, by: Responder, at: datetime) -> str:
        confirming.add_criterion(self.incident.pk, self.subject.pk, **self.cleaned_data, by=by, at=at)
        return "One more criterion."


class LimitForm(LearnForm):
    name = LineField(max_length=200, label="Name", help_text="Such as: Bounce rate under 2 %.")
    metric = LineField(max_length=80, label="Metric")
    measured_for = _subject()
    comparison = forms.ChoiceField(choices=[("<", "strictly under"), (">", "strictly over")], label="Must be")
    limit = _number(label="Limit")
    unit = LineField(required=False, max_length=20, label="Unit")
    fresh_hours = forms.IntegerField(min_value=1, max_value=720, initial=24, label="Hours for which a reading counts")

    def act(self, *, by: Responder, at: datetime) -> str:
        told = dict(self.cleaned_data)
        limit = Limit(subject=told.pop("measured_for"), **told)
        confirming.add_limit(self.incident.pk, self.subject.pk, limit, by=by, at=at)
        return "One more criterion."


class ReadForm(LearnForm):
    value = _number(label="Reading")
    source = LineField(max_length=80, label="Where it was read", help_text="Such as: Instantly, sending report.")
    taken_at = Moment(label="When it was read")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.subject
        self.fields["value"].label = f"Reading in {row.unit}" if row.unit else "Reading"
        must = f"Must be {row.get_comparison_display()} {plain(row.limit)} {row.unit}".rstrip()
        self.fields["value"].help_text = f"{must}, strictly; it counts for {row.fresh_hours} h."

    def filled(self) -> dict[str, Any]:
        return {"taken_at": timezone.localtime(self.now)}

    def act(self, *, by: Responder, at: datetime) -> str:
        told, row = self.cleaned_data, self.subject
        seen = Seen(told["value"], told["source"], told["taken_at"])
        row = confirming.write_down(self.incident.pk, row.gate_id, row.pk, seen, by=by, at=at)
        row.refresh_from_db()
        return f"The reading is recorded. {row.detail}"


class OwnerForm(LearnForm):
    owner = People(label="Who answers for it")

    def act(self, *, by: Responder, at: datetime) -> str:
        gates.name_owner(self.incident.pk, self.subject.pk, owner=self.cleaned_data["owner"], by=by, at=at)
        return "The owner is named."


class RestartForm(LearnForm):
    stage = forms.ChoiceField(choices=AHEAD, label="To")

    def filled(self) -> dict[str, Any]:
        order = list(RestartGate.Stage.values)
        return {"stage": order[min(order.index(self.subject.stage) + 1, len(order) - 1)]}

    def act(self, *, by: Responder, at: datetime) -> str:
        gate = gates.restart(self.incident.pk, self.subject.pk, stage=self.cleaned_data["stage"], by=by, at=at)
        return f"“{gate.work}” runs at {gate.get_stage_display().lower()} scope."


class PauseAgainForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        gates.pause_again(self.incident.pk, self.subject.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "Paused again; people are told."


class AskToForceForm(LearnForm):
    stage = forms.ChoiceField(choices=AHEAD[1:], label="To")
    reason = TextField(max_length=LONG, label="Why it cannot wait", widget=forms.Textarea(attrs=TWO))

    def act(self, *, by: Responder, at: datetime) -> str:
        forcing.ask_to_force(self.incident.pk, self.subject.pk, **self.cleaned_data, by=by, at=at)
        return "Asked; a second person decides."


class ForceForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        forcing.force(self.incident.pk, self.subject.pk, by=by, at=at)
        return "Restarted by force; it is escalated and stays on the deviations page."


class EndForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        gates.end(self.incident.pk, self.subject.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "Retired."
