"""Routine checks: made at their time, read or answered, signed, and never forgotten (B-30, B-114…B-125)."""

from incidents.detection.checks.answering import answer, assign, sign
from incidents.detection.checks.keeping import remove_line, save_check, save_line, switch_check
from incidents.detection.checks.making import routine_of, run_now, sweep
from incidents.detection.checks.overdue import sweep as sweep_overdue

__all__ = [
    "answer",
    "assign",
    "remove_line",
    "routine_of",
    "run_now",
    "save_check",
    "save_line",
    "sign",
    "sweep",
    "sweep_overdue",
    "switch_check",
]
