"""The forms of prevention actions, regression checks and documented changes."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from incidents.forms.acting import Moment
from incidents.models import Responder
from postmortems import checks, prevention
from postmortems.checks import Run, Scenario
from postmortems.counted import REASONS
from postmortems.explaining import explain_breach
from postmortems.forms.learning import (
    LONG,
    TWO,
    Day,
    EmptyForm,
    LearnForm,
    LineField,
    People,
    ReasonForm,
    TextField,
    WebField,
)
from postmortems.models import ActionKind, BreachReason, DocumentedChange
from postmortems.prevention import Plan


class ActionForm(LearnForm):
    kind = forms.ModelChoiceField(ActionKind.objects.filter(is_active=True), label="Kind")
    title = LineField(max_length=200, label="What will be done")
    outcome = TextField(
        max_length=LONG,
        label="Done when",
        help_text="How another person will see that it is done.",
        widget=forms.Textarea(attrs=TWO),
    )
    owner = People(label="Owner")
    due_on = Day(label="By")
    holds_gate = forms.BooleanField(required=False, initial=True, label="Holds the restart gates of this incident")
    tracker_url = WebField(required=False, label="Link in your tracker")

    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)

    def act(self, *, by: Responder, at: datetime) -> str:
        action = prevention.plan_action(self.incident.pk, self.plan(), by=by, at=at)
        return f"{action.owner} will have it done by {action.due_on:%d %B %Y}."


class ReplanForm(ActionForm):
    def filled(self) -> dict[str, Any]:
        row = self.subject
        names = ("title", "outcome", "due_on", "holds_gate", "tracker_url")
        return {**{name: getattr(row, name) for name in names}, "owner": row.owner_id, "kind": row.kind_id}

    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.replan(self.incident.pk, self.subject.pk, self.plan(), by=by, at=at)
        return "The plan is changed."


class FinishForm(LearnForm):
    evidence = TextField(
        max_length=LONG,
        label="Evidence",
        help_text="Where another person can see that it is done.",
        widget=forms.Textarea(attrs=TWO),
    )

    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.finish(self.incident.pk, self.subject.pk, evidence=self.cleaned_data["evidence"], by=by, at=at)
        return "Done; somebody else verifies it."


class VerifyForm(LearnForm):
    text = TextField(max_length=LONG, label="What you looked at", widget=forms.Textarea(attrs=TWO))

    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.verify(self.incident.pk, self.subject.pk, text=self.cleaned_data["text"], by=by, at=at)
        return "Verified. In 30, 60 and 90 days you are asked whether it came back."


class ReopenForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.reopen(self.incident.pk, self.subject.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "It is open again."


class DeclineForm(LearnForm):
    reason = TextField(
        required=False, max_length=LONG, label="Why it will not be done", widget=forms.Textarea(attrs=TWO)
    )

    def filled(self) -> dict[str, Any]:
        return {"reason": self.subject.decline_reason}

    def act(self, *, by: Responder, at: datetime) -> str:
        row = prevention.decline(self.incident.pk, self.subject.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "Decided: not doing." if row.state == "declined" else "Proposed; a second person agrees."


class LookBackForm(LearnForm):
    came_back = forms.TypedChoiceField(
        choices=[("no", "It did not come back"), ("yes", "It came back")],
        coerce=lambda one: one == "yes",
        label="Did it recur?",
    )
    text = TextField(max_length=LONG, label="What you looked at", widget=forms.Textarea(attrs=TWO))

    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.look_back(self.incident.pk, self.subject.pk, **self.cleaned_data, by=by, at=at)
        return "Recorded."


class CheckForm(LearnForm):
    title = LineField(max_length=200, label="Check")
    scenario = TextField(max_length=LONG, label="Failure scenario", help_text="What to do, and what must happen.")
    owner = People(label="Owner")
    by_machine = forms.BooleanField(required=False, label="Run by a machine: CI or a script posts the result")
    fresh_days = forms.IntegerField(min_value=1, max_value=365, initial=30, label="Days for which a pass counts")

    def act(self, *, by: Responder, at: datetime) -> str:
        told = self.cleaned_data
        scenario = Scenario(told["title"], told["scenario"], told["owner"], told["by_machine"], told["fresh_days"])
        checks.add(self.incident.pk, scenario, by=by, at=at)
        return "The regression check is recorded; run it."


class RunForm(LearnForm):
    passed = forms.TypedChoiceField(
        choices=[("yes", "Passed"), ("no", "Failed")], coerce=lambda one: one == "yes", label="Result"
    )
    at = Moment(label="When it ran")
    evidence = TextField(
        max_length=LONG, label="Evidence", help_text="What was seen.", widget=forms.Textarea(attrs=TWO)
    )
    url = WebField(required=False, label="Link to the log")

    def filled(self) -> dict[str, Any]:
        return {"at": timezone.localtime(self.now)}

    def act(self, *, by: Responder, at: datetime) -> str:
        told = self.cleaned_data
        ran = min(told["at"], at) if told["at"] - at < timedelta(minutes=2) else told["at"]
        checks.run(
            self.incident.pk,
            self.subject.pk,
            Run(told["passed"], told["evidence"], ran, "by hand", told["url"]),
            by=by,
            at=at,
        )
        return "The run is recorded."


class RenewSecretForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        checks.renew_secret(self.incident.pk, self.subject.pk, by=by, at=at)
        return "There is a new secret; give it to the machine."


class RetireCheckForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        checks.retire(self.incident.pk, self.subject.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "The check is retired."


UNLESS_NONE = "Not needed where no change is warranted."


class ChangeForm(LearnForm):
    kind = forms.ChoiceField(choices=DocumentedChange.Kind.choices, label="What changed")
    text = TextField(
        max_length=LONG, label="How", help_text="Or why nothing has to change.", widget=forms.Textarea(attrs=TWO)
    )
    reference = LineField(required=False, max_length=500, label="Link or reference", help_text=UNLESS_NONE)
    changed_on = Day(required=False, label="On", help_text=UNLESS_NONE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A change has both; only “no change warranted” goes without.
        for name in ("reference", "changed_on"):
            self.fields[name].widget.attrs["data_asked"] = "yes"

    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.document_change(self.incident.pk, **self.cleaned_data, by=by, at=at)
        return "The change is documented."


class SignNoChangeForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        prevention.sign_no_change(self.incident.pk, self.subject.pk, by=by, at=at)
        return "Signed: no change is warranted."


class BreachForm(LearnForm):
    kind = forms.ChoiceField(choices=[("", "Choose…"), *REASONS.items()], label="Kind of reason")
    text = LineField(max_length=300, label="What happened", help_text="What was missing, not who.")

    def filled(self) -> dict[str, Any]:
        known = BreachReason.objects.filter(clock=self.subject).first()
        return {"kind": known.kind, "text": known.text} if known else {}

    def act(self, *, by: Responder, at: datetime) -> str:
        reason = explain_breach(
            self.subject.pk, kind=self.cleaned_data["kind"], text=self.cleaned_data["text"], by=by, at=at
        )
        return f"Recorded for {self.incident.reference}: {reason.get_kind_display().lower()}."
