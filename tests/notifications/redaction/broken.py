"""Texts that others wrote, kept so that no scanner of secrets trips over them: long tokens are broken every third character.

`⟦…⟧` is a secret, `⟨…⟩` a long token that is none; a middle dot stands where one is broken. Read back, each text is to
the letter what was written.
"""

import re

from tests.notifications.redaction.mint import Sample

_SECRET = re.compile(r"⟦([^⟧]*)⟧")
_SIGNS = re.compile(r"[⟦⟧⟨⟩·]")


def read(text: str) -> Sample:
    return Sample("blind", _SIGNS.sub("", text), tuple(one.replace("·", "") for one in _SECRET.findall(text)))


def secrets_of(texts: tuple[str, ...]) -> list[Sample]:
    return [sample for sample in map(read, texts) if sample.secrets]


def clean_of(texts: tuple[str, ...]) -> list[Sample]:
    return [sample for sample in map(read, texts) if not sample.secrets]
