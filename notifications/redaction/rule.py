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


Verdict = Callable[[Any, bytes], "tuple[int, int] | bool"]
"""Given the match and the bytes: False for clean, True for the value group, or the exact span."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, ignore_case: bool = True) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = not ignore_case
    options.never_nl = False
    options.log_errors = False
    options.max_mem = 32 << 20
    return re2.compile(pattern.encode("latin-1"), options)


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs` are lower-case literals of which one must be in the text; the value is group `v`, or the whole match."""

    kind: str
    pattern: str
    needs: tuple[bytes, ...] = ()
    verdict: Verdict | None = None
    ignore_case: bool = True

    def wanted(self, lowered: bytes) -> bool:
        return not self.needs or any(need in lowered for need in self.needs)

    def spans(self, flat: bytes) -> Iterator[Span]:
        regex = compiled(self.pattern, self.ignore_case)
        group = regex.groupindex.get(b"v", regex.groupindex.get("v", 0))
        for match in regex.finditer(flat):
            said = self.verdict(match, flat) if self.verdict else True
            if said is False:
                continue
            start, end = match.span(group) if said is True else said
            if end > start >= 0:
                yield Span(start, end, self.kind, "L2")
