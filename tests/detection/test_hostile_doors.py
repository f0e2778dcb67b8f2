"""Every door that strangers may knock at, by the URL resolver, and all that they may send: never a 5xx, never half."""

import io
import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from config.api import calls
from incidents import tokens
from incidents.configuration import add_client_link
from incidents.detection.intake import arranging, limits
from incidents.detection.models import Heartbeat, InboundKey, PingKey, Signal
from incidents.detection.views.client_form import link_of
from tests.detection import hostile
from tests.detection.senders import AM, PD, Sender, alert, webhook
from tests.factories import ResponderFactory, Team, after

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-28", "B-29", "B-114")]
FORM = "application/x-www-form-urlencoded"
# Ways in of people: pages with forms of their own, walked where those are tested. Nobody else's door may be left out.
OF_PEOPLE = ("accounts/", "first-sign-in/", "join/", "demo-sign-in/", "escalations/", "healthz", "readyz", "metrics")


@dataclass
class Door:
    """Where it is, and one message that it takes: a value for JSON, a dict of fields for a form, or bytes."""

    path: str
    message: Any
    kind: str = hostile.JSON
    methods: tuple[str, ...] = ("POST",)
    headers: dict[str, str] = field(default_factory=dict)
    # What every table held before anything was sent.
    rows: dict[str, int] = field(default_factory=dict)

    def body(self, message: Any) -> bytes:
        if isinstance(message, bytes):
            return message
        if self.kind == FORM:
            texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in message.items()}
            return urlencode(texts, errors="replace").encode()
        return json.dumps(message).encode()


def _event(action: str = "trigger") -> dict[str, Any]:
    payload = {
        "summary": "Bounce rate 11.4 %",
        "source": "mailer",
        "severity": "error",
        "timestamp": "2026-02-03T10:00:00Z",
        "component": "smtp",
        "group": "mail",
        "class": "bounce",
        "custom_details": {"rate": "11.4", "limit": 10},
    }
    links = {"links": [{"href": "https://x.example"}], "client_url": "https://x.example"}
    trigger = {"payload": payload, **links} if action == "trigger" else {}
    return {"event_action": action, "dedup_key": "d-1", **trigger}


def _posted(kind: str, path: str, message: Any, **source: Any) -> Callable[[], Door]:
    """A door whose key stands in its address."""

    def made() -> Door:
        return Door(f"{path}/{Sender(kind, **source).key}", message)

    return made


def _keyed(kind: str, path: str, message: Any) -> Callable[[], Door]:
    """A door whose key stands in a header."""

    def made() -> Door:
        return Door(path, message, headers={"HTTP_AUTHORIZATION": f"GenieKey {Sender(kind).key}"})

    return made


def _routed(path: str, message: dict[str, Any]) -> Callable[[], Door]:
    """A door whose key stands in the body; the header gives it as well, so that a spoiled body still has one."""

    def made() -> Door:
        return Door(path, message, headers={"HTTP_X_ROUTING_KEY": Sender("pagerduty").key})

    return made


def _mail() -> Door:
    sender = Sender("email")
    key = arranging.issue_key(sender.source.pk, by=None, at=after())[1]
    return Door(f"/api/v1/inbound/mail/{key}", {"RawEmail": "From: a@x.example\nSubject: Down\n\nIt is down."})


def _client_form() -> Door:
    source = Sender("form", client=Team().client).source
    path = link_of(source.pk, InboundKey.objects.get(source=source).pk).partition("//")[2].partition("/")[2]
    words = {"not_working": "Sync", "stopped": "09:00", "changes": "none", "sender_name": "Dana", "once": "a" * 32}
    return Door(f"/{path}", {**words, "sender_address": "dana@x.example"}, FORM, ("GET", "HEAD", "POST"))


def _status_seen() -> Door:
    team = Team()
    now = timezone.now()
    ends_on = (now + timedelta(days=9)).date()
    _, secret = add_client_link(team.client.pk, note="Dana", ends_on=ends_on, by=team.coordinator, at=now)
    return Door(f"/status/{secret}/seen/", {}, FORM)


PINGS = ("GET", "HEAD", "POST")


def _ping(prefix: str = "/ping") -> Door:
    job = Heartbeat.objects.create(name="Sync", slug="sync", registered_at=after())
    return Door(f"{prefix}/{job.code}", b"done", "text/plain", PINGS)


def _ping_slug(prefix: str = "/ping") -> Door:
    Heartbeat.objects.create(name="Sync", slug="sync", registered_at=after())
    key = PingKey.objects.filter(key="k" * 22).first() or PingKey.objects.create(key="k" * 22, made_at=after())
    return Door(f"{prefix}/{key.key}/sync", b"done", "text/plain", PINGS)


