"""Every address against every role, from the list that the URL resolver itself gives."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from incidents import configuration
from incidents.models import Absence, Escalation, Responder, Role, RoleHolding, SlaPolicy
from incidents.permissions import MATRIX
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, Team, after

FOREIGN = 987654321
SAMPLES = {
    "moment": "at_report",
    "digest": "x",
    "code": "x",
    "signed": "x",
    "identifier": "x",
    "exit_status": "0",
    "slug": "x",
    "ping_key": "x",
    "uuid": "x",
    "unique": "x",
    "kind": "md",
    "uidb36": "1",
    "key": "x-y",
    "provider_id": "oidc",
    "name": "acknowledge",
    "token": "x",
    "wording": "incident-update",
    "place": "everybody",
}
# What may be asked for without being signed in: health, the ways in, and the link in an escalation.
OPEN = re.compile(
    r"^/(ping/|healthz|readyz|metrics|accounts/|first-sign-in/|join/|demo-sign-in/|escalations/x/|api/|v2/|tell-us/x/|status/x/|x(?:/|$))"
)
# Whoever is signed in has these, whatever the roles.
EVERYBODYS = {"preferences", "choose_theme", "be_away", "be_back", "freshness", "preview"}
# What takes a POST of whoever may only look: what is one's own, and two that ask for another permission themselves.
TAKES_A_POST = EVERYBODYS - {"freshness"} | {"seen", "withdraw_letter", "review"}


@dataclass(frozen=True)
class Address:
    path: str
    name: str
    permission: str | None
    foreign: bool


def _walk(patterns: Any, route: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        piece = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route + piece)
        else:
            yield route + piece, pattern


def _filled(route: str) -> str:
    path = re.sub(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\])+\)", lambda found: SAMPLES[found[1]], route)
    path = re.sub(r"<int:\w+>", str(FOREIGN), path)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: SAMPLES[found[1]], path)
    return path.replace("^", "").replace("$", "")


def _addresses() -> list[Address]:
    found = []
    for route, pattern in _walk(get_resolver().url_patterns):
        permission = getattr(pattern.callback, "permission", None)
        found.append(Address(_filled(route), pattern.name or "", permission, "<int:" in route))
    return found


ADDRESSES = _addresses()
OURS = [one for one in ADDRESSES if not OPEN.match(one.path)]


def test_the_list_is_the_whole_product() -> None:
    assert len(OURS) > 80
    assert {"board", "acknowledge", "change_policy", "roles"} <= {one.name for one in OURS}
    assert {one.name for one in OURS if one.permission is None} == EVERYBODYS


def test_whoever_is_not_signed_in_is_sent_to_sign_in(db: None) -> None:
    browser = Browser()
    for one in OURS:
        for response in (browser.get(one.path), browser.post(one.path)):
            assert response.status_code == 302, one
            assert response["Location"].startswith("/accounts/login/?next="), one


def test_what_is_open_never_breaks(db: None) -> None:
    browser = Browser()
    for one in ADDRESSES:
        if OPEN.match(one.path) and "/oidc/" not in one.path:
            for response in (browser.get(one.path), browser.post(one.path)):
                assert response.status_code < 500, one


@pytest.mark.requirement("B-126", "B-127", "B-128", "B-129")
@pytest.mark.parametrize("role", [*MATRIX, None])
def test_each_role_may_what_the_matrix_says_and_nothing_else(db: None, role: str | None) -> None:
    ResponderFactory(role="administrator")
    responder: Responder = ResponderFactory(role=role)
    granted = MATRIX[role] if role else frozenset()
    browser = Browser()
    browser.force_login(responder, backend=BACKEND)
    for one in OURS:
        for response in (browser.get(one.path), browser.post(one.path)):
            status = response.status_code
            assert status < 500, (role, one, status)
            if status == 405:
                continue
            if one.permission and one.permission not in granted:
                assert status == 403, (role, one, status)
            else:
                assert status != 403 or one.name == "preview", (role, one, status)
                assert not one.foreign or status in (403, 404), (role, one, status)


def test_a_page_to_look_at_takes_no_post(db: None) -> None:
    """Else it would answer 200 to words that it does not keep."""
    responder: Responder = ResponderFactory(role=None)
    role = Role.objects.create(key="reader", name="Reader", permissions=["view_incident", "view_restricted"])
    RoleHolding.objects.create(role=role, responder=responder, position=1)
    browser = Browser()
    browser.force_login(responder, backend=BACKEND)
    looking = [one for one in OURS if one.permission in (None, "view_incident", "view_restricted")]
    assert len(looking) > 50
    taking = {one.name for one in looking if browser.post(one.path).status_code != 405}
    assert taking == TAKES_A_POST


def test_a_refused_page_says_what_is_missing(db: None) -> None:
    browser = Browser()
    browser.force_login(ResponderFactory(role="resolver"), backend=BACKEND)
    response = browser.get("/settings/roles/")
    assert response.status_code == 403
    assert "None of your roles" in response.content.decode()


def _world() -> dict[str, int]:
    """One of everything that an address may name."""
    team = Team()
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    team.acknowledge(incident, at=after(minutes=10))
    absence = Absence.objects.create(responder=team.resolver, starts_at=after(days=1), ends_at=after(days=9999))
    calendar = configuration.save_calendar(
        None,
        name="Office",
        body={"tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}, "holidays": [], "overrides": {}},
        by=team.coordinator,
        at=after(),
    ).calendar
    contact = team.client.contacts.get()
    escalation, letter, clock = Escalation.objects.first(), OutboundMessage.objects.first(), incident.clocks.first()
    assert escalation and letter and clock
    return {
        "incidents": incident.pk,
        "clocks": clock.pk,
        "letters": letter.pk,
        "escalations": escalation.pk,
        "clients": team.client.pk,
        "contacts": contact.pk,
        "systems": team.system.pk,
        "responders": team.resolver.pk,
        "away": absence.pk,
        "calendars": calendar.pk,
        "policies": SlaPolicy.objects.get().pk,
        "versions": 1,
        "severities": 1,
    }


def test_looking_changes_nothing(db: None) -> None:
    ids = _world()
    browser = Browser()
    browser.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    seen = 0
    for one in OURS:
        path = re.sub(rf"(\w[\w-]*)/{FOREIGN}", lambda found: f"{found[1]}/{ids.get(found[1], 1)}", one.path)
        with CaptureQueriesContext(connection) as queries:
            status = browser.get(path).status_code
        assert status < 500, (path, status)
        seen += status == 200
        writing = [
            query["sql"]
            for query in queries
            if re.match(r"\s*(INSERT|UPDATE|DELETE|COPY|TRUNCATE)", query["sql"])
            and "django_session" not in query["sql"]
        ]
        assert not writing, (path, writing)
    assert seen > 60
