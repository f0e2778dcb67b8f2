"""A second reader, who has counted: how words and marks were spread over kept sentences that break a rule and over clean ones. Pure.

The rules of the grammar say why; they know only what somebody thought of. Beside them stands what was counted in the kept
letters (tests/notifications/guard): a weight for each word, each pair of words, each mark of the grammar and each pair of
marks. Where the rules find nothing and the weights are heavy, or the rules find something and the weights speak strongly
against it, the weights decide. `python -m tests.notifications.guard.weigh` counts anew when sentences or rules are added.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path

from notifications.guard.grammar import Mark
from notifications.guard.words import shape

COUNTED = Path(__file__).with_name("weights.txt")
KINDS = ("speculation", "promise")
# Weights are kept in hundredths. Above the first a sentence breaks the rule that found nothing, below the second it does
# not though the rule found something.
DECIDES = {"speculation": (250, -60), "promise": (200, -20)}
NUMBERS = ("#clock", "#date", "#number", "#ordinal")


def seen(words: Sequence[str], low: int, high: int, times: Sequence[Mark], names: Iterable[str]) -> frozenset[str]:
    """What is weighed of the words from `low` up to `high`: words, neighbours, words with one between, marks by name."""
    read = ["^"]
    ends = {mark.low: mark for mark in times}
    at = low
    while at < high:
        time = ends.get(at)
        if time is not None:
            read.append(time.name)
            at = time.high
            continue
        word = words[at]
        if not word.isalpha() and (by := shape(word)) in NUMBERS:
            word = by
        read.append(word)
        at += 1
    read.append("$")
    what = ["*", *read]
    what += [f"{one} {other}" for one, other in pairwise(read)]
    what += [f"{one} _ {other}" for one, other in zip(read, read[2:], strict=False)]
    what += _together(frozenset(names))
    # What stands there twice weighs no more, or a letter of nothing but “a” would be a guess.
    return frozenset(what)


@lru_cache(maxsize=4096)
def _together(names: frozenset[str]) -> Sequence[str]:
    """Marks and pairs of marks."""
    there = sorted(names)
    return [f"+{name}" for name in there] + [f"+{one}+{other}" for one, other in combinations(there, 2)]


@lru_cache(maxsize=1)
def weights() -> Mapping[str, complex]:
    """Hundredths for speculation and for a promise, by what is seen: a line each in the file, here the two as one complex
    number, so that both are added up in one go."""
    rows = (line.rsplit("\t", 2) for line in COUNTED.read_text(encoding="utf-8").splitlines())
    return {what: complex(int(first), int(second)) for what, first, second in rows}


def weighed(what: Iterable[str]) -> tuple[float, float]:
    """How heavily all that is seen of a sentence speaks for speculation and for a promise."""
    heavy = sum(filter(None, map(weights().get, what)), 0j)
    return heavy.real, heavy.imag
