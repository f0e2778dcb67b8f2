"""From each sender's own JSON to alerts. Every function returns or raises Unreadable; none touches a database."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from incidents.detection.intake import proving
from incidents.detection.intake.alerts import (
    FIRING,
    MOST_TEXT,
    RESOLVED,
    Alert,
    a_status,
    instant,
    labels,
    not_too_many,
    one_line,
    plain,
    titled,
)
from incidents.detection.intake.strict import Unreadable, a_list, a_text, an_object, shown


def alertmanager(payload: Any) -> list[Alert]:
    """The webhook of Prometheus Alertmanager, version 4; Grafana sends the same with a few fields more."""
    found = an_object(payload, "The payload")
    version = found.get("version")
    if version is not None and version not in ("4", "1"):
        raise Unreadable(f"Webhook version “{shown(version)}” is not known; version 4 is.")
    alerts = a_list(found.get("alerts"), "“alerts”")
    not_too_many(alerts)
    return [_alertmanager_one(an_object(one, f"alerts[{n}]"), f"alerts[{n}]") for n, one in enumerate(alerts)]


def _alertmanager_one(one: dict[str, Any], where: str) -> Alert:
    status = a_status(one.get("status"), f"{where}.status")
    tags = labels(one.get("labels"), f"{where}.labels")
    notes = labels(one.get("annotations"), f"{where}.annotations")
    key = a_text(one.get("fingerprint"), f"{where}.fingerprint") or _of_labels(tags)
    name = tags.get("alertname", "")
    title = notes.get("summary") or notes.get("title") or name
    facts: dict[str, Any] = {"startsAt": plain(one.get("startsAt"))[:60]}
    for link in ("generatorURL", "silenceURL", "dashboardURL", "panelURL", "valueString"):
        if one.get(link):
            facts[link] = plain(one[link])[:2000]
    if proving.by_labels(tags):
        facts["test"] = True
    return Alert(
        key=key,
        title=titled(title),
        status=status,
        name=one_line(name, 120),
        text=(notes.get("description") or notes.get("message") or "")[:MOST_TEXT],
        at=instant(one.get("startsAt")),
        ends_at=instant(one.get("endsAt")) if status == RESOLVED else None,
        severity_word=tags.get("severity", ""),
        labels=tags,
        facts={**facts, "annotations": notes} if notes else facts,
    )


def _of_labels(tags: Mapping[str, str]) -> str:
    return hashlib.sha256("\x00".join(f"{key}\x01{tags[key]}" for key in sorted(tags)).encode()).hexdigest()


def grafana(payload: Any) -> list[Alert]:
    """Grafana's unified alerting (the shape of Alertmanager), and the one alert of its legacy webhook."""
    found = an_object(payload, "The payload")
    if "alerts" in found or "ruleName" not in found:
        alerts = alertmanager({**found, "version": "4"})
        return [_grafana_one(one, sent) for one, sent in zip(alerts, found["alerts"], strict=True)]
    name = a_text(found.get("ruleName"), "“ruleName”", required=True)
    state = a_text(found.get("state"), "“state”")
    title = a_text(found.get("title"), "“title”") or name
    message = a_text(found.get("message"), "“message”")
    facts: dict[str, Any] = {"ruleUrl": plain(found.get("ruleUrl"))[:2000]}
    return [
        Alert(
            key=a_text(found.get("ruleId"), "“ruleId”") or name,
            title=titled(title),
            status=RESOLVED if state == "ok" else FIRING,
            name=one_line(name, 120),
            text=message[:MOST_TEXT],
            labels=labels(found.get("tags"), "“tags”"),
            facts={**facts, "test": True} if proving.by_legacy(name, message) else facts,
        )
    ]


# What Grafana calls an alert about a rule that it could not evaluate.
UNEVALUATED = {
    "DatasourceNoData": ("No data for", "The rule found no data, so nobody knows how it stands."),
    "DatasourceError": ("Not evaluated:", "The rule could not be evaluated, so nobody knows how it stands."),
}


