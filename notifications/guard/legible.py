"""Characters that nobody sees: they would hide a name from whoever reads, or turn what he reads around. Pure."""

import re

# Spaces without width, hyphens that may show, marks that turn the direction of reading, and control characters.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
# Two more join letters of some scripts and parts of a picture. They may stand in a letter, and hide no name.
JOINING = re.compile(f"{UNSEEN.pattern[:-1]}\u200c\u200d]")


def shown(text: str) -> str:
    """The text without what nobody sees, as it goes into a letter."""
    return UNSEEN.sub("", text)


def legible(text: str) -> tuple[str, list[int] | None]:
    """The text as it is judged, and where each of its characters, and its end, stood before; None where none is left
    out."""
    if JOINING.search(text) is None:
        return text, None
    places = [place for place, one in enumerate(text) if not JOINING.match(one)]
    return "".join(text[place] for place in places), [*places, len(text)]
