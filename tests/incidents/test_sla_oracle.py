"""Two readings of sla.md give one answer: the engine's, and a naive one that shares nothing with it."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidents.simulator import simulate
from tests.incidents import oracle

# Each zone with an instant at which its clocks change, or a date line does.
PIVOTS = {
    "Europe/London": "2026-03-29T01:00",
    "America/New_York": "2025-11-02T06:00",
    "Australia/Lord_Howe": "2026-04-04T15:00",
    "Pacific/Apia": "2011-12-30T10:00",
    "Africa/Casablanca": "2026-02-15T02:00",
    "America/St_Johns": "2006-10-29T02:31",
    "Asia/Kathmandu": "2026-02-03T00:00",
}
SHAPES = (
    [["09:00", "17:00"]],
    [["08:00", "12:00"], ["13:00", "17:30"]],
    [["22:00", "06:00"]],
    [["01:30", "05:00"]],
    [["00:00", "24:00"]],
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEVERITIES = ("SEV-1", "SEV-2", "SEV-3")
TIERS = ("standard", "premium", "gold")
HAPPENS = {
    "ack": "acked fixed resolved reopened severity_changed client_added rebaselined breach_voided cancelled",
    "resolve": "paused paused resumed fixed fixed resolved verification_failed reopened reopened reopened"
    " severity_changed client_added client_removed policy_changed rebaselined breach_voided merged",
    "promise": "update_posted update_posted resolved reopened cancelled",
    "verification": "fixed fixed verification_failed resolved reopened policy_changed severity_changed cancelled",
    "outage": "outage_started outage_ended outage_started cancelled",
}
CASES = 400


class Life:
    """A life of one incident, drawn by its number: near a change of the clocks, in any order that could be."""

    def __init__(self, number: int) -> None:
        self.luck = random.Random(number)
        self.zone = self.luck.choice(list(PIVOTS))
        self.pivot = datetime.fromisoformat(PIVOTS[self.zone]).replace(tzinfo=UTC)
        # Eight calendars a zone, so that the naive reading has to walk each of them only once.
        self.hours = random.Random(f"{self.zone} {number % 8}")
        self.calendar = self._calendar()

    def _calendar(self) -> Any:
        shape, days = self.hours.choice(SHAPES), self.hours.sample(DAYS, 5)
        dates = [str((self.pivot + timedelta(days=n)).date()) for n in range(-2, 6)]
        return {
            "tz": self.zone,
            "weekly": {day: shape for day in DAYS if day in days},
            "holidays": self.hours.sample(dates, 1),
            "overrides": {self.hours.choice(dates): self.hours.choice(SHAPES)},
        }

    def _row(self) -> dict[str, Any]:
        luck, row = self.luck, {"target_seconds": self.luck.choice((0, 1, 3601, 14400, 28800, 86400))}
        row |= {"calendar": luck.choice(("24x7", self.calendar))} if luck.random() < 0.4 else {}
        row |= {"pausable": False} if luck.random() < 0.2 else {}
        return row | ({"verify_seconds": luck.choice((0, 1800, 3600, 7200))} if luck.random() < 0.7 else {})

    def _policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = {severity: self._row() for severity in SEVERITIES}
        policy["tiers"] = {tier: {one: self._row() for one in SEVERITIES[1:]} for tier in TIERS[1:]}
        return policy

    def line(self, kind: str) -> dict[str, Any]:
        luck = self.luck
        at = self.pivot + timedelta(hours=luck.randint(-60, 3))
        opened = {"severity": luck.choice(SEVERITIES), "tiers": luck.choices(TIERS, k=luck.randint(0, 3))}
        events = [{"t": _text(at), "type": "opened", "next_update_by": _text(at + timedelta(hours=3)), **opened}]
        events += [{"t": _text(at), "type": "outage_started"}] if kind == "outage" else []
        # A verification begins with a fix; before it there is no clock to compare.
        events += [{"t": _text(at), "type": "fixed"}] if kind == "verification" else []
        for _ in range(luck.randint(1, 9)):
            at += timedelta(seconds=luck.choice((0, 1, 1800, 3600, 7200, 10800, 40000)))
            ends = _text(at + timedelta(seconds=luck.choice((0, 1, 5400, 30000))))
            name = luck.choice(HAPPENS[kind].split())
            event = {"t": _text(at), "type": name, "by": luck.choice(("client", "responder"))}
            event |= {"severity": luck.choice(SEVERITIES), "tier": luck.choice(TIERS)}
            event |= {"policy": self._policy()} if name == "policy_changed" else {}
            event |= {"until": ends, "next_update_by": ends} if luck.random() < 0.7 else {}
            events.append(event)
        query = at + timedelta(seconds=luck.choice((0, 1, 3600, 50_000, 300_000)))
        line = {"policy": self._policy(), "clock": {"kind": kind}, "calendar": self.calendar, "events": events}
        line |= {"query": _text(query), "threshold_seconds": luck.choice((0, 3600, 14400))}
        return line


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.requirement("C-02", "C-05", "C-06", "C-22", "C-27")
@pytest.mark.parametrize("kind", HAPPENS)
def test_the_engine_answers_as_the_naive_reading_does(kind: str) -> None:
    """Each is asked twice, the second time in a second in which something is due or has just been (S4)."""
    for number in range(CASES if kind == "resolve" else CASES // 4):
        line = Life(number).line(kind)
        answer = simulate(line)
        assert answer == oracle.answer(line), f"life {number}"
        edges = [answer["due_at"], *(answer["warn_at"] or {}).values()]
        edges = [edge for edge in edges if edge and edge > line["events"][0]["t"]]
        if edges:
            edge = datetime.fromisoformat(random.Random(number).choice(edges))
            line["query"] = _text(edge + timedelta(seconds=number % 2))
            assert simulate(line) == oracle.answer(line), f"life {number} at {line['query']}"
