"""How a finding is put right with one click, so that a sensible sentence stands there that the guard finds clean. Pure."""

import re

from notifications.guard.finding import Finding
from notifications.guard.reading import plain, sentences

ALIAS = "an upstream service we rely on"
INDEFINITE = re.compile(r"\ba\s+$", re.I)
JOINED = re.compile(r"(?:,|,? and|,? or|,? nor| &)\s+")
STANDS = re.compile(
    r"upstream service(?: we rely on|'s)(?:,|,? and|,? or|,? nor| &)\s+$|\banother(?:,|,? and|,? or|,? nor)\s+$", re.I
)
OWNED = re.compile(r"\b(?:your|my|his|her|its)\s+$", re.I)
# “Stripe payments are failing” becomes “Upstream payments are failing”.
MODIFIED = re.compile(
    r"\s+(?:payments?|webhooks?|messages?|contacts?|servers?|e-?mails?|sync|integrations?|connectors?|plug-?ins?|bots?|apis?|accounts?|outages?"
    r"|incidents?|support|engineers?|team|status page|dashboard|platform|network|regions?|data|feed|maintenance|downtime|failures?|errors?|issues?"
    r"|problems?|tokens?|certificates?|systems?|services?|software|hotline|staff|developers?|terminals?|channels?|mailbox(?:es)?)\b",
    re.I,
)
# “The HubSpot sync” becomes “the upstream sync”: after one of these a name is no noun of its own.
DETERMINED = re.compile(r"\b(?:the|a|an|our|this|that|these|those|some|any|no|each|every|another)\s+$", re.I)


def alias(read: str, start: int, end: int, after: int = -1) -> str:
    """What stands for a third party's name at its place in a text; the one before it ends at `after`, if there is one."""
    if (after >= 0 and JOINED.fullmatch(read, after, start)) or STANDS.search(read, max(0, start - 45), start):
        # “An upstream service we rely on and another confirm it.”
        return "another's" if read[start:end].endswith(("'s", "s'")) else "another"
    if INDEFINITE.search(read, max(0, start - 12), start):
        return "service"
    if DETERMINED.search(read, max(0, start - 12), start) or MODIFIED.match(read, end):
        return "upstream"
    return "an upstream service's" if read[start:end].endswith(("'s", "s'")) else ALIAS


def plainer(read: str, start: int, plainly: str) -> tuple[int, str]:
    """Where what is said instead of jargon begins, and what it is: “a stack trace” becomes “an error message” and “the stack
    trace” “the error message”."""
    article = re.match(r"(an?|the) ", plainly)
    if article is None:
        return start, plainly
    indefinite = re.search(r"\ban?\s+$", read[max(0, start - 12) : start], re.I)
    if indefinite is not None and article[1] != "the":
        low = start - len(indefinite[0])
        return low, plainly[0].upper() + plainly[1:] if read[low].isupper() else plainly
    # After “a” no other article may stand, “the data” among them.
    before = read[max(0, start - 12) : start]
    bare = DETERMINED.search(before) or OWNED.search(before)
    return start, plainly[article.end() :] if bare else plainly


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
