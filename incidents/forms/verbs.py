"""The form of each verb: what is asked, with what it is filled, and the call that it ends in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from incidents import lifecycle
from incidents.facts import (
    Change,
    Confirmation,
    Diagnosis,
    Fix,
    Isolation,
    Kept,
    Triage,
)
from incidents.forms.acting import LONG, Affected, Moment, People, VerbForm, When
from incidents.forms.configuration.look import LineField, TextField
from incidents.models import BY_PERSON, Client, Incident, Responder, System

DOMAINS = [("", "Choose …"), *Incident.FaultDomain.choices]
SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]


class EmptyForm(VerbForm):
    verb: ClassVar[str] = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        getattr(lifecycle, self.data.get("verb", ""))(pk, by=by, at=at)

    def clean(self) -> dict[str, Any]:
        if self.data.get("verb") not in ("investigate", "end_outage", "resume"):
            raise forms.ValidationError("Use the button on the page.")
        return super().clean() or {}


class TriageForm(VerbForm):
    severity = forms.TypedChoiceField(choices=SEVERITIES, coerce=int, help_text="When unsure, the higher one.")
    clients = Affected(Client.objects.filter(is_active=True), required=False, label="Affected clients")
    is_internal = forms.BooleanField(required=False, label="No client, internal")
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Affected systems")
    resolver = People()
    communicator = People()
    coordinator = People(required=False)
    description = TextField(required=False, max_length=LONG)
    reason = TextField(required=False, max_length=LONG, label="Remark", widget=forms.Textarea(attrs={"rows": 2}))

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {
            "severity": incident.severity,
            "clients": incident.client_ids,
            "systems": incident.system_ids,
            "is_internal": incident.is_internal,
            "resolver": incident.resolver or lifecycle.default_holder("resolver", now),
            "communicator": incident.communicator or lifecycle.default_holder("communicator", now),
            "coordinator": incident.coordinator or lifecycle.default_holder("coordinator", now),
            "description": incident.description,
        }

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        found = self.cleaned_data
        told = Triage(
            severity=found["severity"],
            client_ids=_ids(found["clients"]),
            system_ids=_ids(found["systems"]),
            is_internal=found["is_internal"],
            resolver_id=found["resolver"].pk,
            communicator_id=found["communicator"].pk,
            coordinator_id=found["coordinator"].pk if found["coordinator"] else None,
            description=found["description"],
            reason=found["reason"],
        )
        lifecycle.triage(pk, told, by=by, at=at)


def _ids(chosen: Sequence[Any]) -> tuple[int, ...]:
    return tuple(one.pk for one in chosen)


class DiagnoseForm(VerbForm):
    logs = TextField(required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))
    status_pages = TextField(
        required=False, max_length=LONG, label="API status pages", widget=forms.Textarea(attrs={"rows": 2})
    )
    integrations = TextField(
        required=False, max_length=LONG, label="Integration configs", widget=forms.Textarea(attrs={"rows": 2})
    )

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.diagnose(pk, Diagnosis(**self.cleaned_data), by=by, at=at)


class IsolateForm(VerbForm):
    fault_domain = forms.ChoiceField(choices=DOMAINS, label="Whose system is it?")
    finding = TextField(
        required=False, max_length=LONG, label="What shows it", widget=forms.Textarea(attrs={"rows": 2})
    )
    workaround_possible = forms.ChoiceField(
        required=False,
        label="Third party: is a workaround possible?",
        choices=[("", "Choose …"), ("yes", "Yes"), ("no", "Not tried yet"), ("not_possible", "Not possible")],
    )
    guidance = TextField(
        required=False,
        max_length=LONG,
        label="Client’s side: how are they guided?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.isolate(pk, Isolation(**self.cleaned_data), by=by, at=at)


class ChangeForm(VerbForm):
    what = TextField(max_length=LONG, label="What was changed")
    test_evidence = TextField(
        required=False, max_length=LONG, label="How it was tested", widget=forms.Textarea(attrs={"rows": 2})
    )
    containment = forms.BooleanField(required=False, label="Containment: pause, disable or roll back")
    undo = TextField(
        required=False, max_length=LONG, label="How containment is undone", widget=forms.Textarea(attrs={"rows": 2})
    )
    override_reason = TextField(
        required=False, max_length=2000, label="Emergency without a test: why", widget=forms.Textarea(attrs={"rows": 2})
    )
    is_retry = forms.BooleanField(required=False, label="Only tried again, nothing was changed")
    without_evidence_reason = TextField(
        required=False,
        max_length=2000,
        label="Without a kept error report: why",
        help_text="The exact error, its timestamp and its screen are not kept yet; a change may destroy them.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.incident.error_reports.exists():
            del self.fields["without_evidence_reason"]

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.change(pk, Change(**self.cleaned_data), by=by, at=at)


class WorkAroundForm(VerbForm):
    text = TextField(max_length=LONG, label="The workaround, and how to take it back")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.work_around(pk, text=self.cleaned_data["text"], by=by, at=at)


class StartOutageForm(VerbForm):
    occurred_at = When(required=False, label="Since", help_text="Empty: since now.")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.start_outage(pk, occurred_at=self.cleaned_data["occurred_at"], by=by, at=at)


class FixForm(VerbForm):
    fault_domain = forms.ChoiceField(choices=DOMAINS, label="Whose system was it?")
    broken = TextField(max_length=LONG, label="What was broken", widget=forms.Textarea(attrs={"rows": 2}))
    cause = TextField(max_length=LONG, label="What caused it", widget=forms.Textarea(attrs={"rows": 2}))
    done = TextField(max_length=LONG, label="What was done", widget=forms.Textarea(attrs={"rows": 2}))
    test_evidence = TextField(max_length=LONG, label="How the fix was tested", widget=forms.Textarea(attrs={"rows": 2}))
    client_confirmation = TextField(
        required=False,
        max_length=LONG,
        label="Client’s side: their confirmation",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"fault_domain": incident.fault_domain, "broken": incident.broken}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.fix(pk, Fix(**self.cleaned_data), by=by, at=at)


class ConfirmForm(VerbForm):
    scenario = TextField(
        max_length=LONG, label="Which failure was tried again", widget=forms.Textarea(attrs={"rows": 2})
    )
    result = TextField(max_length=LONG, label="What happened this time", widget=forms.Textarea(attrs={"rows": 2}))
    evidence = TextField(max_length=LONG, label="What shows it", widget=forms.Textarea(attrs={"rows": 2}))

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.confirm(pk, Confirmation(**self.cleaned_data), by=by, at=at)


class ReasonForm(VerbForm):
    reason = TextField(max_length=LONG, label="Reason")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        verb = (
            lifecycle.fail_verification
            if self.incident.status == "verifying" and self.data.get("verb") != "cancel"
            else lifecycle.cancel
        )
        verb(pk, reason=self.cleaned_data["reason"], by=by, at=at)


class KeepErrorForm(VerbForm):
    report = TextField(max_length=100_000, label="The error, exactly as it was shown")
    occurred_at = Moment(label="When, to the second")
    screen = LineField(max_length=300, label="Affected screen", help_text="The page, panel or job where it was seen.")
    reference = LineField(required=False, max_length=120, label="Support code or error reference")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        told = Kept(**self.cleaned_data, time_zone=str(timezone.get_current_timezone()))
        lifecycle.keep_error(pk, told, by=by, at=at)


class ReclassifyForm(VerbForm):
    severity = forms.TypedChoiceField(choices=SEVERITIES, coerce=int)
    reason = TextField(max_length=LONG)

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"severity": incident.severity}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.reclassify(pk, **self.cleaned_data, by=by, at=at)


class AssignForm(VerbForm):
    coordinator = People(required=False)
    resolver = People(required=False)
    communicator = People(required=False)

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {
            role: getattr(incident, role) or lifecycle.default_holder(role, now)
            for role in ("coordinator", "resolver", "communicator")
        }

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        people = {f"{role}_id": person.pk if person else None for role, person in self.cleaned_data.items()}
        lifecycle.assign(pk, **people, by=by, at=at)


class RescopeForm(VerbForm):
    clients = Affected(Client.objects.filter(is_active=True), required=False, label="Affected clients")
    is_internal = forms.BooleanField(required=False, label="No client, internal")
    systems = Affected(System.objects.filter(is_active=True), required=False, label="Affected systems")

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"clients": incident.client_ids, "systems": incident.system_ids, "is_internal": incident.is_internal}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        found = self.cleaned_data
        clients, systems = _ids(found["clients"]), _ids(found["systems"])
        lifecycle.rescope(pk, client_ids=clients, system_ids=systems, is_internal=found["is_internal"], by=by, at=at)


class PauseForm(VerbForm):
    reason = forms.ChoiceField(choices=list(lifecycle.PAUSE_REASONS.items()))
    text = TextField(required=False, max_length=2000, label="Remark", widget=forms.Textarea(attrs={"rows": 2}))
    until = When(help_text="The clock resumes by itself then.")

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"until": now + timedelta(hours=24)}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.pause(pk, **self.cleaned_data, by=by, at=at)


class NoteForm(VerbForm):
    text = TextField(max_length=LONG, label="Note", help_text="Markdown.")
    occurred_at = When(required=False, label="Happened at", help_text="Empty: now.")
    client_visible = forms.BooleanField(required=False, label="Fit for clients to read")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.note(pk, **self.cleaned_data, by=by, at=at)


class EvidenceForm(VerbForm):
    file = forms.FileField()
    text = TextField(required=False, max_length=2000, label="What it shows", widget=forms.Textarea(attrs={"rows": 2}))

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        file = self.cleaned_data["file"]
        lifecycle.add_evidence(
            pk,
            name=file.name or "file",
            content=file.read(),
            content_type=file.content_type or "",
            text=self.cleaned_data["text"],
            by=by,
            at=at,
        )


class SituationForm(VerbForm):
    situation = forms.ChoiceField(choices=[(one.value, one.label) for one in BY_PERSON], label="What happened")
    text = TextField(max_length=2000, label="What was said or seen", widget=forms.Textarea(attrs={"rows": 2}))

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.raise_situation(pk, **self.cleaned_data, by=by, at=at)


class RestrictForm(VerbForm):
    people = Affected(
        Responder.objects.filter(is_active=True),
        required=False,
        label="Named people",
        help_text="Besides whoever works on it, and roles that may see restricted incidents.",
    )
    reason = TextField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"people": list(incident.named.values_list("pk", flat=True))}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        verb = lifecycle.name_people if self.incident.is_restricted else lifecycle.restrict
        verb(pk, people=_ids(self.cleaned_data["people"]), reason=self.cleaned_data["reason"], by=by, at=at)


class LiftForm(VerbForm):
    reason = TextField(max_length=2000, label="Why everybody may see it again")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.lift_restriction(pk, reason=self.cleaned_data["reason"], by=by, at=at)


class MergeForm(VerbForm):
    into = LineField(max_length=20, label="Merge into", help_text="INC-number of the open incident that stays.")
    reason = TextField(required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_into(self) -> int:
        text = str(self.cleaned_data["into"]).upper().removeprefix("INC-").strip()
        visible = Incident.objects.visible_to(self.viewer)
        if not text.isascii() or not text.isdigit() or not visible.filter(pk=int(text[:12])).exists():
            raise forms.ValidationError("There is no such incident; write it like INC-2041.")
        return int(text)

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.merge(pk, into_id=self.cleaned_data["into"], reason=self.cleaned_data["reason"], by=by, at=at)


class ReopenForm(VerbForm):
    reason = TextField(max_length=LONG, label="What came back")
    by_client = forms.BooleanField(required=False, label="The client told us: they must be answered anew")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.reopen(pk, **self.cleaned_data, by=by, at=at)


class CloseForm(VerbForm):
    force_reason = TextField(
        required=False, max_length=2000, label="Close by force: why", help_text="Escalates, naming what is missing."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blockers = lifecycle.blockers(self.incident)
        if not (self.blockers and self.viewer.has_perm("override_incident")):
            del self.fields["force_reason"]

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.close(pk, force_reason=self.cleaned_data.get("force_reason", ""), by=by, at=at)
