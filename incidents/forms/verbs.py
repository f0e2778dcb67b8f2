"""The form of each verb: what is asked, with what it is filled, and the call that it ends in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from incidents import lifecycle, notices, wordings
from incidents.facts import (
    Acknowledgement,
    Change,
    Confirmation,
    Diagnosis,
    Fix,
    Isolation,
    Letter,
    Resolution,
    Triage,
)
from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.models import BY_PERSON, Client, Incident, Responder, System
from incidents.refusals import Refused
from notifications.outbox import Outgoing
from notifications.wording import Unfilled

DOMAINS = [("", "Choose …"), *Incident.FaultDomain.choices]
SEVERITIES = [(rank, f"SEV-{rank}") for rank in (1, 2, 3, 4)]
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


class People(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Responder.objects.filter(is_active=True), **kwargs)


class Affected(forms.ModelMultipleChoiceField):
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


class LetterForm(VerbForm):
    """The words of a letter to every affected client."""

    kind: ClassVar[str] = wordings.NOTIFICATION.key
    brief = LineField(max_length=120, label="Brief description", help_text="Completes the subject line.")
    happening = TextField(max_length=2000, label="What’s happening", help_text="One or two plain sentences, no cause.")
    doing = TextField(max_length=2000, label="What we’re doing", widget=forms.Textarea(attrs={"rows": 2}))
    next_update_by = When(required=False, label="Next update by", help_text="A promise: it starts a clock.")

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        due = lifecycle.next_update_default(incident, now)
        rounded = due + timedelta(minutes=-due.minute % 5, seconds=-due.second, microseconds=-due.microsecond)
        return {"brief": incident.brief, "doing": wordings.DOING, "next_update_by": rounded}

    def words(self) -> Letter:
        found = self.cleaned_data
        return Letter(
            brief=found.get("brief", ""),
            happening=found.get("happening", ""),
            doing=found.get("doing", ""),
            next_update_by=found.get("next_update_by"),
            is_last=found.get("is_last", False),
        )

    def letters(self) -> list[Outgoing] | str | None:
        if not self.is_bound:
            return "The letter stands here as soon as you write."
        self.is_valid()
        try:
            return notices.preview(self.incident, self.kind, self.words(), at=self.now)
        except Refused as refused:
            return refused.sentence
        except Unfilled:
            return "The letter stands here when each part has words."


class AcknowledgeForm(LetterForm):
    """A letter, a note or a scheduled fix: what the severity's policy asks for (C-04)."""

    note = TextField(required=False, max_length=LONG, label="What we know, and who looks at it")
    scheduled_fix_on = forms.DateField(
        required=False, label="Fix scheduled for", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = lifecycle.acknowledgement_needs(self.incident)
        letter = ("brief", "happening", "doing", "next_update_by")
        for name in letter if self.needs != "letter" else ("note", "scheduled_fix_on"):
            del self.fields[name]
        if self.needs == "note":
            del self.fields["scheduled_fix_on"]

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        found = self.cleaned_data
        told = Acknowledgement(
            letter=self.words() if self.needs == "letter" else None,
            note=found.get("note", ""),
            scheduled_fix_on=found.get("scheduled_fix_on"),
        )
        lifecycle.acknowledge(pk, told, by=by, at=at)

    def letters(self) -> list[Outgoing] | str | None:
        return super().letters() if self.needs == "letter" else None


class UpdateForm(LetterForm):
    kind = wordings.UPDATE.key
    is_last = forms.BooleanField(required=False, label="This is the last update")
    field_order = ("brief", "happening", "doing", "next_update_by", "is_last")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        words = self.words()
        if words.is_last:
            words = Letter(words.brief, words.happening, words.doing, None, is_last=True)
        lifecycle.update(pk, words, by=by, at=at)


class ResolveForm(VerbForm):
    kind: ClassVar[str] = wordings.RESOLVED.key
    brief = LineField(max_length=120, label="Brief description", help_text="Completes the subject line.")
    happened = TextField(max_length=2000, label="What happened", help_text="One or two plain sentences.")
    did = TextField(max_length=2000, label="What we did", help_text="One or two plain sentences.")
    override_reason = TextField(
        required=False, max_length=2000, label="Reason for resolving early", widget=forms.Textarea(attrs={"rows": 2})
    )
    acknowledgement_exception = TextField(
        required=False, max_length=2000, label="Why there was no acknowledgement", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.incident.acknowledged_at:
            del self.fields["acknowledgement_exception"]
        over = self.incident.verify_until is None or self.incident.verify_until <= self.now
        if over and self.incident.confirmed_at:
            del self.fields["override_reason"]

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"brief": incident.brief or incident.title[:120]}

    def words(self) -> Resolution:
        found = self.cleaned_data
        return Resolution(
            brief=found.get("brief", ""),
            happened=found.get("happened", ""),
            did=found.get("did", ""),
            override_reason=found.get("override_reason", ""),
            acknowledgement_exception=found.get("acknowledgement_exception", ""),
        )

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.resolve(pk, self.words(), by=by, at=at)

    def letters(self) -> list[Outgoing] | str | None:
        if not self.is_bound:
            return f"Current status, computed: {notices.current_status(self.incident)}"
        self.is_valid()
        try:
            return notices.preview(self.incident, self.kind, self.words(), at=self.now)
        except (Refused, Unfilled) as refused:
            return refused.sentence if isinstance(refused, Refused) else "The letter stands here when each part has words."


class DiagnoseForm(VerbForm):
    logs = TextField(required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))
    status_pages = TextField(required=False, max_length=LONG, label="API status pages", widget=forms.Textarea(attrs={"rows": 2}))
    integrations = TextField(required=False, max_length=LONG, label="Integration configs", widget=forms.Textarea(attrs={"rows": 2}))

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.diagnose(pk, Diagnosis(**self.cleaned_data), by=by, at=at)


