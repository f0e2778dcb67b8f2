"""One line of the simulator's form in, one result out (sla.md, “The simulator's format”). Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from incidents.calendars import AnyCalendar, CalendarError, calendar_of
from incidents.sla import Event, PolicyTable, Standing, evaluate
from incidents.sla.events import KINDS, TYPES

SEVERITY = re.compile(r"SEV-[1-4]")
MOST_SECONDS = 10**10
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})")


class Malformed(ValueError):
    """The line is not of the form; the message is one clear sentence."""


def simulate(line: object) -> dict[str, Any]:
    """The result for one parsed object. Malformed says in one sentence what is wrong with it."""
    if not isinstance(line, Mapping):
        raise Malformed("a line is an object with policy, clock, events and query")
    try:
        calendar = calendar_of(line.get("calendar", "24x7"))
        policy = _policy(line.get("policy"), calendar, "policy")
        kind, cycle = _clock(line.get("clock"))
        threshold = _seconds(line.get("threshold_seconds"), "threshold_seconds", required=kind == "outage")
        rows = line.get("events")
        if not isinstance(rows, list):
            raise Malformed("events must be a list")
        events = [_event(row, index, calendar) for index, row in enumerate(rows, 1)]
        as_of = _instant(line.get("query"), "query")
        standing = evaluate(events, kind=kind, policy=policy, as_of=as_of, cycle=cycle, threshold_seconds=threshold)
    except CalendarError as error:
        raise Malformed(f"calendar: {error}") from error
    except KeyError as error:
        raise Malformed(f"the policy has no row for {error.args[0]} with target_seconds") from error
    except OverflowError as error:
        raise Malformed("its instants lie too far apart to be computed") from error
    return result(standing)


def result(standing: Standing) -> dict[str, Any]:
    """The standing as the simulator prints it: instants with Z, whole seconds, null for what does not exist."""
    warn = standing.warn_at
    return {
        "state": standing.state,
        "cycle": standing.cycle,
        "cycles": standing.cycles,
        "target_seconds": standing.target_seconds,
        "due_at": _text(standing.due_at),
        "elapsed_seconds": standing.elapsed_seconds,
        "remaining_seconds": standing.remaining_seconds,
        "breached_at": _text(standing.breached_at),
        "late_by": standing.late_by,
        "late_wall": standing.late_wall,
        "paused": standing.paused,
        "provisional": standing.provisional,
        "level": standing.level,
        "warn_at": None if warn is None else {str(level): _text(instant) for level, instant in warn.items()},
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _instant(value: object, name: str) -> datetime:
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise Malformed(f"{name} must be an instant like 2026-02-03T10:00:00Z")
    try:
        return datetime.fromisoformat(value.upper().replace(" ", "T")).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"{name} is not an instant that exists") from error


def _seconds(value: object, name: str, *, required: bool = False) -> int | None:
    if value is None and not required:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_SECONDS:
        raise Malformed(f"{name} must be a whole number of seconds, not negative")
    return value


def _severity(value: object, name: str) -> str:
    if not isinstance(value, str) or not SEVERITY.fullmatch(value):
        raise Malformed(f"{name} must be SEV-1 to SEV-4")
    return value


def _policy(body: object, calendar: AnyCalendar, name: str) -> PolicyTable:
    if not isinstance(body, Mapping):
        raise Malformed(f"{name} must map severities to targets")
    for key, row in body.items():
        if key == "tiers":
            _tiers(row, name)
        else:
            _row(row, _severity(key, f"{name}: {str(key)[:40]!r}"), required=True)
    return PolicyTable.from_body(body, calendar)


def _tiers(body: object, name: str) -> None:
    if body is None:
        return
    if not isinstance(body, Mapping):
        raise Malformed(f"{name}: tiers must map tiers to severities")
    for tier, rows in body.items():
        if not isinstance(rows, Mapping):
            raise Malformed(f"{name}: tier {str(tier)[:40]!r} must map severities to targets")
        for key, row in rows.items():
            _row(row, f"{tier} {_severity(key, 'a severity')}", required=False)


def _row(row: object, name: str, *, required: bool) -> None:
    if not isinstance(row, Mapping):
        raise Malformed(f"{name} must be an object with target_seconds")
    if row.get("target_seconds") is not None or required:
        _seconds(
            row.get("target_seconds"), f"{name}: target_seconds", required=required and "verify_seconds" not in row
        )
    _seconds(row.get("verify_seconds"), f"{name}: verify_seconds")
    if not isinstance(row.get("pausable", True), bool):
        raise Malformed(f"{name}: pausable must be true or false")


def _clock(body: object) -> tuple[str, int | None]:
    kind = body.get("kind") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(kind, str) or kind not in KINDS:
        raise Malformed("clock must name a kind: ack, resolve, promise, verification or outage")
    cycle = body.get("cycle")
    if cycle is not None and (isinstance(cycle, bool) or not isinstance(cycle, int) or not 1 <= cycle <= 10**6):
        raise Malformed("clock: cycle must be a whole number from 1")
    return kind, cycle


def _event(body: object, index: int, calendar: AnyCalendar) -> Event:
    name = f"event {index}"
    if not isinstance(body, Mapping):
        raise Malformed(f"{name} must be an object")
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Malformed(f"{name} has an unknown type")
    at = _instant(body.get("t"), f"{name}: t")
    fields: dict[str, Any] = {"reason": str(body.get("reason") or "")[:200]}
    if kind in ("opened", "severity_changed"):
        fields["severity"] = _severity(body.get("severity"), f"{name}: severity")
    if kind == "opened":
        fields["tiers"] = tuple(_tier(one, name) for one in _many(body.get("tiers"), f"{name}: tiers"))
    if kind in ("client_added", "client_removed"):
        fields["tier"] = _tier(body.get("tier"), name)
    if kind in ("opened", "update_posted", "promise_joined") and body.get("next_update_by") is not None:
        fields["next_update_by"] = _instant(body["next_update_by"], f"{name}: next_update_by")
    if kind == "paused" and body.get("until") is not None:
        fields["until"] = _instant(body["until"], f"{name}: until")
    if kind == "reopened":
        fields["by"] = _by(body.get("by", "responder"), name)
    if kind == "policy_changed":
        fields["policy"] = _policy(body.get("policy"), calendar, f"{name}: policy")
    return Event(at=at, type=kind, **fields)


def _by(value: object, name: str) -> str:
    if value not in ("client", "responder", "monitor"):
        raise Malformed(f"{name}: by must be client or responder")
    return str(value)


def _many(value: object, name: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{name} must be a list")
    return value


def _tier(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f"{name}: tier must be a name")
    return value
