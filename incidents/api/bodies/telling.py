"""What clients are told: acknowledge, update, resolve."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from incidents import lifecycle
from incidents.api.bodies.verb_body import VerbBody
from incidents.api.shapes import Body, Flag, Instant, Short, Text, line
from incidents.facts import (
    Acknowledgement,
    Letter,
    Resolution,
)
from incidents.models import Responder

UNAPPROVED = (
    "An emergency: why it goes without the approval that policy asks for. Left out, it stands under "
    "`awaiting_letters` until somebody else approves it."
)


class LetterBody(Body):
    brief: line(120, 1)  # type: ignore[valid-type]
    happening: Short
    doing: Short = ""
    next_update_by: Instant | None = Field(None, description="A promise: it starts a clock.")
    guard_reason: Short = Field("", description="Why it goes out although the language guard objects.")
    unapproved_reason: Short = Field("", description=UNAPPROVED)


class AcknowledgeBody(VerbBody):
    """A letter, a note or a scheduled fix: `acknowledged_by` of the incident says which it needs."""

    verb = "acknowledge"
    letter: LetterBody | None = None
    note: Text = ""
    sentence: Short = ""
    scheduled_fix_on: date | None = None
    guard_reason: Short = Field("", description="Why the sentence stands although the language guard objects.")

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        letter = Letter(**self.letter.dict()) if self.letter else None
        told = Acknowledgement(letter, self.note, self.sentence, self.scheduled_fix_on, self.guard_reason)
        return lifecycle.acknowledge(pk, told, by=by, at=at)


class UpdateBody(LetterBody, VerbBody):
    verb = "update"
    is_last: Flag = False

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        told = self.dict() | ({"next_update_by": None} if self.is_last else {})
        return lifecycle.update(pk, Letter(**told), by=by, at=at)


class WordBody(VerbBody):
    """What clients read of it in their scheduled update, where no letter tells them."""

    verb = "word"
    sentence: Short
    guard_reason: Short = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.word(pk, **self.dict(), by=by, at=at)


class ResolveBody(VerbBody):
    verb = "resolve"
    brief: line(120) = ""  # type: ignore[valid-type]
    happened: Short
    did: Short
    override_reason: Short = ""
    acknowledgement_exception: Short = ""
    guard_reason: Short = ""
    unapproved_reason: Short = Field("", description=UNAPPROVED)

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.resolve(pk, Resolution(**self.dict()), by=by, at=at)
