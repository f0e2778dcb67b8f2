"""What a value looks like: a placeholder, code, a word, a password as people make them, a run of chance."""

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from notifications.redaction.rule import compiled

WORDS = frozenset((Path(__file__).with_name("words.txt")).read_text("utf-8").encode("latin-1").split())

_PLACEHOLDER = compiled(
    r"^(?:![a-z][a-z-]*|enc\[.*|(?:op|file|env|ssm|keyring|sops|vault|doppler|secretsmanager|ref\+\w+)://?.*|vault:.*|"
    r"arn:aws:\w+:.*|%env\(.*|projects/[^/]+/secrets/.*|/run/secrets/.*|same-origin|"
    r"<[^<>]*>|\[[^\[\]]*\]|\{\{.*|\{%.*|\{[\w .:-]*\}|\$\{.*|\$\([^)]*\)?|\$[A-Za-z_]+[0-9]?|"
    r"%\(?\w*\)?[srd]?%?|@\w+@|#\{.*"
    r"|[*x.\-_#?=·]+|[*]{3,}.*|.*[*]{4,}|x{4,}.*|(?:[a-z]+[-_])?x{4,}|\.\.\.|.*\.\.\.|your[-_ .].*|my[-_](?:api|"
    r"secret|token|key|pass).*|.*[-_]here|"
    r"(?:an?[-_]|the[-_]|some[-_]|my[-_]|new[-_]|old[-_]|test[-_])?(?:example|placeholder|redacted|removed|hidden|"
    r"masked|"
    r"null|none|nil|true|false|undefined|empty|n/a|tbd|todo|string|str|int|bool|boolean|text|value|varchar|char|"
    r"bytes|optional|"
    r"required|pass|pwd|pw|password|passwd|passwort|secret|token|api[-_]?key|key|credentials?|username|user|"
    r"admin_password|any|void|object|"
    r"(?:required|nullable|string|integer|min|max|confirmed|sometimes)(?::\w+)?(?:\|[\w:,]+)+|"
    r"number|unknown|default|insert|replace|change[-_ ]?me|dummy|sample|foo|bar|foobar)"
    r"|(?:replace|insert|enter|put|add|paste|fill)[-_ ]?(?:me|with|your|this|in|the)?[-_ ].*"
    r"|.*(?:placeholder|example[-_]?(?:key|token|secret|pass)|(?:key|token|secret|pass|password)[-_]?(?:example|"
    r"placeholder)).*)$"
)
_CODE = compiled(
    r"^(?:[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)*(?:\(.*|\[.*|\?\..*)|(?:self|this|os|process|config|"
    r"settings|request|req|env|form|props|"
    r"options|params|args|data|user|credentials|secrets|vault|var|local|module|cls|ctx|event|row|json)(?:\.|->)"
    r"[\w.>\[\]()'-]+"
    r"|[a-z_][a-z_]*(?:\.[a-z_]+)+|\$[A-Za-z_]\w*(?:->|\[|::).*|[A-Z][a-z]+(?:\[.*)|\{[a-z_]+[.(\[].*|![a-z]+|=+.*|"
    r"\(.*|[|+?].*)$",
    ignore_case=False,
)
_UUID = compiled(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
ALGORITHM = (
    r"(?i:id-)?(?i:sha|md|rsa|ecdsa|dsa|aes|hmac|ed|x|pbkdf|scrypt|chacha)[0-9]*[A-Za-z0-9_-]*"
    r"(?i:with|encryption|rsa|gcm|cbc|sha|poly|ecdsa|digest|mac)[A-Za-z0-9_-]*"
)
_LABEL = compiled(
    rf"^(?:{ALGORITHM}|" + r"[A-Z]{1,8}-\d{1,6}(?:-\d{1,6})?|\w+(?::\w+){2,}|SHA\d+:.*|MD5:.*)$", ignore_case=False
)
_HUMPS = compiled(r"[A-Z]?[a-z]+|[A-Z]+", ignore_case=False)
_MEASURE = compiled(
    r"^(?:[v~<>=^]*\d+(?:[.,:x/-]\d+)*(?:[-+.]?(?:rc|alpha|beta|dev|post|b|a|p|lts|final|snapshot|build)[.-]?\d*)?"
    r"|[<>~+-]?\d+(?:[.,]\d+)*(?:ms|s|m|h|d|w|min|mins|sec|hrs?|days?|k|kb|mb|gb|tb|kib|mib|gib|px|em|rem|pt|vh|vw|"
    r"x|th|st|nd|rd|%|eur|usd|am|pm|hz|mhz|ghz|bit|bits|v|kg|km|cm|mm|/s|req/s|rps|qps)"
    r"|\d{4}-\d\d-\d\d(?:t[\d:.,]+(?:z|[+-][\d:]+)?)?|\d+[hmsd]\d+[hms]?(?:\d+s)?|(?:eur|usd|gbp|chf)[\d.,]+|"
    r"0x[0-9a-f]{1,8}|#[0-9a-f]{3,8}"
    r"|t[+-]\d+.*|p\d\d|q[1-4]|h[1-6]|\d+[ap]m|(?:sev|inc|sc|po|rfc|iso|utf|sha|md|ipv|win|php|http|http/|tls|ssl|"
    r"py|python|node|oauth|mp|ec|s|b|k|i|l|x|web|es|base)-?\d{1,5}(?:[-.:/]\d+)*\w?)$"
)


@lru_cache(maxsize=20000)
def placeholder(value: bytes) -> bool:
    """Whether the value stands for a secret and is none: `YOUR_API_KEY`, `<token>`, `****`, `${X}`, `None`."""
    return _PLACEHOLDER.match(value) is not None or (len(set(value)) <= 2 and len(value) > 3)


def code(value: bytes) -> bool:
    """Whether the value is program text, such as `os.environ["X"]` or `get_token()`."""
    return _CODE.match(value) is not None


def uuid(value: bytes) -> bool:
    return len(value) == 36 and _UUID.match(value) is not None


def measure(value: bytes) -> bool:
    """Whether the value is a version, a date, an amount, a size, a colour or an abbreviation with a number."""
    return _MEASURE.match(value) is not None


def word(value: bytes) -> bool:
    """Whether the value is an ordinary word, or words joined by hyphens or apostrophes."""
    lowered = value.lower()
    if lowered in WORDS:
        return True
    parts = [part for part in lowered.replace(b"'", b"-").replace(b"/", b"-").split(b"-") if part]
    return len(parts) > 1 and all(part in WORDS or len(part) == 1 for part in parts)


def classes(value: bytes) -> tuple[int, int, int, int]:
    """How many lower-case letters, upper-case letters, digits and other characters."""
    lower = sum(97 <= c <= 122 or c >= 0xDF for c in value)
    upper = sum(65 <= c <= 90 or 0xC0 <= c < 0xDF for c in value)
    digits = sum(48 <= c <= 57 for c in value)
    return lower, upper, digits, len(value) - lower - upper - digits


@lru_cache(maxsize=50000)
def wordiness(value: bytes) -> float:
    """The share of the letters that belong to ordinary words: near 1 for identifiers, near 0 for chance."""
    letters = known = 0
    for match in _HUMPS.finditer(value):
        start, end = match.span()
        letters += end - start
        piece = value[start:end].lower()
        if len(piece) > 2 and (
            piece in WORDS or (len(piece) > 4 and (piece.rstrip(b"s") in WORDS or piece[:-1] in WORDS))
        ):
            known += end - start
    return known / letters if letters else 0.0


@lru_cache(maxsize=50000)
def turns(value: bytes) -> float:
    """How often the kind of character changes, for each character: about 0.6 for base62, 0.2 for identifiers."""
    kinds = [1 if 97 <= c <= 122 else 2 if 65 <= c <= 90 else 3 if 48 <= c <= 57 else 4 for c in value]
    return sum(a != b for a, b in pairwise(kinds)) / max(1, len(value) - 1)


@lru_cache(maxsize=50000)
def chance(value: bytes) -> bool:
    """Whether letters and digits (with `+/_-.=` between them) look drawn by lot, and not written by a person."""
    lower, upper, digits, others = classes(value)
    if len(value) < 16 or not (lower or upper) or uuid(value):
        return False
    if wordiness(value) > 0.45:
        return False
    if lower and upper and digits:
        return turns(value) >= 0.3
    if digits and others <= len(value) // 8:
        return digits >= 3 and turns(value) >= 0.22 and len(value) >= 20
    return bool(lower and upper and len(value) >= 24 and turns(value) >= 0.4 and wordiness(value) < 0.2)


def passwordlike(value: bytes) -> bool:
    """Whether a value in prose has the shape of a password: letters with digits or signs, or mixed case within."""
    if len(value) < 4 or placeholder(value) or measure(value) or uuid(value) or _LABEL.match(value):
        return False
    lower, upper, digits, others = classes(value)
    if not lower and not upper:
        return False
    if digits:
        return True
    if word(value.strip(b".,;:!?")):
        return False
    signs = sum(value.count(c) for c in (b"!", b"$", b"#", b"%", b"&", b"*", b"+", b"=", b"?", b"^", b"~", b"_"))
    return bool((others and signs) or (lower and upper and not value[:1].isupper()) or (upper > 1 and lower > 1))


_PATH = compiled(r"^[\w.@-]*(?:/[\w.@#:-]+)+$")
_SUFFIX = compiled(r"\.[a-z]{2,4}\d?$")


def path(value: bytes) -> bool:
    """Whether the value is a place: `tests/test_a.py`, `backups/2026/11/dump.gz`; by its words or by its suffix."""
    return _PATH.match(value) is not None and (wordiness(value) > 0.5 or _SUFFIX.search(value) is not None)
