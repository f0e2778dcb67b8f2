"""How a letter is read: letter by letter in its own places, quotations blanked, sentence by sentence. Pure."""

import re
from collections.abc import Iterator

# Each is replaced by one character, so that every offset stays what it was.
SAME_LENGTH = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "\u00a0": " ", "\u202f": " ", "–": "-", "—": "-"}
)
LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(65, 91)})
QUOTED = re.compile(r"“[^”\n]{1,600}”|\"[^\"\n]{1,600}\"|«[^»\n]{1,600}»|„[^“”\n]{1,600}[“”]|(?m:^[ \t]*>.*$)")
LONGEST = 600
# The ends of sentences; the stops inside a.m., e.g. and 15.30 end none.
ABBREVIATED = re.compile(
    r"(?<!\w)(?:a\.m|p\.m|e\.g|i\.e|approx|est|ca|max|min|incl|hrs?|mins?|etc|vs|no|mr|ms|mrs|dr|st)$", re.I
)
END = re.compile(r"[.!?…]+[\"'”)\]]*(?=\s|$)|\n+")


# Words of our own people between quotes are ours: “the word from engineering is ‘before lunch’”.
OURS = re.compile(
    r"\b(?:we|our|us|i|heard|engineering|engineers?|developers?|technicians?|specialists?|team|teams|colleagues?|they|he|she)\b[^.!?\n]*$",
    re.I,
)
THEIRS = re.compile(r"\b(?:you|your|yours|client|clients|customers?|asked|caller|users?|quote|wrote)\b", re.I)


def plain(text: str) -> str:
    """The text with plain quotes and dashes and the words blanked that it quotes from those who read; as long as before."""
    return QUOTED.sub(_blanked, text).translate(SAME_LENGTH)


def _blanked(match: re.Match[str]) -> str:
    """Words between quotes are the client's unless our own people are named before them and nobody else is."""
    before = match.string[max(0, match.start() - 80) : match.start()]
    after = match.string[match.end() : match.end() + 40].split(".", 1)[0]
    ours = match[0][0] in '“"«„' and OURS.search(before) and not THEIRS.search(before) and not THEIRS.search(after)
    return f" {match[0][1:-1]} " if ours else " " * len(match[0])


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The span of each sentence of a plain text, without the white space around it."""
    start = 0
    for match in END.finditer(text):
        stop = match.start()
        if text[stop] == "." and ABBREVIATED.search(text, max(start, stop - 7), stop):
            continue
        yield from _span(text, start, match.end())
        start = match.end()
    yield from _span(text, start, len(text))


def _span(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    stripped = piece.strip()
    first = start + piece.index(stripped[0]) if stripped else start
    last = first + len(stripped)
    while last - first > LONGEST:
        # Nobody writes such a sentence; the patterns stay quick when somebody sends one.
        cut = text.rfind(" ", first + 1, first + LONGEST)
        cut = cut if cut > first else first + LONGEST
        yield first, cut
        first = cut
    if last > first:
        yield first, last
