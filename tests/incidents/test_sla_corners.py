"""Corners of the clocks' semantics where two sentences of sla.md meet; each test names its section."""

import json
import time
from typing import Any

import pytest

from incidents.simulator import Malformed, simulate

POLICY = {
    "SEV-1": {"target_seconds": 3600, "pausable": False, "verify_seconds": 3600},
    "SEV-2": {"target_seconds": 14400},
    "SEV-3": {"target_seconds": 86400},
}
SHORTER = {"SEV-1": {"target_seconds": 600, "verify_seconds": 600}}


def _at(clock: str) -> str:
    return f"2026-01-05T{clock}Z"


def _stand(kind: str, query: str, *events: tuple[str, str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    line = {
        "policy": POLICY,
        "clock": {"kind": kind},
        "events": [{"t": _at(t), "type": name, **fields} for t, name, fields in events],
        "query": query if "T" in query else _at(query),
        **more,
    }
    return simulate(line)


SEV_1 = ("10:00:00", "opened", {"severity": "SEV-1"})
SEV_2 = ("10:00:00", "opened", {"severity": "SEV-2"})


@pytest.mark.requirement("C-06")
def test_a_breached_clock_is_paused_where_the_severity_in_force_may_be() -> None:
    """S6, S7.1: the target stays frozen with the breach; whether it may pause is asked of the severity it has now."""
    down = ("12:00:00", "severity_changed", {"severity": "SEV-2"})
    clock = _stand("resolve", "14:00:00", SEV_1, down, ("13:00:00", "paused", {}))
    assert (clock["state"], clock["target_seconds"]) == ("breached", 3600)
    assert (clock["paused"], clock["late_by"], clock["late_wall"]) == (True, 7200, 10800)


@pytest.mark.requirement("C-06")
def test_a_breached_clock_is_not_paused_where_the_severity_in_force_may_not_be() -> None:
    """S6, the other way round."""
    up = ("15:00:00", "severity_changed", {"severity": "SEV-1"})
    clock = _stand("resolve", "18:00:00", SEV_2, up, ("16:00:00", "paused", {}))
    assert (clock["paused"], clock["elapsed_seconds"]) == (False, 8 * 3600)


@pytest.mark.requirement("C-06")
def test_of_several_clients_the_row_in_force_says_whether_it_may_pause() -> None:
    """S6, S7.8: the row that is due first, not that of the client who was named first."""
    policy = {
        "SEV-2": {"target_seconds": 14400},
        "tiers": {
            "gold": {"SEV-2": {"target_seconds": 28800, "pausable": False}},
            "premium": {"SEV-2": {"target_seconds": 7200}},
        },
    }
    opened = ("10:00:00", "opened", {"severity": "SEV-2", "tiers": ["gold", "premium"]})
    joined = ("10:30:00", "client_added", {"tier": "standard"})
    clock = _stand("resolve", "12:00:00", opened, ("10:10:00", "paused", {}), joined, policy=policy)
    assert (clock["state"], clock["target_seconds"], clock["elapsed_seconds"]) == ("paused", 7200, 600)


@pytest.mark.requirement("C-06")
def test_pausing_again_until_now_ends_the_pause() -> None:
    """S6: pausing twice replaces `until`, and a pause of no length is legal."""
    ended = ("11:30:00", "paused", {"until": _at("11:30:00")})
    clock = _stand("resolve", "12:00:00", SEV_2, ("11:00:00", "paused", {}), ended)
    assert (clock["state"], clock["elapsed_seconds"], clock["due_at"]) == ("running", 5400, _at("14:30:00"))


def test_a_failed_check_after_the_resolution_changes_nothing() -> None:
    """S8: `resolved` makes the stop final; only a reopening comes after it."""
    events = [SEV_1, ("10:30:00", "resolved", {}), ("10:40:00", "verification_failed", {})]
    again = ("10:50:00", "reopened", {"by": "client"})
    assert _stand("resolve", "10:45:00", *events)["state"] == "met"
    assert _stand("ack", "10:55:00", *events, again)["cycle"] == 2
    assert _stand("verification", "10:45:00", *events, ("10:42:00", "fixed", {}))["state"] == "not_started"


@pytest.mark.requirement("C-02", "C-22")
def test_a_new_cycle_is_watched_as_the_newest_version_says() -> None:
    """S8, S9: a new cycle pins the newest version, and the window of its fix is in that version."""
    events = [
        SEV_1,
        ("10:10:00", "fixed", {}),
        ("10:20:00", "policy_changed", {"policy": SHORTER}),
    ]
    inside = [*events, ("10:30:00", "reopened", {"by": "responder"}), ("10:40:00", "fixed", {})]
    outside = [*events, ("11:30:00", "reopened", {"by": "responder"}), ("11:40:00", "fixed", {})]
    assert _stand("verification", "12:00:00", *inside)["target_seconds"] == 3600
    assert _stand("verification", "12:00:00", *outside)["due_at"] == _at("11:50:00")


def test_a_breach_is_voided_also_when_the_incident_is_over() -> None:
    """S4, S7.6: a breach is immutable except by a voiding; it is judged by the second in which the clock ended."""
    down = ("12:00:00", "severity_changed", {"severity": "SEV-2"})
    over = [SEV_1, down, ("13:00:00", "cancelled", {}), ("15:00:00", "breach_voided", {})]
    clock = _stand("resolve", "16:00:00", *over)
    assert (clock["state"], clock["breached_at"], clock["remaining_seconds"]) == ("cancelled", None, 3600)
    late = [SEV_1, ("13:00:00", "merged", {}), ("15:00:00", "breach_voided", {})]
    clock = _stand("resolve", "16:00:00", *late)
    assert (clock["state"], clock["breached_at"], clock["late_by"]) == ("breached", _at("15:00:00"), 7200)
    fixed = [SEV_1, down, ("12:30:00", "fixed", {}), ("13:00:00", "merged", {}), ("15:00:00", "breach_voided", {})]
    assert _stand("resolve", "16:00:00", *fixed)["state"] == "met"


def test_a_tier_that_says_null_amends_nothing() -> None:
    """S7.8: the row is the severity's row amended by the tier."""
    amended = {"target_seconds": None, "verify_seconds": None, "pausable": False}
    policy = {**POLICY, "tiers": {"premium": {"SEV-2": amended}}}
    opened = ("10:00:00", "opened", {"severity": "SEV-2", "tiers": ["premium"]})
    clock = _stand("resolve", "11:00:00", opened, ("10:30:00", "paused", {}), policy=policy)
    assert (clock["state"], clock["target_seconds"]) == ("running", 14400)


@pytest.mark.parametrize("row", [{"verify_seconds": 60}, {"target_seconds": None, "verify_seconds": 60}])
def test_a_row_without_a_target_promises_nothing(row: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="no row for SEV-1 with target_seconds"):
        _stand("resolve", "11:00:00", SEV_1, policy={"SEV-1": row})
    assert _stand("verification", "11:00:00", SEV_1, ("10:10:00", "fixed", {}), policy={"SEV-1": row})["cycle"] == 1


def test_ten_thousand_events_are_folded_in_no_time() -> None:
    """S15: what has been counted is counted once, however often the clock was paused."""
    names = ("paused", "resumed", "client_added", "severity_changed")
    more = {"tier": "premium", "severity": "SEV-3"}
    instants = [f"{10 + n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}" for n in range(1, 10_001)]
    events = [(t, names[n % 4], more) for n, t in enumerate(instants)]
    hours = {"tz": "Europe/London", "weekly": {"mon": [["09:00", "17:00"]]}}
    began = time.process_time()
    clock = _stand("resolve", "13:00:00", SEV_2, *events, calendar=hours)
    assert time.process_time() - began < 5
    assert clock["elapsed_seconds"] == 10_800 - 2500


@pytest.mark.parametrize("query", ["9000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_hours_over_thousands_of_years_are_refused_at_once(query: str) -> None:
    """S15: the horizon is bounded."""
    hours = {"tz": "Europe/London", "weekly": {"mon": [["09:00", "17:00"]]}}
    began = time.process_time()
    with pytest.raises(Malformed, match="too far apart"):
        _stand("resolve", query, SEV_1, calendar=hours)
    assert time.process_time() - began < 2


def test_one_minute_a_week_and_a_target_of_years() -> None:
    """S15: the horizon grows with need."""
    hours = {"tz": "Europe/London", "weekly": {"mon": [["09:00", "09:01"]]}}
    policy = {"SEV-2": {"target_seconds": 60 * 52 * 30}}
    assert _stand("resolve", "10:00:00", SEV_2, calendar=hours, policy=policy)["due_at"] == "2055-11-29T09:01:00Z"


def test_the_same_hours_are_read_once() -> None:
    hours = {"tz": "Europe/London", "weekly": {"mon": [["09:00", "09:01"]]}}
    line = {"policy": {"SEV-2": {"target_seconds": 60 * 52 * 55}}, "clock": {"kind": "resolve"}, "calendar": hours}
    line |= {"events": [{"t": _at("10:00:00"), "type": "opened", "severity": "SEV-2"}], "query": _at("11:00:00")}
    simulate(line)
    began = time.process_time()
    for _ in range(50):
        simulate(json.loads(json.dumps(line)))
    assert time.process_time() - began < 2
