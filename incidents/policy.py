"""An SLA policy as data: what each severity promises, for each tier. Pure; read from PolicyVersion.body.

{"severities": {"SEV-1": {"acknowledge": {…}, "resolve": {…}, "notify": {…}, "acknowledged_by": "letter",
                          "approval": true, "verification_seconds": 3600,
                          "resurface_seconds": 1800, "next_update_seconds": 3600}, …},
 "tiers": {"premium": {"SEV-1": {"acknowledge": {"target_seconds": 1800}}}},
 "calendars": {"Office": {…sla.md S3…}}, "outage": {"notify_seconds": 3600, "escalate_seconds": 14400},
 "reopen_days": 14}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SEVERITY_KEYS = ("SEV-1", "SEV-2", "SEV-3", "SEV-4")
NOTIFY_MODES = {
    "immediate": "Tell every affected client at once",
    "same_day": "Tell every affected client the same day",
    "digest": "In the next scheduled update, at once if the client reported it",
    "none": "No notification needed",
}
ACKNOWLEDGED_BY = {
    "letter": "A letter to every affected client",
    "note": "An internal note; a letter if the client reported it",
    "schedule": "An internal note with a scheduled-fix date",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A target in seconds, counted in a calendar's opening hours or, without one, around the clock."""

    target_seconds: int
    calendar: str | None
    pausable: bool
    max_pause_seconds: int
    met_by_workaround: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What one severity promises and asks for. Durations are seconds."""

    acknowledge: Promise
    resolve: Promise
    notify_mode: str
    notify_seconds: int
    notify_floor_seconds: int
    acknowledged_by: str
    verification_seconds: int
    resurface_seconds: int
    next_update_seconds: int
    approval: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy. KeyError or ValueError from `from_body` means that the body is not of the form above."""

    severities: Mapping[str, Terms]
    body: Mapping[str, Any]
    outage_notify_seconds: int
    outage_escalate_seconds: int
    reopen_days: int

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "Policy":
        outage = body.get("outage", {})
        for rows in body.get("tiers", {}).values():
            for key, row in rows.items():
                _yes_or_no(row.get("approval", False), key)
        return cls(
            severities={key: _terms(body["severities"][key], key) for key in SEVERITY_KEYS},
            body=body,
            outage_notify_seconds=int(outage.get("notify_seconds", 3600)),
            outage_escalate_seconds=int(outage.get("escalate_seconds", 14400)),
            reopen_days=int(body.get("reopen_days", 14)),
        )

    def terms(self, rank: int) -> Terms:
        return self.severities[f"SEV-{rank}"]

    def needs_approval(self, rank: int, tiers: Iterable[str]) -> bool:
        """Whether letters to clients of these tiers need a second person; one tier that asks for it is enough."""
        key, amended = f"SEV-{rank}", self.body.get("tiers", {})
        asked = [amended.get(tier, {}).get(key, {}).get("approval") for tier in set(tiers)]
        base = self.severities[key].approval
        return any(base if one is None else one for one in asked) if asked else base

    def table_body(self, kind: str) -> dict[str, Any]:
        """The engine's table (sla.md, simulator's format) for `acknowledge`, `resolve` or a clock without targets."""
        table: dict[str, Any] = {}
        for key, terms in self.severities.items():
            row: dict[str, Any] = {"target_seconds": 0, "verify_seconds": terms.verification_seconds}
            if kind in ("acknowledge", "resolve"):
                promise = terms.acknowledge if kind == "acknowledge" else terms.resolve
                row["target_seconds"] = promise.target_seconds
                row["pausable"] = promise.pausable
                row["calendar"] = self._calendar(promise.calendar)
            elif kind == "verification":
                row["target_seconds"] = terms.verification_seconds
            table[key] = row
        tiers = self._tiers(kind) if kind in ("acknowledge", "resolve") else {}
        return {**table, "tiers": tiers} if tiers else table

    def _tiers(self, kind: str) -> dict[str, Any]:
        tiers: dict[str, Any] = {}
        for tier, rows in self.body.get("tiers", {}).items():
            for key, row in rows.items():
                if kind in row:
                    amended = dict(row[kind])
                    if "calendar" in amended:
                        amended["calendar"] = self._calendar(amended["calendar"])
                    tiers.setdefault(tier, {})[key] = amended
        return tiers

    def _calendar(self, name: str | None) -> Any:
        return self.body["calendars"][name] if name else "24x7"

    def notify_due(self, rank: int, opened_at: datetime, zone: ZoneInfo) -> datetime | None:
        """When a client in `zone` must have been told (C-08); None where no clock of its own runs.

        *Same-day* is midnight at the end of the client's day, but never less than the floor after opening.
        """
        terms = self.terms(rank)
        if terms.notify_mode == "immediate":
            return opened_at + timedelta(seconds=terms.notify_seconds)
        if terms.notify_mode == "same_day":
            day = opened_at.astimezone(zone).date() + timedelta(days=1)
            midnight = datetime.combine(day, time.min, tzinfo=zone).astimezone(opened_at.tzinfo)
            return max(midnight, opened_at + timedelta(seconds=terms.notify_floor_seconds))
        return None


