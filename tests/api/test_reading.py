"""Reading through the API: filters, cursors, the record, and who may see what."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import lifecycle
from incidents.models import ApiToken, Incident
from tests.api.conftest import Program, told
from tests.factories import T0, ResponderFactory, Team, after

pytestmark = pytest.mark.django_db


def test_an_incident_is_read_with_what_runs_and_what_may_be_done(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(1)
    reader = program(team.coordinator, "incidents:read")
    one = reader.get(f"/incidents/{incident.pk}")
    assert one["reference"] == incident.reference and one["severity"] == 1
    assert {clock["kind"] for clock in one["clocks"]} >= {"acknowledge", "resolve"}
    assert one["affected"][0]["client_id"] == team.client.pk
    # A coordinator triages; the letter is the communicator's.
    assert "triage" in one["verbs"] and "acknowledge" not in one["verbs"]
    assert one["coordinator"] == {"id": team.coordinator.pk, "name": "Alfred Moss"}


def test_the_filters_are_those_of_the_board(team: Team, everything: Program) -> None:
    severe, mild = team.report(1), team.report(3, title="A typo in the footer")
    assert [one["id"] for one in everything.get("/incidents")["items"]] == [mild.pk, severe.pk]
    assert [one["id"] for one in everything.get("/incidents?severity=1")["items"]] == [severe.pk]
    assert [one["id"] for one in everything.get("/incidents?q=footer")["items"]] == [mild.pk]
    assert everything.get("/incidents?view=closed")["items"] == []
    answer = everything.ask("GET", "/incidents?view=nonsense&severity=9&limit=0")
    assert answer.status_code == 422
    assert {one["field"] for one in told(answer)["errors"]} == {"view", "severity", "limit"}


def test_pages_stay_put_while_incidents_are_added(team: Team, everything: Program) -> None:
    old = [team.report(2).pk for _ in range(5)]
    first = everything.get("/incidents?limit=2")
    team.report(2)
    second = everything.get(f"/incidents?limit=2&cursor={first['next_cursor']}")
    third = everything.get(f"/incidents?limit=2&cursor={second['next_cursor']}")
    seen = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert seen == old[::-1] and third["next_cursor"] is None
    for cursor in ("x", "YWZ0ZXI6", "!!!!", "YWZ0ZXI6LTE"):
        assert everything.ask("GET", f"/incidents?cursor={cursor}").status_code == 422


def test_the_timeline_is_followed_from_the_last_cursor(team: Team, everything: Program) -> None:
    incident = team.report(2)
    for number in range(4):
        lifecycle.note(incident.pk, text=f"Note {number}", by=team.resolver, at=after(minutes=number + 1))
    first = everything.get(f"/incidents/{incident.pk}/timeline?limit=3")
    rest = everything.get(f"/incidents/{incident.pk}/timeline?limit=3&cursor={first['next_cursor']}")
    entries = first["items"] + rest["items"]
    assert [one["seq"] for one in entries] == list(range(1, len(entries) + 1))
    assert all(one["previous"] == before["hash"] for before, one in pairwise(entries))


def test_a_restricted_incident_is_not_there_for_who_may_not_see_it(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(1)
    lifecycle.raise_situation(
        incident.pk, situation="data_breach", text="A file was public.", by=team.coordinator, at=after(minutes=1)
    )
    stranger = program(ResponderFactory(role="support_lead"))
    assert stranger.get("/incidents?view=all")["items"] == []
    for path in ("", "/timeline"):
        assert stranger.ask("GET", f"/incidents/{incident.pk}{path}").status_code == 404
    assert program(team.target).get(f"/incidents/{incident.pk}")["is_restricted"] is True


def test_who_may_not_is_told_alike(team: Team, program: Callable[..., Program]) -> None:
    incident = team.report(2)
    reader = program(team.resolver, "clients:read")
    assert reader.ask("GET", f"/incidents/{incident.pk}").status_code == 403
    nobody = program(ResponderFactory())
    assert "None of the roles" in told(nobody.ask("GET", "/incidents"))["error"]
    answers = set()
    for broken in ("revoked", "expired", "gone", "wrong", "none"):
        one = program(ResponderFactory(role="resolver"), name=broken)
        if broken == "revoked":
            ApiToken.objects.filter(pk=one.token.pk).update(revoked_at=T0)
        if broken == "expired":
            ApiToken.objects.filter(pk=one.token.pk).update(expires_at=T0)
        if broken == "gone":
            type(one.token.responder).objects.filter(pk=one.token.responder_id).update(is_active=False)
        if broken in ("wrong", "none"):
            one.secret = {"wrong": "alc_wrong", "none": ""}[broken]
        answer = one.ask("GET", "/incidents")
        answers.add((answer.status_code, answer.content, answer["WWW-Authenticate"]))
    assert len(answers) == 1 and answers.pop()[0] == 401


def test_a_token_ends_by_itself(team: Team, program: Callable[..., Program]) -> None:
    one = program(team.resolver, expires_at=timezone.now() + timedelta(hours=1))
    assert one.ask("GET", "/incidents").status_code == 200
    assert ApiToken.objects.get(pk=one.token.pk).used_at is not None


def test_what_has_not_changed_is_not_sent_again(team: Team, everything: Program) -> None:
    incident = team.report(2)
    answer = everything.ask("GET", f"/incidents/{incident.pk}")
    again = everything.ask("GET", f"/incidents/{incident.pk}", If_None_Match=answer["ETag"])
    assert again.status_code == 304 and not again.content
    lifecycle.note(incident.pk, text="New.", by=team.resolver, at=after(minutes=1))
    assert everything.ask("GET", f"/incidents/{incident.pk}", If_None_Match=answer["ETag"]).status_code == 200


def test_reading_takes_as_many_queries_for_many_as_for_one(team: Team, everything: Program) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            everything.get(path)
        # The limit of a token is asked for once in a second of calls, whatever they read.
        return len([one for one in found.captured_queries if "incidents_allow(" not in one["sql"]])

    team.report(1)
    # Its first use is written down; the next five minutes of use are not.
    everything.get("/systems")
    few = [queries(path) for path in ("/incidents", "/clients", "/systems", "/responders")]
    for _ in range(10):
        Team()
        team.report(1)
    assert [queries(path) for path in ("/incidents", "/clients", "/systems", "/responders")] == few
    assert Incident.objects.count() == 11


def test_a_token_that_asks_too_much_waits(team: Team, everything: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.api.door.PER_MINUTE", 3)
    codes = [everything.ask("GET", "/systems").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    answer = everything.ask("GET", "/systems")
    assert 0 < int(answer["Retry-After"]) <= 62
    assert Program(team.resolver).ask("GET", "/systems").status_code == 200


def test_clients_and_systems_are_added_and_changed_with_the_checks_of_the_pages(everything: Program) -> None:
    made = everything.done("/clients", {"name": "Acme", "tier": "premium", "time_zone": "Europe/Paris"})
    assert made["tier"] == "premium" and made["is_active"] is True
    contact = everything.done(f"/clients/{made['id']}/contacts", {"name": "Dana", "email": "dana@acme.example"})
    changed = everything.ask("PATCH", f"/clients/{made['id']}", {"note": "Calls first."})
    assert told(changed)["note"] == "Calls first." and told(changed)["contacts"] == [contact]
    twice = everything.post("/clients", {"name": "acme"})
    assert twice.status_code == 409
    assert told(twice) == {"refusal": "There is already a client with this name.", "field": "name"}
    nowhere = everything.post("/clients", {"name": "Else", "time_zone": "Mars/Base"})
    assert nowhere.status_code == 409 and told(nowhere)["field"] == "time_zone"
    assert everything.ask("PATCH", f"/clients/{made['id']}", {"name": None}).status_code == 409
    assert everything.ask("PATCH", f"/clients/{made['id']}", {"nmae": "x"}).status_code == 422
    system = everything.done("/systems", {"name": "Sender", "client_name": "your outreach emails"})
    assert everything.get(f"/systems/{system['id']}")["owner"] == "ours"
    assert everything.ask("PATCH", "/clients/987654321/contacts/1", {"name": "x"}).status_code == 404
