"""The verbs through the API: the same life, the same refusals, the same record as through the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from incidents import timeline
from incidents.api.bodies import BODIES
from incidents.models import Incident, TimelineEntry
from incidents.views.verbs import VERBS
from notifications.models import OutboundMessage
from tests.api.conftest import Program, told
from tests.factories import ResponderFactory, Team

pytestmark = pytest.mark.django_db
LETTER = {"brief": "Outreach paused", "happening": "Your outreach emails are not being sent. Nothing was lost."}


def report(program: Program, team: Team, **more: Any) -> Any:
    body = {
        "title": "Outreach suspended",
        "description": "Every sender shows suspended.",
        "severity": 2,
        "client_ids": [team.client.pk],
        "system_ids": [team.system.pk],
        **more,
    }
    return program.done("/incidents", body)


def test_each_verb_that_has_a_page_has_an_address_in_the_api() -> None:
    assert set(BODIES) | {"add_evidence"} == set(VERBS)
    for verb in VERBS:
        assert resolve(f"/api/v1/incidents/1/{verb.replace('_', '-')}").namespace == "api"


@pytest.mark.requirement("B-29")
def test_an_incident_lives_its_whole_life_through_the_api(team: Team, program: Callable[..., Program]) -> None:
    coordinator, resolver, communicator = program(team.coordinator), program(team.resolver), program(team.communicator)
    one = report(coordinator, team)
    at = f"/incidents/{one['id']}"
    assert one["status"] == "reported" and one["source"] == "agent" and "triage" in one["verbs"]
    scope = {"severity": 2, "client_ids": [team.client.pk], "system_ids": [team.system.pk]}
    people = {"resolver_id": team.resolver.pk, "communicator_id": team.communicator.pk}
    assert coordinator.done(f"{at}/triage", scope | people)["status"] == "triaged"
    due = (timezone.now() + timedelta(hours=2)).isoformat()
    done = communicator.done(f"{at}/acknowledge", {"letter": LETTER | {"next_update_by": due}})
    assert done["status"] == "acknowledged" and done["affected"][0]["notified_at"]
    assert OutboundMessage.objects.filter(about=f"incident:{one['id']}", kind="incident-notification").count() == 1
    assert resolver.done(f"{at}/investigate")["status"] == "investigating"
    resolver.done(f"{at}/diagnose", {"logs": "Every sender answers 403."})
    resolver.done(f"{at}/isolate", {"fault_domain": "ours", "finding": "Our volume."})
    fix = {"broken": "Senders", "cause": "Volume", "done": "Appealed.", "test_evidence": "Ten letters arrived."}
    assert resolver.done(f"{at}/fix", fix)["status"] == "verifying"
    seen = {"scenario": "Send through each", "result": "All arrive", "evidence": "Log of ten"}
    assert resolver.done(f"{at}/confirm", seen)["confirmed_at"]
    words = {"brief": "Outreach runs again", "happened": "Your emails were not sent.", "did": "We restored sending."}
    early = communicator.post(f"{at}/resolve", words)
    assert early.status_code == 409 and told(early)["field"] == "override_reason"
    assert "verification window runs until" in told(early)["refusal"]
    override = program(ResponderFactory(role=["communicator", "administrator"]))
    assert override.done(f"{at}/resolve", words | {"override_reason": "Checked twice."})["status"] == "resolved"
    blocked = coordinator.post(f"{at}/close", {})
    assert blocked.status_code == 409 and told(blocked)["refusal"].startswith("Not yet: ")
    incident = Incident.objects.get(pk=one["id"])
    assert timeline.verify(incident) == []
    signed = set(TimelineEntry.objects.filter(incident=incident, by__isnull=False).values_list("by_name", flat=True))
    assert "Devin Okafor via ci" in signed and all(name.endswith(" via ci") for name in signed)


def test_the_second_who_acknowledges_is_told_who_was_first(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(3)
    team.triage(incident, at=timezone.now())
    communicator = program(team.communicator)
    assert communicator.get(f"/incidents/{incident.pk}")["acknowledged_by"] == "note"
    communicator.done(f"/incidents/{incident.pk}/acknowledge", {"note": "Looked at; next week."})
    again = communicator.post(f"/incidents/{incident.pk}/acknowledge", {"note": "Me too."})
    assert again.status_code == 409 and "Rick Salas" in told(again)["refusal"]


def test_what_is_missing_is_said_field_by_field_and_nothing_is_written(team: Team, everything: Program) -> None:
    before = TimelineEntry.objects.count()
    answer = everything.post("/incidents", {"title": " ", "severity": 7, "detected_at": "yesterday", "colour": "red"})
    assert answer.status_code == 422
    assert {one["field"] for one in told(answer)["errors"]} == {"description", "severity", "detected_at", "colour"}
    empty = everything.post("/incidents", {"title": " ", "description": "x", "severity": 2})
    assert empty.status_code == 409 and told(empty)["field"] == "title"
    unknown = everything.post("/incidents", {"title": "x", "description": "x", "severity": 2, "client_ids": [9**18]})
    assert unknown.status_code == 409 and told(unknown)["field"] == "clients"
    assert TimelineEntry.objects.count() == before


def test_a_scope_never_gives_more_than_the_responder_may(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(2)
    body = {"reason": "Mistaken."}
    assert program(team.resolver).post(f"/incidents/{incident.pk}/cancel", body).status_code == 403
    assert program(team.coordinator, "incidents:read").post(f"/incidents/{incident.pk}/cancel", body).status_code == 403
    assert program(team.coordinator).done(f"/incidents/{incident.pk}/cancel", body)["closure"] == "cancelled"


def test_an_escalation_is_taken_and_a_note_is_settled(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(1)
    target = program(team.target)
    raised = target.get(f"/incidents/{incident.pk}")["escalations"][0]
    taken = target.done(f"/escalations/{raised['id']}/take")
    one = next(each for each in taken["escalations"] if each["id"] == raised["id"])
    assert one["taken_by"]["name"] == "Clayton Boyd"
    assert target.post(f"/escalations/{raised['id']}/take").status_code == 409
    for path in ("/escalations/987654321/take", "/crm-notes/987654321/settle", "/letters/987654321/retry"):
        assert program(ResponderFactory(role="administrator")).post(path, {}).status_code == 404


def test_evidence_is_kept_with_its_hash_and_not_twice(team: Team, everything: Program) -> None:
    incident = team.report(2)

    def send() -> Any:
        file = SimpleUploadedFile("log.txt", b"403 403 403", "text/plain")
        return Client().post(
            f"/api/v1/incidents/{incident.pk}/add-evidence",
            {"file": file, "text": "The log."},
            headers={"Authorization": f"Bearer {everything.secret}"},
        )

    first = send()
    assert first.status_code == 200 and told(first)["evidence"][0]["name"] == "log.txt"
    assert send().status_code == 409


def test_whoever_hands_a_restricted_incident_over_is_told_that_it_is_done_and_no_more(
    team: Team, program: Callable[..., Program]
) -> None:
    incident = team.report(2)
    admin = program(ResponderFactory(role="administrator"))
    assert admin.done(f"/incidents/{incident.pk}/restrict", {"reason": "A file was public."})["is_restricted"] is True
    other = ResponderFactory(role="coordinator")
    # The coordinator sees it because it is his work, and hands that over.
    answer = program(team.coordinator).post(f"/incidents/{incident.pk}/assign", {"coordinator_id": other.pk})
    assert answer.status_code == 204 and not answer.content
    assert program(team.coordinator).ask("GET", f"/incidents/{incident.pk}").status_code == 404
    assert program(other).get(f"/incidents/{incident.pk}")["is_restricted"] is True


def test_a_restricted_incident_cannot_be_guessed_by_merging_into_it(
    team: Team, program: Callable[..., Program]
) -> None:
    secret, plain = team.report(2), team.report(2)
    Incident.objects.filter(pk=secret.pk).update(is_restricted=True, coordinator=None)
    other = program(ResponderFactory(role="coordinator"))
    for into in (secret.pk, 987654321):
        answer = other.post(f"/incidents/{plain.pk}/merge", {"into_id": into})
        assert (answer.status_code, told(answer)["refusal"]) == (409, "There is no such incident.")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"title": 1e999}',
        b'{"severity": NaN}',
        b'{"severity": ' + b"9" * 5000 + b"}",
        b'{"title": "a", "title": "b"}',
        b'{"title": "\\u0000", "description": "\\ud800", "severity": 2}',
        b'{"title": "x", "description": "x", "severity": 2, "detected_at": "0001-01-01T00:00:00+14:00"}',
        b'{"title": "x", "description": "x", "severity": 2, "detected_at": "9999-12-31T23:59:59-12:00"}',
        b'{"title": "x", "description": "x", "severity": 2, "client_ids": [' + b"1," * 600 + b"1]}",
        b'{"title": "a\\nb", "description": "x", "severity": 2}',
    ],
)
def test_what_is_hostile_gets_an_answer_and_never_a_500(everything: Program, body: bytes) -> None:
    answer = everything.ask("POST", "/incidents", body)
    assert answer.status_code in (201, 400, 409, 422), answer.content
    assert answer["Content-Type"].startswith("application/json")
    assert everything.ask("POST", "/incidents", b"x" * (1024 * 1024 + 1)).status_code == 413


@pytest.mark.requirement("B-33", "C-14")
def test_not_in_scope_needs_a_reason_and_no_severity(everything: Program, team: Team) -> None:
    """A program could not say “not in scope” without judging how bad it is."""
    incident = team.report()
    path = f"/incidents/{incident.pk}/quick-fix"
    assert told(everything.post(path, {"in_scope": False}))["field"] == "reason"
    assert (
        everything.done(path, {"in_scope": False, "reason": "It needs the CRM's administrator."})["status"]
        == "reported"
    )
    refused = everything.post(path, {"in_scope": True, "is_internal": True, "system_ids": [team.system.pk]})
    assert (refused.status_code, told(refused)["field"]) == (409, "severity")
