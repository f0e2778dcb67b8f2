"""A small grammar over words: named lists and patterns, written as text, looked for in one pass. Pure.

A line names a rule and its alternatives, parted by “/”; a line that is indented goes on with the one above.

    WHO   = i|we|they / the? TEAM
    THINK = WHO think_|believe_ that?

A small word is itself, “think_” every form of the verb, a name in capitals another rule, “x?” may be missing, “~3” stands
for up to three words, “!x” forbids x next and “&x” asks for it or for an end, “^” is the start of a sentence and “$” the end of a clause, “#clock” and its
like are shapes (see words). Adverbs that only colour (“now”, “still”, “quickly”) are passed over between the parts.

Each word that a grammar knows is one character, and so is each shape of those that it does not know: a sentence becomes a
short string and a rule an ordinary regular expression over classes of characters, which is what makes it quick.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from notifications.guard.words import FILLER, SHAPES, forms, listed, shape

WORDS, RULE, GAP, NOT, AND, START, END = range(7)
Part = tuple[int, object, bool]
Rules = dict[str, list[tuple[Part, ...]]]
Match = Callable[[str, int], re.Match[str] | None]
Sieve = tuple[Mapping[str, tuple[int, Sequence[tuple[str, int, Match]]]], Mapping[str, int]]
FIRST_CODE = 0xE000
SKIPPED = 3
# Words that stand in nearly every sentence tell nothing about it.
COMMON = listed(
    "the a an we you i it is are was were be been have has had to of in on at for and or but that this our your will not with by as from all they"
    " us 's they them there one what which who if when so no any some can may . ,"
)


class Mark(NamedTuple):
    """A rule found: the words from `low` up to, not including, `high`."""

    name: str
    low: int
    high: int


class Codes(dict[str, str]):
    """The character of each word; a word that is in no list has that of its shape."""

    def __missing__(self, word: str) -> str:
        return self[shape(word)]


class Grammar:
    """Rules by name."""

    def __init__(self, *sources: str) -> None:
        self.rules: Rules = {}
        for name, written in _lines(sources):
            self.rules.setdefault(name, []).extend(_alternatives(written, self.rules))
        self.sets = {name: words for name in self.rules if (words := self._as_set(name)) is not None}
        self._written: dict[str, str] = {}
        self._classes: dict[frozenset[str], str] = {}
        self._needed: dict[str, frozenset[str]] = {}
        self._sieves: dict[tuple[str, ...], Sieve] = {}

    def words(self, name: str) -> frozenset[str]:
        """The words of a rule that is a list of words."""
        return self.sets[name]

    def _as_set(self, name: str) -> frozenset[str] | None:
        """A rule that is nothing but single words is a list of words."""
        words: set[str] = set()
        for parts in self.rules[name]:
            if len(parts) != 1 or parts[0][2] or parts[0][0] not in (WORDS, RULE):
                return None
            kind, what, _ = parts[0]
            inner = what if kind == WORDS else self._as_set(str(what))
            if inner is None:
                return None
            words |= inner  # type: ignore[arg-type]
        return frozenset(words)

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The character of each word and of each shape; words that stand in the same lists stand side by side."""
        lists: dict[str, list[int]] = {word: [] for word in (*FILLER, *SHAPES)}
        written = [part[1] for parts in self._parts() for part in parts if isinstance(part[1], frozenset)]
        for place, list_ in enumerate(sorted(set(written), key=len, reverse=True)):
            for word in list_:
                lists.setdefault(word, []).append(place)
        passed = {word: word not in FILLER and shape(word) != "#ly" for word in lists}
        ordered = sorted(lists, key=lambda word: (passed[word], lists[word], word))
        return Codes((word, chr(FIRST_CODE + place)) for place, word in enumerate(ordered))

    def _parts(self) -> Iterator[tuple[Part, ...]]:
        for rules in self.rules.values():
            yield from rules

    @cached_property
    def by_shape(self) -> Mapping[str, frozenset[str]]:
        shaped: dict[str, set[str]] = {one: {one} for one in SHAPES}
        for word in self.codes:
            if word not in shaped:
                shaped[shape(word)].add(word)
        return {one: frozenset(words) for one, words in shaped.items()}

    def _class(self, words: frozenset[str], *, inside: bool = False) -> str:
        """The characters of some words; a shape stands for all that have it."""
        made = self._classes.get(words)
        if made is None:
            every: set[str] = set()
            for word in words:
                every |= self.by_shape.get(word, {word})
            made = self._classes[words] = _ranges(sorted(self.codes[word] for word in every))
        return made if inside else f"[{made}]"

    def _part(self, part: Part, first: bool) -> str:
        kind, what, optional = part
        marks = self._class(frozenset({"#mark"}), inside=True)
        if kind == START:
            return r"\A"
        if kind == END:
            return rf"(?=[{marks}]|\Z)"
        if kind == GAP:
            return f"[^{marks}]{{0,{what}}}?"
        if kind == AND:
            return rf"(?=[{marks}{self._class(self.sets[str(what)], inside=True)}]|\Z)"
        if kind == NOT:
            return f"(?!{self._class(self.sets[what] if isinstance(what, str) else what)})"  # type: ignore[arg-type]
        one = self._class(what) if kind == WORDS else self._rule(str(what))  # type: ignore[arg-type]
        skipped = "" if first else f"[{self._class(FILLER | {'#ly'}, inside=True)}]{{0,{SKIPPED}}}?"
        return f"(?:{skipped}{one})?" if optional else skipped + one

    def _rule(self, name: str) -> str:
        """A rule as a regular expression; its longest alternatives come first."""
        if name in self.sets:
            return self._class(self.sets[name])
        if name not in self._written:
            self._written[name] = f"(?:{self._branches(sorted(self.rules[name], key=_longest), first=True)})"
        return self._written[name]

    def _branches(self, alternatives: Sequence[Sequence[Part]], *, first: bool) -> str:
        """Alternatives that begin alike are looked at together, so that what they share is matched once."""
        shared: dict[Part, list[Sequence[Part]]] = {}
        for parts in alternatives:
            shared.setdefault(parts[0], []).append(parts[1:])
        written = []
        for part, rests in shared.items():
            more = [rest for rest in rests if rest]
            after = f"(?:{self._branches(more, first=False)}){'' if len(more) == len(rests) else '?'}" if more else ""
            written.append(self._part(part, first) + after)
        return "|".join(written)

    def _firsts(self, parts: Sequence[Part]) -> frozenset[str]:
        found: set[str] = set()
        for kind, what, optional in parts:
            if kind == WORDS:
                found |= what  # type: ignore[arg-type]
            elif kind == RULE:
                for inner in self.rules[str(what)]:
                    found |= self._firsts(inner)
            if kind in (WORDS, RULE) and not optional:
                break
        return frozenset(found)

    def sieve(self, names: tuple[str, ...]) -> Sieve:
        """Those of the rules that may begin with a character, with the sum of their bits, and those that it makes possible,
        each rule a bit; made when they are first asked for."""
        if names not in self._sieves:
            found: dict[str, list[tuple[str, int, Match]]] = {}
            possible: dict[str, int] = {}
            for place, name in enumerate(names):
                for code in self.needed(name):
                    possible[code] = possible.get(code, 0) | 1 << place
                match = re.compile(self._rule(name)).match
                firsts: set[str] = set()
                for word in {word for parts in self.rules[name] for word in self._firsts(parts)}:
                    firsts |= self.by_shape.get(word, {word})
                for word in firsts:
                    found.setdefault(self.codes[word], []).append((name, 1 << place, match))
            may = {code: (sum(bit for _, bit, _ in rules), rules) for code, rules in found.items()}
            self._sieves[names] = may, possible
        return self._sieves[names]

    def needed(self, name: str) -> frozenset[str]:
        """Characters of which a sentence holds at least one wherever a rule stands in it: most sentences are done with a look."""
        if name not in self._needed:
            found: set[str] = set()
            for parts in self.rules[name]:
                sets = [self._codes_of(part) for part in parts if part[0] in (WORDS, RULE) and not part[2]]
                found |= min(sets, key=lambda codes: sum(100 if code in self.common else 1 for code in codes))
            self._needed[name] = frozenset(found)
        return self._needed[name]

    @cached_property
    def common(self) -> frozenset[str]:
        return frozenset(self.codes[word] for word in COMMON if word in self.codes)

    def _codes_of(self, part: Part) -> frozenset[str]:
        if part[0] == RULE and part[1] not in self.sets:
            return self.needed(str(part[1]))
        words = self.sets[str(part[1])] if part[0] == RULE else part[1]
        return frozenset(self.codes[one] for word in words for one in self.by_shape.get(word, {word}))  # type: ignore[attr-defined]

    def encode(self, words: Sequence[str], low: int, high: int) -> str:
        """A sentence as one character for each word."""
        return "".join(map(self.codes.__getitem__, words[low:high]))

    def scan(self, said: str, low: int, names: tuple[str, ...]) -> dict[str, list[Mark]]:
        """Where each of the rules stands in an encoded sentence whose first word has the place `low`."""
        firsts, possible = self._sieves.get(names) or self.sieve(names)
        found: dict[str, list[Mark]] = {}
        there = 0
        for code in said:
            if code in possible:
                there |= possible[code]
        if not there:
            return found
        for at, code in enumerate(said):
            if code in firsts:
                bits, rules = firsts[code]
                if not bits & there:
                    continue
                for name, bit, begins in rules:
                    if bit & there and (match := begins(said, at)) is not None and (end := match.end()) > at:
                        found.setdefault(name, []).append(Mark(name, low + at, low + end))
        return found


