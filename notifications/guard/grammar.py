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
from functools import cached_property, reduce
from operator import or_
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

    def _begins(self, parts: Sequence[Part]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        """The characters with which an alternative may begin, and characters of which it then holds one more; empty where it
        asks for no more."""
        for place, (kind, what, optional) in enumerate(parts):
            if kind not in (WORDS, RULE):
                continue
            rest = self._scarcest(parts[place + 1 :])
            if kind == WORDS or what in self.sets:
                yield self._codes_of((kind, what, optional)), rest
            else:
                for inner in self.rules[str(what)]:
                    for firsts, more in self._begins(inner):
                        yield firsts, min((one for one in (more, rest) if one), key=self._cost, default=more)
            if not optional:
                return

    def _scarcest(self, parts: Sequence[Part]) -> frozenset[str]:
        """Of what has to stand in these parts, that of which there is least in a text; empty where nothing has to."""
        sets = [self._codes_of(part) for part in parts if part[0] in (WORDS, RULE) and not part[2]]
        return min(sets, key=self._cost, default=frozenset())

    def _cost(self, codes: frozenset[str]) -> int:
        return sum(100 if code in self.common else 1 for code in codes)

    def sieve(self, names: tuple[str, ...]) -> Sieve:
        """Which rules may begin with a character, each with the bits of what its alternatives ask for besides, and the bits
        that a character sets; made when they are first asked for. Bit 0 is always set."""
        if names not in self._sieves:
            bits: dict[frozenset[str], int] = {frozenset(): 1}
            asked: dict[str, dict[str, int]] = {}
            for name in names:
                for firsts, more in (begin for parts in self.rules[name] for begin in self._begins(parts)):
                    bit = bits.setdefault(more, 1 << len(bits))
                    for code in firsts:
                        rules = asked.setdefault(code, {})
                        rules[name] = rules.get(name, 0) | bit
            possible: dict[str, int] = {}
            for codes, bit in bits.items():
                for code in codes:
                    possible[code] = possible.get(code, 0) | bit
            match = {name: re.compile(self._rule(name)).match for name in names}
            may = {
                code: (reduce(or_, rules.values()), [(name, bit, match[name]) for name, bit in rules.items()])
                for code, rules in asked.items()
            }
            self._sieves[names] = may, possible
        return self._sieves[names]

    def needed(self, name: str) -> frozenset[str]:
        """Characters of which a sentence holds at least one wherever a rule stands in it: most sentences are done with a look."""
        if name not in self._needed:
            found: set[str] = set()
            for parts in self.rules[name]:
                found |= self._scarcest(parts)
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
        there = 1
        for code in said:
            if code in possible:
                there |= possible[code]
        for at, code in enumerate(said):
            if code in firsts:
                either, rules = firsts[code]
                if not either & there:
                    continue
                for name, bits, begins in rules:
                    if bits & there and (match := begins(said, at)) is not None and (end := match.end()) > at:
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
