"""Finds, replaces, looks again, and withholds the whole text when anything goes wrong."""

import hashlib
import hmac
import re
import secrets
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from notifications.redaction import (
    addressed,
    codes,
    commands,
    credentials,
    cued,
    deny,
    entropy,
    kinds,
    logs,
    payment,
    people,
    prose,
    providers,
    public,
)
from notifications.redaction.flat import MASK, flatten, windows
from notifications.redaction.known import NOTHING, Known, plain
from notifications.redaction.rule import Span

RULES = (
    *credentials.RULES,
    *addressed.RULES,
    *commands.RULES,
    *providers.RULES,
    *payment.RULES,
    *people.RULES,
    *prose.RULES,
    *codes.RULES,
)
ROUNDS = 8
# Of a text in which the lines around the masks are less than this part, they are looked through first and alone.
NEAR = 4
_OURS = re.compile(r"\[redacted: (?:" + "|".join(map(re.escape, [*kinds.CLASS_OF])) + r")\]|\bUser-[0-9]{1,6}\b")
_STOP = re.compile(rb"[ \t\n\"'<>\x02]")
_USERS = re.compile(r"\bUser-([0-9]{1,6})\b")
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            kinds.LOG,
            kinds.PRIVATE_KEY,
            kinds.KNOWN,
            kinds.CARD,
            kinds.IBAN,
            kinds.PROVIDER_KEY,
            kinds.CONNECTION,
            kinds.HEADER,
            kinds.COOKIE,
            kinds.PASSWORD,
            kinds.SECRET,
        )
    )
}
_WEAK = {kinds.TOKEN: 90, kinds.UNKNOWN: 99}
_PROCESS_KEY = secrets.token_bytes(32)


class OutOfTime(Exception):
    """The deadline passed before the text was read to its end."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of the original text, in characters. `digest` lets a dismissal be kept without the secret."""

    kind: str
    start: int
    end: int
    layer: str
    digest: str

    @property
    def class_of(self) -> str:
        return kinds.CLASS_OF[self.kind]


@dataclass(frozen=True, slots=True)
class Redacted:
    """`withheld` says why there is no text at all; `pseudonyms` tells who is who, and must never be exported (C-16)."""

    text: str
    findings: tuple[Finding, ...] = ()
    withheld: str = ""
    pseudonyms: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)


