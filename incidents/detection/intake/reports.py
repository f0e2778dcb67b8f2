"""The report of an agent or a script (B-29): the fields of a report, checked, as one alert."""

import hashlib
from typing import Any

from incidents.detection.intake.alerts import MOST_TEXT, Alert, instant, labels, titled
from incidents.detection.intake.routing import SEVERITY_NAMES, Sender, World, slug
from incidents.detection.intake.strict import Unreadable, a_text, an_object, shown

FIELDS = {"title", "description", "severity", "client", "system", "detected_at", "dedup_key", "labels"}


def parse(payload: Any, sender: Sender, world: World) -> list[Alert]:
    """A script hears what is wrong with its report, unlike a monitor that nobody watches: unknown names are refused."""
    found = an_object(payload, "The report")
    unknown = sorted(found.keys() - FIELDS)
    if unknown:
        raise Unreadable(f"“{shown(unknown[0])}” is not a field of a report: {', '.join(sorted(FIELDS))}.")
    title = titled(a_text(found.get("title"), "“title”", required=True))
    text = a_text(found.get("description"), "“description”", required=True)[:MOST_TEXT]
    word = a_text(found.get("severity"), "“severity”").strip().lower()
    if word and word not in SEVERITY_NAMES and word not in sender.severity_map:
        raise Unreadable("“severity” must be 1 to 4, SEV-1 to SEV-4, or a word that the source knows.")
    tags = labels(found.get("labels"), "“labels”")
    for name, known, label in (
        ("client", world.clients, sender.client_label),
        ("system", world.systems, sender.system_label),
    ):
        value = a_text(found.get(name), f"“{name}”")
        if value and slug(value) not in known:
            raise Unreadable(f"There is no {name} “{shown(value)}”.")
        if value:
            tags[label or name] = value
    told_at = found.get("detected_at")
    at = instant(told_at)
    if told_at is not None and at is None:
        raise Unreadable("“detected_at” must be an instant such as 2026-02-03T10:00:00Z.")
    key = a_text(found.get("dedup_key"), "“dedup_key”")[:2000]
    same = hashlib.sha256("\x00".join((title, text, tags.get(sender.client_label, ""))).encode()).hexdigest()
    return [
        Alert(
            key=key or same,
            title=title,
            text=text,
            at=at,
            severity_word=word,
            labels={key: value for key, value in tags.items() if key != sender.severity_label},
        )
    ]
