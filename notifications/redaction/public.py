"""What looks drawn by lot and is public all the same: checksums, public keys, certificates, signatures of letters, cursors.

A finding that lies wholly inside one of these is none. Values that are known to be secret are found here as well, and
default-deny asks nobody.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache

from notifications.redaction import kinds
from notifications.redaction.rule import Span, compiled
from notifications.redaction.shapes import passwordlike

DROPPED = frozenset({kinds.TOKEN, kinds.PASSWORD, kinds.SECRET, kinds.HEADER, kinds.PRIVATE_KEY, kinds.COOKIE})
_PATTERNS = (
    # Headers that say what a body is, and by what a request is told from others.
    r"\b(?:content-md5|(?:content-|repr-)?digest|x-goog-hash|x-amz-(?:id-2|cf-id|request-id|version-id)|"
    r"sec-websocket-(?:key|accept)|cf-ray|etag|if-(?:none-)?match|idempotency-key|message-id|in-reply-to|references|"
    r"content-id|traceparent|x-(?:request|correlation|trace|message|vercel|github-request|ms-request|cloud-trace)-?"
    r"(?:id|context)?|x-b3-\w+)[\"']?\s?[:=]\s?(?P<v>[^\n\x02]{4,240})",
    r"\b(?:x-google-)?(?:dkim|arc(?:-message)?|arc-seal|domainkey)(?:-signature)?:\s(?P<v>[^\n\x02]{20,1000})",
    r"\bv=DKIM1;(?P<v>[^\n\x02]{20,1000})",
    # Keys and certificates that everybody may have.
    r"-----BEGIN (?:TRUSTED |X509 |NEW )?(?:CERTIFICATE(?: REQUEST)?|(?:RSA |EC |DSA )?PUBLIC KEY|PGP (?:PUBLIC KEY BLOCK|"
    r"SIGNATURE)|X509 CRL|DH PARAMETERS|SSH SIGNATURE|CMS)-----(?P<v>[A-Za-z0-9+/=\s:.,\\-]{16,}?)-----END",
    r"\b(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com)\s(?P<v>AAAA[A-Za-z0-9+/=]{16,})",
    r"\bSHA256:(?P<v>[A-Za-z0-9+/=]{43,44})",
    # What packages, locks and pages are checked against.
    r"\b(?:sha(?:1|224|256|384|512)|md5|h1|blake2b|crc32c)[-:=](?P<v>[A-Za-z0-9+/]{20,}={0,2})",
    r"\.(?:tgz|tar\.gz|whl|zip|gem|crate)#(?P<v>[0-9a-f]{32,64})",
    r"\b(?P<v>nonce-[A-Za-z0-9+/_=-]{8,})'|\bnonce=[\"'](?P<w>[A-Za-z0-9+/_=-]{8,})[\"']",
    r"\bboundary=[\"']?(?P<v>[\w'()+,./:=?-]{8,80})",
    r"\bENC\[(?P<v>[^\]\n\x02]{8,400})\]",
    r"/(?:overlay2?|containers?|layers?|objects?|blobs?|sha256|commits?|tree|raw|archive|store|chunks?)/(?P<v>[0-9a-f]{32,64})",
    # Numbers of things, made long so that nobody has to count them.
    r"\b(?P<v>(?:pi|ch|cus|sub|evt|price|prod|acct|pm|txn|req|in|seti|si|run|msg|thread|asst|chatcmpl|file|job|ord|inv)"
    r"[_-][A-Za-z0-9]{12,32})\b",
    r"\b(?P<v>0[0-9A-H][0-9A-HJKMNP-TV-Z]{24})\b",
    r"\b(?:docs|drive|sheets)\.google\.com/(?P<v>[\w./-]{10,160})",
    r"\b(?:next|prev|previous|page|end|start|after|before|continuation|resume|sync|pagination)?_?-?(?:cursor|page_?token|"
    r"continuation_?token|next_?token|marker|pagination_?key|start_?key)[\"']?\s?[:=]\s?[\"']?(?P<v>[\w+/=.%-]{4,400})",
    r"\b(?:trace|span|request|correlation|event|message|build|deploy|order|object|document|record|session_replay)"
    r"[_ -]?ids?[\"']?\s?(?:[:=]|is)\s?[\"'#]?(?P<v>[\w-]{8,64})\b",
)
_TOLD = re.compile(rb"[A-Za-z0-9+/_-]{12,4000}={0,2}")
_ENCODED = re.compile(rb"=\?[\w-]{2,20}\?([bq])\?([^?\s]{2,300})\?=", re.IGNORECASE)
_PIECES = re.compile(rb"[\s\"'<>(){}\[\],;=&|]+")
_ALONE = re.compile(rb"[^\s:]{1,64}:[^\s:]{3,}")


def spans(flat: bytes) -> list[tuple[int, int]]:
    """Where what is found by its shape is none, in order of the patterns."""
    found: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        regex = compiled(pattern, "BEGIN" not in pattern and "HJKMNP" not in pattern)
        for match in regex.finditer(flat):
            found += (match.span(group) for group in ("v", "w") if group in regex.names and match.start(group) >= 0)
    found += (match.span(2) for match in _ENCODED.finditer(flat) if _harmless(_decoded(match)))
    return found


def _decoded(match: "re.Match[bytes]") -> bytes:
    if match[1] in b"qQ":
        return match[2].replace(b"_", b" ")
    return _plain(match[2])


def kept(found: list[Span], flat: bytes) -> Iterator[Span]:
    """The findings without those that are public by where they stand, and without encoded text that says nothing secret."""
    public = spans(flat) if any(span.kind in DROPPED for span in found) else []
    for span in found:
        if span.kind in DROPPED and any(start <= span.start and span.end <= end for start, end in public):
            continue
        if span.kind == kinds.TOKEN and says_nothing(flat[span.start : span.end]):
            continue
        yield span


@lru_cache(maxsize=4096)
def says_nothing(value: bytes) -> bool:
    """Whether this is base64 of text in which nothing looks like a secret: a cursor, a greeting, a small JSON."""
    if not _TOLD.fullmatch(value):
        return False
    return _harmless(_plain(value))


def _plain(value: bytes) -> bytes:
    """What base64 of either alphabet says; empty when it says nothing readable."""
    try:
        told = base64.b64decode(value.translate(bytes.maketrans(b"-_", b"+/")) + b"=" * (-len(value) % 4))
        text = told.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return b""
    return told if text and all(char.isprintable() or char in "\r\n\t" for char in text) else b""


def _harmless(told: bytes) -> bool:
    """Readable, more than one word, and not `user:password`."""
    if len(told) < 6:
        return False
    words = [word.strip(b".,;:!?") for word in _PIECES.split(told) if word]
    alone = _ALONE.fullmatch(told)
    if alone and not told.rpartition(b":")[2].isdigit():
        return False
    if any(len(word) > 24 for word in words):
        return False
    parts = [part for word in words for part in word.split(b":") if part]
    return not any(passwordlike(part) and len(part) > 5 for part in parts)