OPSGENIE = {
    "message": "Down",
    "alias": "a-1",
    "description": "It is down",
    "priority": "P1",
    "entity": "host",
    "source": "x",
    "tags": ["a", "b"],
    "details": {"client": "x", "n": 1},
}
CHANGE = {"payload": {"summary": "Deployed", "source": "ci", "timestamp": "2026-02-03T10:00:00Z", "custom_details": {}}}
LEGACY = {"ruleName": "Down", "ruleId": 1, "state": "alerting", "title": "Down", "message": "x", "tags": {"a": "b"}}
REPORT = {
    "title": "Sync stopped",
    "description": "No record since 08:00",
    "severity": "SEV-2",
    "detected_at": "2026-02-03T10:00:00Z",
    "dedup_key": "r-1",
    "labels": {"host": "a"},
    "client": "",
    "system": "",
}
GENERIC = {"title": "Down", "text": "x", "key": "g-1", "name": "n", "status": "firing", "severity": "high", "at": 1}
EACH = {"each": "items", "title": "what.name", "labels": "tags", "at": "time"}
ITEMS = {"items": [{"what": {"name": "Down"}, "tags": {"a": "b"}, "status": "up", "time": "2026-02-03T10:00:00Z"}]}
AT = "/api/v1/inbound"
# By the name of the address: one or more ways to come in. A door without an entry fails the test.
WALKS: dict[str, list[Callable[[], Door]]] = {
    "inbound_alertmanager": [_posted("alertmanager", AM, webhook(alert()))],
    "inbound_grafana": [
        _posted("grafana", f"{AT}/grafana", webhook(alert())),
        _posted("grafana", f"{AT}/grafana", LEGACY),
    ],
    "inbound_generic": [
        _posted("generic", f"{AT}/generic", GENERIC),
        _posted("generic", f"{AT}/generic", ITEMS, mapping=EACH),
    ],
    "inbound_mail_door": [_mail],
    "inbound_report": [_posted("report", f"{AT}/report", REPORT)],
    "inbound_pagerduty": [_routed(PD, _event()), _routed(PD, _event("acknowledge")), _routed(PD, _event("resolve"))],
    "inbound_pagerduty_change": [_routed(f"{AT}/events/v2/change/enqueue", CHANGE)],
    "pagerduty_enqueue": [_routed("/v2/enqueue", _event())],
    "pagerduty_change_enqueue": [_routed("/v2/change/enqueue", CHANGE)],
    "opsgenie_alerts": [_keyed("opsgenie", "/v2/alerts", OPSGENIE)],
    "opsgenie_close": [_keyed("opsgenie", "/v2/alerts/a-1/close", {"user": "x", "note": "y", "source": "z"})],
    "inbound_opsgenie": [_posted("opsgenie", f"{AT}/opsgenie", OPSGENIE)],
    "client_report": [_client_form],
    "client_status": [],
    "client_status_seen": [_status_seen],
    "ping": [_ping, lambda: Door(_ping().path + "/start", b"", "text/plain", PINGS)],
    "ping_bare": [lambda: _ping("")],
    "ping_slug": [_ping_slug, lambda: _ping_slug("")],
}
WAYS = [pytest.param(way, id=f"{name}-{n}") for name, ways in WALKS.items() for n, way in enumerate(ways)]
# Behind these stands the reader of another.
SAME = ("inbound_grafana-0", "pagerduty_enqueue-0", "pagerduty_change_enqueue-0", "inbound_opsgenie-0")
READERS = [one for one in WAYS if one.id not in SAME]


def _walk(patterns: Any, route: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        piece = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route + piece)
        else:
            yield route + piece, pattern


def _open_doors() -> dict[str, str]:
    """Every address that asks for no sign-in, of machines and strangers, with its name."""
    found = {}
    for route, pattern in _walk(get_resolver().url_patterns):
        is_open = not getattr(pattern.callback, "login_required", True)
        if is_open and not route.startswith(OF_PEOPLE):
            found[route] = pattern.name or ""
    return found


def test_every_open_door_is_walked() -> None:
    """A new door without an entry above fails here; those of the API are walked below, by their schema."""
    doors = {name for route, name in _open_doors().items() if not route.startswith("api/v1/") or "inbound" in route}
    assert doors == set(WALKS)


@pytest.fixture(autouse=True)
def _often() -> Iterator[None]:
    """So many requests in a second would be refused for their number alone."""
    yield
    calls.forget()


TABLES = (
    *(f"detection_{name}" for name in ("signal", "signaltally", "gathering", "clientreport", "ping", "heartbeat")),
    "detection_delivery WHERE refusal = ''",
    "incidents_incident",
    "incidents_timelineentry",
    "notifications_inboundmail",
)


