"""Small marks that stand fifty times on a page: built as strings, without a template of their own.

Each word of a person's is escaped here. `SafeString` says so, as `mark_safe` does, without asking at each of the four
hundred places of a board whether its text is lazy.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from html import escape

import nh3
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from incidents.faces import ClockFace, RailLink, day_time
from incidents.models import Responder
from incidents.models.people import initials
from incidents.rows import Row
from incidents.spelling import for_zone, spell

register = template.Library()
MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "a", "blockquote", "table", "thead", "tbody"}
SHORT = 1000
TAGS |= {"tr", "th", "td", "h1", "h2", "h3", "h4", "hr"}


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("allclear/sprite.svg")


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """An icon from the sprite; decoration only, the words beside it say the same."""
    return SafeString(f'<svg class="i" aria-hidden="true"><use href="{_sprite()}#i-{escape(name)}"/></svg>')


@register.simple_tag
def severity(rank: int, solid: bool = False, name: str = "") -> SafeString:
    """Signal bars and the label; with a name the name beside it."""
    more = f" {escape(name)}" if name else ""
    return SafeString(f'<span class="sev s{int(rank)}{" solid" if solid else ""}">SEV-{int(rank)}{more}</span>')


@register.simple_tag
def avatar(person: Responder | None, large: bool = False) -> SafeString:
    if person is None:
        return SafeString("")
    return _circle(person.pk, person.initials, " lg" if large else "")


def _circle(pk: int, letters: str, size: str = "") -> SafeString:
    return SafeString(f'<span class="av av-{pk % 8}{size}" aria-hidden="true">{escape(letters)}</span>')


@register.simple_tag
def clock(face: ClockFace | None) -> SafeString:
    """Words, bar, icon and colour of one clock; the script re-renders the words of one that ticks."""
    if face is None:
        return SafeString('<span class="sm mute">–</span>')
    return SafeString(
        f'<div class="clock k-{face.tone}"><b>{icon(face.icon)}{_words(face)}</b>{bar(face)}'
        f"<small>{escape(face.small)}</small></div>"
    )


def _words(face: ClockFace) -> str:
    if not face.ticking:
        return escape(face.words)
    due = face.due_iso
    more = f' data-warn="{face.warn_iso}"' if face.warn_at else ""
    more += f' data-after="{escape(face.after)}"' if face.after else ""
    title = f"Due {due[:10]} {due[11:16]} UTC"
    return f'<time datetime="{due}" title="{title}" data-due="{due}"{more}>{escape(face.words)}</time>'


@register.simple_tag
def clock_words(face: ClockFace) -> SafeString:
    return SafeString(_words(face))


@register.simple_tag
def bar(face: ClockFace) -> SafeString:
    """A bar as SVG, its width in per cent: no inline style, and it prints."""
    if not face.ticking:
        return SafeString("")
    return SafeString(f'<svg class="bar" aria-hidden="true"><rect width="{face.percent}%" height="100%"/></svg>')


@register.simple_tag(takes_context=True)
def moment(context: template.Context, instant: datetime | None, style: str = "") -> SafeString:
    """An instant in the viewer's zone, UTC in its title; `style` full gives date, time and zone."""
    if instant is None:
        return SafeString("")
    zone = timezone.get_current_timezone()
    if style != "full":
        return instant_words(instant, context.get("now") or instant, zone)
    local = instant.astimezone(zone)
    return _time(instant, f"{local.day} {local:%B %Y %H:%M:%S %Z}")


def instant_words(instant: datetime, now: datetime, zone: tzinfo) -> SafeString:
    """An instant as it reads at `now` in a zone, UTC in its title."""
    return _time(instant, day_time(instant, now, zone))


def _time(instant: datetime, shown: str) -> SafeString:
    utc = instant.astimezone(UTC)
    return SafeString(f'<time datetime="{utc.isoformat()}" title="{utc:%Y-%m-%d %H:%M:%S} UTC">{escape(shown)}</time>')


@register.filter
def here(text: str) -> str:
    """A text with the instants that it holds in UTC told in the viewer's zone."""
    return for_zone(text, timezone.get_current_timezone())


@register.filter
def prose(text: str) -> SafeString:
    """Markdown as safe HTML: no raw HTML, no images, links that say nofollow and go to http, https or mailto only."""
    return _short_prose(text) if text and len(text) <= SHORT else _prose(text or "")


@lru_cache(maxsize=2048)
def _short_prose(text: str) -> SafeString:
    # What stands on a timeline never changes and is read again and again; parsing it costs more than the rest of its
    # line. Long texts are not kept, so that this holds a few megabytes at most.
    return _prose(text)


def _prose(text: str) -> SafeString:
    rendered = MARKDOWN.render(text)
    return SafeString(  # nh3 is the guard
        nh3.clean(rendered, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    )


@register.filter
def spelled(seconds: float | None) -> str:
    return spell(seconds) if seconds is not None else ""


@register.simple_tag
def queue_row(row: Row, may_assign: bool = False) -> SafeString:
    """One incident as its line on the board. Fifty of these are most of the page, so none is a template of its own.

    Whoever may not assign reads that nobody is assigned, and is not led to a refusal.
    """
    waits = f' data-acknowledge="{row.url}acknowledge/"' if row.waiting else ""
    systems = f"<span>·</span><span>{escape(row.systems)}</span>" if row.systems else ""
    if row.resolver:
        pk, name = row.resolver
        who = f'<span class="who">{_circle(pk, initials(name))}{escape(name)}</span>'
    elif may_assign:
        who = f'<a class="unassigned" href="{row.url}assign/">{icon("user-plus")}Assign</a>'
    else:
        who = '<span class="unassigned">nobody</span>'
    weight = "fw-semibold" if row.update_soon else "mute"
    return SafeString(
        f"<tr data-row{waits}><td>{severity(row.severity)}</td>"
        f'<td class="title"><a class="t" href="{row.url}">{escape(row.title)}</a><span class="meta">'
        f'<span class="mono">{row.reference}</span><span>·</span><span>{escape(row.clients)}</span>'
        f"{systems}</span></td>"
        f'<td class="opt opt2"><span class="state">{icon(row.icon)}{row.status}</span></td>'
        f"<td>{clock(row.acknowledge)}</td><td>{clock(row.resolve)}</td><td>{who}</td>"
        f'<td class="opt"><span class="sm num {weight}">{escape(row.update)}</span></td></tr>'
    )


@register.simple_tag
def options(choices: Iterable[tuple[int, str]], chosen: int | None) -> SafeString:
    """The options of a filter: number and name, the chosen one marked."""
    return SafeString(
        "".join(
            f'<option value="{pk}"{" selected" if pk == chosen else ""}>{escape(name)}</option>' for pk, name in choices
        )
    )


@register.simple_tag
def rail_links(links: Sequence[RailLink]) -> SafeString:
    """The links of one group of the rail, each with its count; the page that is open is marked."""
    return SafeString("".join(_rail_link(one) for one in links))


def _rail_link(link: RailLink) -> str:
    here = ' aria-current="page"' if link.current else ""
    count = f'<span class="n{" hot" if link.hot else ""}">{link.count}</span>' if link.count else ""
    return f'<a href="{link.url}"{here}>{icon(link.icon)}{escape(link.label)}{count}</a>'
