"""The scheduled update of each client: planned, put into words in time, sent once, or held and escalated (C-04)."""

from incidents.digests.sending import Edition, edition_of, sweep
from incidents.digests.standing import Item, items_for

__all__ = ["Edition", "Item", "edition_of", "items_for", "sweep"]
