"""Links that let in whoever opens them: by what their parts are called, or by what the sentence says of them. Pure."""

import re
from collections.abc import Iterator

from notifications.guard.values import drawn, trimmed

LINK = re.compile(r"\bhttps?://[^\s<>\"“”«»]{4,600}", re.I)
# Of these the value need not look drawn by lot, of the others it must.
_SECRET = re.compile(
    r"(?:\w*token|sig|signature|x-amz-signature|secret|pwd|pw|pass(?:word|code|phrase)?|auth|session(?:_?id)?|sid|jwt|api_?key|access_?key|otp|magic)",
    re.I,
)
_PERHAPS = re.compile(r"(?:t|k|key|invite|invitation|share|login|ticket|grant|access|u|x)", re.I)
# Where the next part is what lets in.
_OPENS = re.compile(
    r"(?:\w+-)*(?:magic|reset|invit|join|log-?in|sign-?in|auth|share|activat|verif|confirm|accept|unlock|recover|token|sso|one-?time|password|guest-?access)[\w-]*|s|enter",
    re.I,
)
_SAYS = re.compile(
    r"\bwithout (?:a |an |any |the |further |having )*(?:to )?(?:log|sign|pass|account|credential|user)|\bno (?:sign-?(?:in|on)|log-?(?:in|on)|password|account)\b|\blets? [\w' ]{1,30}? (?:straight |right )?in\b"
    r"|\b(?:signs|logs|sign|log) (?:you|him|her|them|us|in|on|whoever|anyone|anybody)\b|\b(?:magic|log-?in|sign-?in|reset|access|one-?time|single-use|invitation|invite|activation|recovery|unlock|share|sharing|admin)[ -]link\b"
    r"|\b(?:anyone|anybody|whoever|everyone|everybody) (?:with|holding|who has|who opens|who clicks|that has)\b|\bstraight (?:in|into|to)\b|\bvalid for\b"
)
# Pages that everybody may read.
_PUBLIC = re.compile(
    r"https?://(?:[\w-]+\.)*(?:status\w*|stat|docs?|help|support|blog|kb|www\.youtube|youtu|github|gitlab|wiki)\.|/(?:incidents?|tickets?|docs?|help|articles?|blog|kb|watch|issues?|commits?|browse|maintenance|changelog|release-?notes)/",
    re.I,
)
# What only says where somebody came from, and where they go.
_TOLD = re.compile(r"utm_|ref|from|next|lang|page|id$|campaign|source", re.I)
_TIME = re.compile(r"(?:\d+[hms])+|\d+", re.I)
_PARTS = re.compile(r"[/?&#;]")
_BEFORE, _AFTER = 160, 120


def letting_in(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """Each link with which a stranger would be inside."""
    if "://" not in lowered:
        return
    for match in LINK.finditer(text):
        low, high = trimmed(text, *match.span())
        around = lowered[max(0, low - _BEFORE) : low] + " " + lowered[high : high + _AFTER]
        if _lets_in(text[low:high], around):
            yield low, high


def _lets_in(link: str, around: str) -> bool:
    host, _, rest = link.split("://", 1)[1].partition("/")
    parts = _PARTS.split(f"{rest}&{host.partition('?')[2]}")
    opened = False
    for part in parts:
        name, equals, value = part.partition("=")
        if equals:
            if _SECRET.fullmatch(name) and len(value) >= 6 and value.lower() not in ("expired", "invalid"):
                return True
            if (
                (_PERHAPS.fullmatch(name) or (opened and not _TOLD.match(name)))
                and drawn(value)
                and not _TIME.fullmatch(value)
            ):
                return True
        elif opened and drawn(part):
            return True
        opened = opened or _OPENS.fullmatch(name) is not None
    return (
        not _PUBLIC.search(link)
        and _SAYS.search(around) is not None
        and any(drawn(part.rpartition("=")[2]) for part in parts)
    )