def _grafana_one(one: Alert, sent: dict[str, Any]) -> Alert:
    """Named by its rule, which a summary often leaves out. Without data it does not claim what the summary says."""
    notes, rule = one.facts.get("annotations", {}), one_line(one.labels.get("rulename", ""), 120)
    if one.name in UNEVALUATED and rule:
        words, sentence = UNEVALUATED[one.name]
        said = f"Its own words when it fires: {one.title}" if one.title != one.name else ""
        text = "\n\n".join(filter(None, (sentence, notes.get("Error", ""), said, one.text)))
        return replace(one, title=titled(f"{words} {rule}"), name=rule, text=text[:MOST_TEXT])
    values = sent.get("values")
    if isinstance(values, dict) and values:
        read = ", ".join(f"{key} = {plain(value)}" for key, value in list(values.items())[:20])
        one = replace(one, text=f"{one.text}\n\nValues: {read}"[:MOST_TEXT].strip())
    if one.name and one.name.lower() not in one.title.lower():
        return replace(one, title=titled(f"{one.name}: {one.title}"))
    return one


PAGERDUTY_ACTIONS = ("trigger", "acknowledge", "resolve")


def pagerduty(found: dict[str, Any]) -> tuple[str, str, Alert | None]:
    """Events API v2: the action, the deduplication key, and the alert; no alert for *acknowledge*."""
    action = found.get("event_action")
    if action not in PAGERDUTY_ACTIONS:
        raise Unreadable("“event_action” must be trigger, acknowledge or resolve.")
    dedup = a_text(found.get("dedup_key"), "“dedup_key”")
    if len(dedup) > 255:
        raise Unreadable("“dedup_key” has more than 255 characters.")
    if action != "trigger":
        if not dedup:
            raise Unreadable(f"“dedup_key” is missing; {action} needs it.")
        alert = Alert(key=dedup, title=titled(dedup), status=RESOLVED) if action == "resolve" else None
        return action, dedup, alert
    payload = an_object(found.get("payload"), "“payload”")
    summary = a_text(payload.get("summary"), "“payload.summary”", required=True)
    origin = a_text(payload.get("source"), "“payload.source”", required=True)
    word = payload.get("severity")
    if word not in ("critical", "error", "warning", "info"):
        raise Unreadable("“payload.severity” must be critical, error, warning or info.")
    details = payload.get("custom_details")
    tags = labels(details, "“payload.custom_details”") if isinstance(details, dict) else {}
    text = plain(details) if details and not isinstance(details, dict) else ""
    for part in ("component", "group", "class"):
        tags[part] = one_line(a_text(payload.get(part), f"“payload.{part}”"), 200)
    tags = {"source": one_line(origin, 200), **{key: one for key, one in tags.items() if one}}
    dedup = dedup or uuid.uuid4().hex
    facts = {key: found[key] for key in ("links", "images", "client", "client_url") if found.get(key)}
    kept: dict[str, Any] = {}
    if facts:
        kept = {"links": plain(facts)[:4000], "client_url": plain(found.get("client_url"))[:2000]}
    if proving.by_summary(summary, plain(found.get("client"))):
        kept["test"] = True
    alert = Alert(
        key=dedup,
        title=titled(summary),
        name=one_line(tags.get("class", ""), 120),
        text=text[:MOST_TEXT],
        at=instant(payload.get("timestamp")),
        severity_word=word,
        labels={**tags, "severity": word},
        facts=kept,
    )
    return action, dedup, alert


