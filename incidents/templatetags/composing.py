"""A letter as it is written: its words with what is found marked in them, and what the guard says of it in a line."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from incidents import guarding, proofs
from incidents.guarding import Objection

register = template.Library()


@register.filter
def proof(text: str, objections: Iterable[Objection]) -> SafeString:
    """The text of a letter, escaped, with each finding marked where it stands."""
    found = [(one.words, one.finding.start, one.finding.end, one.finding.stops) for one in objections or ()]
    marked = (
        format_html('<mark class="{}">{}</mark>', one.mark, one.text) if one.mark else format_html("{}", one.text)
        for one in proofs.pieces(text, found)
    )
    return format_html_join("", "{}", ((one,) for one in marked))


@register.simple_tag
def verdict(objections: Sequence[Objection], form: Any) -> dict[str, str]:
    """What the guard says in one line, and how it is coloured; an empty line before anybody has typed."""
    promised = getattr(form, "promise_fault", None)
    fault = promised() if promised else ""
    if objections or fault:
        count, stopping = len(objections) + bool(fault), sum(one.finding.stops for one in objections) + bool(fault)
        said = f"{count} place{'s' if count > 1 else ''} to look at"
        stops = f", {stopping} stop{'s' if stopping == 1 else ''} the letter" if stopping else ""
        return {"line": f"{said}{stops}.", "look": "stops" if stopping else "found", "fault": fault}
    typed = form is not None and getattr(form, "is_bound", False)
    clean = ", ".join(guarding.clean_of(objections))
    if not typed:
        return {"line": "", "look": ""}
    return {"line": f"Looked through: {clean}.", "look": "clean", "brief": "Nothing found that it must not say."}
