"""One rule: a pattern in linear time, the literals without which it cannot match, and a last word on each hit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import re2


class Span(NamedTuple):
    start: int
    end: int
    kind: str
    layer: str


class Hit:
    """A match with groups by name: the library knows the names of a bytes pattern as bytes only, and not for spans."""

    __slots__ = ("_match", "_names", "_read")

    def __init__(self, match: Any, names: dict[str, int], read: bytes) -> None:
        self._match = match
        self._names = names
        self._read = read

    def span(self, group: str | int = 0) -> tuple[int, int]:
        start, end = self._match.span(self._names[group] if isinstance(group, str) else group)
        return start, end

    def group(self, group: str | int = 0) -> bytes:
        start, end = self.span(group)
        return self._read[start:end] if start >= 0 else b""

    def start(self, group: str | int = 0) -> int:
        return self.span(group)[0]

    def end(self, group: str | int = 0) -> int:
        return self.span(group)[1]


class Pattern:
    __slots__ = ("_regex", "names")

    def __init__(self, source: str, ignore_case: bool) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.case_sensitive = not ignore_case
        options.log_errors = False
        options.max_mem = 32 << 20
        self._regex = re2.compile(source.encode("latin-1"), options)
        self.names = {str(name, "ascii"): index for name, index in self._regex.groupindex.items()}

    def finditer(self, read: bytes, at: int = 0, end: int | None = None) -> Iterator[Hit]:
        return (Hit(match, self.names, read) for match in self._regex.finditer(read, at, end))

    def lines(self, read: bytes) -> Iterator[tuple[int, int]]:
        """Where the lines that bear a match start and end. The pattern alone is looked for: asked for the whole line,
        the library would keep track of every way to read it, at five times the cost."""
        at = 0
        while (match := self._regex.search(read, at)) is not None:
            start, end = read.rfind(b"\n", 0, match.start()) + 1, read.find(b"\n", match.end())
            end = len(read) if end < 0 else end
            yield start, end
            at = end + 1
            if at > len(read):
                return

    def search(self, read: bytes) -> Hit | None:
        match = self._regex.search(read)
        return None if match is None else Hit(match, self.names, read)

    def match(self, read: bytes, at: int = 0, end: int | None = None) -> Hit | None:
        match = self._regex.match(read, at, end)
        return None if match is None else Hit(match, self.names, read)

    def sub(self, template: bytes, read: bytes) -> bytes:
        return bytes(self._regex.sub(template, read))


REACH = 120
Verdict = Callable[[Hit, bytes], "tuple[int, int] | bool"]
"""Given the match and the bytes: False for clean, True for the value group, or the exact span."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, ignore_case: bool = True) -> Pattern:
    """A pattern in linear time, for flattened text; built when it is first wanted."""
    return Pattern(pattern, ignore_case)


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs` are lower-case literals of which one must be in the text; the value is group `v`, or the whole match.

    A value that stands before what makes it one could begin at every word of a text. With `ends` the pattern is what
    comes before, at most `REACH` long, and is looked for only where `ends` has been found.
    """

    kind: str
    pattern: str
    needs: tuple[bytes, ...] = ()
    verdict: Verdict | None = None
    ignore_case: bool = True
    ends: str = ""

    def wanted(self, lowered: bytes) -> bool:
        return not self.needs or any(need in lowered for need in self.needs)

    def spans(self, flat: bytes) -> Iterator[Span]:
        regex = compiled(self.pattern + self.ends, self.ignore_case)
        group = regex.names.get("v", 0)
        for match in self._matches(regex, flat):
            said = self.verdict(match, flat) if self.verdict else True
            if said is False:
                continue
            start, end = match.span(group) if said is True else said
            if end > start >= 0:
                yield Span(start, end, self.kind, "L2")

    def _matches(self, regex: Pattern, flat: bytes) -> Iterator[Hit]:
        if not self.ends:
            yield from regex.finditer(flat)
            return
        at = 0
        for end in compiled(self.ends, self.ignore_case).finditer(flat):
            start, stop = end.span()
            for match in regex.finditer(flat, max(at, start - REACH), min(len(flat), stop + REACH)):
                at = match.end()
                yield match
