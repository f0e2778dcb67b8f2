"""Where a letter says what lets somebody in: each value beside the words that call it so. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from notifications.guard import called
from notifications.guard.pairs import paired
from notifications.guard.values import Shape, shape, trimmed

# A letter without any of these says nothing of the kind, and where one stands, the value is not far.
NEEDED = (
    "pass", "word", "phrase", "pw", "kennw", "psk", "key", "secret", "token", "cookie", "credential", "mnemonic", "question", "pin", "puk", "otp", "2fa", "mfa",
    "code", "combination", "lock", "safe", "alarm", "door", "gate", "lift", "elevator", "barrier", "entrance", "turnstile", "shutter", "garage", "cabinet", "vault",
    "strongroom", "siren", "protect", "secured", "voicemail", "factor", "authentic", "verif", "approve", "confirm", "log", "sign", "user", "account", "admin", "root", "guest", "host", "network",
    "wi-fi", "wifi", "wlan", "encrypt", "archive", "get in", "two-step", "digits", "bearer", "basic", "curl", "=", "left", "clockwise", "say ", "press",
)  # fmt: skip
QUOTED = re.compile(r"[\"“„«‘]([^\"“”„«»‘’\n]{3,80})[\"”“»’]|(?<!\w)'([^'\n]{3,80})'(?!\w)")
# Words with a figure or a mark inside, or of three parts and more.
WORD = re.compile(
    r"(?<!\S)(?:[^\s\d!$%&*#^~+=@_]{0,60}[\d!$%&*#^~+=@_]\S|[^\s.\-]{1,20}[.\-][^\s.\-]{1,20}[.\-][^\s.\-])\S{0,300}"
)
FIGURES = re.compile(r"(?<![\w.,:/+$€£%-])(?<!\d )#?\d(?:[ -]?\d){2,7}#?(?![\w%€$£]|[.,:/]\d| ?[-–] ?\d| \d)")
GROUPS = re.compile(r"\b(?:[0-9a-fA-F]{4} ){3,15}[0-9a-fA-F]{4}\b")
_DIGIT = re.compile(r"\d")
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[- ]\d\d?[- ](?:19|20)\d\d")
YEAR = re.compile(r"(?:19|20)\d\d")
BEFORE, AFTER, LONGEST = 170, 90, 300
# “You asked for the code. It is …” goes on.
_END = re.compile(r"[.!?…][\"”’')\]]*(?=\s)(?!\s+(?:[Ii]t(?:['’]s| is| reads)|[Hh]ere it is)\b)|(?<![:\n])\n|\n(?=\n)")
_SHOWS = re.compile(
    r"\b(?:message|error|says|said|shows?|showed|button|field|label|page|link|text|screen|menu|titled|box|prompt|hint)\b"
)
_OPENS = re.compile(
    r"(?<![\w-])(?:(?:padlock|lock|locker|safe|vault|cabinet|combination|key ?box|strongroom)s?\b[^.!?\n]{0,50}?\b(?:open|unlock|stand|work|release|react|respond|back|is set|are set|was set|has been set|set)(?:s|ed)? (?:only )?(?:with|at|to|on|by|using)"
    r"|(?:door|gate|lift|elevator|barrier|entrance|alarm|shutter|garage|turnstile)s?\b[^.!?\n]{0,50}?\b(?:open|unlock|switched off|turned off|disarm|silence|release|work|react|respond)(?:s|ed|d)? (?:only )?(?:with|by|to|using))"
    r"(?: the)?(?: code)?[ \"'“‘]*\Z"
)


# “One login, dispatch / Anvil$1903”.
_PAIR = re.compile(r"(?:\b(?:with|as|using|is)|[:,]) [\w.@-]{2,60} / [\"'“‘]?\Z")
_PAIRED = re.compile(r"[\w.@-]{2,60} ?/ ?[\"'“‘]?\Z")


def said_spans(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """The value of each password, key or code that the letter names."""
    near = [need for need in NEEDED if need in lowered]
    if not near:
        return
    yield from paired(text, lowered)
    spoken = sorted(place for need in near for place in _places(lowered, need))
    ends = [match.end() for match in _END.finditer(text)]
    for first, last in _near(spoken, ends, len(text)):
        for low, high, quoted in _values(text, first, last):
            if _told(text[low:high], quoted, *_around(lowered, ends, low, high)):
                yield low, high


def _places(lowered: str, need: str) -> Iterator[int]:
    place = lowered.find(need)
    while place >= 0:
        yield place
        place = lowered.find(need, place + len(need))


def _near(spoken: list[int], ends: list[int], length: int) -> Iterator[tuple[int, int]]:
    """The stretches in the sentences of these places in which a value can belong to one."""
    low = high = -1
    for place in spoken:
        at = bisect_right(ends, place)
        first = max(ends[at - 1] if at else 0, place - BEFORE)
        last = min(ends[at] if at < len(ends) else length, place + BEFORE + LONGEST)
        if first > high:
            if high > low:
                yield low, high
            low = first
        high = max(high, last)
    if high > low:
        yield low, high


def _values(text: str, first: int, last: int) -> Iterator[tuple[int, int, bool]]:
    for match in QUOTED.finditer(text, first, last):
        low, high = match.span(1 if match[1] else 2)
        yield low, high, True
    for match in WORD.finditer(text, first, last):
        low, high = trimmed(text, *match.span())
        yield low, high - 2 * (text[high - 2 : high] in ("'s", "’s")), False
    for pattern in (FIGURES, GROUPS):
        for match in pattern.finditer(text, first, last):
            yield *match.span(), False


def _told(value: str, quoted: bool, before: str, after: str) -> bool:
    if FIGURES.fullmatch(value):
        return _figures(value, before, after)
    if GROUPS.fullmatch(value):
        return _said(before, "pass", "key", "code")
    return _letters(value, quoted, before, after)


def _around(lowered: str, ends: list[int], low: int, high: int) -> tuple[str, str]:
    """What stands before and after in the same sentence."""
    place = bisect_right(ends, low)
    begins = ends[place - 1] if place else 0
    # The stop that ends the value ends the sentence too.
    place = bisect_right(ends, high - 1)
    stops = ends[place] if place < len(ends) else len(lowered)
    return lowered[max(begins, low - BEFORE) : low], lowered[high : min(stops, high + AFTER)]


def _apposed(before: str, after: str, *cues: str) -> bool:
    return re.match(r"[\"'”’]?(?:[.,;!)]|\s*$)", after) is not None and any(
        called.APPOSED[cue].search(before) for cue in cues
    )


def _said(before: str, *cues: str) -> bool:
    return any(called.SAID[cue].search(before) or called.BESIDE[cue].search(before) for cue in cues)


def _as(after: str, *cues: str) -> bool:
    return any(called.AS[cue].match(after) for cue in cues)


def _named(before: str, after: str, *cues: str) -> bool:
    return any(called.CALLED[cue].search(before) or called.CALLED[cue].search(after) for cue in cues)


def _letters(value: str, quoted: bool, before: str, after: str) -> bool:
    looks = shape(value)
    if looks is Shape.OTHER:
        return False
    if looks is Shape.WORD or " " in value:
        return quoted and _quoted(value, before, after)
    if called.HARMLESS.search(before):
        return False
    if looks is Shape.MIXED:
        return _mixed(before, after)
    if looks is Shape.STRUNG:
        return (_said(before, "pass") and (quoted or _plainly(value, before))) or (quoted and _as(after, "pass"))
    given = called.GIVEN.search(before) is not None
    named = _named(before, after, "pass")
    if looks is Shape.LABEL:
        return _said(before, "pass") or (given and named)
    return (
        _said(before, "pass", "key", "code")
        or _as(after, "pass")
        or _apposed(before, after, "pass")
        or (quoted and named and called.FREE.search(before) is not None)
        or (given and (named or called.LOGGED_IN.search(before) is not None))
        or (_PAIR.search(before) is not None and called.LOGGED_IN.search(before) is not None)
    )


def _mixed(before: str, after: str) -> bool:
    """What nobody writes but as a secret needs a name of one in its sentence, and no place, count or reference before it."""
    if _said(before, "pass", "key", "code") or _as(after, "pass", "key", "code"):
        return True
    entered = called.LOGGED_IN.search(before) is not None
    named = _named(before, after, "pass", "key", "code")
    if called.WITH.search(before):
        return entered or _named(before, after, "pass") or called.LOGGED_IN.search(after) is not None
    if called.GIVEN.search(before):
        return entered or named or called.LOGGED_IN.search(after) is not None
    if called.PLACED.search(before):
        return False
    if _PAIRED.search(before) and entered:
        return True
    if called.BARE.search(before) and (entered or called.OPENED.search(before) or called.OPENED.search(after)):
        return True
    return (named if not before.strip(" \"'“‘(") else _named(before, "", "pass", "key", "code")) and (
        not before.strip(" \"'“‘(") or called.FREE.search(before) is not None
    )


def _plainly(value: str, before: str) -> bool:
    """Whether words with hyphens between them are said to be one, rather than to follow one: “password self-service-portal”."""
    before = before.rstrip()
    return (
        called.BESIDE["pass"].search(before) is None
        or before[-1:] in ":="
        or before.endswith("phrase")
        or len(re.split("[-._]", value)) > 3
    )


def _quoted(value: str, before: str, after: str) -> bool:
    """Words between quotes that are called a password, and do not say how one is."""
    names = [match.end() for match in called.CALLED["pass"].finditer(before)]
    if (
        called.STATES.match(value.lower())
        or _named(value.lower(), "", "pass", "key")
        or _SHOWS.search(before[names[-1] if names else -30 :])
    ):
        return False
    if called.GIVEN.search(before) and called.ASKED.match(after):
        return True
    return (
        _said(before, "pass")
        or _as(after, "pass")
        or (called.GIVEN.search(before) is not None and _named(before, "", "pass"))
    )


def _figures(value: str, before: str, after: str) -> bool:
    digits = len(_DIGIT.findall(value))
    if digits > 8 or DATE.fullmatch(value) or called.HARMLESS.search(before):
        return False
    if not called.COUNTS.match(after):
        return False
    if _as(after, "code") or _OPENS.search(before):
        return True
    if YEAR.fullmatch(value):
        return _said(before, "code", "pass") and called.PLACED.search(before) is None
    given = called.GIVEN.search(before) is not None
    if called.PLACED.search(before) and not called.TYPED.search(before):
        return False
    if called.BARE.search(before) and called.OPENED.search(before + after):
        return True
    if _apposed(before, after, "code", "pass"):
        return True
    if _said(before, "code") or (digits > 3 and _said(before, "pass")):
        return True
    return given and (called.OPENED.search(before) is not None or called.OPENED.search(after) is not None)