class IsolateForm(VerbForm):
    fault_domain = forms.ChoiceField(choices=DOMAINS, label="Whose system is it?")
    finding = TextField(required=False, max_length=LONG, label="What shows it", widget=forms.Textarea(attrs={"rows": 2}))
    workaround_possible = forms.ChoiceField(
        required=False,
        label="Third party: is a workaround possible?",
        choices=[("", "Choose …"), ("yes", "Yes"), ("no", "Not tried yet"), ("not_possible", "Not possible")],
    )
    guidance = TextField(required=False, max_length=LONG, label="Client’s side: how are they guided?", widget=forms.Textarea(attrs={"rows": 2}))

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.isolate(pk, Isolation(**self.cleaned_data), by=by, at=at)


class ChangeForm(VerbForm):
    what = TextField(max_length=LONG, label="What was changed")
    test_evidence = TextField(required=False, max_length=LONG, label="How it was tested", widget=forms.Textarea(attrs={"rows": 2}))
    containment = forms.BooleanField(required=False, label="Containment: pause, disable or roll back")
    undo = TextField(required=False, max_length=LONG, label="How containment is undone", widget=forms.Textarea(attrs={"rows": 2}))
    override_reason = TextField(required=False, max_length=2000, label="Emergency without a test: why", widget=forms.Textarea(attrs={"rows": 2}))

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
    client_confirmation = TextField(required=False, max_length=LONG, label="Client’s side: their confirmation", widget=forms.Textarea(attrs={"rows": 2}))

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"fault_domain": incident.fault_domain, "broken": incident.broken}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.fix(pk, Fix(**self.cleaned_data), by=by, at=at)


class ConfirmForm(VerbForm):
    scenario = TextField(max_length=LONG, label="Which failure was tried again", widget=forms.Textarea(attrs={"rows": 2}))
    result = TextField(max_length=LONG, label="What happened this time", widget=forms.Textarea(attrs={"rows": 2}))
    evidence = TextField(max_length=LONG, label="What shows it", widget=forms.Textarea(attrs={"rows": 2}))

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.confirm(pk, Confirmation(**self.cleaned_data), by=by, at=at)


class ReasonForm(VerbForm):
    reason = TextField(max_length=LONG, label="Reason")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        verb = lifecycle.fail_verification if self.incident.status == "verifying" and self.data.get("verb") != "cancel" else lifecycle.cancel
        verb(pk, reason=self.cleaned_data["reason"], by=by, at=at)


class TextForm(VerbForm):
    text = TextField(max_length=LONG, label="The review")

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.record_review(pk, text=self.cleaned_data["text"], by=by, at=at)


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
        lifecycle.rescope(
            pk, client_ids=clients, system_ids=systems, is_internal=found["is_internal"], by=by, at=at
        )


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
        if not self.blockers:
            del self.fields["force_reason"]

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.close(pk, force_reason=self.cleaned_data.get("force_reason", ""), by=by, at=at)