def _rows() -> dict[str, int]:
    """How many rows each table of what comes in holds; refused requests are kept to be seen, and count for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'(SELECT count(*) FROM {table})' for table in TABLES)}")
        return dict(zip(TABLES, cursor.fetchone() or (), strict=True))


def _knock(door: Door, what: str, body: bytes, kind: str | None = None, method: str = "POST", **environ: str) -> int:
    """Sends it, judges the answer and what was stored, and takes everything back."""
    for one in (limits.requests, limits.refusals, limits.reports, calls):
        one.forget()
    with transaction.atomic():
        before = door.rows = door.rows or _rows()
        browser = Browser(raise_request_exception=False)
        sent = {"content_type": door.kind if kind is None else kind, **door.headers, **environ}
        # The stream of a web server: it ends where the sender ended, whatever length was announced.
        sent["wsgi.input"] = io.BytesIO(body)  # type: ignore[assignment]
        answer = browser.generic(method, door.path, body, **sent)  # type: ignore[arg-type]
        status = answer.status_code
        assert 200 <= status < 500 and status not in (301, 302), (what, status, answer.content[:300])
        after_it = _rows()
        if status >= 400:
            assert after_it == before, (what, status, before, after_it)
            assert answer.content.strip() or method == "HEAD" or "Allow" in answer.headers, (what, status)
        lost = Signal.objects.filter(Q(outcome__in=("waiting", "failed")) | Q(due_at__lte=timezone.now()))
        assert not lost, (what, lost.values("outcome", "error"))
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("way", WAYS)
def test_a_good_message_is_taken(way: Callable[[], Door]) -> None:
    door = way()
    assert _knock(door, "as it should be", door.body(door.message)) < 300


@pytest.mark.parametrize("way", WAYS)
def test_a_body_that_is_no_message_is_refused_or_taken_whole(way: Callable[[], Door]) -> None:
    door = way()
    for what, (body, kind) in hostile.BODIES.items():
        _knock(door, what, body, kind)


@pytest.mark.parametrize("way", WAYS)
def test_headers_and_queries_that_are_none(way: Callable[[], Door]) -> None:
    door = way()
    good = door.body(door.message)
    for what, environ in hostile.HEADERS.items():
        if what == "a length that is no number" and door.kind == FORM:
            continue  # A page; the web server and `config.bodies` refuse it before.
        _knock(door, what, good, **environ)
        _knock(door, f"{what}, without a body", b"", **environ)


@pytest.mark.parametrize("way", WAYS)
def test_another_method_is_refused_with_the_right_one(way: Callable[[], Door]) -> None:
    door = way()
    for method in {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} - set(door.methods):
        assert _knock(door, method, door.body(door.message), method=method) in (403, 405), method


@pytest.mark.parametrize("way", READERS)
def test_a_message_with_one_value_spoiled(way: Callable[[], Door]) -> None:
    """Each value of a good message in turn is nothing, too long, too deep, of the wrong kind, or from year 0."""
    door = way()
    if isinstance(door.message, bytes):
        return
    for what, message in hostile.spoiled(door.message):
        _knock(door, what, door.body(message))


@pytest.mark.parametrize("way", WAYS)
def test_a_key_or_name_in_the_address_that_is_none(way: Callable[[], Door]) -> None:
    door = way()
    stem = door.path.rpartition("/")[0]
    for text in ("\x00", "\udcff", "..", "a" * 200, "a" * 5000, "%", "ключ", "\u202e", "' OR 1=1", str(uuid.uuid4())):
        spoiled = Door(f"{stem}/{quote(text, errors='surrogateescape')}", door.message, door.kind)
        assert _knock(spoiled, text, door.body(door.message)) in (201, 202, 400, 401, 403, 404, 405), text


# One parser reads them all; what each does with what it made of them is what the schema's own test asks.
API_BODIES = ("null", "an object 100,000 deep", "a lone surrogate")


@pytest.mark.requirement("B-29")
def test_every_operation_of_the_api_refuses_what_is_no_message() -> None:
    """In the name of somebody who may do everything; the rows are not there, so that no body is taken by accident."""
    person = ResponderFactory(name="Ada Lind", role=["administrator", "coordinator"])
    shown = {"HTTP_AUTHORIZATION": f"Bearer {tokens.create('ci', tuple(tokens.SCOPES), person, at=after())[1]}"}
    walked = 0
    for route in sorted(_open_doors()):
        if not route.startswith("api/v1/") or "inbound" in route:
            continue
        path = "/" + re.sub(r"<slug:\w+>", "x", re.sub(r"<int:\w+>", "987654321", route))
        for method in ("POST", "PATCH"):
            answered = _knock(Door(path, {}, headers=shown), f"{method} {path}", b"{}", method=method)
            walked += answered != 405
            for what in API_BODIES if answered != 405 else ():
                body, kind = hostile.BODIES[what]
                _knock(Door(path, {}, headers=shown), f"{method} {path}: {what}", body, kind, method)
    assert walked > 50