def digest_of(value: str, key: bytes) -> str:
    return hmac.new(key, value.strip().encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def redact(
    text: str,
    *,
    known: Known = NOTHING,
    default_deny: bool = False,
    dismissed: frozenset[str] = frozenset(),
    key: bytes = _PROCESS_KEY,
    deadline_seconds: float = 5.0,
) -> Redacted:
    """The text without what must not leave, scanned again until nothing is found; never raises.

    Pass a lasting `key` where dismissals are stored: without one, digests are good for this process only.
    """
    try:
        return _redact(text, _Scan(known, default_deny, dismissed, key, monotonic() + deadline_seconds))
    except OutOfTime:
        return Redacted(f"[redacted: {kinds.WITHHELD}]", withheld="out of time")
    except Exception as error:  # fault 29: whatever a rule stumbles over, nothing may leave
        return Redacted(f"[redacted: {kinds.WITHHELD}]", withheld=type(error).__name__)


@dataclass(frozen=True, slots=True)
class _Scan:
    known: Known
    default_deny: bool
    dismissed: frozenset[str]
    key: bytes
    deadline: float
    cued_lines: cued.Seen = field(default_factory=dict)
    deny_lines: deny.Seen = field(default_factory=dict)

    def find(self, text: str) -> list[Span]:
        """What is in the text, without overlaps; neither what is masked already nor what a person has dismissed."""
        flat = flatten(text)
        ours = [match.span() for match in _OURS.finditer(text)]
        flat = _blanked(flat, ours)
        spans = [*self.known.spans(text, flat)]
        for start, end in windows(flat):
            spans += self._window(text, flat, start, end)
        if self.default_deny:
            self._tick()
            logged = [(s.start, s.end) for s in spans if s.kind == kinds.LOG and not self._waved(text, s)]
            spans += deny.tokens(_blanked(flat, logged), self.deny_lines)
        waved = [s for s in spans if self._waved(text, s)]
        # What a person let through is not found again by a broader layer.
        kept = [s for s in spans if s not in waved and not any(w.start < s.end and s.start < w.end for w in waved)]
        return [s for s in _apart(_merged(kept), flat) if not self._waved(text, s)]

    def near(self, text: str) -> list[Span]:
        """What masking brought to light, looked for in the lines around the masks; nothing where these are many.

        It spares a second look at a long text, not the last one: whoever finds nothing here still asks `find`.
        """
        stretches = list(_around(text))
        if sum(end - start for start, end in stretches) * NEAR > len(text):
            return []
        return [
            Span(span.start + start, span.end + start, span.kind, span.layer)
            for start, end in stretches
            for span in self.find(text[start:end])
        ]

    def _window(self, text: str, flat: bytes, start: int, end: int) -> Iterator[Span]:
        """What is in a log block goes with the block, so nothing else is looked for there, unless it was dismissed."""
        logged = [_moved(s, start, end, flat) for s in logs.blocks(flat[start:end], leaving=self.default_deny)]
        yield from logged
        piece = _blanked(
            flat[start:end], [(s.start - start, s.end - start) for s in logged if not self._waved(text, s)]
        )
        lowered = piece.lower()
        found: list[Span] = []
        for rule in RULES:
            if rule.wanted(lowered):
                self._tick()
                found += rule.spans(piece)
        self._tick()
        found += cued.tokens(piece, self.cued_lines)
        found += entropy.tokens(piece)
        yield from (_moved(s, start, end, flat) for s in public.kept(found, piece))

    def _waved(self, text: str, span: Span) -> bool:
        return bool(self.dismissed) and digest_of(text[span.start : span.end], self.key) in self.dismissed

    def _tick(self) -> None:
        if monotonic() > self.deadline:
            raise OutOfTime


def _around(text: str) -> Iterator[tuple[int, int]]:
    """Each line that bears a mask, with the one before and the one after; stretches that meet are one."""
    first, last, line_end = -1, -1, -1
    for match in _OURS.finditer(text):
        if match.start() < line_end:
            continue
        line_end = _after_line(text, match.end())
        start = text.rfind("\n", 0, max(0, text.rfind("\n", 0, match.start()))) + 1
        if start > last:
            if last > first:
                yield first, last
            first = start
        last = _after_line(text, line_end)
    if last > first:
        yield first, last


def _after_line(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _blanked(flat: bytes, places: list[tuple[int, int]]) -> bytes:
    """With the byte for "masked already" at these places."""
    if not places:
        return flat
    blanked = bytearray(flat)
    for start, end in places:
        blanked[start:end] = MASK * (min(end, len(flat)) - start)
    return bytes(blanked)


def _moved(span: Span, start: int, end: int, flat: bytes) -> Span:
    """In the whole text; a finding that a long line was cut in goes on to the end of its token."""
    first, last = span.start + start, span.end + start
    if last >= end and end < len(flat) and flat[end : end + 1] != b"\n":
        stop = _STOP.search(flat, last)
        last = stop.start() if stop else len(flat)
    return Span(first, last, span.kind, span.layer)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping findings become one, of the kind that says most."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            first = min(last, span, key=lambda s: (_RANK.get(s.kind, _WEAK.get(s.kind, 50)), s.start - s.end))
            merged[-1] = Span(last.start, max(last.end, span.end), first.kind, first.layer)
        else:
            merged.append(span)
    return merged


def _apart(spans: Iterable[Span], flat: bytes) -> Iterator[Span]:
    """Without the parts that are masked already, and without white space at the ends."""
    for span in spans:
        at = span.start
        for part in flat[span.start : span.end].split(MASK):
            body = part.strip()
            if body:
                start = at + part.index(body)
                yield Span(start, start + len(body), span.kind, span.layer)
            at += len(part) + 1


def _redact(text: str, scan: _Scan) -> Redacted:
    spans = scan.find(text)
    names: dict[str, tuple[str, ...]] = {}
    shown = text
    for _ in range(ROUNDS):
        if not spans:
            break
        shown, places, names = _written(text, spans, scan.known)
        again = scan.near(shown) or scan.find(shown)
        if not again:
            break
        spans = _merged([*spans, *(_back(span, places) for span in again)])
    else:
        return Redacted(f"[redacted: {kinds.WITHHELD}]", withheld="still found after masking")
    found = tuple(Finding(s.kind, s.start, s.end, s.layer, digest_of(text[s.start : s.end], scan.key)) for s in spans)
    return Redacted(shown, found, "", names)


Place = tuple[int, int, int, int]


def _written(text: str, spans: list[Span], known: Known) -> tuple[str, list[Place], dict[str, tuple[str, ...]]]:
    """The masked text, where each piece of it came from, and who got which pseudonym."""
    pieces: list[str] = []
    places: list[Place] = []
    names: dict[str, list[str]] = {}
    given: dict[object, str] = {}
    taken = max((int(n) for n in _USERS.findall(text)), default=0)
    at = out = 0
    for span in [*spans, Span(len(text), len(text), "", "")]:
        for start, end, kind in ((at, span.start, ""), (span.start, span.end, span.kind)):
            if start == end:
                continue
            shown = text[start:end]
            if kind in kinds.PEOPLE:
                owner = known.owner(shown)
                who: object = owner if owner is not None else plain(shown)
                name = given.setdefault(who, f"User-{taken + len(given) + 1}")
                if shown not in names.setdefault(name, []):
                    names[name].append(shown)
                shown = name
            elif kind:
                shown = f"[redacted: {kind}]"
            pieces.append(shown)
            places.append((out, out + len(shown), start, end))
            out += len(shown)
        at = span.end
    return "".join(pieces), places, {name: tuple(values) for name, values in names.items()}


def _back(span: Span, places: list[Place]) -> Span:
    """A span of the masked text as a span of the original: a mask that it touches belongs to it whole."""
    touched = [
        p for p in places[max(0, bisect_left(places, (span.start,)) - 1) :] if p[0] < span.end and p[1] > span.start
    ]
    first, last = touched[0], touched[-1]
    length_kept = (first[1] - first[0] == first[3] - first[2], last[1] - last[0] == last[3] - last[2])
    start = first[2] + span.start - first[0] if length_kept[0] else first[2]
    end = last[2] + span.end - last[0] if length_kept[1] else last[3]
    return Span(start, end, span.kind, span.layer)
