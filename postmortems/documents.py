"""The support report as it leaves: allow-listed fields only, redacted as a whole (A-17, A-18)."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings

from incidents.models import Contact
from notifications.redaction import Finding, Known, redact
from postmortems import protected
from postmortems.models import SupportReport

# One character that nobody types, alone on its line, so that the whole is redacted at once and parted again.
BETWEEN = "\n\u241e\n"
LOG_CLASS = "raw log"
FREE = ("description", "steps", "excerpt")
AROUND = 40
_ADDRESS = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the report: its key, its heading, and its text."""

    key: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding in its part. `around` is the line that it stands in, with it and every other finding covered;
    `value` is what was found, for those only who see what we hold."""

    finding: Finding
    part: str
    is_log: bool
    around: str = ""
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """The redacted report. `withheld` says why there is none; `open_logs` are blocks that must be taken out by hand."""

    parts: tuple[Part, ...]
    findings: tuple[Placed, ...]
    withheld: str = ""

    @property
    def open_logs(self) -> list[Placed]:
        return [placed for placed in self.findings if placed.is_log]


def parts(report: SupportReport) -> Iterator[Part]:
    """The allow-listed fields in their order; the affected user is a pseudonym before redaction even begins (C-16)."""
    when = ""
    if report.occurred_at:
        local = report.occurred_at.astimezone(ZoneInfo(report.time_zone))
        when = f"{local:%Y-%m-%d %H:%M:%S %z} ({report.time_zone})"
    yield Part("when", "When", when)
    yield Part("reference", "Support code or error reference", report.error_reference)
    yield Part("user", "Affected user", "User-1" if report.affected_user.strip() else "")
    yield Part("screen", "Affected screen", report.affected_screen)
    for name, value in report.versions:
        yield Part(f"environment:{name}", name, value)
    yield Part("description", "What happens", report.description)
    yield Part("steps", "Reproduction steps", report.steps)
    yield Part("excerpt", "Excerpt", report.excerpt)


def known(report: SupportReport) -> Known:
    """Every configured secret, the affected user, and the contacts of the incident's clients."""
    contacts = Contact.objects.filter(client__in=report.incident.client_ids)
    others = [tuple(filter(None, (one.name, one.email))) for one in contacts]
    others += [(name,) for name in report.incident.clients.values_list("name", flat=True)]
    people = _one_person(report.affected_user, others)
    return Known(secrets=protected.secrets(), people=tuple(people), digests=protected.digests())


def _one_person(affected: str, others: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The affected user first. A contact whom that field names is the same person, and gets the same pseudonym."""
    typed = affected.strip().casefold()
    if not typed:
        return others
    addresses = _ADDRESS.findall(affected)
    name = " ".join(_ADDRESS.sub(" ", affected).split()).strip(" ,;<>()")
    same = {one for one in others if any(value.casefold() in typed for value in one)}
    known = [value for one in others if one in same for value in one]
    return [tuple(dict.fromkeys(filter(None, (name, *addresses, *known)))), *(one for one in others if one not in same)]


def document(report: SupportReport) -> Document:
    """Redacts the report: what is typed freely also by default-deny when it leaves us, what is a field by the rest."""
    rows = list(parts(report))
    outside = report.destination is None or report.destination.is_outside
    here = known(report)
    free = _redacted(report, [part for part in rows if part.key in FREE], here, default_deny=outside)
    fields = _redacted(report, [part for part in rows if part.key not in FREE], here, default_deny=False)
    if free.withheld or fields.withheld:
        return Document((), (), free.withheld or fields.withheld)
    kept = {part.key: part for part in (*fields.parts, *free.parts)}
    return Document(tuple(kept[part.key] for part in rows), (*fields.findings, *free.findings))


def _redacted(report: SupportReport, rows: list[Part], here: Known, *, default_deny: bool) -> Document:
    # The affected user comes first, so that `User-1` is always that person; all at once, so that it stays so.
    texts = [report.affected_user or "nobody", *(part.text.replace(BETWEEN.strip(), "") for part in rows)]
    whole = BETWEEN.join(texts)
    dismissed = frozenset(report.dismissals.values_list("digest", flat=True))
    key = settings.SECRET_KEY.encode()
    done = redact(whole, known=here, default_deny=default_deny, dismissed=dismissed, key=key)
    clean = done.text.split(BETWEEN)
    if done.withheld or len(clean) != len(texts):
        return Document((), (), done.withheld or "the parts did not come back")
    found = []
    for finding in done.findings:
        place = whole[: finding.start].count(BETWEEN)
        if place:
            value = whole[finding.start : finding.end]
            is_log = finding.class_of == LOG_CLASS
            found.append(Placed(finding, rows[place - 1].name, is_log, _around(whole, finding, done.findings), value))
    made = tuple(Part(part.key, part.name, text) for part, text in zip(rows, clean[1:], strict=True))
    return Document(made, tuple(found))


def _around(whole: str, one: Finding, findings: Sequence[Finding]) -> str:
    """Up to forty characters on each side of a finding, within its line; it is `▮▮▮`, others are `•••`."""
    first = max(whole.rfind("\n", 0, one.start) + 1, one.start - AROUND)
    stop = whole.find("\n", one.end)
    last = min(len(whole) if stop < 0 else stop, one.end + AROUND)
    said, at = "", first
    for other in sorted(findings, key=lambda found: found.start):
        if other.end > first and other.start < last:
            said += whole[at : max(at, other.start)] + ("▮▮▮" if other == one else "•••")
            at = other.end
    return said + whole[at : max(at, last)]


def as_markdown(report: SupportReport, made: Document) -> str:
    """`# Support report SR-93`, then one section for each part that is filled."""
    lines = [f"# Support report {report}", "", f"To: {report.destination}", ""]
    for part in made.parts:
        if part.text.strip():
            body = f"```\n{part.text.replace('```', '')}\n```" if part.key == "excerpt" else part.text
            lines += [f"## {part.name}", "", body, ""]
    return "\n".join(lines)


def as_html(report: SupportReport, made: Document) -> str:
    """A page by itself, without script or style."""
    rows = "".join(
        f"<h2>{html.escape(part.name)}</h2><pre>{html.escape(part.text)}</pre>"
        for part in made.parts
        if part.text.strip()
    )
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Support report {report}</title>'
    return f"{head}<h1>Support report {report}</h1><p>To: {html.escape(str(report.destination))}</p>{rows}</html>"


def as_json(report: SupportReport, made: Document) -> str:
    """`{"report", "destination", "fields": {name: text}}`."""
    fields = {part.name: part.text for part in made.parts if part.text.strip()}
    return json.dumps(
        {"report": str(report), "destination": str(report.destination), "fields": fields}, ensure_ascii=False, indent=2
    )


FORMATS = {
    "md": (as_markdown, "text/markdown; charset=utf-8"),
    "html": (as_html, "text/html; charset=utf-8"),
    "json": (as_json, "application/json"),
}
