"""A request with an Idempotency-Key is done once, however often and however many at once it comes."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from incidents import once
from incidents.models import Client, Incident, KeptAnswer, TimelineEntry
from tests.api.conftest import Program, told
from tests.factories import ResponderFactory, Team

REPORT = {"title": "Nightly export failed", "description": "Exit code 2.", "severity": 3}


@pytest.mark.django_db
def test_the_same_request_with_the_same_key_is_answered_again_and_not_done_again(everything: Program) -> None:
    first = everything.post("/incidents", REPORT, Idempotency_Key="nightly-1")
    again = everything.post("/incidents", REPORT, Idempotency_Key="nightly-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert told(first) == told(again) and again["Idempotent-Replayed"] == "true"
    assert Incident.objects.count() == 1
    other = everything.post("/incidents", REPORT, Idempotency_Key="nightly-2")
    assert told(other)["id"] != told(first)["id"]


@pytest.mark.django_db
def test_the_same_key_with_another_request_is_refused(everything: Program) -> None:
    everything.post("/incidents", REPORT, Idempotency_Key="k")
    body = everything.post("/incidents", REPORT | {"severity": 2}, Idempotency_Key="k")
    path = everything.post("/clients", {"name": "Acme"}, Idempotency_Key="k")
    assert (body.status_code, path.status_code) == (422, 422)
    assert "another request" in told(body)["error"]
    assert Incident.objects.count() == 1 and not Client.objects.exists()


@pytest.mark.django_db
def test_a_refusal_leaves_nothing_and_frees_its_key(team: Team) -> None:
    incident = team.report(3)
    program = Program(team.coordinator)
    path, body = f"/incidents/{incident.pk}/reclassify", {"severity": 3, "reason": "Sure."}
    assert program.post(path, body, Idempotency_Key="k").status_code == 409
    assert not KeptAnswer.objects.exists()
    assert program.post(path, body | {"severity": 9}, Idempotency_Key="k").status_code == 422
    team.triage(incident, at=timezone.now())
    assert program.post(path, body | {"severity": 2}, Idempotency_Key="k").status_code == 200


@pytest.mark.django_db
def test_keys_of_different_tokens_never_meet(team: Team, everything: Program) -> None:
    everything.done("/incidents", REPORT, Idempotency_Key="k")
    Program(team.coordinator).done("/incidents", REPORT, Idempotency_Key="k")
    assert Incident.objects.count() == 2
    for key in ("x" * 201, "naïve", "a\tb"):
        assert everything.post("/incidents", REPORT, Idempotency_Key=key).status_code == 422


@pytest.mark.django_db
def test_answers_are_forgotten_after_a_day(everything: Program) -> None:
    everything.done("/incidents", REPORT, Idempotency_Key="k")
    now = timezone.now()
    assert once.sweep(now=now + timedelta(hours=23)) == 0
    assert once.sweep(now=now + timedelta(hours=25)) == 1
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_with_one_key_report_one_incident_and_are_all_told_of_it() -> None:
    program = Program(ResponderFactory(role="coordinator"))
    answers: list[Any] = []
    ready = threading.Barrier(12)

    def send() -> None:
        own = Program.__new__(Program)
        own.secret, own.http = program.secret, type(program.http)()
        ready.wait()
        answers.append(own.post("/incidents", REPORT, Idempotency_Key="storm"))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert [one.status_code for one in answers] == [201] * 12
    assert len({json.loads(one.content)["id"] for one in answers}) == 1
    assert Incident.objects.count() == 1
    assert TimelineEntry.objects.filter(kind="reported").count() == 1
    assert sum("Idempotent-Replayed" in one.headers for one in answers) == 11
