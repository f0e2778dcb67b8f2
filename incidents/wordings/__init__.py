"""The texts as shipped, and what may stand in each. A further kind is one more entry in the table."""

from incidents.wordings.kind import Kind, Variable
from incidents.wordings.letters import ALL_NORMAL, DOING, KINDS, NOTIFICATION, POSTMORTEM, RESOLVED, UPDATE

BY_KIND: dict[str, Kind] = {kind.key: kind for kind in KINDS}

__all__ = [
    "ALL_NORMAL",
    "BY_KIND",
    "DOING",
    "KINDS",
    "NOTIFICATION",
    "POSTMORTEM",
    "RESOLVED",
    "UPDATE",
    "Kind",
    "Variable",
]
