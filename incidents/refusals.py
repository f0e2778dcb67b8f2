"""A refusal is an answer, not an error: not from here, not now, and why. Pure."""


class Refused(Exception):
    """Raised by a verb that will not do it; `sentence` is for people, `field` names the form field it belongs to."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
