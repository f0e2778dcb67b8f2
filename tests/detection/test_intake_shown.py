"""What a sender's page says of each request, and what the reader of any JSON finds in odd payloads."""

import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import lifecycle
from incidents.detection.intake.parsers import at_path, generic
from incidents.detection.intake.strict import Unreadable
from incidents.detection.models import Delivery
from incidents.sign_in import BACKEND
from tests.detection.senders import Sender, ago, alert
from tests.factories import ResponderFactory

GENERIC = "/api/v1/inbound/generic"


@pytest.fixture
def browser(db: None) -> Browser:
    browser = Browser()
    browser.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    return browser


def last_requests(browser: Browser, sender: Sender) -> list[str]:
    """The newest first: what the page says became of each request."""
    shown = browser.get(f"/settings/sources/{sender.source.pk}/").content.decode()
    table = shown[shown.index('id="requests"') :]
    return [row[: row.index("</td>")] for row in table.split('data-l="Became"')[1:]]


@pytest.mark.requirement("B-27")
def test_each_request_says_what_it_did_itself(browser: Browser) -> None:
    """Every repeat and every end of an alert was said to have opened the incident."""
    sender = Sender()
    started, ended = ago(minutes=5), ago(minutes=1)
    for status in ("firing", "firing", "resolved", "resolved"):
        sender.alerts(alert("DiskFull", status, starts=started, ends=ended if status == "resolved" else None))
    again, over, counted, first = last_requests(browser, sender)
    assert "Opened an incident" in first
    assert "Counted" in counted and "Opened" not in counted
    assert "Said that it is over" in over
    assert "Counted" in again
    (incident,) = sender.incidents()
    assert incident.is_open


@pytest.mark.requirement("B-27")
def test_a_request_that_opens_another_incident_says_so(browser: Browser) -> None:
    sender, by = Sender(), ResponderFactory(role="coordinator")
    sender.alerts(alert("DiskFull", starts=ago(minutes=9)))
    (first,) = sender.incidents()
    sender.alerts(alert("DiskFull", "resolved", starts=ago(minutes=9), ends=ago(minutes=5)))
    lifecycle.cancel(first.pk, reason="A test.", by=by, at=timezone.now())
    sender.alerts(alert("DiskFull", starts=ago(minutes=1)))
    assert len({one.incident_id for one in sender.signals()} | {first.pk}) == 2
    newest, over, _ = last_requests(browser, sender)
    assert "Opened an incident" in newest
    assert "Opened an incident" not in over


def test_requests_over_the_limit_are_seen_on_the_page_once_a_minute(browser: Browser) -> None:
    sender, other = Sender("generic", limit_per_minute=2), Sender("generic")
    codes = [sender.post(f"{GENERIC}/{sender.key}", {"title": f"T{n}"}).status_code for n in range(6)]
    assert codes == [202, 202, 429, 429, 429, 429]
    assert other.post(f"{GENERIC}/{other.key}", {"title": "T"}).status_code == 202
    (refused,) = Delivery.objects.filter(source=sender.source).exclude(refusal="")
    assert refused.refusal == "Too many requests: more than 2 a minute. It was asked to wait."
    assert "more than 2 a minute" in last_requests(browser, sender)[0]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b[1].c", 5),
        ("a.b.1.c", 5),
        ("host.name", "web-1"),
        ("resource.attributes.service.name", "api"),
        ("a.b[2]", None),
        ("a.b[x]", None),
        ("a.b[-1]", None),
        ("missing", None),
        ("", None),
        ("....", None),
        ("[[[", None),
    ],
)
def test_what_stands_at_a_path(path: str, found: Any) -> None:
    payload = {
        "a": {"b": [0, {"c": 5}]},
        "host.name": "web-1",
        "resource": {"attributes": {"service.name": "api"}},
    }
    assert at_path(payload, path) == found


def test_a_payload_that_is_a_list_holds_one_alert_an_entry() -> None:
    """It could not be mapped at all: no path names the payload itself."""
    alerts = generic([{"title": "one"}, {"title": "two"}], {})
    assert [one.title for one in alerts] == ["one", "two"]
    assert [one.title for one in generic([{"t": "x"}], {"title": "t"})] == ["x"]
    assert [one.title for one in generic([[{"title": "deep"}]], {"each": "[0]"})] == ["deep"]
    with pytest.raises(Unreadable, match="“title” of entry 2, where the title should be"):
        generic([{"title": "one"}, {"name": "two"}], {})
    with pytest.raises(Unreadable, match="5001 alerts in one request"):
        generic([{"title": "x"}] * 5001, {})
    with pytest.raises(Unreadable, match="“labels” has 300 entries"):
        generic({"title": "x", "labels": {str(n): n for n in range(300)}}, {})


def test_the_mapping_page_tells_an_end_from_an_incident_and_says_how_many_there_are(browser: Browser) -> None:
    sender = Sender("generic")
    place = f"/settings/sources/{sender.source.pk}/mapping/"
    many = json.dumps([{"title": f"t{n}"} for n in range(30)])
    assert "the first 20 of 30; nothing is stored" in browser.post(place, {"sample": many}).content.decode()
    over = browser.post(place, {"sample": '{"title": "x", "status": "ok"}'}).content.decode()
    assert "no incident: it says that it is over" in over
    assert "Where it says which alerts are the same" in over


def test_the_mapping_page_offers_no_sample_that_it_would_cut(browser: Browser) -> None:
    """A long last request used to be offered without its end, which is no JSON any more."""
    sender = Sender("generic")
    sender.post(f"{GENERIC}/{sender.key}", {"title": "short", "note": "kept"})
    sender.post(f"{GENERIC}/{sender.key}", {"title": "long", "note": "x" * 150_000})
    place = f"/settings/sources/{sender.source.pk}/mapping/"
    sample = browser.get(place).context["form"].initial["sample"]
    assert json.loads(sample)["title"] == "short"
    sender.post(f"{GENERIC}/{sender.key}", {"title": "middling", "note": "x" * 50_000})
    assert json.loads(browser.get(place).context["form"].initial["sample"])["title"] == "middling"


@pytest.mark.django_db
def test_an_opsgenie_alias_with_a_slash_is_closed_by_its_name() -> None:
    """Names of hosts and disks have slashes; the sender writes them as %2F."""
    sender = Sender("opsgenie")
    head = {"HTTP_AUTHORIZATION": f"GenieKey {sender.key}"}
    assert sender.post("/v2/alerts", {"message": "Full", "alias": "web-1/disk/2"}, **head).status_code == 202
    closed = sender.post("/v2/alerts/web-1%2Fdisk%2F2/close?identifierType=alias", {"note": "ok"}, **head)
    assert closed.status_code == 202
    (signal,) = sender.signals()
    assert (signal.key, signal.status) == ("web-1/disk/2", "resolved")
