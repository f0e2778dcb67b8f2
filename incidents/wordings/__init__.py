"""The texts as shipped, and what may stand in each. A further kind is one more entry in the table."""

from incidents.wordings import letters
from incidents.wordings.escalations import BY_CHANNEL
from incidents.wordings.kind import Kind, Variable
from incidents.wordings.letters import ALL_NORMAL, DIGEST, DOING, NOTIFICATION, POSTMORTEM, RESOLVED, UPDATE

KINDS: tuple[Kind, ...] = (*letters.KINDS, *BY_CHANNEL.values())
BY_KIND: dict[str, Kind] = {kind.key: kind for kind in KINDS}

__all__ = [
    "ALL_NORMAL",
    "BY_CHANNEL",
    "BY_KIND",
    "DIGEST",
    "DOING",
    "KINDS",
    "NOTIFICATION",
    "POSTMORTEM",
    "RESOLVED",
    "UPDATE",
    "Kind",
    "Variable",
]
