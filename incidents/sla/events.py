"""What happened, in the engine's words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.calendars import ALWAYS, AnyCalendar, calendar_of

TYPES = frozenset(
    [
        "opened",
        "acked",
        "paused",
        "resumed",
        "severity_changed",
        "fixed",
        "verification_failed",
        "resolved",
        "reopened",
        "cancelled",
        "merged",
        "client_added",
        "client_removed",
        "policy_changed",
        "rebaselined",
        "breach_voided",
        "update_posted",
        "promise_joined",
        "outage_started",
        "outage_ended",
    ]
)
KINDS = frozenset(("ack", "resolve", "promise", "verification", "outage"))


@dataclass(frozen=True, slots=True)
class Row:
    """What one severity promises for one kind of clock; seconds are counted in `calendar`."""

    target_seconds: int | None
    calendar: AnyCalendar
    pausable: bool
    verify_seconds: int


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The rows of one kind of clock, by severity, and each tier's amended rows."""

    rows: Mapping[str, Row]
    tiers: Mapping[str, Mapping[str, Row]]

    @classmethod
    def from_body(cls, body: Mapping[str, Any], calendar: AnyCalendar = ALWAYS) -> "PolicyTable":
        """Reads the simulator's form (sla.md); ValueError or CalendarError says in a sentence what is wrong."""
        bodies = {key: row for key, row in body.items() if key != "tiers"}
        rows = {key: _row(key, row, calendar) for key, row in bodies.items()}
        tiers: dict[str, dict[str, Row]] = {}
        for tier, amended in (body.get("tiers") or {}).items():
            tiers[tier] = {
                key: _row(key, {**bodies.get(key, {}), **_said(row)}, calendar) for key, row in amended.items()
            }
        return cls(rows, tiers)

    def candidates(self, severity: str, tiers: tuple[str, ...]) -> list[Row]:
        """The rows of the clients' tiers, each once, the plain row where a tier amends nothing.

        KeyError where there is none, or none that says what it promises.
        """
        amended = [self.tiers.get(tier, {}).get(severity) for tier in tiers] or [None]
        rows = [row if row is not None else self.rows[severity] for row in amended]
        if any(row.target_seconds is None for row in rows):
            raise KeyError(severity)
        return list({id(row): row for row in rows}.values())

    def verify_seconds(self, severity: str) -> int:
        """How long a fix is watched; the SOP's default where the policy does not say (C-02)."""
        row = self.rows.get(severity)
        return row.verify_seconds if row else default_window(severity)


def default_window(severity: str) -> int:
    return 3600 if severity == "SEV-1" else 86400


def _row(key: str, body: Mapping[str, Any], default: AnyCalendar) -> Row:
    own = body.get("calendar")
    return Row(
        target_seconds=body.get("target_seconds"),
        calendar=default if own is None else calendar_of(own),
        pausable=bool(body.get("pausable", True)),
        verify_seconds=default_window(key) if body.get("verify_seconds") is None else body["verify_seconds"],
    )


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a tier amends; null amends nothing."""
    return {name: value for name, value in row.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at `at` (aware, floored to the second by the engine); fields as in sla.md's simulator."""

    at: datetime
    type: str
    severity: str = ""
    tiers: tuple[str, ...] = ()
    tier: str = ""
    until: datetime | None = None
    by: str = "responder"
    next_update_by: datetime | None = None
    policy: PolicyTable | None = None
    reason: str = ""
