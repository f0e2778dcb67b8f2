"""L3: for text that leaves the company, every token of secret-like shape is masked until a person un-masks it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from notifications.redaction import kinds
from notifications.redaction.assignments import STATES
from notifications.redaction.flat import MASK
from notifications.redaction.rule import Span, compiled
from notifications.redaction.shapes import classes, measure, placeholder, uuid, word, wordiness

_CUE = compiled(
    r"pass|pwd|\bpw\b|\bp/w\b|secret|geheim|token|credential|\bcreds?\b|\bkeys?\b|api.?key|login|log in|sign in|"
    r"\bpin\b|\botp\b|\bcodes?\b|kennwort|zugang|mot de passe|\bmdp\b"
    r"|contrase|clave|phrase|mnemonic|cvv|card|iban|account|konto|\bauth|cookie|session|\buser|benutzer|unlock|"
    r"answer|(?:chang|set|reset)\w* (?:it |that )?to\b"
)
_NAMES = compiled(
    r"\b(?:customer|client|contact|caller|name|kund\w+|mr|mrs|ms|dr|herr|frau|regards|address|lives|adresse|street|"
    r"born|birth|passport|phone|tel|mobile)\b"
)
_IDS = compiled(
    r"\b(?:(?:request|trace|correlation|span|run|job|event|message|order|execution|operation|activity|error)s?\b|"
    r"\w*_?id\b|uuid|guid|inc-\d)"
)
_QUOTED = compiled(
    r"(?:^|[\s(:=,])(?:\"(?P<a>[^\"\n\x02]{3,120})\"|'(?P<b>[^'\n\x02]{3,120})'|`(?P<c>[^`\n\x02]{3,120})`)"
)
_PIECE = re.compile(rb"[^\s\x02\"'`<>(){}\[\],;|\\]+")
_PART = re.compile(rb"[^/?&=#]{3,}")
_GIVEN = compiled(
    r"(?:pass\w*|pwd|pw|kennwort|passwort|secret\w*|token|key|pin|otp|code|mdp|clave|contrase.a|login|credentials?|"
    r"auth)[\"'\])]*\s?(?:=>|[=:])\s?[\"']?(?P<v>[^\s\"'<>\x02]{3,200})"
)
_ENDS = b".,;:!?)]}'\"*_-=/&"
_KEEP = compiled(
    r"^(?:User-\d+|[A-Z]{2,5}-\d{1,4}(?:-\d{1,6})?|\d{1,2}:\d\d(?::\d\d)?|[12][09]\d\d|\d{1,3}(?:,\d{3})+(?:\.\d+)"
    r"?|[A-Za-z]+[12]?|v?\d+(?:\.\d+){0,3})$",
    ignore_case=False,
)
_LONG = 6


Seen = dict[tuple[bytes, bool], tuple[tuple[int, int], ...]]


def tokens(flat: bytes, seen: Seen) -> Iterator[Span]:
    """`seen` is for one text only: when it is scanned again, only the lines that have changed are read anew."""
    at, asked = 0, False
    for line in flat.split(b"\n"):
        if len(line) > 2:
            known = (line, asked)
            found = seen.get(known)
            if found is None:
                found = seen[known] = tuple(_line(line, asked))
            # "What is the pin?" on one line of a chat is answered on the next.
            asked = b"?" in line and _CUE.search(line) is not None
            for start, end in found:
                yield Span(at + start, at + end, kinds.UNKNOWN, "L3")
        at += len(line) + 1


def _line(line: bytes, asked: bool) -> Iterator[tuple[int, int]]:
    cue = asked or _CUE.search(line) is not None or _cued_before(line)
    private = _NAMES.search(line) is not None
    named = _IDS.search(line) is not None
    if cue:
        for match in _QUOTED.finditer(line):
            for group in "abc":
                start, end = match.span(group)
                if start >= 0 and not placeholder(line[start:end]):
                    yield start, end
        for match in _GIVEN.finditer(line):
            start, end = match.span("v")
            value = line[start:end].rstrip(_ENDS)
            if len(value) > 2 and not placeholder(value) and value.lower() not in STATES:
                yield start, start + len(value)
    for piece in _PIECE.finditer(line):
        for first, last in _unplain(piece.group()):
            start, end = piece.start() + first, piece.start() + last
            if suspect(line[start:end], cue, private, named):
                while end < len(line) and line[end] in b"!?=*_":
                    end += 1
                yield start, end


@lru_cache(maxsize=100000)
def _unplain(token: bytes) -> tuple[tuple[int, int], ...]:
    """What of a token has to be judged by its line: nothing of most words; of an address on the web, its parts."""
    found = []
    for start, end in _parts(token):
        while end > start and token[end - 1] in _ENDS:
            end -= 1
        while start < end and token[start] in _ENDS:
            start += 1
        if end - start > 2 and not _plain(token[start:end]):
            found.append((start, end))
    return tuple(found)


def _parts(token: bytes) -> Iterator[tuple[int, int]]:
    if token.startswith((b"http://", b"https://")) and b"@" not in token:
        host = token.find(b"/", 8)
        yield from (part.span() for part in _PART.finditer(token, host if host > 0 else len(token)))
    else:
        yield 0, len(token)


def _plain(token: bytes) -> bool:
    """Whether a token is no secret in any line."""
    return placeholder(token) or word(token) or MASK in token


def _cued_before(line: bytes) -> bool:
    """A line that is one token and nothing else is likely pasted alone."""
    return len(line.split()) == 1 and len(line.strip()) > 5


@lru_cache(maxsize=100000)
def suspect(token: bytes, cue: bool, private: bool, named: bool = False) -> bool:
    """Whether a token may be a secret; in a line that speaks of passwords, keys or accounts, any unusual word may.

    `named`: the line says that it names something by an id, so that a UUID in it is one.
    """
    if _plain(token):
        return False
    lower, upper, digits, others = classes(token)
    if not lower and not upper:
        count = digits
        if b"/" in token and all(len(part) < 5 for part in token.split(b"/")):
            return False
        if _KEEP.match(token) or (measure(token) and not (cue and count >= 4)):
            return cue and count >= 4 and token.isdigit()
        return count >= (4 if cue or private else 6)
    if _KEEP.match(token) and digits and not cue:
        return False
    if measure(token) or (uuid(token) and named and not cue):
        return False
    if (
        not cue
        and b"-" in token
        and digits <= 4
        and not upper
        and wordiness(token) > 0.8
        and compiled(r"^[#@]?[a-z]+(?:-[a-z]+)*-\d+$").match(token)
    ):
        return False
    if not digits and compiled(r"^[a-z]+(?:[_-][a-z]+)+$").match(token) and wordiness(token) > 0.4:
        return False
    if digits:
        return len(token) >= (4 if cue else _LONG) and not (wordiness(token) > 0.7 and digits <= 2 and not cue)
    if cue or private:
        return (len(token) >= 4 and not (wordiness(token) > 0.9 and (others or upper < 2))) or (
            others > 0 and b"!" in token
        )
    if upper and lower and not (upper == 1 and token[:1].isupper()) and wordiness(token) < 0.6 and len(token) >= _LONG:
        return True
    return bool(others and any(c in token for c in b"!$%^*#@~+=?&") and wordiness(token) < 0.7) or (
        len(token) >= 16 and wordiness(token) < 0.4
    )
