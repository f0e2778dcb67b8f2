"""Heartbeats, readings, gates and actions through the API."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from incidents import lifecycle
from incidents.models import TimelineEntry
from postmortems.models import ActionKind, RestartGate
from tests.api.conftest import Program, told
from tests.factories import ResponderFactory, Team

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-114")
def test_a_job_is_registered_pings_and_is_paused(everything: Program) -> None:
    job = everything.done("/heartbeats", {"name": "Nightly sync", "cron": "30 2 * * *", "time_zone": "Europe/Paris"})
    assert job["slug"] == "nightly-sync" and job["state"] == "new" and job["due_at"]
    assert Client().get(urlsplit(job["ping_url"]).path).status_code == 200
    assert everything.get(f"/heartbeats/{job['id']}")["state"] == "up"
    assert Program(ResponderFactory(role="resolver")).get(f"/heartbeats/{job['id']}")["ping_url"] == ""
    assert everything.done(f"/heartbeats/{job['id']}/pause")["state"] == "paused"
    twice = everything.post(f"/heartbeats/{job['id']}/pause")
    assert twice.status_code == 409 and told(twice)["refusal"] == "It is paused already."
    wrong = everything.ask("PATCH", f"/heartbeats/{job['id']}", {"cron": "every night"})
    assert wrong.status_code == 409 and told(wrong)["field"] == "cron"
    assert everything.post("/heartbeats", {"name": "Nightly sync"}).status_code == 409
    assert everything.post("/heartbeats", {"name": "X", "period_seconds": 5}).status_code == 422
    assert everything.post("/heartbeats", {"name": "!!!"}).status_code == 409


@pytest.mark.requirement("B-115", "C-01")
def test_readings_are_posted_and_read_with_the_verdict_of_the_ladder(everything: Program) -> None:
    metric = next(one for one in everything.get("/metrics")["items"] if one["key"] == "bounce_rate")
    assert metric["ladder"]
    now = timezone.now()
    rows = [
        {"metric": metric["key"], "value": value, "taken_at": (now - timedelta(minutes=9 - place)).isoformat()}
        for place, value in enumerate((1.9, 2.0))
    ]
    assert everything.post("/readings", {"readings": rows}).status_code == 202
    found = everything.get(f"/readings?metric={metric['key']}")["items"]
    assert [(float(one["value"]), one["fails"]) for one in found] == [(2.0, True), (1.9, False)]
    assert everything.ask("GET", "/readings?metric=nothing").status_code == 404


def test_paused_work_is_restarted_in_stages_with_what_holds_it_said(
    team: Team, program: Callable[..., Program]
) -> None:
    incident = team.report(1, at=timezone.now() - timedelta(minutes=9))
    coordinator = program(team.coordinator)
    gate = coordinator.done(
        f"/incidents/{incident.pk}/pause-work", {"reason": "Suspended.", "name": "Sender pool", "kind": "tool"}
    )
    assert gate["stage"] == "paused" and gate["key"] == "sender-pool" and gate["criteria"]
    answer = coordinator.ask("GET", "/gates/sender-pool")
    assert answer.status_code == 423 and told(answer)["decision"] == "hold"
    head = coordinator.ask("HEAD", "/gates/sender-pool")
    assert head.status_code == 423 and not head.content
    refused = coordinator.post(f"/gates/{gate['id']}/restart", {"stage": "partial"}, Idempotency_Key="r")
    assert refused.status_code == 409 and "criteria hold it" in told(refused)["refusal"]
    # The refusal itself stands on the record, also when it came with a key.
    assert TimelineEntry.objects.filter(kind="gate_moved", facts__refused="partial").count() == 1
    owner = {"owner_id": team.resolver.pk}
    assert coordinator.done(f"/gates/{gate['id']}/name-owner", owner)["owner"]["name"] == "Devin Okafor"
    assert coordinator.done(f"/gates/{gate['id']}/restart", {"stage": "shadow"})["stage"] == "shadow"
    lead = program(ResponderFactory(role="support_lead"))
    criterion = next(one for one in gate["criteria"] if one["how"] == "confirmed" and one["key"] != "actions_done")
    shown = lead.done(f"/criteria/{criterion['id']}/confirm", {"evidence": "Read the log."})
    assert next(one for one in shown["criteria"] if one["id"] == criterion["id"])["state"] == "met"
    assert coordinator.post(f"/criteria/{criterion['id']}/confirm", {"evidence": "x"}).status_code == 403
    assert [one["id"] for one in coordinator.get("/gates")["items"]] == [gate["id"]]


def test_a_restricted_incident_hides_its_gate_and_its_actions(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(2, at=timezone.now() - timedelta(minutes=9))
    coordinator = program(team.coordinator)
    gate = coordinator.done(f"/incidents/{incident.pk}/pause-work", {"reason": "x", "name": "Pool"})
    kind = ActionKind.objects.filter(is_active=True)[0].key
    due = (timezone.now() + timedelta(days=3)).date().isoformat()
    plan = {"kind": kind, "title": "Warm up", "outcome": "Ten warm.", "owner_id": team.resolver.pk, "due_on": due}
    action = coordinator.done(f"/incidents/{incident.pk}/plan-action", plan)
    lifecycle.raise_situation(
        incident.pk, situation="data_breach", text="Public file.", by=team.resolver, at=timezone.now()
    )
    stranger = program(ResponderFactory(role="support_lead"))
    assert stranger.get("/gates")["items"] == [] and stranger.get("/actions")["items"] == []
    for path in (f"/gates/{gate['id']}/restart", f"/actions/{action['id']}/verify"):
        body = {"stage": "shadow"} if "gates" in path else {"text": "x"}
        assert stranger.post(path, body).status_code == 404
    assert RestartGate.objects.get().stage == "paused"


@pytest.mark.requirement("A-07")
def test_an_action_is_planned_finished_and_verified_by_another(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(2, at=timezone.now() - timedelta(minutes=9))
    coordinator, resolver = program(team.coordinator), program(team.resolver)
    kind = ActionKind.objects.filter(is_active=True)[0].key
    due = (timezone.now() + timedelta(days=3)).date().isoformat()
    plan = {"kind": kind, "title": "Warm up", "outcome": "Ten warm.", "owner_id": team.resolver.pk, "due_on": due}
    action = coordinator.done(f"/incidents/{incident.pk}/plan-action", plan)
    late = coordinator.post(f"/incidents/{incident.pk}/plan-action", plan | {"due_on": "2020-01-01"})
    assert late.status_code == 409 and told(late)["field"] == "due_on"
    nothing = coordinator.post(f"/incidents/{incident.pk}/plan-action", plan | {"kind": "magic"})
    assert nothing.status_code == 409 and kind in told(nothing)["refusal"]
    resolver.done(f"/actions/{action['id']}/finish", {"evidence": "Dashboard of today."})
    own = resolver.post(f"/actions/{action['id']}/verify", {"text": "Looks fine."})
    assert own.status_code == 409 and told(own)["refusal"] == "Somebody other than its owner verifies it."
    done = coordinator.done(f"/actions/{action['id']}/verify", {"text": "Counted ten."})
    assert done["state"] == "verified" and done["verified_by"]["name"] == "Alfred Moss"
    assert [one["id"] for one in coordinator.get("/actions?state=verified")["items"]] == [action["id"]]
