"""The schema is what the API does: schemathesis asks every call of it, with a real token, for what it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import api, calls
from incidents.models import Clock, CrmNote, Escalation, Incident
from incidents.sign_in import BACKEND
from incidents.tokens import SCOPES
from notifications.models import OutboundMessage
from postmortems import gates, prevention
from postmortems.gates import Pause
from postmortems.models import ActionKind
from postmortems.prevention import Plan
from tests.api.conftest import Program, told
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXAMPLES = 6
WRITING = ("POST", "PATCH")


def _world() -> dict[str, int]:
    """One of everything that an address may name, by the first part of the address."""
    team = Team()
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    kind = ActionKind.objects.first()
    assert kind is not None
    plan = Plan(kind, "Warm up", "Ten senders warmed", team.resolver, after(days=9).date())
    action = prevention.plan_action(incident.pk, plan, by=team.coordinator, at=after(minutes=6))
    gate = gates.pause(incident.pk, Pause(reason="Suspended", name="Senders"), by=team.coordinator, at=after(minutes=7))
    letter, note = (
        OutboundMessage.objects.first(),
        CrmNote.objects.create(incident=incident, client=team.client, summary="x", owed_at=after()),
    )
    clock, escalation, criterion = Clock.objects.first(), Escalation.objects.first(), gate.criteria.first()
    assert letter and clock and escalation and criterion
    return {
        "incidents": incident.pk,
        "clients": team.client.pk,
        "systems": team.system.pk,
        "escalations": escalation.pk,
        "crm-notes": note.pk,
        "letters": letter.pk,
        "clocks": clock.pk,
        "gates": gate.pk,
        "criteria": criterion.pk,
        "actions": action.pk,
    }


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The handler ends its database connection after each request; here the transaction of the test is in it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
def test_every_call_answers_as_the_schema_says() -> None:
    """Six examples for each call; half of the ids name something that is there."""
    with connection.cursor() as cursor:
        # Generating what to ask takes longer, on a busy machine, than a transaction of ours may stand idle.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    ids = _world()
    program = Program(ResponderFactory(name="Ada Lind", role=["administrator", "coordinator", "resolver"]))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    shown = {"Authorization": f"Bearer {program.secret}"}
    asked: set[tuple[str, str]] = set()
    codes: set[int] = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        def ask(case: Any, real: bool) -> None:
            noun = case.path.split("/")[3]
            if real and case.path_parameters and "pk" in case.path_parameters and noun in ids:
                case.path_parameters["pk"] = ids[noun]
            # So many calls in a minute would be refused for their number alone.
            calls.forget()
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM incidents_allowance")
            answer = case.call(headers={**(case.headers or {}), **shown})
            asked.add((case.method.upper(), case.path))
            codes.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        bounded = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        bounded(given(case=operation.as_strategy(), real=st.booleans())(ask))()
    assert len(asked) == sum(len(path) for path in api.get_openapi_schema()["paths"].values())
    # It got past the doors: things were read, made, refused and found wanting.
    assert {200, 201, 404, 409} <= codes
    assert Incident.objects.count() > 1


def test_every_call_says_what_it_asks_and_stands_on_the_page(client: Any) -> None:
    schema = api.get_openapi_schema()
    calls = [(method, path, one) for path, each in schema["paths"].items() for method, one in each.items()]
    assert len({one["operationId"] for _, _, one in calls}) == len(calls) > 60
    assert {one["x-scope"] for _, _, one in calls} == set(SCOPES)
    assert all(one.get("description") or one["summary"] for _, _, one in calls)
    client.force_login(ResponderFactory(role="resolver"), backend=BACKEND)
    page = client.get("/settings/api/").content.decode()
    for method, path, one in calls:
        assert f'id="{one["operationId"]}"' in page, (method, path)
    assert "<script>" not in page and "https://cdn" not in page


def test_the_schema_is_open_and_nothing_else_is(client: Any) -> None:
    assert client.get("/api/v1/openapi.json").status_code == 200
    paths = api.get_openapi_schema()["paths"]
    for path, each in paths.items():
        for method in each:
            address = path.replace("{pk}", "1").replace("{contact_pk}", "1").replace("{key}", "x")
            answer = client.generic(method.upper(), address, b"{}", content_type="application/json")
            assert answer.status_code == 401, (method, path, answer.status_code)
            assert "WWW-Authenticate" in answer.headers or method == "head"
    answer = Program(ResponderFactory()).ask("DELETE", "/incidents")
    assert answer.status_code == 405 and "error" in told(answer) and "GET" in answer["Allow"]
