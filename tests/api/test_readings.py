"""Numbers that machines post: what they were measured for and of how many; what is not kept is said."""

import json
from typing import Any

import pytest

from incidents.detection.models import Metric, Reading
from incidents.models import Incident
from postmortems import gates
from postmortems.gates import Pause
from postmortems.models import Criterion
from tests.api.conftest import Program, told
from tests.factories import after
from tests.postmortems.factories import Learners
from tests.postmortems.test_gate import BOUNCES

pytestmark = pytest.mark.django_db


def post(program: Program, **reading: Any) -> Any:
    answer = program.post("/readings", {"metric": "bounce_rate", "source": "Instantly", **reading})
    assert answer.status_code == 202, answer.content
    return told(answer)


@pytest.mark.requirement("B-116", "B-122", "C-01")
def test_a_reading_says_for_what_it_was_measured_and_of_how_many(everything: Program) -> None:
    post(everything, value=1.9, sample=900, subject="a.example")
    post(everything, value=11.4, sample=900, subject="b.example")
    rows = Reading.objects.filter(series__metric__key="bounce_rate").order_by("pk")
    kept = [(one.series.subject, str(one.value.normalize()), one.sample, one.verdict) for one in rows]
    assert kept == [("a.example", "1.9", 900, "healthy"), ("b.example", "11.4", 900, "degraded")]
    assert "b.example" in Incident.objects.get().title


@pytest.mark.requirement("B-89", "C-01", "C-17")
def test_a_sample_that_is_too_small_judges_nothing_and_opens_no_gate(everything: Program) -> None:
    metric = Metric.objects.get(key="bounce_rate")
    metric.ladder = {**metric.ladder, "min_sample": 50}
    metric.save()
    team = Learners()
    pause = Pause(reason="Bounces", name="Sender pool", kind="tool", owner=team.resolver, limits=(BOUNCES,))
    gates.pause(team.resolved().pk, pause, by=team.resolver, at=after(hours=32))
    before = Incident.objects.count()
    assert post(everything, value=100, sample=1) == {"accepted": 1, "criteria": 0, "refused": []}
    assert post(everything, value=0, sample=49)["criteria"] == 0
    assert Incident.objects.count() == before
    assert Criterion.objects.get(metric="bounce-rate").reading is None
    assert post(everything, value=1.9, sample=50)["criteria"] == 1


def test_what_nobody_keeps_is_not_called_accepted(everything: Program) -> None:
    """The answer used to say “accepted” of a number that went nowhere."""
    unknown = post(everything, metric="bounce_rat", value=1)
    assert unknown["accepted"] == 0
    assert unknown["refused"] == [
        {"metric": "bounce_rat", "error": "There is no metric “bounce_rat”, and no gate waits for it."}
    ]
    at = "2026-02-05T10:00:00Z"
    assert post(everything, value=1, taken_at=at)["accepted"] == 1
    twice = post(everything, value=2, taken_at=at)
    assert (twice["accepted"], len(twice["refused"])) == (0, 1)
    assert post(everything, metric="bounce-rate", value=1.5)["accepted"] == 1
    assert Reading.objects.filter(series__metric__key="bounce_rate").count() == 2


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("sample", "900"),
        ("sample", -1),
        ("sample", 1.5),
        ("sample", 10**30),
        ("sample", True),
        ("subject", 5),
        ("subject", "x" * 121),
        ("subject", "a\x00b"),
        ("sampel", 900),
    ],
)
def test_a_part_that_is_wrong_or_unknown_is_named(everything: Program, part: str, value: Any) -> None:
    answer = everything.post("/readings", {"metric": "bounce_rate", "value": 1, part: value})
    assert answer.status_code == 400
    assert told(answer)["error"].startswith(f"{part}: ")
    listed = everything.post("/readings", {"readings": [{"metric": "bounce_rate", "value": 1, part: value}]})
    assert told(listed)["error"].startswith(f"readings[0].{part}: ")
    assert not Reading.objects.exists()


def test_the_schema_tells_of_every_part(everything: Program) -> None:
    schema = json.loads(everything.http.get("/api/v1/openapi.json").content)
    body = schema["paths"]["/api/v1/readings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"metric", "value", "taken_at", "source", "sample", "subject"}
