"""What the guard says of a letter. Pure."""

from dataclasses import dataclass

# Why, in the words of the SOP.
WHY = {
    "promise": "Do not promise fix times unless you're certain. Use “we'll update you by [time]” instead.",
    "speculation": "Do not speculate on causes in the initial notification.",
    "blame": "Do not blame third parties in client communication. Say “we're working on it”.",
    "secret": "Keys, passwords and card numbers never leave in a letter.",
    "other_client": "No client reads of another client.",
    "length": "One or two plain sentences.",
    "next_update": "Every letter says by when the next one comes: a time that is still ahead.",
    "jargon": "Plain language: the client does not run our systems.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a letter. `start` and `end` count characters; `suggestion` may replace `text` with one click."""

    kind: str
    start: int
    end: int
    text: str
    suggestion: str

    @property
    def why(self) -> str:
        return WHY[self.kind]

    @property
    def stops(self) -> bool:
        """A secret or another client's name stops the letter; everything else may go on with a reason."""
        return self.kind in ("secret", "other_client")
