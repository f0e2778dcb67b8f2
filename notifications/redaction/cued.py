"""Lines that speak of passwords or codes, whatever their grammar: the tokens in them that look like one.

A sentence can say a password in more ways than patterns can list; what all of them share is the word and the shape.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from notifications.redaction import kinds
from notifications.redaction.flat import MASK
from notifications.redaction.rule import Span, compiled
from notifications.redaction.shapes import ALGORITHM, classes, measure, passwordlike, placeholder, uuid, word, wordiness

_STRONG = (
    r"pass ?wor[dt]|passwd|pass ?phrase|pass ?code|\bpass\b|_pass\b|requirepass|masterauth|\bpwd?\b|\bp/w\b|"
    r"kennw[o\xf6]rt|mot de passe|\bmdp\b|contrase.a|\bclave\b|\bsenha\b|wachtwoord|\bcreds?\b|zugangsdaten|"
    r"identifiants|credenciales|inloggegevens|inicio de sesi.n|identified by|securestring|pscredential|\bu/p\b|"
    r"\bpsk\b|pre-?shared"
)
_WEAK = (
    r"\blog(?:ged|ging|s)?[ -]?(?:me |us |him |her |them )?(?:in|on)\b|\blogins?\b|sign(?:ed|ing)?[ -]in|"
    r"\bssh\b|\brdp\b|\bvpn\b|wi-?fi|\bwlan\b|\bftp\b|anmeld|einlogg|zugang|connexion|acceso|\bsecrets?\b|"
    r"\bauth\b|credentials?|net user|username|benutzer|\baccount\b|\bkeys?\b|\btokens?\b|schl.ssel|unlock"
)
_CUE = compiled(rf"{_STRONG}|{_WEAK}")
_PIECE = re.compile(rb"[^\s\x02\"'`<>(),;|\xab\xbb\[\]{}]+")
_CLEAN = compiled(
    rf"^(?:{ALGORITHM}|"
    r"[A-Z]{1,8}-\d{1,8}(?:-\d{1,6})?|#?\d+|[\w.+-]+@[\w.-]*|\w+://.*|.*\.(?:py|php|jsx?|tsx?|html?|log|txt|"
    r"csv|pdf|png|jpe?g|svg|com|org|io|net|de|ya?ml|json|sh|zip|gz|css|md|xml|sql|conf|cnf|ini|env|pem|key|crt|exe|"
    r"dll|jar|rb|go|java|cs|example|internal|local)"
    r"|[./~\\%-].*|[\w.]+\(.*|[A-Za-z_][\w.]*[:=]{1,2}|[A-Za-z]{1,8}\+[A-Za-z0-9]{1,3}|\w+\[.*|[A-Z]:\\.*|"
    r"\w+(?::\w+){2,}|(?:SHA\d+|MD5):.*|[a-z]+\.[A-Z]\d{3}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|[0-9a-f]{7,12}|"
    r"[A-Za-z]{0,3}\d[.\d]*[a-z]?|[A-Z][A-Z0-9_]+|[a-z]+(?:[_-][a-z]+)*[_-]?\d|(?:web|db|app|srv|host|node|cache|"
    r"mail|worker|pod|job|user|test|team|step|room|page|line)-?\d{1,4})$",
    ignore_case=False,
)
_ANSWER = compiled(
    r"\b(?:it[' ]?i?s|it was|try|use|here|this one|should be)[ :]{1,3}[\"'`*]{0,2}(?P<v>[^\s\"'`<>\x02]{6,60})[\"'`*]{0,2}[.!]?\s*$"
)
_SIGNS = re.compile(rb"[!$%^&*#?+@~]")
_CODES = compiled(
    r"\botp\b|\bm?tan\b|\b[2m]fa\b|authenticator|\bpin\b|\bpins\b|pin's|geheimzahl|one[- ]time|two[- "
    r"]factor|verif|v.rif|best.tigung|confirm|security code|s.curit.|sicherheit|seguridad|login code|access code|"
    r"passcode"
    r"|\bcodes?\b[^\n]{0,24}\b(?:gate|door|safe|alarm|lift|garage|building|entrance|lock|sms|texted|phone|login|"
    r"sign)|(?:gate|door|safe|alarm|garage|entrance|lock|sms|text message|texted|phone)[^\n]{0,24}\bcodes?\b"
)
_ABOUT_CODES = compiled(r"c[o\xf3]d[ei]|\bpins?\b|\botp|\bm?tan\b|\bsms|[2m]fa|authenticator|geheim|digits")
_NUMBER = re.compile(rb"(?<![\w.,:/#-])(?:G-)?(\d{3}[ -]\d{3}|\d{4,8})(?![\w%:/-]|[.,]\d)")
_NOT_CODE = re.compile(
    rb"(?:error|status|exit|http|line|port|room|page|version|postal|zip|order|ticket|invoice|number|inc-|step|year|"
    rb"since|in|build|support code|plz|rfc|release|user|id|limit|after|timeout|nr|no|form|at|on|to|within|than|"
    rb"least|about|over|most|every)\W{0,3}$",
    re.IGNORECASE,
)


Seen = dict[tuple[bytes, bool], tuple[tuple[int, int], ...]]


def tokens(flat: bytes, seen: Seen) -> Iterator[Span]:
    """Shapes of passwords in the line of the cue, and in three lines after it, where a question or table goes on."""
    for start, stop in _CUE.lines(flat):
        strong = compiled(_STRONG).search(flat[start:stop]) is not None
        yield from _shapes(flat, start, stop, strong, seen)
        if strong:
            at = stop + 1
            for _ in range(3):
                end = flat.find(b"\n", at)
                end = len(flat) if end < 0 else end
                yield from _answered(flat, at, end)
                if at >= len(flat) or end - at > 200 or (end - at > 3 and flat.count(b" ", at, end) > 6):
                    break
                yield from _shapes(flat, at, end, flat.count(b" ", at, end) < 1 or flat.count(b"|", at, end) > 1, seen)
                at = end + 1
    for first, last in _CODES.lines(flat):
        line = flat[first:last]
        if not _ABOUT_CODES.search(line):
            continue
        for number in _NUMBER.finditer(line):
            start, end = number.span(1)
            value = number.group(1)
            if not _NOT_CODE.search(line[max(0, start - 20) : start]) and not re.fullmatch(
                rb"(?:19|20)\d\d|[1-9]0{3,}", value
            ):
                yield Span(first + start, first + end, kinds.CODE, "L2")


def _answered(flat: bytes, start: int, end: int) -> Iterator[Span]:
    """`it's bjIzPEFz` on a line after a question for the password."""
    match = _ANSWER.search(flat[start:end]) if start < end else None
    if match is not None:
        value = match.group("v").rstrip(b".,;:")
        if passwordlike(value) and not _CLEAN.match(value) and len(value) > 5:
            first = start + match.start("v")
            yield Span(first, first + len(value), kinds.PASSWORD, "L2")


def _shapes(flat: bytes, start: int, end: int, strong: bool, seen: Seen) -> Iterator[Span]:
    line = flat[start:end]
    found = seen.get((line, strong))
    if found is None:
        found = seen[line, strong] = tuple(_line(line, strong))
    for first, last in found:
        yield Span(start + first, start + last, kinds.PASSWORD, "L2")


def _line(line: bytes, strong: bool) -> Iterator[tuple[int, int]]:
    for match in _PIECE.finditer(line):
        value = match.group()
        if len(value) < 6 or value.startswith((b"SHA256:", b"MD5:")):
            continue
        while value[-1:] in b".,:;*" and value:
            value = value[:-1]
        if value.endswith((b"?", b"*", b"_", b"!")) and word(value[:-1]):
            continue
        first = match.start()
        for joint in (b"=", b":", b"/"):
            if joint in value[:-1] and b"://" not in value and not shaped(value, strong):
                first += value.rindex(joint, 0, -1) + 1
                value = value[value.rindex(joint, 0, -1) + 1 :]
        if shaped(value, strong):
            yield first, first + len(value)


@lru_cache(maxsize=50000)
def shaped(value: bytes, strong: bool) -> bool:
    """Letters with digits or signs, as people and generators make passwords; stricter where the cue is weak."""
    if (
        len(value) < 6
        or len(value) > 100
        or MASK in value
        or placeholder(value)
        or measure(value)
        or uuid(value)
        or word(value)
    ):
        return False
    lower, upper, digits, others = classes(value)
    letters = lower + upper
    if letters < 3 or _CLEAN.match(value) is not None or b"/" in value or b"\\" in value:
        return False
    signs = _SIGNS.search(value) is not None
    if b"=" in value[:-1] or (b"_" in value and not digits):
        return False
    if len(value) > 16 and not signs and compiled(r"passw|hash|token|key").search(value) and wordiness(value) > 0.4:
        return False
    if b"." in value and wordiness(value) > 0.8 and not signs:
        return False
    if strong:
        return (
            digits >= 2
            and (digits + letters >= 6)
            and not (others and not signs and digits < 3 and wordiness(value) > 0.8)
        ) or bool(signs and (digits > 0 or wordiness(value) < 0.5))
    return digits > 0 and bool(
        (signs and value[:1] not in b"#@%&") or (upper and lower and digits >= 2 and others <= 3 and letters >= 4)
    )
