"""A whole letter: salutation, parts under the SOP's headings, signature, and what its parts owe (B-48, B-50, B-67, B-68). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from notifications.guard.instants import named_time
from notifications.guard.reading import plain, sentences

HELLO = re.compile(
    r"[ \t]*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|to whom it may concern)\b[^\n.?!:;]{0,80}[,:!.-]?[ \t]*$",
    re.I,
)
SUBJECT = re.compile(r"[ \t]*subject[ \t]*:", re.I)
# How letters end: a wish, a dash and a name, “The Allclear team”.
BYE = re.compile(
    r"[ \t]*(?:(?:(?:with )?(?:kind|best|warm|many|kindest|sincere)?[ \t]*(?:regards|wishes|thanks)|sincerely|yours (?:sincerely|faithfully|truly)|cheers|all the best"
    r"|thank you|thanks(?: again)?|best|respectfully)[ \t]*[,.!]?[ \t]*$|[-\u2013\u2014]{1,2}[ \t]*\S[^.?!\n]{0,60}$|(?:the|your) [^.?!\n]{1,40} team[ \t]*$)",
    re.I,
)
# The headings of the SOP's letters, and the field of the composer that each stands for.
HEADINGS = {
    "what's happening": "happening",
    "what is happening": "happening",
    "what we know": "happening",
    "what we know so far": "happening",
    "what happened": "happened",
    "what we did": "did",
    "what we have done": "did",
    "what we've done": "did",
    "what we're doing": "doing",
    "what we are doing": "doing",
    "next update": "next",
    "current status": "status",
}
HEADING = re.compile(
    rf"[ \t]*[*_#]{{0,3}}[ \t]*({'|'.join(sorted(HEADINGS, key=len, reverse=True))})[ \t]*[*_]{{0,2}}[ \t]*(?::[ \t]*[*_]{{0,2}}|$)",
    re.I,
)
ONE_OR_TWO = frozenset({"happening", "happened", "did", "doing"})
# It is over, so that no further update is owed.
OVER = re.compile(
    r"\b(?:(?:has|have) been (?:fully )?(?:resolved|fixed|solved)|is (?:now )?(?:resolved|fixed|solved)|last update)\b",
    re.I,
)
TELLS = re.compile(
    r"\b(?:next (?:update|message|letter|report|e-?mail|note)|update you|updates? (?:follows?|by|at|in)|write (?:to you )?again|hear from (?:us|me)|be in touch|let you know"
    r"|get back to you|report (?:back )?(?:to you )?(?:by|at|in)|follow up|come back to you|post an update|send (?:you )?(?:an|another|the next) update)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter: `field` is the SOP's part, "body" for other text; the place of its words, without the heading."""

    field: str
    start: int
    end: int


def sections(text: str) -> tuple[Section, ...]:
    """The parts of a letter in their order: subject, salutation, body and headed parts, signature; () for a text that is
    no letter, because it neither greets nor has a heading of the SOP."""
    read = plain(text)
    found: list[Section] = []
    place, greeted, headed = 0, False, False
    for line in read.splitlines(keepends=True):
        start, end, place = place, place + len(line.rstrip()), place + len(line)
        heading = HEADING.match(read, start, end)
        said = line.strip()
        if not said:
            continue
        if heading is not None:
            headed = True
            found.append(Section(HEADINGS[heading[1].lower()], heading.end(), end))
        elif SUBJECT.match(line) and not found:
            found.append(Section("subject", start, end))
        elif HELLO.match(line) and not greeted and not headed:
            greeted = True
            found.append(Section("salutation", start, end))
        elif found and BYE.match(line) and not _more(read, place):
            found.append(Section("signature", start, len(read.rstrip())))
            break
        elif found and found[-1].field in HEADINGS.values() and not read[found[-1].end : start].count("\n\n"):
            found[-1] = Section(found[-1].field, found[-1].start, end)
        elif found and found[-1].field == "body":
            found[-1] = Section("body", found[-1].start, end)
        else:
            found.append(Section("body", start, end))
    return tuple(found) if greeted or headed else ()


def _more(read: str, place: int) -> bool:
    """Whether more than a name or two follows, so that this was no farewell yet."""
    rest = [line for line in read[place:].splitlines() if line.strip()]
    return len(rest) > 4 or any(len(line) > 80 or HEADING.match(line) for line in rest)


def owed(text: str, now: datetime | None) -> Iterator[tuple[str, int, int]]:
    """What a whole letter owes: one or two sentences in the SOP's parts, and a next update at a time that is ahead.

    Nothing is owed by a sentence or two that somebody wants read, nor an update by a letter that says it is over.
    """
    parts = sections(text)
    read = plain(text)
    for part in parts:
        spans = [(part.start + low, part.start + high) for low, high in sentences(read[part.start : part.end])]
        if part.field in ONE_OR_TWO and len(spans) > 2:
            yield "length", spans[2][0], spans[-1][1]
    fields = {part.field for part in parts}
    whole = "salutation" in fields and fields & {"signature", "happening", "doing", "next"}
    if not whole or "happened" in fields or (OVER.search(read) and "next" not in fields):
        return
    told = [(part.start, part.end) for part in parts if part.field == "next" and read[part.start : part.end].strip()]
    told += [span for span in sentences(read) if TELLS.search(read, *span)]
    times = [named_time(read[low:high], now) for low, high in told]
    if not any(times):
        at = next((part for part in parts if part.field == "next"), parts[-1])
        yield "next_update", at.start, max(at.end, min(at.start + 1, len(text)))
    elif all(time == "past" for time in times if time):
        low, high = next(span for span, time in zip(told, times, strict=True) if time)
        yield "next_update", low, high
