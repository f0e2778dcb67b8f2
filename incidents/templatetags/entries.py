"""The timeline of an incident's page: up to three hundred entries, built as strings like the rows of the board."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from incidents.entries import Shown
from incidents.models import TimelineEntry
from incidents.spelling import for_zone
from incidents.templatetags.faces import icon, instant_words, prose

register = template.Library()
BY_ENGINE = (
    TimelineEntry.Kind.AT_RISK,
    TimelineEntry.Kind.BREACHED,
    TimelineEntry.Kind.GATE_MOVED,
    TimelineEntry.Kind.PLAYBOOK_STEP,
    TimelineEntry.Kind.STEP_DONE,
)


@register.simple_tag(takes_context=True)
def timeline(context: template.Context, lines: Iterable[Shown]) -> SafeString:
    """Each entry as an item of a list, its times in the viewer's zone."""
    now, zone = context.get("now") or timezone.now(), timezone.get_current_timezone()
    return mark_safe("".join(_item(line, now, zone) for line in lines))  # noqa: S308 (each word of a person's is escaped)


def _item(line: Shown, now: datetime, zone: tzinfo) -> str:
    entry = line.entry
    lane = ""
    if line.taken_back:
        lane = '<span class="lane gone">taken back, nobody read it</span>'
    elif entry.client_visible:
        lane = '<span class="lane">clients read</span>'
    late = f" · written down {instant_words(entry.recorded_at, now, zone)}" if line.late else ""
    return (
        f'<li id="entry-{entry.seq}">{instant_words(entry.at, now, zone)}'
        f'<span class="ic {line.tone}">{icon(line.icon)}</span><div class="b"><b>{entry.get_kind_display()}</b> '
        f'<span class="mute">{escape(entry.by_name)}{_approval(entry.facts)}{late}</span>{lane}'
        f"{_text(line, zone)}{_remarks(line)}</div></li>"
    )


def _approval(facts: dict[str, object]) -> str:
    if facts.get("approved_by"):
        return f" approved what {escape(str(facts.get('written_by', '')))} wrote"
    if facts.get("unapproved_reason"):
        return f" · without approval: {escape(str(facts['unapproved_reason']))}"
    return ""


def _text(line: Shown, zone: tzinfo) -> str:
    entry = line.entry
    if not entry.text:
        return ""
    # What we put together holds its instants in UTC; the words of a person stay theirs.
    text = for_zone(entry.text, zone) if entry.kind in BY_ENGINE else entry.text
    tone = " client" if entry.client_visible and not line.taken_back else ""
    # What a client wrote stands as it was written; Markdown is ours.
    said = f'<span class="pre">{escape(text)}</span>' if _by_a_client(entry) else prose(text)
    return f'<div class="card{tone}">{said}</div>'


def _remarks(line: Shown) -> str:
    told = "".join(f'<p class="sm mute pre">{escape(remark)}</p>' for remark in line.remarks)
    kept = line.entry.facts.get("error_report") if line.entry.kind == "error_kept" else None
    if isinstance(kept, int):
        address = reverse("incidents:kept_error", args=[line.entry.incident_id, kept])
        told += f'<p class="sm"><a class="u" href="{address}">Read it as it was kept</a></p>'
    return told


def _by_a_client(entry: TimelineEntry) -> bool:
    """An answer, or a report that came in by itself (B-97); one that somebody wrote down for a client is ours."""
    if entry.kind == "reported":
        return entry.by_id is None and entry.facts.get("source") == "client"
    return entry.kind == "client_replied"
