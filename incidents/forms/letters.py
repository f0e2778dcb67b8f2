"""The forms that write to clients: what stands in them is what clients read."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from incidents import guarding, letterbook, lifecycle, notices, wordings
from incidents.facts import Acknowledgement, Letter, Resolution
from incidents.forms.acting import LONG, VerbForm, When
from incidents.forms.configuration.look import LineField, Sheet, TextField
from incidents.guarding import Hint, Objection
from incidents.models import Incident, Responder
from incidents.refusals import Refused
from notifications.outbox import Outgoing
from notifications.wording import Unfilled

# What a letter shows in the place of words that are still to be typed.
GAP = "…"


class Folded(TextField):
    """Words that few letters need: folded away, so that whoever writes in a hurry sees what each letter needs."""

    folded = True


def guard_reason() -> TextField:
    """Why a letter goes out although the guard objects; it stands on the record. Folded away until there is something
    to give a reason for."""
    return Folded(
        required=False,
        max_length=2000,
        label="Send it all the same: why",
        help_text="Only where the guard objects. The reason stands on the record.",
        widget=forms.Textarea(attrs={"rows": 1}),
    )


def unapproved_reason() -> TextField:
    """Why a letter goes at once although a second person should have approved it; a deviation for ever."""
    return Folded(
        required=False,
        max_length=2000,
        label="Emergency, send it without approval: why",
        help_text="Empty: it waits until somebody else approves it. The reason stays on the deviations page.",
        widget=forms.Textarea(attrs={"rows": 1}),
    )


class Guarded(VerbForm):
    """A form of which the language guard reads the fields that clients read, while they are typed."""

    guarded: ClassVar[tuple[str, ...]] = ()

    def typed(self) -> dict[str, str]:
        """What was typed into those fields so far, with plain line feeds; nothing before somebody has typed."""
        names = [name for name in self.guarded if name in self.fields] if self.is_bound else []
        return {name: str(self.data.get(name, ""))[:2000].replace("\r\n", "\n") for name in names}

    def shown(self, *names: str) -> dict[str, Any]:
        """What the letter shows where no words were cleaned: those that were typed and refused, or a gap."""
        if not self.is_bound:
            return {}
        return {name: self.typed()[name].strip() or GAP for name in names if not self.cleaned_data.get(name)}

    def objections(self) -> list[Objection]:
        """What the language guard finds in it."""
        typed = self.typed()
        return guarding.objections(self.incident, typed) if typed else []

    def hints(self) -> list[Hint]:
        """Where clients would read marks of Markdown as they stand."""
        return guarding.hints(self.typed())


class Approved(Guarded):
    """A form whose letter may need a second person."""

    def ask_for_approval(self, *, needed: bool = True) -> None:
        """Offers the emergency only where approval is due and this person may do without it."""
        self.awaits = needed and lifecycle.approval_due(self.incident)
        if not (self.awaits and self.viewer.has_perm("send_unapproved")):
            self.fields.pop("unapproved_reason", None)

    @property
    def waits(self) -> bool:
        """Whether what is typed now would wait for approval."""
        return self.awaits and not (self.is_bound and str(self.data.get("unapproved_reason", "")).strip())

    @property
    def done(self) -> str:
        """What to say afterwards, where it is not what the verb says."""
        return "It waits for approval; no client has received it, and the clocks run." if self.waits else ""


def repaired(form: Sheet) -> QueryDict:
    """What was typed, with the repair that was asked for in its place; without a script the button brings it here."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    offered: list[Objection | Hint] = []
    if hasattr(form, "objections") and hasattr(form, "hints"):
        offered = [*form.objections(), *form.hints()]
    for one in offered:
        if one.repaired and one.key == data.get("repair"):
            data[one.field] = one.repaired
            break
    return data


