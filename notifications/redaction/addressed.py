"""Identifiers that are secrets by where they stand: a UUID called a key, the tail of a hook or of a link that acts."""

from notifications.redaction import kinds
from notifications.redaction.rule import Hit, Rule, compiled
from notifications.redaction.shapes import classes, wordiness

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_NO_SECRET = compiled(
    r"\b(?:primary|foreign|idempotency|partition|cache|object|row|sort|dedup\w*|lookup|message|record|issue|public|"
    r"natural|composite|unique|surrogate|trace|group|tenant|bucket|s3|storage|cursor|page|next)[ _-]{1,2}$"
)


def _called_a_key(match: Hit, flat: bytes) -> bool:
    """`opsgenie key: <uuid>`, and not `idempotency key: <uuid>`."""
    return _NO_SECRET.search(flat[max(0, match.start("cue") - 24) : match.start("cue")]) is None


def _drawn(match: Hit, flat: bytes) -> bool:
    value: bytes = match.group("v")
    lower, upper, digits, _ = classes(value)
    return digits > 1 and bool(lower or upper) and (wordiness(value) < 0.5 or digits > 9)


RULES = (
    Rule(
        kinds.TOKEN,
        rf"(?P<cue>\b(?:api ?|auth ?|app ?|access ?|secret ?|server ?|licen[sc]e ?)?(?:keys?|tokens?|secrets?))\b"
        rf"(?: \w{{1,12}}){{0,3}}?(?:\s?[:=]|\sis|\swas|\s->|\s=>|,)?\s{{0,2}}[\"'`(]?(?P<v>{_UUID}(?::\w{{1,8}})?)",
        (b"key", b"token", b"secret"),
        _called_a_key,
    ),
    Rule(
        kinds.TOKEN,
        rf"\b(?P<v>{_UUID})[\"'`)]?,? (?:(?:is|was|as|for) (?:the |our |my |your |an? |their )?)?(?:\w{{1,16}} ){{0,2}}?"
        r"(?P<cue>(?:api )?(?:key|token|secret))\b",
        (b"key", b"token", b"secret"),
        _called_a_key,
    ),
    Rule(
        kinds.PROVIDER_KEY,
        r"https?://[^\s\"'<>?#]{0,120}(?:hook|/hc-ping|/ping|invit|/join|/share|/reset|/confirm|/verif|/activat|/unsubscribe|magic|"
        rf"/login|/signin|/sso|/token|/download|/recover|/accept|/claim|/auth)[^\s\"'<>?#]{{0,80}}?[/=-](?P<v>{_UUID}|[A-Za-z0-9_-]{{20,}})(?:[/?#\s\"'<>)\],.;]|$)",
        (b"http",),
        _drawn,
    ),
    Rule(
        kinds.HEADER,
        r"\bdigest\b[^\n]{0,200}?\b(?:response|cnonce)=[\"']?(?P<v>[0-9a-fA-F]{16,})",
        (b"digest",),
    ),
    Rule(
        kinds.PASSWORD,
        r"\b(?:security|secret|recovery|challenge) questions?\b[^\n:=]{0,60}?(?:answer(?:ed)?(?: is| was| with)?|[:=])\s?"
        r"[\"']?(?P<v>[^\s\"'.,;?\x02][^\"'.,;?\n\x02]{2,40})",
        (b"question",),
        lambda m, f: (
            m.group().lower().find(b"answer") >= 0 and m.group("v").lower() not in (b"required", b"missing", b"wrong")
        ),
    ),
    Rule(kinds.IDENTITY, r"\b[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b", (), None, False),
)
