"""Ladders: each boundary of C-01, hysteresis, small samples, and ladders that make no sense."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.detection import ladders, shipped
from incidents.detection.ladders import Ladder, Rung

BOUNCE = ladders.read(shipped.METRICS[0]["ladder"])


@pytest.mark.requirement("C-01", "B-13", "B-83", "B-116")
@pytest.mark.parametrize(
    ("value", "rung", "fails", "severity", "playbook"),
    [
        ("0", 0, False, None, ""),
        ("1.9", 0, False, None, ""),
        ("1.999999999", 0, False, None, ""),
        ("2.0", 1, True, 3, ""),
        ("4.9", 1, True, 3, ""),
        ("5.0", 1, True, 3, ""),
        ("5.000000001", 2, True, 3, "email-bounce-spike"),
        ("5.1", 2, True, 3, "email-bounce-spike"),
        ("10.0", 2, True, 3, "email-bounce-spike"),
        ("10.1", 3, True, 2, "email-bounce-spike"),
    ],
)
def test_bounce_rate_boundaries(value: str, rung: int, fails: bool, severity: int | None, playbook: str) -> None:
    judged = ladders.judge(BOUNCE, Decimal(value))
    assert (judged.rung, judged.fails, judged.held) == (rung, fails, False)
    reached = BOUNCE.rungs[rung - 1] if rung else None
    assert (reached.severity if reached else None) == severity
    assert (reached.playbook if reached else "") == playbook


@pytest.mark.requirement("C-01", "C-17")
@pytest.mark.parametrize(("value", "healthy"), [("1.9", True), ("2.0", False), ("2.1", False)])
def test_only_strictly_under_two_resumes(value: str, healthy: bool) -> None:
    assert BOUNCE.healthy(Decimal(value)) is healthy


@pytest.mark.requirement("C-01")
@pytest.mark.parametrize(
    ("value", "before", "rung", "held"),
    [("1.7", 2, 1, True), ("1.5", 2, 1, True), ("1.4", 2, 0, False), ("1.7", 0, 0, False), ("3", 3, 1, False)],
)
def test_hysteresis_holds_what_was_bad_until_it_resumes(value: str, before: int, rung: int, held: bool) -> None:
    ladder = Ladder(BOUNCE.rungs, resume=Decimal("1.5"))
    judged = ladders.judge(ladder, Decimal(value), before=before)
    assert (judged.rung, judged.held) == (rung, held)
    assert judged.fails == (rung > 0)


@pytest.mark.parametrize(("sample", "counted"), [(99, False), (100, True), (None, True)])
def test_a_small_sample_moves_nothing(sample: int | None, counted: bool) -> None:
    ladder = Ladder(BOUNCE.rungs, Decimal(2), min_sample=100)
    judged = ladders.judge(ladder, Decimal(50), before=1, sample=sample)
    assert judged.counted is counted
    assert judged.rung == (3 if counted else 1)
    assert judged.fails is counted


def test_low_may_be_bad() -> None:
    ladder = Ladder((Rung("poor", "<", Decimal(80)), Rung("bad", "≤", Decimal(50), severity=2)), resume=Decimal(85))
    assert [ladders.judge(ladder, Decimal(v)).rung for v in (90, 80, 79, 51, 50)] == [0, 0, 1, 1, 2]
    assert ladders.judge(ladder, Decimal(85), before=1).held
    assert not ladders.judge(ladder, Decimal(86), before=1).rung


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"rungs": [{"name": "a", "comparison": "=", "threshold": "1"}]}, "not a comparison"),
        ({"rungs": [{"name": "a", "comparison": ">", "threshold": "x"}]}, "not a number"),
        ({"rungs": [{"name": "a", "comparison": ">", "threshold": "NaN"}]}, "finite"),
        ({"rungs": [{"name": "a", "comparison": ">", "threshold": "1", "severity": 9}]}, "from 1 to 4"),
        (
            {
                "rungs": [
                    {"name": "a", "comparison": ">", "threshold": "5"},
                    {"name": "b", "comparison": ">", "threshold": "5"},
                ]
            },
            "beyond",
        ),
        (
            {
                "rungs": [
                    {"name": "a", "comparison": ">", "threshold": "5"},
                    {"name": "b", "comparison": "<", "threshold": "7"},
                ]
            },
            "same way",
        ),
        ({"rungs": [{"name": "a", "comparison": ">", "threshold": "5"}], "resume": "6"}, "healthy side"),
    ],
)
def test_a_ladder_without_sense_is_refused(document: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ladders.read(document)


@given(st.decimals(min_value=-1000, max_value=1000, places=3), st.integers(0, 3))
def test_what_a_ladder_says_is_what_its_rungs_say(value: Decimal, before: int) -> None:
    judged = ladders.judge(BOUNCE, value, before=before)
    assert judged.rung == (value >= 2) + (value > 5) + (value > 10)
    assert ladders.read(ladders.write(BOUNCE)) == BOUNCE
    assert ladders.decimal(float(value)) == value
