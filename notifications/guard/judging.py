"""Promises and speculation in the sentences of a letter: what the rules find, weighed against what was counted. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from notifications.guard.grammar import Mark
from notifications.guard.inference import hedged, speculated
from notifications.guard.promises import Promise
from notifications.guard.weighing import DECIDES, KINDS, seen, weighed

Span = tuple[int, int]


class Judged(NamedTuple):
    """A sentence as both readers see it; the spans are those of the rules."""

    read: Promise
    hedges: Mapping[str, Sequence[Mark]]
    spans: Mapping[str, Span | None]

    def seen(self) -> frozenset[str]:
        names = [*self.hedges, *(name for name, marks in self.read.marks.items() if marks)]
        if self.read.times or self.read.near:
            names += [act.name.lower() for act in self.read.acts]
        return seen(self.read.words, self.read.low, self.read.high, self.read.times, names)

    def anew(self, kind: str) -> Span | None:
        """The words that break the rule where the rules found none: no promise without a time or nearness that lies ahead."""
        read = self.read
        if kind == "speculation":
            held = [mark.low for marks in self.hedges.values() for mark in marks]
            return min(held, default=read.low), read.high
        near = [*read.times, *read.near] if not read.settled else []
        return (min(mark.low for mark in near), max(mark.high for mark in near)) if near else None


def judge(words: Sequence[str], sentences: Sequence[Span]) -> Sequence[Judged]:
    """What the rules find. Rule by rule and not sentence by sentence, which keeps what each rule needs at hand."""
    reads = [Promise(words, low, high) for low, high in sentences]
    promised = [read.promised() for read in reads]
    hedges = [hedged(words, low, high) for low, high in sentences]
    guesses = [speculated(words, low, high, marks) for (low, high), marks in zip(sentences, hedges, strict=True)]
    return [
        Judged(read, marks, {"promise": promise, "speculation": guess})
        for read, marks, promise, guess in zip(reads, hedges, promised, guesses, strict=True)
    ]


def broken(words: Sequence[str], sentences: Sequence[Span]) -> Iterator[tuple[str, int, int]]:
    """The kind and the words, from and up to, of each promise and each speculation."""
    for one in judge(words, sentences):
        for kind, weight in zip(KINDS, weighed(one.seen()), strict=True):
            heavy, light = DECIDES[kind]
            span = one.spans[kind]
            if span is None and weight > heavy:
                span = one.anew(kind)
            if span is not None and weight >= light:
                yield kind, *span