class LetterForm(Approved):
    """The words of a letter to every affected client."""

    kind: ClassVar[str] = wordings.NOTIFICATION.key
    guarded = ("brief", "happening", "doing", "sentence")
    brief = LineField(max_length=120, label="Brief description", help_text="Completes the subject line.")
    happening = TextField(max_length=2000, label="What’s happening", help_text="One or two plain sentences, no cause.")
    doing = TextField(max_length=2000, label="What we’re doing", widget=forms.Textarea(attrs={"rows": 2}))
    next_update_by = When(required=False, label="Next update by", help_text="A promise: it starts a clock.")
    guard_reason = guard_reason()
    unapproved_reason = unapproved_reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for_approval()

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        due = lifecycle.next_update_default(incident, now)
        rounded = due + timedelta(minutes=-due.minute % 5, seconds=-due.second, microseconds=-due.microsecond)
        words = {"brief": incident.brief, "doing": wordings.DOING, "next_update_by": rounded}
        return words | lifecycle.words_again(incident, self.kind, now=now)

    def words(self) -> Letter:
        found = self.cleaned_data
        return Letter(
            brief=found.get("brief", ""),
            happening=found.get("happening", ""),
            doing=found.get("doing", ""),
            next_update_by=found.get("next_update_by"),
            is_last=found.get("is_last", False),
            guard_reason=found.get("guard_reason", ""),
            unapproved_reason=found.get("unapproved_reason", ""),
        )

    def as_filled(self) -> Letter:
        """The words that the form was filled with, before anybody has typed."""
        first = self.initial
        return Letter(first["brief"], first["happening"], first["doing"], first["next_update_by"])

    def promise_fault(self) -> str:
        """What is wrong with the next update as it is typed: none, or at a time that has passed; "" for nothing."""
        if "next_update_by" not in self.fields or not self.is_bound:
            return ""
        self.is_valid()
        words = self.words()
        try:
            notices.check_promise(replace(words, next_update_by=None) if words.is_last else words, at=self.now)
        except Refused as refused:
            if self.errors.get("next_update_by") and self.data.get("next_update_by"):
                return str(self.errors["next_update_by"][0])
            return refused.sentence
        return ""

    def letters(self) -> list[Outgoing] | str | None:
        if not self.is_bound and not self.initial.get("happening"):
            return "The letter stands here as soon as you write."
        self.is_valid()
        words = self.words() if self.is_bound else self.as_filled()
        try:
            return notices.preview(
                self.incident, self.kind, replace(words, **self.shown("brief", "happening", "doing")), at=self.now
            )
        except Refused as refused:
            return refused.sentence
        except Unfilled:
            return "The letter stands here when each part has words."


