"""Counts the kept sentences anew for the guard's second reader: `python -m tests.notifications.guard.weigh`.

A logistic regression by stochastic descent, in a fixed order, so that the same sentences always make the same file.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from notifications.guard.check import bounds
from notifications.guard.judging import judge
from notifications.guard.reading import LOWER, plain
from notifications.guard.weighing import COUNTED, KINDS
from notifications.guard.words import Text

HERE = Path(__file__).parent
ROUNDS, STEP, SHRINK, SEED = 14, 0.1, 1e-2, 20
# What was seen in one sentence alone says little, and what weighs next to nothing is left out.
SEEN_IN, LEAST = 4, 20


def sentences(aside: Sequence[str] = ()) -> Iterator[tuple[str, frozenset[str]]]:
    """Each kept sentence and the kinds that it breaks, without the sets `aside`, on which weights can be tried."""
    for path in sorted(HERE.glob("*.txt")):
        if path.stem in aside:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            kinds, _, text = line.partition("|") if path.stem != "clean" else ("clean", "", line)
            if kinds != "names":
                yield text, frozenset(kinds.split(",")) - {"clean"}


def seen_in(text: str) -> frozenset[str]:
    """All that the second reader sees in a text."""
    read = plain(text)
    words = Text(read.translate(LOWER))
    return frozenset(what for one in judge(words.words, list(bounds(words, read))) for what in one.seen())


def weigh(rows: Sequence[tuple[Sequence[str], bool]]) -> Mapping[str, float]:
    """A weight for everything seen; those that break the rule and those that do not count alike."""
    weights: dict[str, float] = {}
    slopes: dict[str, float] = {}
    broken = sum(breaks for _, breaks in rows)
    shares = {True: len(rows) / (2 * broken), False: len(rows) / (2 * (len(rows) - broken))}
    order = list(range(len(rows)))
    shuffled = random.Random(SEED)
    for _ in range(ROUNDS):
        shuffled.shuffle(order)
        for place in order:
            what, breaks = rows[place]
            score = sum(weights.get(one, 0.0) for one in what)
            error = (1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - breaks) * shares[breaks]
            for one in what:
                weight = weights.get(one, 0.0)
                slope = error + SHRINK * weight
                slopes[one] = slopes.get(one, 1e-3) + slope * slope
                weights[one] = weight - STEP * slope / math.sqrt(slopes[one])
    return weights


def table(rows: Sequence[tuple[str, frozenset[str]]]) -> str:
    """The file that the second reader reads."""
    read = [(seen_in(text), kinds) for text, kinds in rows]
    often = Counter(one for what, _ in read for one in what)
    known = [(sorted(one for one in what if often[one] >= SEEN_IN), kinds) for what, kinds in read]
    each = [weigh([(what, kind in kinds) for what, kinds in known]) for kind in KINDS]
    lines = []
    for one in sorted(each[0]):
        hundredths = [round(weights[one] * 100) for weights in each]
        if max(abs(weight) for weight in hundredths) >= LEAST:
            lines.append("\t".join((one, *map(str, hundredths))))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    COUNTED.write_text(table(list(sentences())), encoding="utf-8")
