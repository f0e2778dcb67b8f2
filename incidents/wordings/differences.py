"""What one text says that another does not, word by word, so that a person sees it at a glance. Pure."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

PIECES = re.compile(r"\{\{[^{}]*\}\}|\w+|\s+|.", re.DOTALL)
MOST = 4_000


class Piece(NamedTuple):
    """A run of text that was kept (`=`), came (`+`) or went (`-`)."""

    mark: str
    text: str


def between(old: str, new: str, most: int = MOST) -> list[Piece]:
    """The whole of both texts in order, each run marked; a variable is one word. Where more than `most` words lie
    between the first and the last difference, whole lines are compared."""
    before, after = PIECES.findall(old), PIECES.findall(new)
    head, tail = _shared(before, after)
    if max(len(before), len(after)) - head - tail > most:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
        head, tail = _shared(before, after)
    start, end = "".join(before[:head]), "".join(before[len(before) - tail :])
    before, after = before[head : len(before) - tail], after[head : len(after) - tail]
    found: list[Piece] = [Piece("=", start)] if start else []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("=", "".join(before[a:b])))
            continue
        if a < b:
            found.append(Piece("-", "".join(before[a:b])))
        if c < d:
            found.append(Piece("+", "".join(after[c:d])))
    return [*found, Piece("=", end)] if end else found


def _shared(before: list[str], after: list[str]) -> tuple[int, int]:
    """How many words both begin with, and how many of the rest both end with."""
    least, head, tail = min(len(before), len(after)), 0, 0
    while head < least and before[head] == after[head]:
        head += 1
    while tail < least - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return head, tail
