"""What was changed in a review, edition by edition, as a person reads it: words that came and went, dates, yes, no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from incidents.wordings.differences import Piece, between
from postmortems import readiness, reviews
from postmortems.models import ReviewChange

# A page shows fifty editions; a text that was written anew costs the square of its words.
MOST_WORDS = 1_500
NAMES = {
    "due_at": "Due",
    "kept": "Kept in the review",
    "text": "We know",
    "client_text": "Clients read",
    "worked": "It held",
    "name": "Safeguard",
    "url": "Link",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edition. `about` is the instant of the entry that was curated; `fields` are names with their pieces."""

    change: ReviewChange
    fields: tuple[tuple[str, list[Piece]], ...]
    about: datetime | None = None


def edits(changes: Sequence[ReviewChange]) -> list[Edit]:
    """Each change with what differs in it, in the order given; instants in the active zone."""
    return [_edit(change) for change in changes]


def _edit(change: ReviewChange) -> Edit:
    before, after = dict(change.before), dict(change.after)
    entry = after.pop("entry", None) or before.pop("entry", None)
    before.pop("entry", None)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    fields = tuple((_name(name), between(_words(before, name), _words(after, name), most=MOST_WORDS)) for name in names)
    return Edit(change, fields, _instant(entry))


def _name(field: str) -> str:
    if field in reviews.ANSWERS:
        return readiness.answer_name(field)
    return NAMES.get(field, field.replace("_", " ").capitalize())


def _words(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_at") and (instant := _instant(value)) is not None:
        local = timezone.localtime(instant)
        return f"{local.day} {local:%B %Y %H:%M %Z}"
    return str(value)


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
