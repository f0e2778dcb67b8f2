"""What looks like a key, a password or a card in a letter. Keys of known providers are those that redaction knows."""

import re
from collections.abc import Iterable, Iterator, Sequence

from notifications.guard.links import letting_in
from notifications.guard.names import overlaps
from notifications.guard.reading import LOWER
from notifications.guard.said import said_spans
from notifications.guard.values import trimmed
from notifications.redaction.flat import flatten
from notifications.redaction.providers import RULES as PROVIDERS

SHAPES = re.compile(
    r"\b(?:sk|pk|rk|pat|ghp|gho|ghs|glpat|xox[abprs]|key|alc|npm|pypi|hf|dop_v1|shpat)[-_.][A-Za-z0-9_\-.]{16,200}|(?-i:SG\.)[A-Za-z0-9_\-.]{16,200}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b\d{8,10}:[\w-]{30,}",
    re.I,
)
SIGNED_IN = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,80}:(?!(?:pass(?:word)?|pwd?|secret|x+|\*+|<[^>\s]*>|\$\{?\w+\}?)@)[^\s/@]{1,80}@",
    re.I,
)
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")


# A letter without a long unbroken word, or the word PRIVATE, holds no such shape, and one without a long row of digits
# no card: most are done with a look.
SHORTEST = 17
DIGITS = re.compile(r"\d[\d -]{11,}\d")


def secret_spans(text: str, known: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """Where something stands that looks like a secret, or one that is known, whatever it looks like; each place once."""
    found = []
    for secret in known:
        start = text.find(secret)
        while start >= 0:
            found.append((start, start + len(secret)))
            start = text.find(secret, start + len(secret))
    found = list(_joined(found))
    yield from found
    # What has two shapes is one secret.
    yield from (span for span in _joined(_alike(text)) if not overlaps(found, *span))


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """In order, those that share a character as one."""
    low, high = 0, 0
    for start, end in sorted(spans):
        if start < high:
            high = max(high, end)
            continue
        if high:
            yield low, high
        low, high = start, end
    if high:
        yield low, high


def _alike(text: str) -> Iterator[tuple[int, int]]:
    lowered = text.translate(LOWER)
    yield from said_spans(text, lowered)
    yield from letting_in(text, lowered)
    if any(len(word) >= SHORTEST for word in text.split()) or "PRIVATE" in text.upper():
        for match in SHAPES.finditer(text):
            yield trimmed(text, *match.span())
        flat = flatten(text)
        for rule in PROVIDERS:
            for span in rule.spans(flat) if rule.wanted(flat.lower()) else ():
                yield span.start, span.end
    if "://" in text:
        for match in SIGNED_IN.finditer(text):
            yield match.span()
    for match in CARD.finditer(text) if DIGITS.search(text) else ():
        if luhn(re.sub(r"\D", "", match[0])):
            yield match.start(), match.start() + len(match[0].rstrip(" -"))


def luhn(digits: str) -> bool:
    """The check digit of card numbers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return len(digits) >= 13 and digits[0] in "3456" and total % 10 == 0
