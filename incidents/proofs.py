"""How a letter is shown while it is written: what is found is marked in its place, Markdown is noticed. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

# Bold, italic, headings, code and links, as many editors write them. A hyphen before an item reads well as it stands.
MARKS = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|(?<!\w)__(?P<under>[^_\n]+)__(?!\w)|(?<![\w*])\*(?P<slant>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<low>[^_\s](?:[^_\n]*[^_\s])?)_(?![\w_])|`+(?P<code>[^`\n]+)`+|^#{1,6}[ \t]+(?P<head>\S[^\n]*)$"
    r"|\[(?P<name>[^\]\n]+)\]\((?P<to>https?://[^)\s]+)\)",
    re.M,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a letter; `mark` is "" for plain text, "found" or "stops" for what is objected to."""

    text: str
    mark: str


def pieces(letter: str, found: Iterable[tuple[str, int, int, bool]]) -> list[Piece]:
    """The letter in stretches. Each finding is the words of its field, its place in these, and whether it stops the
    letter. Words that the letter does not hold as they were typed are marked nowhere."""
    marks: list[str] = [""] * len(letter)
    for words, start, end, stops in found:
        said = words.strip()
        at = letter.find(said) if said else -1
        if at < 0:
            continue
        at -= len(words) - len(words.lstrip())
        for place in range(max(0, at + start), min(len(letter), at + end)):
            marks[place] = "stops" if stops or marks[place] == "stops" else "found"
    cuts = [place for place in range(1, len(letter)) if marks[place] != marks[place - 1]]
    bounds = [0, *cuts, len(letter)] if letter else []
    return [Piece(letter[low:high], marks[low]) for low, high in pairwise(bounds)]


def first_mark(text: str) -> str:
    """The first place that is marked up as Markdown, as it was typed; "" where a client would read no such marks."""
    match = MARKS.search(text)
    return match[0] if match else ""


def without_marks(text: str) -> str:
    """The same words without the marks; a link keeps its address behind its name."""
    while (bare := MARKS.sub(_bare, text)) != text:
        text = bare
    return text


def _bare(match: re.Match[str]) -> str:
    if match["name"]:
        return f"{match['name']} ({match['to']})"
    return next(said for said in match.groups() if said)
