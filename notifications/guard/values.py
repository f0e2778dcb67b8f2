"""What a value looks like that stands in a letter: made to let somebody in, a number, a name with a number. Pure."""

import re
from enum import Enum, auto

from notifications.redaction.shapes import measure, placeholder, uuid


class Shape(Enum):
    """How much a value says by itself."""

    # Letters with figures or marks inside, as nobody writes a word or a reference: “harbour-Lantern-92”, “g7Rt-w02k”.
    MIXED = auto()
    # A word with a number, which a password may be and a name too: “sunflower1958”, “Heron-5521”.
    NUMBERED = auto()
    # What tickets and orders are called: “INV-20418”.
    LABEL = auto()
    # Three words and more with hyphens or stops between them.
    STRUNG = auto()
    # Letters only, or too little to say.
    WORD = auto()
    # Figures, amounts, dates, versions, addresses: what has a meaning of its own.
    OTHER = auto()


OPENING = "([{<\"'“”‘„«*_`"
CLOSING = ".,;:?)]}>\"'“”’»*`…"
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_MARKS = re.compile(r"[!$%&*#^~+=@_?]")
_LABEL = re.compile(
    r"#?[A-Z][A-Z0-9]{0,7}[-_/#]?\d{1,8}(?:[-/]\d{1,6})?[A-Z]?|[A-Z]{1,6}-\d{4}-\d{1,6}|[a-z]{1,6}-\d{1,6}"
)
_NUMBERED = re.compile(r"[^\W\d_]+[-.]?\d{1,8}|[a-z]+_\d{1,8}|\d{1,4}[-_.]?[^\W\d_]+")
# “3-day”, “24-hour”, “8-character”, “2nd-line”; “two-factor” is no number.
_COUNTED = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)?(?:-[a-z]+){1,3}|(?:\d+(?:h|hrs?|m|mins?|s|secs?|ms|d|w))+|[a-z]+-\d{1,3}-[a-z]+|\d{1,3}[a-z]?(?:[-/]\d{1,3}[a-z]?)+"
)
_NAMED = re.compile(
    r"(?:office|microsoft|windows|win|ios|android|iphone|ipad|ipados|galaxy|chrome|firefox|safari|edge|outlook|oauth|openid|saml|argon|bcrypt|scrypt|pbkdf|sha|md|aes|rsa|"
    r"tls|ssl|ipv|http|https|base|utf|iso|log|auth|web|wi-?fi|wpa|covid|fido|mp|h\.?26|php|python|node|java|postgres|mysql|sql|ubuntu|debian|macos|"
    r"exchange|sap|cve|rfc|psd|gdpr|din|en|win|level|tier|zone|site|room|line|team|step|phase|area|gate|group|batch|server|node|host|web|db|app|"
    r"node|worker|store|shop|till|depot|plant|ward|unit|building|floor|track|route|user)s?[-_. ]?v?\d[\d.\-]*[a-z]{0,2}|1password|keepass\w*|\w*365|802\.1x|\w+24/7|24/7\w*",
    re.I,
)  # fmt: skip
# Machines and references have such names, and people take them for passwords as well.
_RUNNING = re.compile(
    r"(?:web|db|srv|server|host|node|app|mail|prod|staging|stage|test|pod|cluster|vm|worker|job|build|release|eu|us|ap|ticket|order|inc|req|case)[-_][\w.-]+"
)
_PLACE = re.compile(
    r"[a-z][a-z0-9+.-]*://.*|www\..*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?[\d()./:-]+|[\w.-]*\.(?:com|org|net|io|de|eu|uk|at|ch|fr|example|test|local|internal|"
    r"pdf|csv|xlsx?|docx?|txt|log|png|jpe?g|zip|json|xml|ya?ml|py|js|html?|php|sql|ics|eml)(?:[:/].*)?|[./~\\].*|\w+/\w+/.*|(?:[0-9a-f]{2}:){2,}[0-9a-f]{2}|(?:sha-?\d+|md5|rsa)[:\w].*|(?:ctrl|alt|shift|cmd|strg|fn)\+.*|[\w.-]+=[^=].*|\$\{?[a-z_]{2,}\b\}?.*/.*|.*[<>{}].*|[\w.-]+/v?\d+(?:\.\d+)+|.*(?<!\d)\d{4}-\d\d-\d\d(?!\d).*|(?:hmac|aes|ecdsa|ed)-?\d*[-\w]*|\w+[\[(].*",
    re.I,
)  # fmt: skip
_COMMON = re.compile(
    r"(?:out-of|up-to|state-of|one-time|single-|not-|too-|on-call|end-of|end-to|day-to|case-|step-by|back-|first-|well-|so-called|sign-|log-|non-|self-|"
    r"two-|multi-|three-|four-|six-|eight-|re-|user-|read-|in-|over-|machine-|human-|must-).*",
    re.I,
)
_STRUNG = re.compile(r"[^\W\d_]{1,20}(?:([-._])[^\W\d_]{1,20})(?:\1[^\W\d_]{1,20}){1,11}")
_TURN = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the brackets, quotes and stops around it; an exclamation mark after a figure belongs to it."""
    while start < end and text[start] in OPENING:
        start += 1
    while end > start and (
        text[end - 1] in CLOSING or (text[end - 1] == "!" and end - start > 1 and not text[end - 2].isdigit())
    ):
        end -= 1
    return start, end


def shape(value: str) -> Shape:
    """What the value looks like, read without its neighbours."""
    letters, digits = len(_LETTER.findall(value)), len(_DIGIT.findall(value))
    if len(value) < 4 or len(value) > 200 or letters < 2:
        return Shape.OTHER
    read = value.encode("latin-1", "replace")
    if _PLACE.fullmatch(value) or _COUNTED.fullmatch(value) or placeholder(read) or measure(read):
        return Shape.OTHER
    inside = _MARKS.search(value, 1, len(value) - 1)
    if not digits:
        if inside and letters >= 5 and (inside[0] not in "_&@" or (inside[0] == "&" and letters >= 8)):
            return Shape.MIXED if len(value) >= 7 else Shape.WORD
        return Shape.STRUNG if _STRUNG.fullmatch(value) and not _COMMON.match(value) else Shape.WORD
    if _LABEL.fullmatch(value):
        return Shape.LABEL
    if _NAMED.fullmatch(value):
        return Shape.OTHER
    if _NUMBERED.fullmatch(value) or len(value) < 6 or uuid(read) or _RUNNING.fullmatch(value):
        return Shape.NUMBERED
    return Shape.MIXED


def drawn(value: str) -> bool:
    """Whether a part of an address looks drawn by lot: letters and figures by turns, or long and of one case."""
    letters, digits = len(_LETTER.findall(value)), len(_DIGIT.findall(value))
    if len(value) < 6 or not digits or not letters or len(value) > 500:
        return False
    turns = len(_TURN.findall(value))
    both = value.lower() != value and value.upper() != value
    return turns >= 3 or (turns >= 2 and (both or len(value) >= 10)) or (turns >= 1 and both and len(value) >= 8)
