"""How a finding is put right with one click, so that a sensible sentence stands there that the guard finds clean. Pure."""

import re

from notifications.guard.finding import Finding
from notifications.guard.reading import plain, sentences

ALIAS = "an upstream service we rely on"
# “The HubSpot sync” becomes “the upstream sync”: after one of these a name is no noun of its own.
DETERMINED = re.compile(r"\b(?:the|a|an|our|this|that|these|those|some|any|no|each|every|another)\s+$", re.I)


def alias(read: str, start: int, end: int) -> str:
    """What stands for a third party's name at its place in a text."""
    if DETERMINED.search(read, max(0, start - 12), start):
        return "upstream"
    return "an upstream service's" if read[start:end].endswith(("'s", "s'")) else ALIAS


def repaired(text: str, one: Finding) -> str:
    """The text with the suggestion in place, or "" where there is none. One that is a sentence takes the place of the
    whole sentence that breaks the rule."""
    if not one.suggestion:
        return ""
    low, high = one.start, one.end
    if one.suggestion.endswith("."):
        spans = [span for span in sentences(plain(text)) if span[0] < high and low < span[1]]
        low, high = (spans[0][0], spans[-1][1]) if spans else (low, high)
        return f"{text[:low]}{one.suggestion}{text[high:]}"
    before = text[:low].rstrip(" ")
    opens = not before.strip() or before[-1] in ".!?\n"
    suggestion = one.suggestion[0].upper() + one.suggestion[1:] if opens else one.suggestion
    return f"{text[:low]}{suggestion}{text[high:]}"
