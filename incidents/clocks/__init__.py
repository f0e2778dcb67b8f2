"""Every running promise: settled by verbs, enforced by the sweep, explained to people."""

from incidents.clocks.announce import announce
from incidents.clocks.events import events_of, moving_entries, policy_of, standing_of
from incidents.clocks.settle import settle
from incidents.clocks.sweep import Swept, sweep

__all__ = ["Swept", "announce", "events_of", "moving_entries", "policy_of", "settle", "standing_of", "sweep"]
