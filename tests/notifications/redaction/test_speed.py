"""Ordinary text of 1 MB in under two seconds; a hostile line of 200 kB in under one. Processor time, best of three."""

from pathlib import Path
from random import Random
from time import process_time

import pytest

from notifications.redaction import redact
from tests.notifications.redaction import corpus_held, corpus_tuned, mint

ROOT = Path(__file__).parents[3]
R = Random(8)
TRIES = 3


def _seconds(text: str, default_deny: bool) -> float:
    taken = []
    for _ in range(TRIES):
        begun = process_time()
        done = redact(text, default_deny=default_deny, deadline_seconds=30)
        taken.append(process_time() - begun)
        assert not done.withheld
    return min(taken)


def _ordinary() -> str:
    """This product's own pages, and between them as many lines that talk of passwords and keys; no line twice alike."""
    pages = [
        line for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] for line in page.read_text().split("\n")
    ]
    lines = [sample.text for sample in corpus_held.clean() + corpus_tuned.clean()]
    made: list[str] = []
    size = 0
    while size < 1_000_000:
        made.append(" ".join([R.choice(lines), *R.sample(pages, 2)]))
        size += len(made[-1]) + 1
    return "\n".join(made)[:1_000_000]


@pytest.mark.parametrize("default_deny", [False, True])
def test_a_megabyte_of_ordinary_text(default_deny: bool) -> None:
    assert _seconds(_ordinary(), default_deny) < 2


@pytest.mark.parametrize("default_deny", [False, True])
def test_a_megabyte_of_log(default_deny: bool) -> None:
    line = "2026-03-02 10:{0:02d}:{1:02d},123 INFO [worker-{0}] id={2} path=/api/v1/items/{2} took {1}ms token=ok\n"
    assert _seconds("".join(line.format(n % 60, n % 59, n * 7919) for n in range(10_000))[:1_000_000], default_deny) < 2


HOSTILE = {
    "one letter": "a" * 200_000,
    "at signs": "@" * 200_000,
    "half addresses": "a@" * 100_000,
    "nested quotes": "\"'" * 100_000,
    "backslashes": "\\" * 200_000,
    "brackets": "(" * 200_000,
    "digits": "4" * 200_000,
    "digits and dashes": "4-" * 100_000,
    "assignments": "password=" * 22_222,
    "words": "password " * 22_222,
    "schemes": "a://b:" * 33_333,
    "key blocks": ("-" * 5 + "BEGIN PRIVATE KEY" + "-" * 5) * 7_400,
    "chance": mint.pick(R, mint.B64, 200_000),
    "mixed case": "aB3" * 66_666,
    "account numbers": "DE12 3456 " * 20_000,
    "addresses": "ab@cd.com " * 20_000,
    "spoken addresses": "a at b dot " * 18_000,
    "emoji": "é😀" * 100_000,
    "plus signs": "+1 " * 66_666,
    "cues": "login a / b1! " * 14_000,
    "times": "2026-03-02 10:10:10 " * 10_000,
    "no characters": "\0" * 200_000,
    "key is": "the key is to " * 14_000,
    "curl": "curl -u " * 25_000,
    "masks": "[redacted: pin]x1" * 11_000,
}


@pytest.mark.parametrize("default_deny", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_line(name: str, default_deny: bool) -> None:
    assert _seconds(HOSTILE[name], default_deny) < 1
