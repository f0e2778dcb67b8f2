"""A truthful draft of the next letter: how things stand by the record, and what was done since that clients may read.

Nothing is invented, and what the language guard objects to is left out. It is offered to a person and never sent.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents import guarding, letterbook, notices, wordings
from incidents.models import ClientLetter, Incident, TimelineEntry

Kind = TimelineEntry.Kind
# What a letter says itself, and what only keeps the engine's books, is no news for the next letter.
OWN = (Kind.ACKNOWLEDGED, Kind.UPDATED, Kind.RESOLVED)
MACHINE = (
    Kind.AT_RISK,
    Kind.BREACHED,
    Kind.ESCALATED,
    Kind.ESCALATION_TAKEN,
    Kind.RESURFACED,
    Kind.LETTER_FAILED,
    Kind.LETTER_TAKEN_BACK,
)
MARKS = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)|[*_`#>~]+")
SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?=\s|$)|(?=\n|$))")
VERIFYING = "We are testing the fix and watching that it holds."
# Nobody has begun by the record, so nothing may say that somebody works on a fix.
NOT_BEGUN = "It is with our technical team."
MOST = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """`happening` and `doing` are fit to send as they stand; `used` are the entries they come from.

    `left_out` are entries that clients may read but the guard objects to, each with its sentence; `inside` is what
    happened since the last letter that clients do not read.
    """

    brief: str
    happening: str
    doing: str
    since: datetime | None
    used: list[TimelineEntry] = field(default_factory=list)
    left_out: list[tuple[TimelineEntry, str]] = field(default_factory=list)
    inside: list[TimelineEntry] = field(default_factory=list)

    def fields(self) -> dict[str, Any]:
        """As the composer takes them."""
        return {"brief": self.brief, "happening": self.happening, "doing": self.doing}


def draft(incident: Incident, *, now: datetime) -> Draft:
    """The next letter as far as the record bears it. At most a fixed number of queries, and nothing is written."""
    gone = letterbook.taken_back(incident.pk)
    last = ClientLetter.objects.filter(incident=incident).exclude(seq__in=gone).order_by("-at", "-pk").first()
    after = incident.timeline.filter(seq__gt=last.seq) if last else incident.timeline.all()
    entries = list(after.exclude(kind__in=(*OWN, *MACHINE)).order_by("-seq")[:MOST])
    visible = [(entry, said) for entry in entries if entry.client_visible and (said := _sentences(entry.text))]
    words = {str(entry.seq): " ".join(said) for entry, said in visible}
    objected = {one.field: one.finding.why for one in reversed(guarding.objections(incident, words))} if words else {}
    left_out = [(entry, objected[str(entry.seq)]) for entry, _ in visible if str(entry.seq) in objected]
    fit = [(entry, said) for entry, said in visible if str(entry.seq) not in objected]
    news = [(entry, sentence) for entry, said in fit for sentence in said][:3]
    happening = standing(incident)
    if news:
        happening = f"{happening} {news[0][1]}"
    doing = " ".join(sentence for _, sentence in news[1:]) or _doing(incident)
    used = list(dict.fromkeys(entry for entry, _ in news))
    inside = [entry for entry in entries if not entry.client_visible]
    return Draft(_brief(incident), happening, doing, last.at if last else None, used, left_out, inside[:8])


def standing(incident: Incident) -> str:
    """How things stand, in one plain sentence that the record bears."""
    system = notices.systems_in_words(incident)
    if incident.status in ("resolved", "closed"):
        return f"The issue with {system} has been resolved."
    if incident.status == "verifying":
        return f"A fix for the issue with {system} is in place, and we are checking that it holds."
    if found := [one for one in notices.hindrances(incident) if one != notices.PAUSED]:
        return found[0] if len(found) == 1 else notices.BRIDGED
    if incident.status == "investigating":
        return f"We are still working on the issue with {system}."
    return f"We are looking into the issue with {system}."


def _brief(incident: Incident) -> str:
    """The subject of the last letter; before any the title, which was written for us, where the guard has nothing
    against it."""
    title = incident.title[:120]
    return incident.brief or ("" if guarding.objections(incident, {"brief": title}) else title)


def _doing(incident: Incident) -> str:
    if incident.status == "verifying":
        return VERIFYING
    return wordings.DOING if incident.status == "investigating" else NOT_BEGUN


def _sentences(text: str) -> list[str]:
    """The sentences of a note without its marks, each with an end."""
    plain = MARKS.sub(lambda match: match[1] or "", text)
    found = [" ".join(match[0].split()) for match in SENTENCE.finditer(plain)]
    return [one if one[-1] in ".!?…" else f"{one}." for one in found if any(map(str.isalnum, one))]
