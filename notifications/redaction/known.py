"""L1: what the installation knows to be secret, in each form it may be written: as it is, URL-encoded, JSON, base64."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

from notifications.redaction import kinds
from notifications.redaction.flat import flatten
from notifications.redaction.rule import Span, compiled
from notifications.redaction.shapes import WORDS

SHORTEST = 4
SHORTEST_TOKEN = 16
_WORD = re.compile(rb"[A-Za-z0-9_.:=-]{16,400}")
_PART = re.compile(rb"[A-Za-z0-9_-]{16,400}")


@dataclass(frozen=True)
class Known:
    """`secrets` are configured keys and passwords; each of `people` is one person: names, addresses, phone numbers.

    Secrets of fewer than four characters are not looked for: they would be everywhere. `digests` are the SHA-256 of
    secrets that are known by nothing else, as tokens are.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    people: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    digests: frozenset[str] = field(default=frozenset(), repr=False)

    @cached_property
    def _forms(self) -> tuple[tuple[str, str], ...]:
        found = {form: kinds.KNOWN for secret in self.secrets if len(secret) >= SHORTEST for form in forms(secret)}
        for person in self.people:
            for value in person:
                for form in _personal(value):
                    found.setdefault(form, _kind(value))
        return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))

    @cached_property
    def owners(self) -> dict[str, int]:
        """Which person a value belongs to, so that name, address and phone share one pseudonym."""
        return {plain(form): n for n, person in enumerate(self.people) for value in person for form in _personal(value)}

    @cached_property
    def _phones(self) -> tuple[tuple[str, int], ...]:
        return tuple(
            (d, n)
            for n, p in enumerate(self.people)
            for v in p
            if _kind(v) == kinds.PHONE
            for d in [digits(v)]
            if len(d) > 5
        )

    def owner(self, value: str) -> int | None:
        found = self.owners.get(plain(value))
        if found is None and len(digits(value)) > 5:
            tail = digits(value)[-8:]
            found = next((n for d, n in self._phones if d.endswith(tail)), None)
        return found

    def spans(self, text: str, flat: bytes) -> Iterator[Span]:
        """Every form of every value, whatever its case; what is base64 takes the whole token with it."""
        lowered = flat.lower()
        for form, kind in self._forms:
            if kind == kinds.PHONE:
                continue
            wanted = flatten(form)
            if wanted.lower() not in lowered:
                continue
            pattern = re.escape(wanted)
            if kind == kinds.NAME or (kind == kinds.EMAIL and len(form) < 6):
                pattern = rb"(?<![A-Za-z0-9\xc0-\xff])" + pattern + rb"(?![A-Za-z0-9\xc0-\xff])"
            for match in re.finditer(pattern, flat, re.IGNORECASE):
                start, end = match.span()
                if text[start:end].casefold() == form.casefold() or flatten(form) == flat[start:end]:
                    yield Span(start, end, kind, "L1")
        for wanted_digits, _ in self._phones:
            tail = r"[ ()./-]{0,3}".join(wanted_digits[-9:].lstrip("0"))
            for hit in compiled(rf"(?:\+|00)?(?:[\d][ ()./-]{{0,3}}){{0,5}}{tail}").finditer(flat):
                yield Span(hit.start(), hit.end(), kinds.PHONE, "L1")
        yield from self._digested(flat)

    def _digested(self, flat: bytes) -> Iterator[Span]:
        """Words, and the parts of them that a colon, a dot, a slash or an equals sign sets apart, whose digest is known."""
        if not self.digests:
            return
        for word in _WORD.finditer(flat):
            for part in (word, *_PART.finditer(flat, word.start(), word.end())):
                start, end = part.span()
                while end > start and flat[end - 1 : end] in b".:=":
                    end -= 1
                if end - start >= SHORTEST_TOKEN and hashlib.sha256(flat[start:end]).hexdigest() in self.digests:
                    yield Span(start, end, kinds.KNOWN, "L1")


def digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


def plain(value: str) -> str:
    """One spelling of a person's detail: no case, no spaces at the ends, `at` and `dot` as signs, phones as digits."""
    value = (
        re.sub(r"\s*[\[({<]?\s*\b(?:at|arroba|arobase|klammeraffe)\b\s*[\])}>]?\s*", "@", value.casefold())
        if "dot" in value.lower() or "[at]" in value.lower() or "(at)" in value.lower()
        else value.casefold()
    )
    value = re.sub(r"\s*[\[({<]?\s*\b(?:dot|punkt|punto)\b\s*[\])}>]?\s*", ".", value) if "@" in value else value
    value = value.replace("%40", "@").strip()
    return "+" + digits(value).lstrip("0") if "@" not in value and len(digits(value)) > 5 else " ".join(value.split())


def _kind(value: str) -> str:
    if "@" in value:
        return kinds.EMAIL
    return kinds.PHONE if len(digits(value)) > 5 and len(digits(value)) * 2 > len(value) else kinds.NAME


def _personal(value: str) -> set[str]:
    """A name is also looked for as "Last, First" and by its parts, unless a part is an ordinary word."""
    value = value.strip()
    if _kind(value) != kinds.NAME:
        return {form for form in (value, quote(value, safe=""), quote_plus(value)) if len(form) >= SHORTEST}
    parts = value.split()
    found = {value, quote(value), quote_plus(value), json.dumps(value)[1:-1]} if len(value) > 1 else set()
    if len(parts) > 1:
        found |= {f"{parts[-1]}, {' '.join(parts[:-1])}", ".".join(parts), "".join(parts)}
        found |= {p for p in parts if len(p) > 2 and p.lower().encode("latin-1", "replace") not in WORDS}
    return found


def forms(secret: str) -> set[str]:
    """The value as URLs, JSON, HTML and base64 carry it; base64 at each of three places where it may begin."""
    raw = secret.encode("utf-8", "surrogatepass")
    found = {
        secret,
        quote(raw, safe=""),
        quote(raw),
        quote_plus(raw),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
    found |= {
        secret.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"),
        secret.replace("\\", "\\\\").replace("'", "\\'"),
        raw.hex(),
    }
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode()
        inner = encoded[(0, 2, 3)[shift] : len(encoded) - (0, 3, 2)[(len(raw) + shift) % 3]].rstrip("=")
        if len(inner) >= 6:
            found |= {inner, inner.translate(str.maketrans("+/", "-_"))}
    return {form for form in found if len(form) >= SHORTEST}


NOTHING: Any = Known()
