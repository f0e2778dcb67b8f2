"""Who is told of what happened, until somebody takes it (B-107…B-113, C-11, C-18)."""

from incidents.escalation.aged import sweep as sweep_aged
from incidents.escalation.hushing import hush
from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import DONE_BY, Raising, raise_all
from incidents.escalation.repeats import end, over, resume, sweep, take
from incidents.escalation.unreached import sweep as sweep_unreached

__all__ = [
    "DONE_BY",
    "Matrix",
    "Raising",
    "end",
    "hush",
    "over",
    "raise_all",
    "resume",
    "sweep",
    "sweep_aged",
    "sweep_unreached",
    "take",
]
