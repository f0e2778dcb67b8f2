"""A second reader, who has counted: how words and marks were spread over kept sentences that break a rule and over clean ones. Pure.

The rules of the grammar say why; they know only what somebody thought of. Beside them stands what was counted in the kept
letters (tests/notifications/guard): a weight for each word and stem, for neighbours, for marks of the grammar and pairs of them,
and for how times stand to acts. A light sentence breaks nothing, whatever the rules find; where they find nothing, a heavy one
breaks the rule all the same. `python -m tests.notifications.guard.weigh` counts anew when sentences or rules are added.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations, pairwise, repeat
from pathlib import Path

from notifications.guard.grammar import Mark
from notifications.guard.words import shape

COUNTED = Path(__file__).with_name("weights.txt")
KINDS = ("speculation", "promise", "blame")
# Weights are kept in hundredths. Above the first a sentence breaks the rule that found nothing, below the second it does
# not though the rule found something. Chosen on sets that were left out of the counting in turn.
DECIDES = {"speculation": (185, 45), "promise": (135, 65), "blame": (85, -15)}
# What a promise must weigh where no time stands, and where all of them are behind us or of something that goes on.
UNTIMED, SETTLED = 65, 105
# The letters of a long word that count for all its forms.
STEM = 5
# Bits for the sum of one kind: no sentence comes near half of what they hold.
WIDTH = 24
HALF = 1 << WIDTH - 1
NUMBERS = ("#clock", "#date", "#number", "#ordinal")


# A word, a mark or a stem; two or three words.
What = str | tuple[str, ...]


def seen(words: Sequence[str], low: int, high: int, times: Sequence[Mark]) -> frozenset[What]:
    """What is weighed of the words from `low` up to `high`: words, their stems, neighbours, and words with one between."""
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
    # What stands there twice weighs no more, or a letter of nothing but “a” would be a guess.
    return frozenset(
        chain(
            ("*", *read),
            pairwise(read),
            zip(read, repeat("_"), read[2:], strict=False),
            (f"~{word[:STEM]}" for word in read if len(word) > STEM),
        )
    )


def together(names: Iterable[str]) -> Sequence[What]:
    """What is weighed of the marks in a sentence: each, and each two of them."""
    there = sorted(set(names))
    return [f"+{name}" for name in there] + [f"+{one}+{other}" for one, other in combinations(there, 2)]


@lru_cache(maxsize=1)
def weights() -> Mapping[What, int]:
    """Hundredths for each kind, by what is seen: a line each in the file, here side by side in one number, so that all are
    added up in one go."""
    rows = (line.split("\t") for line in COUNTED.read_text(encoding="utf-8").splitlines())
    return {
        tuple(what.split(" ")) if " " in what else what: sum(
            int(one) << place * WIDTH for place, one in enumerate(each)
        )
        for what, *each in rows
    }


def weighed(what: Iterable[What], names: frozenset[str] = frozenset()) -> Iterator[int]:
    """How heavily what is seen and the marks of a sentence speak for each kind, in the order of `KINDS`."""
    heavy = _sum(what) + _marked(names)
    for _ in KINDS:
        # The lowest bits as a signed number; what is left lies above them.
        one = ((heavy + HALF) & (2 * HALF - 1)) - HALF
        yield one
        heavy = (heavy - one) >> WIDTH


def _sum(what: Iterable[What]) -> int:
    return sum(filter(None, map(weights().get, what)))


@lru_cache(maxsize=4096)
def _marked(names: frozenset[str]) -> int:
    return _sum(together(names))
