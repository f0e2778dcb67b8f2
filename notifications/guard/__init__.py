"""The language guard: what may not go out in a letter, and how to say it instead (B-43, B-44, B-48, B-132, B-133)."""

from notifications.guard.check import INSTEAD, check
from notifications.guard.finding import WHY, Finding

__all__ = ["INSTEAD", "WHY", "Finding", "check"]