def _longest(parts: Sequence[Part]) -> int:
    """The order of alternatives: those of which most is asked come first."""
    return -10 * sum(not part[2] for part in parts) - len(parts)


def _ranges(codes: Sequence[str]) -> str:
    """Characters of a class, neighbours as a range."""
    written: list[str] = []
    for code in codes:
        if written and ord(written[-1][-1]) + 1 == ord(code):
            written[-1] = f"{written[-1][0]}-{code}"
        else:
            written.append(code)
    return "".join(written)


def _lines(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    name, written = "", ""
    for line in "\n".join(sources).splitlines():
        if not line.strip():
            continue
        if line[0].isspace():
            # A list of words may go on in the next line.
            written += ("" if line.lstrip().startswith("|") else " ") + line.strip()
            continue
        if name:
            yield name, written
        name, written = (piece.strip() for piece in line.split("=", 1))
    yield name, written


def _alternatives(written: str, rules: Rules) -> Iterator[tuple[Part, ...]]:
    for alternative in written.split(" / "):
        parts = tuple(_part(piece, rules) for piece in alternative.split())
        if parts:
            yield parts


def _part(piece: str, rules: Rules) -> Part:
    optional = piece.endswith("?") and len(piece) > 1
    piece = piece[:-1] if optional else piece
    if piece == "^":
        return START, None, False
    if piece == "$":
        return END, None, False
    if piece.startswith("~"):
        return GAP, int(piece[1:]), False
    if piece.startswith("!"):
        # What may not follow is a list of words, or the name of one.
        return NOT, piece[1:] if piece[1:].isupper() else _set(piece[1:]), False
    if piece.startswith("&"):
        return AND, piece[1:], False
    pieces = piece.split("|")
    if any(one.isupper() for one in pieces):
        if len(pieces) > 1:
            # “next|DAY” is a rule without a name of its own.
            rules[piece] = [(_part(one, rules),) for one in pieces]
        return RULE, piece, optional
    return WORDS, _set(piece), optional


def _set(piece: str) -> frozenset[str]:
    words: set[str] = set()
    for word in piece.split("|"):
        words |= forms(word[:-1]) if word.endswith("_") and len(word) > 1 else {word}
    return frozenset(words)