def pagerduty_change(found: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    """A change event: its summary, where it came from, and its labels."""
    payload = an_object(found.get("payload"), "“payload”")
    summary = a_text(payload.get("summary"), "“payload.summary”", required=True)
    details = payload.get("custom_details")
    tags = labels(details, "“payload.custom_details”") if isinstance(details, dict) else {}
    return one_line(summary, 1024), one_line(a_text(payload.get("source"), "“payload.source”"), 200), tags


OPSGENIE_SEVERITY = {"P1": "p1", "P2": "p2", "P3": "p3", "P4": "p4", "P5": "p5"}


def opsgenie(payload: Any) -> Alert:
    """Create alert: `message` and, to find it again, `alias`."""
    found = an_object(payload, "The payload")
    message = a_text(found.get("message"), "“message”", required=True)
    priority = a_text(found.get("priority"), "“priority”") or "P3"
    if priority not in OPSGENIE_SEVERITY:
        raise Unreadable("“priority” must be P1, P2, P3, P4 or P5.")
    tags = labels(found.get("details"), "“details”")
    for part in ("entity", "source"):
        if found.get(part):
            tags[part] = one_line(a_text(found[part], f"“{part}”"), 200)
    marks = a_list(found.get("tags", []), "“tags”")
    if marks:
        tags["tags"] = ", ".join(plain(one) for one in marks[:50])[:1000]
    return Alert(
        key=a_text(found.get("alias"), "“alias”")[:512] or uuid.uuid4().hex,
        title=titled(message),
        name=one_line(tags.get("entity", ""), 120),
        text=a_text(found.get("description"), "“description”")[:MOST_TEXT],
        severity_word=OPSGENIE_SEVERITY[priority],
        labels=tags,
        facts={"test": True} if proving.by_summary(message, tags.get("source", "")) else {},
    )


MAPPED = ("title", "text", "key", "name", "status", "severity", "client", "system", "at")


def generic(payload: Any, mapping: Mapping[str, Any]) -> list[Alert]:
    """Any JSON by a mapping: each of MAPPED names a path such as `alert.labels.host` or `items[0].id`.

    `each` names a list with one alert an entry, and a payload that is a list itself needs none; `over` lists the words
    of *status* that mean it is over. Without a mapping the field names themselves are the paths.
    """
    if mapping.get("each"):
        entries = a_list(at_path(payload, mapping["each"]), f"“{mapping['each']}”")
    elif isinstance(payload, list):
        entries = payload
    else:
        return [_generic_one(payload, mapping, "")]
    not_too_many(entries)
    return [_generic_one(one, mapping, f" of entry {n}") for n, one in enumerate(entries, 1)]


def _generic_one(entry: Any, mapping: Mapping[str, Any], where: str) -> Alert:
    values = {name: plain(at_path(entry, mapping.get(name) or name)) for name in MAPPED}
    title = one_line(values["title"], 200)
    if not title:
        raise Unreadable(f"Nothing stands at “{mapping.get('title') or 'title'}”{where}, where the title should be.")
    over = {word.strip().lower() for word in str(mapping.get("over") or "resolved, ok, closed, up").split(",")}
    tags = at_path(entry, mapping.get("labels") or "labels")
    found = labels(tags, f"“{mapping.get('labels') or 'labels'}”") if isinstance(tags, dict) else {}
    for name in ("severity", "client", "system"):
        if values[name]:
            found[name] = values[name][:200]
    raw = at_path(entry, mapping.get("at") or "at")
    status = RESOLVED if values["status"].strip().lower() in over else FIRING
    moment = instant(raw)
    return Alert(
        key=values["key"][:2000] or f"{values['name']}\x1f{title}",
        title=title,
        status=status,
        name=one_line(values["name"], 120),
        text=values["text"][:MOST_TEXT],
        at=moment if status == FIRING else None,
        ends_at=moment if status == RESOLVED else None,
        severity_word=values["severity"],
        labels=found,
    )


def at_path(value: Any, path: str) -> Any:
    """What stands at `a.b[0].c`; None where nothing does. A name with points in it is found too: `host.name`."""
    if isinstance(value, dict) and path in value:
        return value[path]
    parts = [part for part in path.replace("[", ".").replace("]", "").split(".") if part]
    for n, part in enumerate(parts):
        if isinstance(value, dict):
            rest = ".".join(parts[n:])
            if part not in value and rest in value:
                return value[rest]
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value if parts else None
