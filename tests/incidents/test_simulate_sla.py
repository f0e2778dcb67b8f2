"""The simulator answers every line, in order, and never stops half-way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from incidents.management.commands.simulate_sla import answer

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "id": "x",
    "calendar": "24x7",
    "policy": {"SEV-1": {"target_seconds": 3600}},
    "clock": {"kind": "ack"},
    "events": [{"t": "2026-02-03T10:00:00Z", "type": "opened", "severity": "SEV-1"}],
    "query": "2026-02-03T10:30:00Z",
}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"query": "2026-02-30T10:00:00Z"}, "not an instant that exists"),
        ({"query": "2026-02-03T10:00:00"}, "query must be an instant"),
        ({"clock": {"kind": "tea"}}, "clock must name a kind"),
        ({"clock": {"kind": ["ack"]}}, "clock must name a kind"),
        ({"events": "none"}, "events must be a list"),
        ({"events": [{"t": "2026-02-03T10:00:00Z", "type": "exploded"}]}, "unknown type"),
        ({"events": [{"t": "2026-02-03T10:00:00Z", "type": "opened", "severity": "SEV-9"}]}, "SEV-1 to SEV-4"),
        ({"policy": {"SEV-1": {"target_seconds": -1}}}, "whole number of seconds"),
        ({"policy": {"SEV-2": {"target_seconds": 60}}}, "no row for SEV-1"),
        ({"calendar": {"tz": "Mars/Base", "weekly": {}}}, "not a time zone"),
        ({"calendar": {"tz": "UTC", "weekly": {}}}, "never open"),
        ({"calendar": {"tz": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}}, "overlap"),
        ({"clock": {"kind": "outage"}}, "threshold_seconds"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(change: dict[str, object], says: str) -> None:
    said = answer(json.dumps({**GOOD, **change}).encode())
    assert said["id"] == "x"
    assert says in said["error"]


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"id": NaN}', b"1" * 5000, b"null", b'"text"', b"[]"]
)
def test_what_is_no_object_is_answered_too(raw: bytes) -> None:
    assert "error" in answer(raw)


@pytest.mark.parametrize("name", [1e400, 2.5, ["x"], {"a": 1}])
def test_an_id_that_is_no_name_is_not_repeated(name: object) -> None:
    assert answer(json.dumps({**GOOD, "id": name}).replace("Infinity", "1e400").encode())["id"] is None


def test_a_byte_order_mark_is_passed_over() -> None:
    assert answer(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())["result"]["state"] == "running"


def test_the_command_answers_each_line_in_order_without_a_database() -> None:
    lines = [json.dumps(GOOD), "nonsense", "", json.dumps({**GOOD, "id": "y", "query": "2026-02-03T11:00:01Z"})]
    environment = {
        "PATH": "/usr/bin:/bin",
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "simulate_sla"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == ["x", None, None, "y"]
    assert answers[0]["result"]["state"] == "running"
    assert answers[2]["error"] == "the line is empty"
    assert answers[3]["result"]["late_by"] == 1
