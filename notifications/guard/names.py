"""Names in a letter: third parties (B-132, C-10) and other clients; with them, fault laid on nobody by name. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from notifications.guard.others import laid_on_others
from notifications.guard.reading import LOWER

ALIAS = re.compile(r"\b(?:an? )?upstream services?\b[^.!?]*")
OWN_THING = r"(?:account|workspace|portal|instance|crm|inbox|login|list|lists|subscription|dashboard|data|seat|user|users|connection|integration|page|profile|admin|organisation|organization|tenant|mailbox|calendar|team|setup|settings|contacts|pipeline|site|store|domain|credentials|records|campaigns?)"


@lru_cache(maxsize=64)
def _named(names: Sequence[str]) -> re.Pattern[str] | None:
    parts = []
    for name in sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True):
        words = [re.escape(word) for word in re.split(r"[\s.-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) if word]
        if len(words) == 1 and len(name) >= 6 and name.isalpha():
            # “Smart Lead”, “Hub-Spot”: a name is found however it is parted.
            words = list(name)
        parts.append(r"[\s.-]?".join(words))
    return re.compile(rf"(?<![\w])(?:{'|'.join(parts)})(?:'s|s')?(?!\w)", re.I) if parts else None


JOINTS = re.compile(r"[\s.\-]+")


def names_in(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Every place where one of the names stands; one-word names that are ordinary words count only as a name does."""
    joined = JOINTS.sub("", text.lower())
    pattern = _named(tuple(name for name in names if JOINTS.sub("", name.lower()) in joined))
    if pattern is None:
        return
    for match in pattern.finditer(text):
        if match[0].lower().removesuffix("'s") not in ORDINARY or _used_as_name(text, match):
            yield match.span()


# What follows or precedes a name and not the ordinary word: it does something, or something is sent through it.
ACTS = re.compile(
    r"(?:'s|s')?\s+(?:is|was|has|had|are|were|isn't|wasn't|hasn't|will|won't|did|didn't|does|doesn't|itself|api|apis|support|status|servers?"
    r"|outage|incident|maintenance|accounts?|workspace|engineers?|(?:returned|rejected|broke|failed|went|stopped|dropped|changed|suspended|throttled"
    r"|blocked|confirmed|confirms|says|said|reports|reported|lost|sent|cut|came|gave|took|let|crashed|limits?|limited|paused|released|lifted|deleted))\b"
)
THROUGH = re.compile(r"\b(?:via|through|by|from|on|to|at|in|with|using|against|of|and|behind|into|between)\s+$")
ARTICLE = re.compile(
    r"\b(?:the|a|an|this|that|each|every|our|any|no|one|first|next|more|very|to|can|will|we|you|not|please|and)\s+$"
)
ENDING = re.compile(r"\s*(?:[.,;:!?)]|$)")


def _used_as_name(text: str, match: re.Match[str]) -> bool:
    """Whether a word such as “make” or “Front” names a product here rather than being itself."""
    before, after = text[max(0, match.start() - 30) : match.start()], text[match.end() : match.end() + 30]
    opening = not before.strip() or bool(re.search(r"[.!?:\n]\s*$", before))
    if not match[0][0].islower() and not opening:
        return True
    acts = bool(ACTS.match(after.lower())) or match[0].lower().endswith("'s")
    if ARTICLE.search(before.lower()):
        return False
    if acts or (opening and after.startswith(":")):
        return True
    return match[0].islower() and bool(THROUGH.search(before.lower()) and ENDING.match(after))


ORDINARY = {
    "instantly",
    "clay",
    "apollo",
    "slack",
    "notion",
    "stripe",
    "square",
    "front",
    "close",
    "drift",
    "loom",
    "monday",
    "linear",
    "segment",
    "outreach",
    "intercom",
    "zoom",
    "box",
    "lemlist",
    "reply",
    "attio",
    "copper",
    "keap",
    "make",
    "buffer",
    "later",
    "render",
    "fly",
    "neon",
    "ghost",
    "wise",
    "gong",
    "hunter",
    "kit",
    "brave",
    "oracle",
    "sage",
    "teams",
    "meta",
    "apple",
    "snap",
    "target",
}


def blame(text: str, third_parties: Sequence[str], client: str) -> Iterator[tuple[int, int]]:
    """Every third party named, except as the client's own, and every unnamed fault of others."""
    taken = [
        span
        for span in names_in(text, [name for name in third_parties if name.casefold() != client.casefold()])
        if not _own(text, *span)
    ]
    yield from taken
    hidden = ALIAS.sub(lambda match: " " * len(match[0]), text.translate(LOWER))
    for low, high in laid_on_others(hidden):
        if not overlaps(taken, low, high):
            yield low, high


def overlaps(spans: Sequence[tuple[int, int]], low: int, high: int) -> bool:
    """Whether one of the spans, which are in order, shares a character with this one."""
    place = bisect_left(spans, (high, 0))
    return place > 0 and spans[place - 1][1] > low


def _own(text: str, start: int, end: int) -> bool:
    before, after = (piece.translate(LOWER) for piece in (text[max(0, start - 60) : start], text[end : end + 60]))
    if text[start:end].lower().endswith(("'s", "s'")) and not re.match(rf"\s+(?:\w+\s+)?{OWN_THING}\b", after):
        return False
    if re.search(
        r"\byou(?:r team)? (?:asked|wrote|mentioned|told us|said|reported|noted|noticed|saw|wondered)\b[^.;:]*$", before
    ):
        return True
    if re.search(r"\byour(?: own| existing| connected| company'?s?| team'?s?)*\s+(?:[\w-]+\s+){0,2}$", before):
        return True
    if re.match(
        r"(?:\s+\w+){0,3}\s+(?:that |which )?(?:you|your team)\s+(?:\w+\s+)?(?:share|use|own|have|connect|gave|give|run|set up|sent|pay|manage)",
        after,
    ):
        return True
    return bool(
        re.search(
            rf"\byour\s+(?:[\w-]+\s+){{0,2}}{OWN_THING}\s+(?:with|in|on|at|inside|from|to|and)\s+(?:the\s+)?$", before
        )
    )
