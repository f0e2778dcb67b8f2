"""A whole letter: its parts, how long they are, and the time of the next update (B-48, B-50, B-67, B-68)."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications.guard import check
from notifications.guard.instants import named_time
from notifications.guard.letter import sections

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LETTER = """Subject: [Allclear] Issue Detected — outreach

Hi Dana,

We've identified an issue with your outreach emails.

**What's happening**: {happening}

**What we're doing**: Our team is investigating and working on a fix.

**Next update**: {next}

If you have questions, reply to this email.

— The Allclear Team
"""
RESOLVED = """Dear Dana,

The issue with your outreach emails has been resolved.

What happened: {happened}
What we did: We renewed it. We tested it with fifty leads.

Kind regards,
The Allclear Team
"""


def _letter(
    happening: str = "Emails are not sent. Nothing is lost.", promise: str = "We'll update you by 15:30 CET."
) -> str:
    return LETTER.format(happening=happening, next=promise)


def _found(text: str, now: datetime | None = NOW) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in check(text, now=now)]


def test_the_parts_of_a_letter_are_told_apart() -> None:
    text = _letter()
    read = [(part.field, text[part.start : part.end].strip()) for part in sections(text)]
    assert [field for field, _ in read] == [
        "subject", "salutation", "body", "happening", "doing", "next", "body", "signature",
    ]  # fmt: skip
    assert read[1][1] == "Hi Dana," and read[3][1] == "Emails are not sent. Nothing is lost."
    assert read[5][1] == "We'll update you by 15:30 CET." and read[7][1] == "— The Allclear Team"


@pytest.mark.parametrize(
    "text", ["", "Emails are late.", "We are on it.\n\nMore soon.", "\n\n\n", "Dearly missed by all."]
)
def test_what_greets_nobody_and_has_no_heading_is_no_letter(text: str) -> None:
    assert sections(text) == () and not {"length", "next_update"} & {kind for kind, _ in _found(text)}


@pytest.mark.requirement("B-48", "B-67", "B-68")
def test_a_part_of_more_than_two_sentences_is_found_from_the_third_on() -> None:
    assert _found(_letter()) == []
    assert _found(_letter(happening="One is. Two is. Three is. Four is.")) == [("length", "Three is. Four is.")]
    assert _found(RESOLVED.format(happened="A key had expired. We found it at nine.")) == []
    long = RESOLVED.format(happened="A key had expired. It was old. We found it at nine.")
    assert _found(long) == [("length", "We found it at nine.")]


@pytest.mark.requirement("B-50")
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("We'll update you by 15:30 CET.", False),
        ("We'll update you by 12:30 CET.", True),
        ("We'll update you by 7 am EST.", True),
        ("We'll update you by 8 am EST.", False),
        ("We'll update you by 11:59.", True),
        ("We'll update you by 09:00 tomorrow.", False),
        ("We'll update you by 24 November, 11:00 GMT.", True),
        ("We'll update you by 25 November at 11:00 GMT.", False),
        ("We'll update you by 2026-11-23 18:00 UTC.", True),
        ("We'll update you by 2 January, 09:00.", False),
        ("We'll update you within two hours.", False),
        ("We'll update you shortly.", True),
        ("We'll update you.", True),
        ("", True),
    ],
)
def test_the_next_update_stands_in_the_letter_and_lies_ahead(said: str, found: bool) -> None:
    assert ("next_update" in {kind for kind, _ in _found(_letter(promise=said))}) is found


@pytest.mark.requirement("B-50")
def test_a_letter_that_says_it_is_over_owes_no_update_and_any_sentence_may_hold_it() -> None:
    assert _found(RESOLVED.format(happened="A key had expired.")) == []
    assert _found("Hi Dana,\n\nEmails are late.\n\nKind regards,\nSam") == [("next_update", "Kind regards,\nSam")]
    assert _found("Hi Dana,\n\nEmails are late. We will write again by 3 pm.\n\nKind regards,\nSam") == []


@pytest.mark.parametrize("hours", [0, 11, 13])
def test_a_clock_without_a_day_is_todays_unless_it_lies_half_a_day_back(hours: int) -> None:
    now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    at = now - timedelta(hours=hours)
    assert named_time(f"We write by {at:%H:%M} UTC.", now) == ("ahead" if hours > 12 else "past")
    assert named_time(f"We write by {at:%H:%M} UTC.", None) == "ahead" and named_time("We write soon.", now) == ""


def test_the_command_reads_a_letter_at_the_instant_that_it_is_given() -> None:
    def told(now: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "manage.py", "check_wording", "--now", now]
        return subprocess.run(words, cwd=ROOT, input=_letter(), capture_output=True, text=True, check=False)

    assert told("2026-11-24T10:00+00:00").stdout == ""
    assert "next_update" in told("2026-11-24T15:00+00:00").stdout
    refused = told("noon")
    assert refused.returncode and "is not an instant" in refused.stderr


@pytest.mark.requirement("B-50")
def test_lines_of_letters_may_be_of_any_day_unless_an_instant_is_given() -> None:
    past = _letter(promise="We'll update you by 24 November 2020, 11:00 GMT.")
    rows = [{"id": 1, "text": past}, {"id": 2, "text": past, "context": {"now": NOW.isoformat()}}]
    words = [sys.executable, "manage.py", "check_wording", "--jsonl"]
    lines = "\n".join(map(json.dumps, rows))
    told = subprocess.run(words, cwd=ROOT, input=lines, capture_output=True, text=True, check=True)
    kinds = [[one["kind"] for one in json.loads(line)["findings"]] for line in told.stdout.splitlines()]
    assert kinds == [[], ["next_update"]]


@pytest.mark.parametrize("command", ["check_wording", "redact", "simulate_sla"])
def test_what_reads_standard_input_needs_neither_a_key_nor_a_database(command: str) -> None:
    words = [sys.executable, "manage.py", command]
    bare = {"PATH": "/usr/bin:/bin"}
    told = subprocess.run(
        words, cwd=ROOT, env=bare, input="It will be fixed by 5 pm.", capture_output=True, text=True, check=False
    )
    assert told.stderr == "" and told.stdout
    assert "Traceback" not in told.stdout
