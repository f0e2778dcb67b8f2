"""The forms of a review."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from incidents import guarding
from incidents.forms.letters import guard_reason
from incidents.guarding import Hint, Objection
from incidents.models import Responder
from incidents.refusals import Refused
from notifications.outbox import Outgoing
from notifications.wording import Unfilled
from postmortems import letters, reviews, shipped
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
from postmortems.letters import Postmortem
from postmortems.models import Review

ROWS = {"rows": 4, "data-markdown": ""}
FULL_ONLY = ("what_failed", "detected_late", "missing_evidence", "must_change", "factors", "went_well")


def _answer(label: str, help_text: str = "") -> TextField:
    return TextField(
        required=False, max_length=LONG, label=label, help_text=help_text, widget=forms.Textarea(attrs=ROWS)
    )


class AnswersForm(LearnForm):
    """Every answer of the review; blanks are allowed while it is a draft, and refused when it is submitted."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what_failed = _answer("What failed", "Which step, tool or rule.")
    root_cause = _answer("Root cause", "Our own words. Clients read their own version below.")
    detected_late = _answer("What was detected late", "The gap is computed above; say why.")
    missing_evidence = _answer("Missing evidence", "Blank is not an answer: name what was missing, or type “none”.")
    resolution = _answer("Resolution", "What was done, in order.")
    must_change = _answer("What must change before normal work", "Each becomes a prevention action or a criterion.")
    factors = _answer("Contributing factors")
    went_well = _answer("What went well")
    client_cause = _answer("Root cause, as clients read it", "Plain, without blame and without names of third parties.")
    client_changes = _answer("What we have changed, as clients read it")
    update_involved = forms.BooleanField(required=False, label="An update or a migration was involved")
    ships_release = forms.BooleanField(required=False, label="The fix ships a release")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.form == Review.Form.SHORT:
            for name in FULL_ONLY:
                del self.fields[name]
        # A draft may leave them blank, the sign-off asks for them: they are not “optional”.
        for name in shipped.FULL:
            if name in self.fields:
                self.fields[name].widget.attrs["data_asked"] = "yes"

    def filled(self) -> dict[str, Any]:
        return {name: getattr(self.subject, name) for name in (*reviews.ANSWERS, "edition")}

    def preview(self) -> list[tuple[str, str]]:
        """Each answer as it stands in the fields now, typed or stored, under its label; blanks are left out."""
        shown = []
        for name in reviews.ANSWERS:
            if name in self.fields and isinstance(self.fields[name], TextField):
                text = str(self[name].value() or "").replace("\x00", "")[:LONG]
                if text.strip():
                    shown.append((str(self.fields[name].label), text))
        return shown

    def clean_edition(self) -> int | None:
        number = self.cleaned_data.get("edition")
        return number if number is None or 0 <= number < 2**31 else None

    def act(self, *, by: Responder, at: datetime) -> str:
        answers = {name: value for name, value in self.cleaned_data.items() if name != "edition"}
        edition = self.cleaned_data.get("edition")
        try:
            reviews.write(self.incident.pk, answers, edition=edition, by=by, at=at)
        except Refused:
            if edition is not None:
                self._meet(edition)
            raise
        if "submit" in self.data:
            # What was typed stays saved when something else is still missing.
            fresh: Any = self.data.copy()  # type: ignore[attr-defined]
            fresh["edition"] = Review.objects.get(incident=self.incident).edition
            self.data = fresh
            reviews.submit(self.incident.pk, by=by, at=at)
            return "Submitted; a second person signs it off."
        return "The draft is saved."

    def _meet(self, edition: int) -> None:
        """Brings in what somebody else saved since `edition`, so that saving again loses nothing.

        What they alone changed is theirs, what this writer alone changed stays; where both did, the field says so.
        """
        now = Review.objects.get(incident=self.incident)
        base = {name: getattr(now, name) for name in reviews.ANSWERS}
        for change in now.changes.filter(edition__gt=edition, what="Answers").order_by("-edition"):
            base |= {name: value for name, value in change.before.items() if name in base}
        met: Any = self.data.copy()  # type: ignore[attr-defined]
        for name in set(base) & set(self.cleaned_data):
            mine, theirs = self.cleaned_data[name], getattr(now, name)
            if theirs in (mine, base[name]):
                continue
            if mine != base[name]:
                self.add_error(name, f"It says by now: “{theirs}” Saving again puts yours in its place.")
            elif isinstance(theirs, bool):
                met.pop(name, None)
                if theirs:
                    met[name] = "on"
            else:
                met[name] = theirs
        met["edition"] = now.edition
        self.data = met


class OpenForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.open_review(self.incident.pk, by=by, at=at, form=Review.Form.SHORT)
        return "The review is open."


