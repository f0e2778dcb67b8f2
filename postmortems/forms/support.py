"""The forms of a support report."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from incidents.forms.acting import Moment
from incidents.forms.configuration.look import ZoneField
from incidents.models import Responder
from incidents.refusals import Refused
from postmortems import support
from postmortems.forms.learning import LONG, TWO, EmptyForm, LearnForm, LineField, ReasonForm, TextField
from postmortems.models import Destination, SupportReport

PREFIX = "environment-"
WHEN = "occurred_at"


class DraftForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        report = support.draft(self.incident.pk, by=by, at=at)
        return f"{report} is begun; it stands in the review of {self.incident.reference}."


class ReportForm(LearnForm):
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    destination = forms.ModelChoiceField(
        Destination.objects.filter(is_active=True), required=False, label="Where it goes", empty_label="Choose:"
    )
    destination_reason = TextField(required=False, max_length=2000, label="Why there", widget=forms.Textarea(attrs=TWO))
    occurred_at = Moment(required=False, label="When it happened, to the second")
    time_zone = ZoneField(label="In this time zone")
    affected_user = LineField(
        required=False, max_length=200, label="Affected user", help_text="Stays here; “User-1” leaves."
    )
    affected_screen = LineField(required=False, max_length=300, label="Affected screen")
    error_reference = LineField(required=False, max_length=120, label="Support code or error reference")
    description = TextField(required=False, max_length=LONG, label="What happens")
    steps = TextField(required=False, max_length=LONG, label="Reproduction steps", help_text="One on each line.")
    excerpt = TextField(
        required=False,
        max_length=4000,
        label="Excerpt",
        help_text="The lines around the error only, never a whole log.",
    )

    def further_fields(self) -> dict[str, forms.Field]:
        return {
            f"{PREFIX}{place}": LineField(required=False, max_length=120, label=name)
            for place, (name, _) in enumerate(self.subject.versions)
        }

    def filled(self) -> dict[str, Any]:
        row = self.subject
        told = {name: getattr(row, name) for name in self.base_fields if name != "destination"}
        values = {f"{PREFIX}{place}": value for place, value in enumerate(dict(row.versions).values())}
        if row.occurred_at:
            told["occurred_at"] = row.occurred_at.astimezone(ZoneInfo(row.time_zone)).replace(tzinfo=None)
        return {**told, **values, "destination": row.destination_id}

    def clean_edition(self) -> int | None:
        number = self.cleaned_data.get("edition")
        return number if number is None or 0 <= number < 2**31 else None

    def clean(self) -> dict[str, Any]:
        """The instant is read in the zone that stands beside it, and not in the zone of whoever types it (A-17)."""
        told = super().clean() or {}
        typed, zone = told.get("occurred_at"), told.get("time_zone")
        if typed and zone:
            told["occurred_at"] = timezone.localtime(typed).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return told

    def act(self, *, by: Responder, at: datetime) -> str:
        told = {name: value for name, value in self.cleaned_data.items() if not name.startswith(PREFIX)}
        told["environment"] = {
            name: self.cleaned_data[f"{PREFIX}{place}"] for place, (name, _) in enumerate(self.subject.versions)
        }
        edition = told.pop("edition")
        try:
            support.write(self.incident.pk, self.subject.pk, told, edition=edition, by=by, at=at)
        except Refused:
            self._meet(edition)
            raise
        return "Saved. See what leaves."

    def _meet(self, edition: int | None) -> None:
        """Says beside each field what somebody else saved there since `edition`; saving again is a choice then."""
        now = SupportReport.objects.select_related("destination").get(pk=self.subject.pk)
        if edition in (None, now.edition):
            return
        theirs: dict[str, Any] = {name: getattr(now, name) for name in self.base_fields if name != "edition"}
        theirs |= {f"{PREFIX}{place}": value for place, value in enumerate(dict(now.versions).values())}
        for name, value in theirs.items():
            if name in self.cleaned_data and value and value != self.cleaned_data[name]:
                said = f"{value.astimezone(ZoneInfo(now.time_zone)):%Y-%m-%d %H:%M:%S %Z}" if name == WHEN else value
                self.add_error(name, f"It says by now: “{said}” Saving again puts yours in its place.")
        met: Any = self.data.copy()  # type: ignore[attr-defined]
        met["edition"] = now.edition
        self.data = met


class SubmitForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        support.submit(self.incident.pk, self.subject.pk, by=by, at=at)
        return "It is with a second operator."


class JudgeForm(LearnForm):
    verdict = forms.ChoiceField(choices=SupportReport.Verdict.choices, label="From what leaves I could say")
    text = TextField(
        required=False, max_length=LONG, label="What is missing, or what you saw", widget=forms.Textarea(attrs=TWO)
    )

    def act(self, *, by: Responder, at: datetime) -> str:
        support.judge(self.incident.pk, self.subject.pk, **self.cleaned_data, by=by, at=at)
        return "Said."


class HandOffForm(LearnForm):
    reference = LineField(max_length=200, label="Ticket or reference there")
    consulted = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consulted"].label = f"I have read {support.to_read()}"

    def act(self, *, by: Responder, at: datetime) -> str:
        support.hand_off(self.incident.pk, self.subject.pk, **self.cleaned_data, by=by, at=at)
        return "The hand-off is on the record."


class TakeBackForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        support.take_back(self.incident.pk, self.subject.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "Taken back, on the record. Tell whoever received it."


class DismissForm(LearnForm):
    """`subject` is the report; the digest of the finding comes with the address."""

    reason = TextField(max_length=2000, label="Why it may leave", widget=forms.Textarea(attrs=TWO))
