"""Every published example of the simulator, to the second."""

import json
from pathlib import Path
from typing import Any

import pytest

from incidents.simulator import simulate

EXAMPLES = [
    json.loads(line) for line in (Path(__file__).parent / "sla_examples.jsonl").read_text().splitlines() if line.strip()
]


@pytest.mark.requirement("B-08", "B-09", "B-14", "B-15", "B-19", "B-20", "B-24", "B-25", "C-05", "C-06", "C-27")
@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_example(example: dict[str, Any]) -> None:
    assert simulate(example) == example["expected"]
