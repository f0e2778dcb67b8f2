"""Ladders of thresholds: what one number means, and when a bad one is over (C-01). Pure, Decimal throughout.

A ladder is a list of rungs from mild to bad. A rung is reached when the value compares *strictly as written*: with
“> 5” a reading of 5.0 does not reach it. Healthy again is only what satisfies `resume`, so that a value between
`resume` and the first rung keeps the standing that it had.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any

COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {">": gt, "≥": ge, "<": lt, "≤": le}
UPWARD = {">", "≥"}
MOST_RUNGS = 6


@dataclass(frozen=True, slots=True)
class Rung:
    """`severity` is suggested when an incident is opened; None opens none. `playbook` is suggested by its key."""

    name: str
    comparison: str
    threshold: Decimal
    fails: bool = True
    severity: int | None = None
    playbook: str = ""

    def reached(self, value: Decimal) -> bool:
        return COMPARISONS[self.comparison](value, self.threshold)

    @property
    def words(self) -> str:
        return f"{self.comparison} {plain(self.threshold)}"


@dataclass(frozen=True, slots=True)
class Ladder:
    """`resume` is compared strictly, away from the rungs: below it when bad is high, above it when bad is low."""

    rungs: tuple[Rung, ...] = ()
    resume: Decimal | None = None
    min_sample: int = 0

    @property
    def upward(self) -> bool:
        """Whether high is bad."""
        return not self.rungs or self.rungs[0].comparison in UPWARD

    def healthy(self, value: Decimal) -> bool:
        """Whether work may resume at this value."""
        if any(rung.reached(value) for rung in self.rungs):
            return False
        if self.resume is None:
            return True
        return value < self.resume if self.upward else value > self.resume

    @property
    def resume_words(self) -> str:
        return "" if self.resume is None else f"{'<' if self.upward else '>'} {plain(self.resume)}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`rung` is the standing after this value: 0 healthy, else the number of the rung. `held`: only hysteresis holds it
    there. Not `counted`: the sample was too small, and the standing is what it was."""

    rung: int
    fails: bool
    counted: bool = True
    held: bool = False


def judge(ladder: Ladder, value: Decimal, *, before: int = 0, sample: int | None = None) -> Judgement:
    """Where a value stands, given the standing `before` it."""
    before = min(before, len(ladder.rungs))
    if ladder.min_sample and sample is not None and sample < ladder.min_sample:
        return Judgement(before, fails=False, counted=False)
    reached = max((number for number, rung in enumerate(ladder.rungs, 1) if rung.reached(value)), default=0)
    if reached:
        return Judgement(reached, fails=any(rung.fails for rung in ladder.rungs[:reached] if rung.reached(value)))
    if before and not ladder.healthy(value):
        return Judgement(1, fails=ladder.rungs[0].fails, held=True)
    return Judgement(0, fails=False)


def read(document: Mapping[str, Any]) -> Ladder:
    """The ladder of a stored document; ValueError with a sentence when it makes no sense."""
    rungs = tuple(
        Rung(
            str(row["name"]),
            str(row["comparison"]),
            decimal(row["threshold"]),
            bool(row.get("fails", True)),
            int(row["severity"]) if row.get("severity") else None,
            str(row.get("playbook", "")),
        )
        for row in document.get("rungs", [])
    )
    resume = document.get("resume")
    ladder = Ladder(rungs, decimal(resume) if resume not in (None, "") else None, int(document.get("min_sample") or 0))
    check(ladder)
    return ladder


def write(ladder: Ladder) -> dict[str, Any]:
    """Plain JSON; numbers as text, so that 0.1 stays 0.1."""
    return {
        "rungs": [
            {
                "name": rung.name,
                "comparison": rung.comparison,
                "threshold": plain(rung.threshold),
                "fails": rung.fails,
                "severity": rung.severity,
                "playbook": rung.playbook,
            }
            for rung in ladder.rungs
        ],
        "resume": None if ladder.resume is None else plain(ladder.resume),
        "min_sample": ladder.min_sample,
    }


def check(ladder: Ladder) -> None:
    """ValueError when rungs point in two directions, do not climb, or when resuming would be a rung itself."""
    if len(ladder.rungs) > MOST_RUNGS:
        raise ValueError(f"A ladder has at most {MOST_RUNGS} rungs.")
    for rung in ladder.rungs:
        if rung.comparison not in COMPARISONS:
            raise ValueError(f"“{rung.comparison}” is not a comparison; use >, ≥, < or ≤.")
        if (rung.comparison in UPWARD) != ladder.upward:
            raise ValueError("All rungs of a ladder point the same way: either high is bad, or low is.")
        if rung.severity is not None and rung.severity not in (1, 2, 3, 4):
            raise ValueError("A suggested severity is from 1 to 4.")
    for milder, worse in zip(ladder.rungs, ladder.rungs[1:], strict=False):
        if not (milder.threshold < worse.threshold if ladder.upward else milder.threshold > worse.threshold):
            raise ValueError(f"“{worse.name}” must lie beyond “{milder.name}”: rungs go from mild to bad.")
    if ladder.resume is not None and ladder.rungs:
        first = ladder.rungs[0].threshold
        if ladder.resume > first if ladder.upward else ladder.resume < first:
            raise ValueError("Work resumes on the healthy side of the first rung.")


def decimal(value: object) -> Decimal:
    """A finite Decimal of an int, str, Decimal or float (a float as it prints: 5.1 is 5.1); ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | str | float | Decimal):
        raise ValueError("That is not a number.")
    text = str(value).strip()
    if len(text) > 40:
        raise ValueError("That number is too long.")
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"“{text}” is not a number.") from error
    if not found.is_finite():
        raise ValueError("That is not a finite number.")
    return found


def plain(value: Decimal) -> str:
    """`5`, `5.1`, `0.001`: without an exponent and without trailing noughts."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
