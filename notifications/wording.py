"""Letters from placeholders: `{{ name }}` is replaced by text, and nothing else is code. Pure."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")


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
        return frozenset(PLACEHOLDER.findall(self.subject + self.body))


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(wording: Wording, variables: Mapping[str, str]) -> Rendered:
    """Fills a wording; refuses an unknown, missing or empty variable. What is filled in is text: it is escaped in the
    HTML part, its braces and asterisks stay as they are, and line breaks in a subject become spaces."""
    unknown = sorted(set(variables) - wording.placeholders)
    empty = sorted(name for name in wording.placeholders if not variables.get(name, "").strip())
    if unknown or empty:
        raise Unfilled(f"{wording.key}: " + "; ".join(_complaints(unknown, empty)))
    subject = " ".join(_fill(wording.subject, variables).split())
    text = BOLD.sub(r"\1", wording.body)
    return Rendered(subject, _fill(text, variables).strip() + "\n", _html(wording.body, variables))


def _complaints(unknown: list[str], empty: list[str]) -> list[str]:
    found = [f"unknown: {', '.join(unknown)}"] if unknown else []
    return found + ([f"empty: {', '.join(empty)}"] if empty else [])


def _fill(text: str, variables: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: variables[match[1]].strip(), text)


def _html(body: str, variables: Mapping[str, str]) -> str:
    """Paragraphs at empty lines, bold as strong; styles are left to the reader's mail program."""
    escaped = {name: html.escape(value.strip()).replace("\n", "<br>") for name, value in variables.items()}
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        marked = BOLD.sub(r"<strong>\1</strong>", html.escape(paragraph, quote=False).replace("\n", "<br>"))
        paragraphs.append(f"<p>{PLACEHOLDER.sub(lambda match: escaped[match[1]], marked)}</p>")
    return "\n".join(paragraphs) + "\n"
