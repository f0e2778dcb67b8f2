"""Promises, speculation and blame in the sentences of a letter: what the rules find, weighed against what was counted. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from notifications.guard.clauses import has_verb
from notifications.guard.inference import speculated
from notifications.guard.lexicon import HEDGED, OUTSIDE
from notifications.guard.others import excused, laid
from notifications.guard.promises import Promise
from notifications.guard.standing import standing
from notifications.guard.weighing import DECIDES, HALF, KINDS, SETTLED, UNTIMED, What, seen, weighed

Span = tuple[int, int]


class Judged:
    """The words of one sentence as both readers see it; their places count from one."""

    def __init__(self, sentence: Sequence[str]) -> None:
        # Nothing looks beyond the stop before a sentence and the one after it.
        self.read = Promise([".", *sentence, "."], 1, len(sentence) + 1)

    def ruled(self, kind: str) -> Sequence[Span]:
        """The words, from and up to, that break the rule as the grammar sees it."""
        read = self.read
        if kind == "blame":
            return list(laid(read.words, read.low, read.high, read.marks))
        span = read.promised() if kind == "promise" else speculated(read.words, read.low, read.high, read.marks)
        return () if span is None else (span,)

    def marks(self) -> frozenset[str]:
        """By name, what the grammar knows in it."""
        read = self.read
        names = [name for name, marks in read.marks.items() if marks]
        if read.times or read.near:
            names += [act.name.lower() for act in read.acts]
        return frozenset(names)

    def said(self) -> Iterable[What]:
        """Its words as the second reader weighs them, and how its times stand."""
        read = self.read
        return chain(seen(read.words, read.low, read.high, read.times), frozenset(standing(read)))

    def anew(self, kind: str) -> Span:
        """The words that break the rule where the rules found none; the sentence, when none of its words stands out."""
        read = self.read
        if kind == "promise":
            marks = [*read.times, *read.near]
            return min((mark.low for mark in marks), default=read.low), max(
                (mark.high for mark in marks), default=read.high
            )
        names = HEDGED if kind == "speculation" else OUTSIDE
        return min((mark.low for name in names for mark in read.marks.get(name, ())), default=read.low), read.high

    def heavy(self, kind: str) -> int:
        """What a sentence must weigh where the rules found nothing. For a promise it depends on whether a time stands that
        can be one; for blame it is more than anything weighs where nothing is said of anybody, or nothing that harms."""
        read = self.read
        if kind == "blame" and (
            excused(read.words, read.high, read.marks) or not has_verb(read.words, read.low, read.high)
        ):
            # “Our carrier did not lose any of it”, “Theirs alone”.
            return HALF
        if kind != "promise":
            return DECIDES[kind][0]
        if not read.times and not read.near:
            return UNTIMED
        return SETTLED if read.settled else DECIDES[kind][0]


def broken(words: Sequence[str], sentences: Iterable[Span]) -> Iterator[tuple[str, int, int]]:
    """The kind and the words, from and up to, of each promise, each speculation and each blame of somebody without a name."""
    for low, high in sentences:
        for kind, first, last in _found(tuple(words[low:high])):
            yield kind, low + first - 1, low + last - 1


# A letter is read again with every word that is typed, and most of its sentences are those of before.
@lru_cache(maxsize=2048)
def _found(sentence: tuple[str, ...]) -> Sequence[tuple[str, int, int]]:
    one = Judged(sentence)
    found = []
    for kind, weight in zip(KINDS, weighed(one.said(), one.marks()), strict=True):
        if weight < DECIDES[kind][1]:
            # Whatever the rules find; most sentences are done with that.
            continue
        spans = one.ruled(kind) or ((one.anew(kind),) if weight > one.heavy(kind) else ())
        found += [(kind, *span) for span in spans]
    return found


def forget() -> None:
    """What was read before, so that what reading costs can be measured."""
    _found.cache_clear()