def _promise(row: Mapping[str, Any], *, pausable: bool) -> Promise:
    seconds = int(row["target_seconds"])
    if seconds <= 0:
        raise ValueError("a target is at least one second")
    return Promise(
        target_seconds=seconds,
        calendar=row.get("calendar"),
        pausable=bool(row.get("pausable", False)) and pausable,
        max_pause_seconds=int(row.get("max_pause_seconds", 86400)),
        met_by_workaround=bool(row.get("met_by_workaround", False)),
    )


def _terms(row: Mapping[str, Any], key: str) -> Terms:
    notify = row.get("notify", {})
    mode = notify.get("mode", "none")
    acknowledged_by = row.get("acknowledged_by", "letter")
    if mode not in NOTIFY_MODES or acknowledged_by not in ACKNOWLEDGED_BY:
        raise ValueError(f"{key}: unknown way to notify or to acknowledge")
    return Terms(
        acknowledge=_promise(row["acknowledge"], pausable=False),
        resolve=_promise(row["resolve"], pausable=True),
        notify_mode=mode,
        notify_seconds=int(notify.get("seconds", 900)),
        notify_floor_seconds=int(notify.get("floor_seconds", 3600)),
        acknowledged_by=acknowledged_by,
        verification_seconds=int(row.get("verification_seconds", 86400)),
        resurface_seconds=int(row.get("resurface_seconds", 86400)),
        next_update_seconds=int(row.get("next_update_seconds", 3600)),
        approval=_yes_or_no(row.get("approval", False), key),
    )


def _yes_or_no(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{key}: approval is true or false")
    return value


def _shipped(ack: int, resolve: int, verify: int, **more: Any) -> dict[str, Any]:
    workaround = bool(more.pop("met_by_workaround", False))
    return {
        "acknowledge": {"target_seconds": ack * 3600, "calendar": None},
        "resolve": {
            "target_seconds": resolve * 3600,
            "calendar": None,
            "pausable": False,
            "max_pause_seconds": 86400,
            "met_by_workaround": workaround,
        },
        "verification_seconds": verify * 3600,
        **more,
    }


SHIPPED: dict[str, Any] = {
    "severities": {
        "SEV-1": _shipped(
            1,
            4,
            1,
            met_by_workaround=True,
            notify={"mode": "immediate", "seconds": 900, "floor_seconds": 3600},
            acknowledged_by="letter",
            resurface_seconds=1800,
            next_update_seconds=3600,
        ),
        "SEV-2": _shipped(
            4,
            24,
            24,
            notify={"mode": "same_day", "seconds": 900, "floor_seconds": 3600},
            acknowledged_by="letter",
            resurface_seconds=4 * 3600,
            next_update_seconds=4 * 3600,
        ),
        "SEV-3": _shipped(
            24,
            72,
            24,
            notify={"mode": "digest", "seconds": 3600, "floor_seconds": 3600},
            acknowledged_by="note",
            resurface_seconds=24 * 3600,
            next_update_seconds=24 * 3600,
        ),
        "SEV-4": _shipped(
            72,
            168,
            24,
            notify={"mode": "none", "seconds": 3600, "floor_seconds": 3600},
            acknowledged_by="schedule",
            resurface_seconds=72 * 3600,
            next_update_seconds=72 * 3600,
        ),
    },
    "tiers": {},
    "calendars": {},
    "outage": {"notify_seconds": 3600, "escalate_seconds": 14400},
    "reopen_days": 14,
}
