"""Counts the kept sentences anew for the guard's second reader: `python -m tests.notifications.guard.weigh`.

A logistic regression by stochastic descent, in a fixed order, so that the same sentences always make the same file.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from notifications.guard.check import KNOWN, bounds
from notifications.guard.judging import Judged
from notifications.guard.names import named_in
from notifications.guard.reading import LOWER, plain
from notifications.guard.weighing import COUNTED, KINDS, What, together
from notifications.guard.words import Text

HERE = Path(__file__).parent
NAMES = ("HubSpot", "Instantly", "OpenRouter", "Apollo", "Smartlead")
ROUNDS, STEP, SHRINK, SEED = 20, 0.1, 1e-2, 20
# The mean of the last rounds depends less on the order of the sentences than where the last of them ends.
MEANT = 12
# What was seen in one sentence alone says little, and what weighs next to nothing is left out.
SEEN_IN, LEAST = 4, 20


def _lines(aside: Sequence[str]) -> Iterator[tuple[str, str]]:
    for path in sorted(HERE.glob("*.txt")):
        if path.stem not in aside:
            for line in path.read_text(encoding="utf-8").splitlines():
                kinds, _, text = line.partition("|") if path.stem != "clean" else ("clean", "", line)
                yield kinds, text


def sentences(aside: Sequence[str] = ()) -> Iterator[tuple[str, frozenset[str]]]:
    """Each kept sentence and the kinds that it breaks, without the sets `aside`, on which weights can be tried."""
    for kinds, text in _lines(aside):
        if kinds != "names":
            yield text, frozenset(kinds.split(",")) - {"clean"}


@lru_cache(maxsize=1)
def names() -> Sequence[str]:
    """All third parties whose names stand in the kept sentences."""
    named = (name.strip() for kinds, text in _lines(()) if kinds == "names" for name in text.split(","))
    return tuple(dict.fromkeys((*KNOWN, *NAMES, *named)))


def seen_in(text: str) -> frozenset[What]:
    """All that the second reader weighs in a text."""
    read = plain(text)
    words = Text(read.translate(LOWER))
    judged = (Judged(words.words[low:high]) for low, high in bounds(words, read))
    return frozenset(what for one in judged for what in (*one.said(), *together(one.marks())))


def weigh(rows: Sequence[tuple[Sequence[int], bool]], many: int) -> Sequence[float]:
    """A weight for each of the `many` that are seen; rows that break the rule and rows that do not count alike."""
    weights, slopes = [0.0] * many, [1e-3] * many
    broken = sum(breaks for _, breaks in rows)
    shares = {True: len(rows) / (2 * broken), False: len(rows) / (2 * (len(rows) - broken))}
    order = list(range(len(rows)))
    shuffled = random.Random(SEED)
    mean = [0.0] * many
    for turn in range(ROUNDS):
        shuffled.shuffle(order)
        for place in order:
            what, breaks = rows[place]
            score = sum([weights[one] for one in what])
            error = (1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - breaks) * shares[breaks]
            for one in what:
                weight = weights[one]
                slope = error + SHRINK * weight
                slopes[one] += slope * slope
                weights[one] = weight - STEP * slope / math.sqrt(slopes[one])
        if turn >= ROUNDS - MEANT:
            mean = [sofar + weight / MEANT for sofar, weight in zip(mean, weights, strict=True)]
    return mean


def spelled(what: What) -> str:
    """As it stands in the file."""
    return what if isinstance(what, str) else " ".join(what)


def table(rows: Sequence[tuple[str, frozenset[str]]]) -> str:
    """The file that the second reader reads."""
    read = [(seen_in(text), text, kinds) for text, kinds in rows]
    often = Counter(one for what, _, _ in read for one in what)
    known = sorted((one for one, times in often.items() if times >= SEEN_IN), key=spelled)
    places: Mapping[What, int] = {one: place for place, one in enumerate(known)}
    placed = [(sorted(places[one] for one in what if one in places), text, kinds) for what, text, kinds in read]
    each = []
    for kind in KINDS:
        # Whoever is blamed by name is found by the name, which says nothing of what else blames.
        counted = [
            (what, kind in kinds)
            for what, text, kinds in placed
            if kind != "blame" or kind not in kinds or not any(named_in(plain(text), names(), ""))
        ]
        each.append(weigh(counted, len(known)))
    lines = []
    for place, one in enumerate(known):
        hundredths = [round(weights[place] * 100) for weights in each]
        if max(abs(weight) for weight in hundredths) >= LEAST:
            lines.append("\t".join((spelled(one), *map(str, hundredths))))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    COUNTED.write_text(table(list(sentences())), encoding="utf-8")
