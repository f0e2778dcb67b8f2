"""What looks like a key, a password or a card in a letter. Keys of known providers are those that redaction knows."""

import re
from collections.abc import Iterable, Iterator, Sequence

from notifications.guard.names import overlaps
from notifications.guard.reading import LOWER
from notifications.redaction.flat import flatten
from notifications.redaction.providers import RULES as PROVIDERS

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
    # “The API key for the test is 9f86d0…”, “the access token ya29.…”: long, and of letters and digits.
    r"|\b(?:key|token|secret|password|passphrase)\b(?:[ \w-]{0,40}?\bis\b)?[ :=]+[\"'“‘(]?(?=[^\s,;]*\d)(?=[^\s,;]*[a-z])[\w.~+/=-]{16,200}"
    # “The password for the test login is Heron-5521!”
    r"|\b(?:password|passphrase|passwort|kennwort|pw|pwd)\b[ \w]{0,40}?\bis[ :]+[\"'“‘]?(?=\S*\d)[a-z][^\s,;]{5,60}"
    # “The password has been set to ‘Pelican_77’.”
    r"|\b(?:password|passphrase|passcode)\b[ \w]{0,40}?\bto[ :]+[\"'“‘](?=\S*[\d_!#$%&*])[^\s,;]{6,60}"
)
LOGGED_IN = re.compile(
    r"\b(?:log|sign)(?:ged)? ?in (?:as|with|using) [^\s,;]{1,60} ?(?:/|with|and|:) ?[\"'“‘]?(?=[^\s,;]*\d)(?=[^\s,;]*[a-z])[^\s,;]{6,60}"
)
BASIC = re.compile(r"\bbasic (?:auth\w* )?(?:is )?[a-z0-9+/]{12,200}={1,2}")
# Codes that let somebody in: of figures, which no year and no time are, or of letters and figures.
_CODE = r"(?:pin|otp|passcode|(?:access|security|verification|recovery|backup|reset|sign-?in|log-?in|one-?time|unlock|door|alarm|entry|gate|2fa|mfa)(?:[ -](?:access|pass|sign-?in))? ?(?:code|key))s?"
_FIGURES = r"(?!(?:19|20)\d\d\b(?![ -]?\d))\d[\d -]{2,9}\d\b(?![:.]\d)"
CODES = re.compile(
    rf"\b{_CODE}(?: (?:code|number))?(?: (?:is|was)\b|\s*[:=,])?\s*[\"'“‘]?{_FIGURES}"
    rf"|\b{_CODE}\b[ \w-]{{0,40}}?\b(?:is|was)\b:?\s*[\"'“‘]?{_FIGURES}"
    rf"|\b{_CODE}\b(?:[ \w-]{{0,40}}?\b(?:is|was)\b|\s*[:=])\s*[\"'“‘]?(?=[\w-]*\d)(?!\d{{4}}-\d\d-|\d+ ?(?:min|sec|hour|day|char|digit))(?=[\w-]*[a-z])[\w-]{{6,60}}"
    rf"|\b\d{{4,8}}\b (?:as|is) (?:the|your|our|a) (?:[\w-]+ )?{_CODE}"
)
SIGNED_IN = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,80}:[^\s/@]{1,80}@", re.I)
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")


# A letter without a long unbroken word, or the word PRIVATE, holds no such shape, and one without a long row of digits
# no card: most are done with a look.
SHORTEST = 17
DIGITS = re.compile(r"\d[\d -]{11,}\d")
# In small letters, each with words of which it needs one.
SAID = (
    (CALLED, ("pass", "pw", "key", "secret", "token", "login", "pin", "bearer", "kennwort", "code")),
    (CODES, ("pin", "otp", "code", "key")),
    (LOGGED_IN, ("login", "log in", "logged", "signin", "sign in", "signed")),
    (BASIC, ("basic ",)),
)


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
    if any(len(word) >= SHORTEST for word in text.split()) or "PRIVATE" in text.upper():
        for match in SHAPES.finditer(text):
            yield match.span()
        flat = flatten(text)
        for rule in PROVIDERS:
            for span in rule.spans(flat) if rule.wanted(flat.lower()) else ():
                yield span.start, span.end
    for pattern, needs in SAID:
        if any(word in lowered for word in needs):
            for match in pattern.finditer(lowered):
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
