"""Runs of chance that no rule names: hex of 32 and more, base64 of 20 and more, unless the text says what they are."""

import re
from collections.abc import Iterator
from functools import lru_cache

from notifications.redaction import kinds
from notifications.redaction.rule import Span, compiled
from notifications.redaction.shapes import chance, classes, turns, uuid, wordiness

_TOKEN = re.compile(rb"[A-Za-z0-9+/_=.~%-]{16,}")
_HEX = compiled(r"^[0-9a-f]+$")
_NAMED = compiled(
    r"(?:sha-?\d*|md5|checksum|crc|hash|digest|fingerprint|commit|commits|rev|revision|ref|etag|integrity|checkout|"
    r"revert|reverted|merge|merged|cherry-pick|"
    r"git|head|parent|tree|tag|branch|diff|bisect|rebase|reset|image|layer|blob|object|version|build|deploy|deployed|"
    r"release|trace|trace_?id|span|span_?id|request|request_?id|correlation|"
    r"transaction|event|message|order|job|task|run|pod|container|uuid|guid|nonce|snapshot|in|at|from|to|of|id|"
    r"x-request-id|msgid|message-id|fixed|pr|etags?)[\"'`\]):#=@ /(w-]{1,6}(?:(?:is|was|id|hash|no|number|of|the|"
    r"to|matches|into)[ :=\"']{1,3}){0,2}[\"'`(\[]?$"
)
_SUMMED = compiled(r"\b(?:sha-?(?:1|224|256|384|512)|md5|checksum|commits?|revision|digest)\b[^\n\x02]{0,40}$")
_COMPARED = compiled(
    r"\b(?:md5|sha-?\d*|hash(?:es)?|checksums?|digests?|commits?|mismatch\w*|integrity|revision|etag)\b"
)
_SECRETS = compiled(r"ntlm|pass|key|secret|token|credential|auth|session|cookie")
_STRONG = compiled(r"(?:key|secret|token|password|auth|credential|signature|bearer|sess)[\w -]{0,12}[\"'`:= (]{1,4}$")


def tokens(flat: bytes) -> Iterator[Span]:
    for match in _TOKEN.finditer(flat):
        start = match.start()
        for begin, end in random_parts(match.group()):
            if not _explained(flat, start + begin, start + end):
                yield Span(start + begin, start + end, kinds.TOKEN, "L2")


def _explained(flat: bytes, start: int, end: int) -> bool:
    """A checksum or a revision, by the words before it or by the file name after it."""
    value = flat[start:end]
    before = flat[max(0, start - 120) : start]
    if _HEX.match(value) is None:
        return (
            value.startswith((b"sha256-", b"sha384-", b"sha512-"))
            or bool(
                re.search(
                    rb"(?:sha(?:256|384|512|1)[-:]|base64,|etag\W{1,4}(?:w/)?\"?|traceparent\W{1,4}00-)$",
                    before,
                    re.IGNORECASE,
                )
            )
            or (flat[start - 1 : start] in (b"@", b"#") and b"://" in before)
        )
    if _STRONG.search(before):
        return False
    if re.search(rb"(?:github|gitlab|bitbucket|gist)[\w./-]*/$", before):
        return True
    if len(value) in (32, 40, 64, 128) and _SUMMED.search(before):
        return True
    line = flat[flat.rfind(b"\n", 0, start) + 1 : start] + flat[end : end + 80].partition(b"\n")[0]
    if len(value) in (32, 40, 56, 64, 96, 128) and _COMPARED.search(line) and not _SECRETS.search(line):
        return True
    after = flat[end : end + 2]
    return _NAMED.search(before) is not None or (after in (b"  ", b" *") and len(value) in (32, 40, 56, 64, 96, 128))


@lru_cache(maxsize=50000)
def random_parts(token: bytes) -> tuple[tuple[int, int], ...]:
    """Where in a long token chance is: the whole of it, or one of the pieces that a path or a file name has."""
    lower, upper, digits, _ = classes(token)
    if len(token) < 16 or (not digits and not (lower and upper)) or uuid(token):
        return ()
    if _HEX.match(token):
        return ((0, len(token)),) if len(token) >= 32 and digits and lower + upper else ()
    path = token.count(b"/") and (token[:1] in b"/.~" or b"." in token or wordiness(token) > 0.5)
    if not path and lower and upper and digits and wordiness(token) < 0.3 and turns(token) >= 0.34 and len(token) >= 20:
        return ((0, len(token)),)
    found = []
    for piece in re.finditer(rb"[A-Za-z0-9_-]{16,}" if path or b"." in token else rb"[A-Za-z0-9]{16,}", token):
        value = piece.group()
        if _HEX.match(value):
            if len(value) >= 32 and any(classes(value)[:2]) and classes(value)[2]:
                found.append(piece.span())
        elif chance(value) and (len(value) >= 20 or (turns(value) >= 0.45 and all(classes(value)[:3]))):
            found.append(piece.span())
    return tuple(found)
