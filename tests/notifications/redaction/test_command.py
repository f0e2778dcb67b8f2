"""`manage.py redact`, as a process of its own, with a database address where nothing listens."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {
    **os.environ,
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJK",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
}


def _run(given: bytes, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "manage.py", "redact", *arguments],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env=ENVIRONMENT,
        timeout=60,
        check=False,
    )


@pytest.mark.requirement("A-18")
def test_text_in_text_out() -> None:
    given = "Grüße\r\nthe password is hunter2\r\nmail a.b@acme.io\n\n".encode()
    done = _run(given)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Grüße\r\nthe password is [redacted: password]\r\nmail User-1\n\n".encode()


def test_bytes_that_are_no_utf_8_come_out_as_they_went_in() -> None:
    assert _run(b"caf\xe9 \xff\n").stdout == b"caf\xe9 \xff\n"


def test_default_deny_masks_what_patterns_leave() -> None:
    given = b"the thing is zx81qq there\n"
    assert _run(given).stdout == given
    assert _run(given, "--default-deny").stdout == b"the thing is [redacted: unknown token] there\n"


@pytest.mark.requirement("A-18")
def test_one_line_for_each_line_whatever_it_is() -> None:
    lines = [
        json.dumps({"id": "a", "text": "Grüße 👋 pw: hunter2"}),
        "{not json",
        "",
        "[1]",
        json.dumps({"id": 7}),
        json.dumps({"id": 8, "text": 9}),
        "[" * 100_000,
        '{"id": "s", "text": "\\ud800 lone"}',
        '{"id": {"x": 1}, "text": "fine"}',
        '{"id": "u", "text": "a\u2028b"}',
        "1" * 6000,
        json.dumps({"id": "z", "text": "all is well"}),
    ]
    done = _run("\n".join(lines).encode(), "--jsonl")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, None, 7, 8, None, "s", None, "u", None, "z"]
    assert answers[0] == {
        "id": "a",
        "text": "Grüße 👋 pw: [redacted: password]",
        "findings": [{"kind": "password", "start": 12, "end": 19}],
    }
    assert all(set(answer) == {"id", "error"} for answer in answers if "text" not in answer)
    assert answers[-1] == {"id": "z", "text": "all is well", "findings": []}
    assert answers[6]["text"] == "\ud800 lone"


def test_it_starts_fast() -> None:
    """Processor time, as of every test of speed: how busy the machine is does not matter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(b"")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
