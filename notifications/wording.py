"""Letters from placeholders: `{{ name }}` is replaced by text, and nothing else is code. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
# “[I have it]({{ take_link }})”: a link in the HTML part, “I have it: https://…” in the text.
LINKED = re.compile(r"\[([^\]\n]+)\]\(\{\{\s*([a-z_]+_link)\s*\}\}\)")
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
BRACED = re.compile(r"\{\{([^{}\n]{0,200})(\}\})?")
# What template languages take for code; here it would only stand in the letter as it was typed.
CODE = re.compile(r"\{%|%\}|\{#|#\}|\$\{|<%|%>")
TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|<!--")
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HIDDEN = frozenset({"Cc", "Cs", "Cn", "Co"})
LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000
SHORT = 100


class Unfilled(ValueError):
    """A placeholder is unknown or empty; the message names it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """An editable letter: subject and body with placeholders."""

    key: str
    subject: str
    body: str

    @property
    def placeholders(self) -> frozenset[str]:
        return _placeholders(self.subject, self.body)


@lru_cache(maxsize=256)
def _placeholders(subject: str, body: str) -> frozenset[str]:
    # Asked for three times by each of the thousands of messages that one wording may make.
    return frozenset(PLACEHOLDER.findall(subject + body))


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(wording: Wording, variables: Mapping[str, str], *, optional: frozenset[str] = frozenset()) -> Rendered:
    """Fills a wording; refuses an unknown, missing or empty variable. What is filled in is text: it is escaped in the
    HTML part, its braces and asterisks stay as they are, and line breaks in a subject become spaces.

    One that is `optional` may be empty: a line that holds nothing else then goes with it.
    """
    filled = {name: value.strip() for name, value in variables.items()}
    unknown = sorted(filled.keys() - wording.placeholders - optional)
    lacking = frozenset(name for name in wording.placeholders if not filled.get(name))
    if unknown or lacking - optional:
        raise Unfilled(f"{wording.key}: " + "; ".join(_complaints(unknown, sorted(lacking - optional))))
    subject, text, marked = _prepared(wording, lacking)
    escaped = {name: _short(value) if len(value) <= SHORT else _escaped(value) for name, value in filled.items()}
    return Rendered(" ".join((subject % filled).split()), text % filled, marked % escaped)


@lru_cache(maxsize=4096)
def _short(value: str) -> str:
    # Names, severities and what is to be done stand in thousands of messages alike.
    return _escaped(value)


def _escaped(value: str) -> str:
    return html.escape(value).replace("\n", "<br>")


@lru_cache(maxsize=256)
def _prepared(wording: Wording, lacking: frozenset[str]) -> tuple[str, str, str]:
    """Subject, text and HTML with their variables where Python's own formatting fills them in, made once for the
    thousands of messages that one may make."""
    body = "\n".join(line for line in wording.body.split("\n") if not _goes(line, lacking))
    body = PLACEHOLDER.sub(lambda match: "" if match[1] in lacking else match[0], body)
    body = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", body + "\n")).strip()
    text = LINKED.sub(r"\1: {{ \2 }}", BOLD.sub(r"\1", body)) + "\n"
    return _formatted(wording.subject, lacking), _formatted(text, lacking), _formatted(_marked(body), lacking)


def _formatted(text: str, lacking: frozenset[str]) -> str:
    """Every second piece is the name of a variable; what is lacking is nothing."""
    pieces = enumerate(PLACEHOLDER.split(text))
    return "".join(
        ("" if piece in lacking else f"%({piece})s") if place % 2 else piece.replace("%", "%%")
        for place, piece in pieces
    )


def _goes(line: str, lacking: frozenset[str]) -> bool:
    names = PLACEHOLDER.findall(line)
    return bool(names) and lacking.issuperset(names)


def _marked(body: str) -> str:
    """Paragraphs at empty lines, bold as strong, links as such; styles are left to the reader's mail program."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", body):
        marked = html.escape(paragraph, quote=False).replace("\n", "<br>")
        marked = LINKED.sub(r'<a href="{{ \2 }}">\1</a>', BOLD.sub(r"<strong>\1</strong>", marked))
        paragraphs.append(f"<p>{marked}</p>")
    return "\n".join(paragraphs) + "\n"


def faults(part: str, text: str, *, known: Iterable[str], needed: Iterable[str] = ()) -> list[str]:
    """What is wrong with the subject or the body (`part`) of a wording as somebody typed it, in sentences.

    `known` are the variables that its kind fills in, `needed` those that may not be left out of this part. Only a text
    without a fault may be stored: whatever is stored can be rendered.
    """
    longest = LONGEST_SUBJECT if part == "subject" else LONGEST_BODY
    if not text.strip():
        return [f"The {part} is empty."]
    if len(text) > longest:
        return [f"The {part} has {len(text):,} characters; at most {longest:,} fit."]
    known = set(known)
    found = _unprintable(part, text)
    code = CODE.search(text)
    if code:
        found.append(f"“{code[0]}” is code of a template language; a letter holds words and {{{{ variables }}}} only.")
    for braced in BRACED.finditer(text):
        name = braced[1].strip()
        if not braced[2]:
            found.append(f"“{braced[0][:40].strip()}” is not closed: write {{{{ name }}}} on one line.")
        elif not PLACEHOLDER.fullmatch(braced[0]):
            found.append(f"“{braced[0][:60]}” is not a variable: a name in small letters stands between the braces.")
        elif name not in known:
            found.append(f"There is no variable {{{{ {name} }}}} in this letter.")
    there = set(PLACEHOLDER.findall(text))
    found += [f"{{{{ {name} }}}} may not be left out of the {part}." for name in needed if name not in there]
    return list(dict.fromkeys(found))


def _unprintable(part: str, text: str) -> list[str]:
    found = []
    if part == "subject" and re.search(r"[\r\n\u0085\u2028\u2029]", text):
        found.append("The subject stands on one line.")
    allowed = "\r\n" if part == "subject" else "\r\n\t"
    odd = next((one for one in text if unicodedata.category(one) in HIDDEN and one not in allowed), "")
    if odd:
        found.append(f"The {part} holds a character that cannot be shown (U+{ord(odd):04X}).")
    turned = next((one for one in text if one in DIRECTIONS), "")
    if turned:
        found.append(f"The {part} holds a character that turns the direction of reading (U+{ord(turned):04X}).")
    tag = TAG.search(text)
    if tag:
        found.append(f"“{tag[0][:40]}” would be read as it stands: letters are plain text, with **bold** for bold.")
    return found


def _complaints(unknown: list[str], empty: list[str]) -> list[str]:
    found = [f"unknown: {', '.join(unknown)}"] if unknown else []
    return found + ([f"empty: {', '.join(empty)}"] if empty else [])