class AcknowledgeForm(LetterForm):
    """A letter, a note or a scheduled fix: what the severity's policy asks for (C-04)."""

    note = TextField(required=False, max_length=LONG, label="What we know, and who looks at it")
    sentence = TextField(
        required=False,
        max_length=1000,
        label="For the clients’ next scheduled update",
        help_text="One or two plain sentences: what it is. Where it stands is added from the record.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    scheduled_fix_on = forms.DateField(
        required=False, label="Fix scheduled for", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = lifecycle.acknowledgement_needs(self.incident)
        if self.needs != "letter":
            self.awaits = False
            self.fields.pop("unapproved_reason", None)
        letter = ["brief", "happening", "doing", "next_update_by"]
        if self.needs == "letter" or not lifecycle.digests_owed(self.incident):
            del self.fields["sentence"]
            letter.append("guard_reason")
        for name in letter if self.needs != "letter" else ("note", "scheduled_fix_on"):
            del self.fields[name]
        if self.needs == "schedule":
            self.fields["scheduled_fix_on"].required = True
        if self.needs == "note":
            self.fields["note"].required = True
            del self.fields["scheduled_fix_on"]
        if self.needs == "letter":
            self.fields["next_update_by"].required = True

    @property
    def button(self) -> str:
        """Where no letter leaves, nothing is said to be sent."""
        return "" if self.needs == "letter" else "Acknowledge"

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        found = self.cleaned_data
        told = Acknowledgement(
            letter=self.words() if self.needs == "letter" else None,
            note=found.get("note", ""),
            sentence=found.get("sentence", ""),
            scheduled_fix_on=found.get("scheduled_fix_on"),
            guard_reason="" if self.needs == "letter" else found.get("guard_reason", ""),
        )
        lifecycle.acknowledge(pk, told, by=by, at=at)

    def letters(self) -> list[Outgoing] | str | None:
        return super().letters() if self.needs == "letter" else None


class WordForm(Guarded):
    """What clients read of an incident in their scheduled update."""

    guarded = ("sentence",)
    sentence = TextField(
        max_length=1000,
        label="What clients read of it",
        help_text="One or two plain sentences: what it is. Where it stands is added from the record.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    guard_reason = guard_reason()

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        owed = lifecycle.digests_owed(incident)
        return {"sentence": next((row.sentence for row in owed if row.sentence), "")}

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.word(pk, **self.cleaned_data, by=by, at=at)


class UpdateForm(LetterForm):
    kind = wordings.UPDATE.key
    is_last = forms.BooleanField(required=False, label="This is the last update")
    field_order = ("brief", "happening", "doing", "next_update_by", "is_last", "guard_reason", "unapproved_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A preview on the way does not count as having read what somebody wrote meanwhile.
        self.opened = str(self.data.get("opened", "")) if self.is_bound else self._newest()

    def _newest(self) -> str:
        last = letterbook.newest(self.incident.pk)
        return str(last.seq if last else 0)

    def refuse(self, refused: Refused) -> None:
        """Said once: whoever has read what was written meanwhile may send theirs as well."""
        super().refuse(refused)
        if refused.field == "opened":
            self.opened = self._newest()

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        words = self.words()
        if words.is_last:
            words = replace(words, next_update_by=None)
        known = self.opened
        seen = int(known) if known.isascii() and known.isdigit() and len(known) < 10 else None
        lifecycle.update(pk, words, seen=seen, by=by, at=at)


class ResolveForm(Approved):
    kind: ClassVar[str] = wordings.RESOLVED.key
    guarded = ("brief", "happened", "did")
    brief = LineField(max_length=120, label="Brief description", help_text="Completes the subject line.")
    happened = TextField(max_length=2000, label="What happened", help_text="One or two plain sentences.")
    did = TextField(max_length=2000, label="What we did", help_text="One or two plain sentences.")
    guard_reason = guard_reason()
    unapproved_reason = unapproved_reason()
    override_reason = TextField(
        required=False, max_length=2000, label="Reason for resolving early", widget=forms.Textarea(attrs={"rows": 2})
    )
    acknowledgement_exception = TextField(
        required=False,
        max_length=2000,
        label="Why there was no acknowledgement",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who never heard of it by letter reads of its end in the next scheduled update.
        self.writes = self.incident.affected.exclude(notified_at=None).exists()
        self.ask_for_approval(needed=self.writes)
        if self.incident.acknowledged_at:
            del self.fields["acknowledgement_exception"]
        # Who may not override is told before the letter is written, not after.
        self.early = lifecycle.too_early(self.incident, self.now)
        if not (self.early and self.viewer.has_perm("override_incident")):
            del self.fields["override_reason"]

    def filled(self, incident: Incident, now: datetime) -> dict[str, Any]:
        return {"brief": incident.brief or incident.title[:120]} | lifecycle.words_again(incident, self.kind, now=now)

    @property
    def button(self) -> str:
        """Where no letter leaves, nothing is said to be written."""
        return "" if self.writes else "Resolve"

    def words(self) -> Resolution:
        found = self.cleaned_data
        return Resolution(
            brief=found.get("brief", ""),
            happened=found.get("happened", ""),
            did=found.get("did", ""),
            override_reason=found.get("override_reason", ""),
            acknowledgement_exception=found.get("acknowledgement_exception", ""),
            guard_reason=found.get("guard_reason", ""),
            unapproved_reason=found.get("unapproved_reason", ""),
        )

    def act(self, pk: int, *, by: Responder, at: datetime) -> None:
        lifecycle.resolve(pk, self.words(), by=by, at=at)

    def letters(self) -> list[Outgoing] | str | None:
        if not self.is_bound:
            return f"Current status, computed: {notices.current_status(self.incident)}"
        self.is_valid()
        try:
            return notices.preview(
                self.incident, self.kind, replace(self.words(), **self.shown("brief", "happened", "did")), at=self.now
            )
        except (Refused, Unfilled) as refused:
            return (
                refused.sentence if isinstance(refused, Refused) else "The letter stands here when each part has words."
            )
