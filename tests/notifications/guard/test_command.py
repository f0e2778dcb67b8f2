"""`check_wording`: a letter on standard input, or one answer for each line of JSON, whatever it holds."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]


def _command(lines: str, *words: str) -> Sequence[str]:
    run = subprocess.run(
        [sys.executable, "manage.py", "check_wording", *words],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


HOSTILE = [
    "{",
    "null",
    "[]",
    "nonsense",
    "[" * 5000,
    '{"a":' * 5000,
    '{"id": 2, "text": 5}',
    '{"id": 2, "text": null}',
    '{"id": 3}',
    '{"id": NaN, "text": "Fine."}',
    '{"id": 1e999, "text": "Fine."}',
    '{"id": ' + "9" * 5000 + ', "text": "Fine."}',
    '{"id": {"a": [1]}, "text": "Fine."}',
    '{"id": "\\ud800", "text": "It will be back by 5 pm \\ud800\\udfff."}',
    '{"id": 5, "text": "Fine.", "third_parties": 5, "context": 5}',
    '{"id": 6, "text": "Fine.", "third_parties": [null, 1, "", " ", "(", "[a-", "\\u0000"], "context": {"client": []}}',
    '{"id": 7, "text": "Fine.", "context": {"client": 7, "other_clients": {"a": 1}, "field": ["did"]}}',
    '{"id": 8, "text": "' + "It may be due to the vendor by 5 pm. " * 2_000 + '"}',
    '{"id": 9, "text": "' + "a" * 200_000 + '"}',
    '{"id": 10, "text": "' + "\\u202e\\u0000 by by by (((" * 2_000 + '"}',
    '{"id": 11, "text": "Fine.", "third_parties": ' + json.dumps([f"Name {n}" for n in range(20_000)]) + "}",
    "\ufeff" + '{"id": 12, "text": "Fine."}',
    '{"id": 13, "text": "Fine.", "id": 14}',
    '{"id": 15, "text": "Hi,\\n\\nx\\n\\nNext update: 5 pm CET", "context": {"now": "9999-12-31T23:59:59+00:00"}}',
    '{"id": 16, "text": "' + "PIN 1 key is log in as a " * 4_000 + '"}',
]


def test_no_line_stops_it() -> None:
    last = '{"id": "last", "text": "Back by 5 pm."}'
    answers = [json.loads(line) for line in _command("\n".join([*HOSTILE, last]) + "\n", "--jsonl")]
    assert len(answers) == len(HOSTILE) + 1
    assert all(set(one) in ({"id", "findings"}, {"id", "findings", "error"}) for one in answers)
    assert [one["kind"] for one in answers[-1]["findings"]] == ["promise"] and answers[-1]["id"] == "last"


def test_what_a_line_holds_beside_its_letter_hides_none_of_its_findings() -> None:
    odd = [" ", "", "\t", "We", "C++", "(a+)+$", "Monday", "May", "Fix", [["x"]], None, "HubSpot", "HubSpot"]
    said = "On Monday in May we fix it. HubSpot and C++ broke."
    rows = [
        json.dumps({"id": 1, "text": said, "third_parties": odd}),
        json.dumps(
            {"id": 2, "text": f"Hi,\n\n{said}\n\nNext update: 5 pm CET", "context": {"now": "9999-12-31T23:59+00:00"}}
        ),
        '{"id": 3, "text": "Tab\tHubSpot broke."}',
        "\ufeff" + json.dumps({"id": 4, "text": said}) + "\r",
    ]
    answers = [json.loads(line) for line in _command("\n".join(rows), "--jsonl")]
    told = [[one["text"] for one in answer["findings"]] for answer in answers]
    assert told == [["HubSpot", "C++"], ["HubSpot"], ["HubSpot"], ["HubSpot"]]


def test_the_command_answers_every_line_also_the_broken_ones() -> None:
    told = {
        "id": "a",
        "text": "HubSpot broke. Dana Fox saw it at Atlas Freight.",
        "third_parties": ["HubSpot"],
        "context": {"client": "Northwind", "other_clients": ["Atlas Freight"]},
    }
    lines = [
        json.dumps(told),
        "{",
        '{"id": 2, "text": 5}',
        '{"id": 3, "text": "Fine."}',
        '{"id": 4, "text": "Back by 5 pm \\ud800", "context": []}',
    ]
    answers = [json.loads(line) for line in _command("\n".join(lines) + "\n", "--jsonl")]
    assert len(answers) == len(lines)
    assert [one["kind"] for one in answers[0]["findings"]] == ["blame", "other_client"]
    assert (
        all(answer["error"] for answer in answers[1:3])
        and answers[2]["id"] == 2
        and answers[3] == {"id": 3, "findings": []}
    )
    assert any("promise" in line for line in _command("It will be fixed by 5 pm."))
