"""The gate that machines ask: go or hold, closed when in doubt, quick, and answered without Redis."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents import tokens
from incidents.models import Incident
from postmortems import confirming, gates
from postmortems.gates import Pause
from postmortems.models import Criterion
from tests.factories import after
from tests.postmortems.factories import Learners
from tests.postmortems.test_gate import BOUNCES, _ready

pytestmark = pytest.mark.django_db
ALL = ("gates:read", "readings:write", "checks:write")


def _head(team: Learners, *scopes: str) -> dict[str, str]:
    _, secret = tokens.create("ci", scopes or ALL, team.admin, at=after())
    return {"Authorization": f"Bearer {secret}"}


def _paused(team: Learners) -> Incident:
    incident = team.resolved()
    told = Pause(reason="Bounces", name="Sender pool", kind="tool", owner=team.resolver, limits=(BOUNCES,))
    gates.pause(incident.pk, told, by=team.resolver, at=after(hours=32))
    return incident


@pytest.mark.requirement("A-09", "A-19")
def test_hold_is_423_with_what_is_unmet_and_go_is_200() -> None:
    team = Learners()
    incident = _paused(team)
    head, client = _head(team), Client()
    held = client.get("/api/v1/gates/sender-pool", headers=head)
    body = held.json()
    assert held.status_code == 423 and body["decision"] == "hold" and body["incident"] == incident.reference
    assert any("Bounce rate under 2 %" in one for one in body["unmet"]) and body["since"].endswith("Z")
    assert held["Cache-Control"] == "private, no-cache" and held["ETag"]
    assert client.get("/api/v1/gates/sender-pool", headers={**head, "If-None-Match": held["ETag"]}).status_code == 423
    assert client.head("/api/v1/gates/sender-pool", headers=head).status_code == 423
    assert client.get("/api/v1/gates/nobody", headers=head).status_code == 404
    assert client.post("/api/v1/gates/sender-pool", headers=head).status_code == 405


def test_go_can_be_answered_from_its_tag() -> None:
    team = Learners()
    gate = _ready(team)
    gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    head, client = _head(team), Client()
    told = client.get("/api/v1/gates/sender-pool", headers=head)
    assert (told.status_code, told.json()["decision"], told.json()["scope"]) == (200, "go", "partial")
    assert client.get("/api/v1/gates/sender-pool", headers={**head, "If-None-Match": told["ETag"]}).status_code == 304


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer alc_wrong", "Basic abc", "Bearer \udce4"])
def test_without_a_token_it_holds(header: str) -> None:
    _paused(Learners())
    told = Client().get("/api/v1/gates/sender-pool", HTTP_AUTHORIZATION=header)
    assert told.status_code == 401 and told.json()["decision"] == "hold"


def test_a_token_does_what_its_scopes_say_until_it_is_revoked() -> None:
    team = Learners()
    _paused(team)
    row, secret = tokens.create("reader", ["readings:write"], team.admin, at=after())
    head = {"Authorization": f"Bearer {secret}"}
    assert secret not in json.dumps(row.digest) and row.prefix == secret[:9]
    assert Client().get("/api/v1/gates/sender-pool", headers=head).status_code == 401
    told = {"metric": "bounce-rate", "value": 1.9}
    assert Client().post("/api/v1/readings", told, content_type="application/json", headers=head).status_code == 202
    row.revoked_at = timezone.now()
    row.save()
    assert Client().post("/api/v1/readings", told, content_type="application/json", headers=head).status_code == 401


@pytest.mark.requirement("B-89", "C-17")
def test_a_reading_keeps_its_exact_value_its_time_and_its_source() -> None:
    team = Learners()
    _paused(team)
    body = '{"readings": [{"metric": "bounce-rate", "value": 1.10, "taken_at": "2026-02-05T10:00:00Z", "source": "x"}]}'
    told = Client().post("/api/v1/readings", body, content_type="application/json", headers=_head(team))
    assert (told.status_code, told.json()) == (202, {"accepted": 1, "criteria": 1, "refused": []})
    row = Criterion.objects.get(metric="bounce-rate")
    assert str(row.reading) == "1.100000" and row.reading_at == after(days=2) and row.reading_source == "x (ci)"


@pytest.mark.requirement("B-89", "C-17")
def test_a_gate_knows_its_metric_however_its_name_is_spelt() -> None:
    """The shipped playbook's gate waits for `bounce-rate`; the shipped metric is called `bounce_rate`."""
    team = Learners()
    _paused(team)
    body = '{"metric": "bounce_rate", "value": 1.9, "taken_at": "2026-02-05T10:00:00Z", "source": "x"}'
    told = Client().post("/api/v1/readings", body, content_type="application/json", headers=_head(team))
    assert told.json()["criteria"] == 1
    assert str(Criterion.objects.get(metric="bounce-rate").reading) == "1.900000"


BAD: list[Any] = [
    "",
    "[]",
    "{",
    "null",
    '{"metric": "m"}',
    '{"metric": "m", "value": "NaN"}',
    '{"metric": "m", "value": NaN}',
    '{"metric": "m", "value": Infinity}',
    '{"metric": "m", "value": 1e999}',
    '{"metric": "m", "value": ' + "9" * 5000 + "}",
    '{"metric": "m\\u0000", "value": 1}',
    '{"metric": 5, "value": 1}',
    '{"metric": "m", "value": 1, "taken_at": "yesterday"}',
    '{"metric": "m", "value": 1, "taken_at": "2026-01-01T00:00:00"}',
    '{"metric": "m", "value": 1, "taken_at": "9999-12-31T00:00:00Z"}',
    '{"metric": "m", "value": 1, "taken_at": "0001-01-01T00:00:00+23:59"}',
    '{"metric": "m", "value": true}',
    '{"readings": []}',
    '{"readings": [' + '{"metric": "m", "value": 1},' * 1000 + '{"metric": "m", "value": 1}]}',
    "[" * 100_000,
    b"\xff\xfe",
    '{"metric": "m", "value": 1, "source": 5}',
]


@pytest.mark.parametrize("body", BAD)
def test_hostile_readings_are_refused_and_never_break(body: Any) -> None:
    told = Client().post("/api/v1/readings", body, content_type="application/json", headers=_head(Learners()))
    assert told.status_code == 400 and told.json()["error"]


def test_the_answer_takes_two_queries_however_much_holds_it(django_assert_num_queries: Any) -> None:
    """How long that takes is measured in `bench/gate.py`; that it needs no Redis, in `tests/faults/test_gates.py`."""
    team = Learners()
    incident = _paused(team)
    head, client = _head(team), Client()
    gate = incident.gates.get()
    for number in range(20):
        confirming.add_criterion(
            incident.pk, gate.pk, name=f"One more {number}", for_normal_only=False, by=team.lead, at=after(hours=33)
        )
    # The limit of a token is asked for with the first of several calls.
    client.get("/api/v1/gates/sender-pool", headers=head)
    with django_assert_num_queries(2):
        told = client.get("/api/v1/gates/sender-pool", headers=head)
    assert len(told.json()["unmet"]) > 20
