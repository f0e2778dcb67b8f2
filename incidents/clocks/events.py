"""The timeline as the engine's events: the record is the log that every clock is a function of (sla.md S0)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from incidents.models import Clock, Incident, PolicyVersion, TimelineEntry
from incidents.policy import Policy
from incidents.sla import Event, PolicyTable, Standing, evaluate

Kind = TimelineEntry.Kind
ENGINE_KIND = {
    Clock.Kind.ACKNOWLEDGE: "ack",
    Clock.Kind.RESOLVE: "resolve",
    Clock.Kind.UPDATE: "promise",
    Clock.Kind.VERIFICATION: "verification",
    Clock.Kind.OUTAGE: "outage",
    Clock.Kind.OUTAGE_NOTICE: "outage",
}
# Only these kinds of entry move a clock.
MOVING = (
    Kind.REPORTED,
    Kind.TRIAGED,
    Kind.RECLASSIFIED,
    Kind.RESCOPED,
    Kind.ACKNOWLEDGED,
    Kind.UPDATED,
    Kind.WORKED_AROUND,
    Kind.OUTAGE_STARTED,
    Kind.OUTAGE_ENDED,
    Kind.FIXED,
    Kind.VERIFICATION_FAILED,
    Kind.RESOLVED,
    Kind.REOPENED,
    Kind.MERGED,
    Kind.ABSORBED,
    Kind.CANCELLED,
    Kind.PAUSED,
    Kind.RESUMED,
    Kind.REBASELINED,
    Kind.BREACH_VOIDED,
    Kind.LETTER_TAKEN_BACK,
)


@lru_cache(maxsize=256)
def policy_of(version_id: int) -> Policy:
    """The policy of a version; versions are immutable, so it is read once by each process."""
    return Policy.from_body(PolicyVersion.objects.values_list("body", flat=True).get(pk=version_id))


@lru_cache(maxsize=1024)
def table_of(version_id: int, kind: str) -> PolicyTable:
    return PolicyTable.from_body(policy_of(version_id).table_body(kind))


def moving_entries(incident: Incident) -> list[TimelineEntry]:
    """The entries of one incident that move clocks, in the order they were written."""
    return list(TimelineEntry.objects.filter(incident=incident, kind__in=MOVING).order_by("seq"))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _event(at: datetime, name: str, **fields: Any) -> Event:
    return Event(at=at.replace(microsecond=0), type=name, **fields)


def _scope(entry: TimelineEntry) -> list[Event]:
    added = [_event(entry.at, "client_added", tier=tier) for tier in entry.facts.get("tiers_added", ())]
    removed = [_event(entry.at, "client_removed", tier=tier) for tier in entry.facts.get("tiers_removed", ())]
    return added + removed


def _severity(entry: TimelineEntry) -> list[Event]:
    if entry.facts.get("severity") == entry.facts.get("severity_before"):
        return []
    return [_event(entry.at, "severity_changed", severity=f"SEV-{entry.facts['severity']}")]


def _letter(entry: TimelineEntry) -> list[Event]:
    if not entry.facts.get("letter"):
        return []
    return [_event(entry.at, "update_posted", next_update_by=_instant(entry.facts.get("next_update_by")))]


def _rebaselined(entry: TimelineEntry, kind: str) -> list[Event]:
    body = policy_of(entry.facts["policy_version"]).table_body(kind)
    return [
        _event(entry.at, "policy_changed", policy=PolicyTable.from_body(body)),
        _event(entry.at, "rebaselined"),
    ]


def _reopened(entry: TimelineEntry, kind: str) -> list[Event]:
    # A new cycle pins the newest version (S9), which the entry carries.
    changed = []
    if entry.facts.get("policy_version") and entry.facts.get("policy_changed"):
        body = policy_of(entry.facts["policy_version"]).table_body(kind)
        changed = [_event(entry.at, "policy_changed", policy=PolicyTable.from_body(body))]
    return [*changed, _event(entry.at, "reopened", by=entry.facts.get("by", "responder"))]


def events_of(entries: Iterable[TimelineEntry], kind: str) -> list[Event]:
    """The engine's events for one kind of clock, stops before pauses before starts within one entry (S5).

    A letter that was taken back before it left stopped nothing and promised nothing: its entry counts as if it had
    never been, so the clock runs on from the same start.
    """
    entries = list(entries)
    gone = {entry.facts["taken_back"] for entry in entries if entry.kind == Kind.LETTER_TAKEN_BACK}
    events: list[Event] = []
    for entry in entries:
        if entry.seq in gone:
            continue
        match entry.kind:
            case Kind.REPORTED:
                opened = _instant(entry.facts.get("opened_at")) or entry.at
                tiers = tuple(entry.facts.get("tiers", ()))
                events.append(_event(opened, "opened", severity=f"SEV-{entry.facts['severity']}", tiers=tiers))
            case Kind.TRIAGED:
                events += _scope(entry) + _severity(entry)
            case Kind.RECLASSIFIED:
                events += _severity(entry)
            case Kind.RESCOPED | Kind.ABSORBED:
                events += _scope(entry)
                if until := _instant(entry.facts.get("next_update_by")):
                    events.append(_event(entry.at, "promise_joined", next_update_by=until))
            case Kind.ACKNOWLEDGED:
                events += [_event(entry.at, "acked"), *_letter(entry)]
            case Kind.UPDATED:
                events += _letter(entry)
            case Kind.WORKED_AROUND:
                if kind == Clock.Kind.RESOLVE and entry.facts.get("meets_resolve"):
                    events.append(_event(entry.at, "fixed"))
            case Kind.PAUSED:
                events.append(_event(entry.at, "paused", until=_instant(entry.facts.get("until"))))
            case Kind.REOPENED:
                events += _reopened(entry, kind)
            case Kind.REBASELINED:
                events += _rebaselined(entry, kind)
            case Kind.BREACH_VOIDED:
                if entry.facts.get("clock_kind") == kind:
                    events.append(_event(entry.at, "breach_voided"))
            case Kind.MERGED | Kind.CANCELLED | Kind.FIXED | Kind.RESOLVED | Kind.RESUMED:
                events.append(_event(entry.at, str(entry.kind)))
            case Kind.VERIFICATION_FAILED | Kind.OUTAGE_STARTED | Kind.OUTAGE_ENDED:
                events.append(_event(entry.at, str(entry.kind)))
    return events


def first_version(entries: Sequence[TimelineEntry]) -> int:
    """The policy version that the incident was opened under; later ones come as events."""
    for entry in entries:
        if entry.kind == Kind.REPORTED:
            return int(entry.facts["policy_version"])
    raise ValueError("an incident without a report")


def standing_of(entries: Sequence[TimelineEntry], kind: str, *, as_of: datetime, cycle: int | None = None) -> Standing:
    """Evaluates one clock from the record alone; `kind` is a Clock.Kind with an engine behind it (not notify)."""
    version = first_version(entries)
    policy = policy_of(version)
    threshold = {
        Clock.Kind.OUTAGE: policy.outage_escalate_seconds,
        Clock.Kind.OUTAGE_NOTICE: policy.outage_notify_seconds,
    }.get(Clock.Kind(kind))
    return evaluate(
        events_of(entries, kind),
        kind=ENGINE_KIND[Clock.Kind(kind)],
        policy=table_of(version, kind),
        calendar="24x7",
        as_of=as_of,
        cycle=cycle,
        threshold_seconds=threshold,
    )
