"""Past incidents as dots on an axis of hours: in time either way, late only under the draft, late either way."""

from dataclasses import dataclass

from incidents.forms.configuration.look import write_duration
from incidents.policy_preview import Tally

COLUMNS = 40
MOST_HIGH = 12
DOT = 11
ROOM = 26
STEPS = tuple(60 * one for one in (5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 5760, 10080, 40320))


@dataclass(frozen=True, slots=True)
class Dot:
    """`x` is a share of the width in per cent, `y` is in pixels from the top."""

    x: str
    y: int
    look: str


@dataclass(frozen=True, slots=True)
class Plot:
    tally: Tally
    dots: tuple[Dot, ...]
    height: int
    base: int
    now_x: str
    then_x: str
    from_x: str
    width: str
    now: str
    then: str
    ticks: tuple[tuple[str, str], ...]
    per_dot: int
    in_time: int
    late_only_then: int
    late_either_way: int


def _share(part: float, whole: float) -> str:
    return f"{min(100.0, 100 * part / whole):.2f}%"


def _ticks(span: float) -> tuple[tuple[str, str], ...]:
    """Between three and six round lengths of time along the axis."""
    step = next((one for one in STEPS if span / one <= 6), STEPS[-1])
    return tuple((_share(step * one, span), write_duration(step * one)) for one in range(1, int(span / step) + 1))


def histogram(tally: Tally) -> Plot:
    """Dots of the clocks that stopped, columns of equal width; one dot stands for several when there are many."""
    stopped = [one for one in tally.verdicts if one.stopped]
    longest = max([one.taken_seconds for one in stopped] + [tally.target_now, tally.target_then])
    span = min(longest, 2 * max(tally.target_now, tally.target_then)) * 1.04 or 1
    columns: dict[int, list[str]] = {}
    for one in sorted(stopped, key=lambda each: each.taken_seconds):
        column = min(COLUMNS - 1, int(one.taken_seconds * COLUMNS / span))
        look = "late" if one.late_now and one.late_then else "then" if one.late_then else "kept"
        columns.setdefault(column, []).append(look)
    highest = max((len(looks) for looks in columns.values()), default=1)
    per_dot = -(-highest // MOST_HIGH)
    high = min(highest, MOST_HIGH)
    base = ROOM + high * DOT
    dots = [
        Dot(_share(column + 0.5, COLUMNS), base - DOT // 2 - level * DOT, looks[level * per_dot])
        for column, looks in columns.items()
        for level in range(-(-len(looks) // per_dot))
    ]
    low, top = sorted((tally.target_now, tally.target_then))
    both = sum(1 for one in tally.verdicts if one.late_now and one.late_then)
    only = sum(1 for one in tally.verdicts if one.late_then and not one.late_now)
    return Plot(
        tally=tally,
        dots=tuple(dots),
        height=base + 20,
        base=base,
        now_x=_share(tally.target_now, span),
        then_x=_share(tally.target_then, span),
        from_x=_share(low, span),
        width=_share(top - low, span),
        now=write_duration(tally.target_now),
        then=write_duration(tally.target_then),
        ticks=_ticks(span),
        per_dot=per_dot,
        in_time=tally.counted - both - only,
        late_only_then=only,
        late_either_way=both,
    )
