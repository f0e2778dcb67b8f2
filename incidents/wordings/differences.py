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


def between(old: str, new: str) -> list[Piece]:
    """The whole of both texts in order, each run marked; a variable is one word. Beyond 4,000 words whole lines."""
    before, after = PIECES.findall(old), PIECES.findall(new)
    if max(len(before), len(after)) > MOST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("=", "".join(before[a:b])))
            continue
        if a < b:
            found.append(Piece("-", "".join(before[a:b])))
        if c < d:
            found.append(Piece("+", "".join(after[c:d])))
    return found
