"""What looks like a key, a password or a card in a letter. The shapes are those of redaction where it is at hand."""

import re
from collections.abc import Iterator, Sequence

from notifications.guard.names import overlaps
from notifications.guard.reading import LOWER

SHAPES = re.compile(
    r"\b(?:sk|pk|rk|pat|ghp|gho|ghs|glpat|xox[abprs]|key|alc|npm|pypi|hf|dop_v1|shpat|SG)[-_.][A-Za-z0-9_\-.]{16,200}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b\d{8,10}:[\w-]{30,}",
    re.I,
)
# What is called a password or a key and stands beside its name; read in small letters, which is quicker than in both.
CALLED = re.compile(
    r"(?:password|passwort|passphrase|pwd|pw|api[ _-]?key|secret|token)\s*(?:is|=|:)\s*(?!not\b|now\b|no\b|the\b|that\b|being\b|been\b|still\b|valid|invalid|expired|reset|required|wrong|correct|safe|unchanged|missing)\S{0,60}[\d!@#$%^&*]\S{0,60}|(?:password|passphrase|passcode|pin|pass)\s+(?=\S*\d)(?=\S*[a-z])[^\s,;]{6,60}|bearer\s+[\w.~+/-]{12,}"
    # “The admin pass is still ride4Ever#22”, “pw zebra#19”: letters and digits in one word, in prose.
    r"|\b(?:password|passphrase|passcode|passwort|kennwort|pass|pw|pwd|code ?word|key|login)\b(?:[ \w]{0,30}?\b(?:is|was|remains|still|here|now)\b|[ \w]{0,20}[:=])?"
    r"[ :=]+[\"'“‘(]?(?=\S*\d)(?![a-z]{2,6}-\d)[a-z][^\s,;]{5,60}"
)
SIGNED_IN = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,80}:[^\s/@]{1,80}@", re.I)
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")


# A letter without a long unbroken word, or the word PRIVATE, holds no such shape, and one without a long row of digits
# no card: most are done with a look.
SHORTEST = 17
DIGITS = re.compile(r"\d[\d -]{11,}\d")


def secret_spans(text: str, known: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """Where something stands that looks like a secret, or one that is known, whatever it looks like."""
    found = []
    for secret in known:
        start = text.find(secret)
        while start >= 0:
            found.append((start, start + len(secret)))
            start = text.find(secret, start + len(secret))
    found.sort()
    yield from found
    for low, high in _alike(text):
        if not overlaps(found, low, high):
            yield low, high


def _alike(text: str) -> Iterator[tuple[int, int]]:
    if any(len(word) >= SHORTEST for word in text.split()) or "PRIVATE" in text.upper():
        for match in SHAPES.finditer(text):
            yield match.span()
    for match in CALLED.finditer(text.translate(LOWER)):
        yield match.span()
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
