"""The whole grammar of the guard as one, so that a sentence is spelled in its characters once. Pure."""

from notifications.guard.acts import ACTS
from notifications.guard.grammar import Grammar
from notifications.guard.hedges import HEDGES
from notifications.guard.nearness import NEARNESS
from notifications.guard.parties import PARTIES
from notifications.guard.times import TIMES

GRAMMAR = Grammar(TIMES, ACTS, NEARNESS, HEDGES, PARTIES)
# What governs nothing by itself: how a thought, a time and a party are marked. What else is looked for depends on these.
HELD = ("SURE", "SIGN", "THINK", "SEEM", "MODAL", "MAYBE")
TIMED = ("AHEAD", "OPEN", "LENGTH", "PASSED", "PROMPT", "ASOF", "EVERY")
WHEN = (*TIMED, "NEAR", "LASTING")
HEDGED = (*HELD, "UNCHECKED")
OUTSIDE = ("PARTY", "UNNAMED")
OPENING = (*WHEN, *HEDGED, *OUTSIDE)