class SignForm(EmptyForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.sign(self.incident.pk, by=by, at=at)
        return "Signed off and published."


class SendBackForm(ReasonForm):
    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.send_back(self.incident.pk, reason=self.cleaned_data["reason"], by=by, at=at)
        return "It is a draft again."


class HandOverForm(LearnForm):
    owner = People(label="Owner")
    due_on = Day(label="Due")

    def filled(self) -> dict[str, Any]:
        return {"owner": self.subject.owner_id, "due_on": self.subject.due_at.date()}

    def act(self, *, by: Responder, at: datetime) -> str:
        day = self.cleaned_data["due_on"]
        due = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.ALLCLEAR_TIME_ZONE))
        owner = self.cleaned_data["owner"]
        reviews.hand_over(self.incident.pk, owner=owner, due_at=due, by=by, at=at)
        return f"{owner} owns the review."


class SafeguardForm(LearnForm):
    name = LineField(max_length=160, label="Safeguard", help_text="An alert, a limit, a retry, a check, a person.")
    worked = forms.TypedChoiceField(
        choices=[("yes", "It worked"), ("no", "It failed")], coerce=lambda one: one == "yes", label="Did it hold?"
    )
    detail = LineField(max_length=400, required=False, label="What it did, or did not do")

    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.add_safeguard(self.incident.pk, **self.cleaned_data, by=by, at=at)
        return "The safeguard is recorded."


class LinkForm(LearnForm):
    title = LineField(max_length=160, label="What it shows")
    url = WebField(label="Link")

    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.add_link(self.incident.pk, **self.cleaned_data, by=by, at=at)
        return "The evidence is linked."


class CommentForm(LearnForm):
    text = TextField(max_length=LONG, label="Comment", widget=forms.Textarea(attrs=TWO))

    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.comment(self.incident.pk, text=self.cleaned_data["text"], by=by, at=at)
        return "Said."


class PostmortemForm(LearnForm):
    brief = LineField(max_length=120, label="Brief description", help_text="Completes the subject line.")
    cause = TextField(max_length=LONG, label="Root cause", help_text="Plain words, no names of third parties.")
    changes = TextField(max_length=LONG, label="What we’ve changed to prevent recurrence")
    guard_reason = guard_reason()

    def filled(self) -> dict[str, Any]:
        row = self.subject
        brief = self.incident.brief or self.incident.title[:120]
        return {"brief": brief, "cause": row.client_cause, "changes": row.client_changes}

    def typed(self) -> Postmortem:
        """What was typed, whether it can be sent or not; what the review says for clients before anybody typed."""
        names = ("brief", "cause", "changes")
        return Postmortem(*(str(self[name].value() or "") for name in names))

    def objections(self) -> list[Objection]:
        """What the language guard will find when it is sent; the timeline is repaired in the review, not here."""
        found = guarding.objections(self.incident, letters.guarded_words(self.incident, self.typed()))
        return [one if one.field in self.fields else replace(one, repaired="") for one in found]

    def hints(self) -> list[Hint]:
        """Where clients would read marks of Markdown as they stand."""
        words = self.typed()
        return guarding.hints({"brief": words.brief, "cause": words.cause, "changes": words.changes})

    def letters(self) -> list[Outgoing] | str:
        """The very letters that would be written, or a sentence on why there is none yet."""
        try:
            return letters.preview(self.incident, self.typed()) or letters.why_not(self.incident)
        except Refused as refused:
            return refused.sentence
        except Unfilled as lacking:
            if "timeline" in str(lacking):
                return "No entry of the timeline has words for clients; curate it first."
            return "The letter stands here when each part has words."

    def act(self, *, by: Responder, at: datetime) -> str:
        letters.send(self.incident.pk, Postmortem(**self.cleaned_data), by=by, at=at)
        return "The postmortem is on its way."


class CurateForm(LearnForm):
    """One entry of the timeline as the review tells it; `subject` is the curated entry."""

    kept = forms.BooleanField(required=False, label="Keep it in the review")
    text = TextField(required=False, max_length=2000, label="We know", widget=forms.Textarea(attrs=TWO))
    client_text = TextField(
        required=False,
        max_length=1000,
        label="Clients read",
        help_text="Empty: internal only.",
        widget=forms.Textarea(attrs=TWO),
    )

    def filled(self) -> dict[str, Any]:
        row = self.subject
        return {"kept": row.kept, "text": row.text, "client_text": row.client_text}

    def act(self, *, by: Responder, at: datetime) -> str:
        reviews.curate(self.incident.pk, self.subject.entry_id, **self.cleaned_data, by=by, at=at)
        return "The entry is curated."
