"""How the times of a sentence stand to what is done in it, as the second reader weighs it. Pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from notifications.guard.promises import Promise


def standing(read: Promise) -> Iterator[str]:
    """By name: which act stands before a time and which after it, and whether its clause is past or still to come. Nothing
    of a sentence without a time or nearness."""
    if not read.times and not read.near:
        return
    for mark in (*read.times, *read.near):
        clause = read.clauses[read.clause(mark.low)]
        before, after = read.before(mark, clause.low), read.after(mark, clause.high)
        name = "NEAR" if mark in read.near else mark.name
        first, then = before.name if before else "-", after.name if after else "-"
        tense = ("past" if read.past(clause.low, clause.high) else "") + (
            "ahead" if read.has("FUTURE", clause.low, clause.high) else ""
        )
        yield from _stands(name, first, then, tense)
        if read.behind(mark):
            yield "=behind"
        if read.denied(mark):
            yield "=denied"
    if read.settled:
        yield "=settled"
    if read.asked:
        yield "=asked"
    if any(read.past(clause.low, clause.high) for clause in read.clauses):
        yield "=past"


@lru_cache(maxsize=4096)
def _stands(name: str, first: str, then: str, tense: str) -> Sequence[str]:
    return (
        f"={name}:{first}:{then}:{tense}",
        f"={first}<{name}",
        f"={name}>{then}",
        f"={name}:{tense}",
        f"={first}<>{then}",
        f"={first}:{tense}",
    )
