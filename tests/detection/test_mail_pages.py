"""The pages of inbound mail: each letter, what became of it, and what a person does with it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents.models import ClientReply, Incident, Responder
from incidents.sign_in import BACKEND
from notifications.models import InboundMail, Mailbox
from tests.detection.test_mail import acknowledged, arrive, dana
from tests.factories import ResponderFactory, Team, after
from tests.notifications.inbound.letters import HOSTILE, bounce, letter, raw

pytestmark = pytest.mark.django_db
LIST = "/inbound-mail/"


@pytest.fixture
def team() -> Team:
    return Team()


def _browser(person: Responder) -> Browser:
    browser = Browser()
    browser.force_login(person, backend=BACKEND)
    return browser


@pytest.fixture
def browser(team: Team) -> Browser:
    return _browser(team.communicator)


def _page(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_each_letter_with_what_became_of_it(browser: Browser, team: Team) -> None:
    incident, ours = acknowledged(team)
    arrive(raw("Buy now.", subject="An offer", message_id="<1@x>"))
    arrive(raw("Thanks.", subject="An answer", sender=dana(team), in_reply_to=ours.message_id, message_id="<2@x>"))
    arrive(raw("Away.", subject="Out of office", in_reply_to=ours.message_id, message_id="<3@x>"))
    arrive(bounce(ours.message_id, ours.recipient))
    waiting = _page(browser, LIST)
    assert "An offer" in waiting
    assert "An answer" not in waiting
    everything = _page(browser, f"{LIST}?state=all")
    for words in ("An offer", "An answer", "Out of office", "Undelivered", "it waits for ours", incident.reference):
        assert words in everything
    assert f"/replies/{ClientReply.objects.get().pk}/" in everything
    assert "Undelivered" in _page(browser, f"{LIST}?state=bounces")
    assert 'Inbound mail<span class="n">1</span>' in waiting


def test_nothing_grows_with_rows(browser: Browser, team: Team) -> None:
    _, ours = acknowledged(team)
    arrive(raw("0", sender=dana(team), in_reply_to=ours.message_id, message_id="<0@x>"))
    browser.get(f"{LIST}?state=all")
    with CaptureQueriesContext(connection) as few:
        browser.get(f"{LIST}?state=all")
    for number in range(1, 30):
        arrive(raw(str(number), sender=dana(team), in_reply_to=ours.message_id, message_id=f"<{number}@x>"))
    with CaptureQueriesContext(connection) as many:
        page = browser.get(f"{LIST}?state=all").content.decode()
    assert page.count("Answer<span") == 30
    assert len(many) == len(few)


def test_pages_of_fifty(browser: Browser) -> None:
    for number in range(60):
        arrive(raw(str(number), subject=f"Offer {number}.", message_id=f"<{number}@x>"))
    first = _page(browser, LIST)
    assert "Offer 59." in first
    assert "Offer 9." not in first
    after_mark = first.split("&amp;after=")[1].split('"')[0]
    assert "Offer 9." in _page(browser, f"{LIST}?after={after_mark}")


@pytest.mark.parametrize("query", ["?state=x", "?after=x", "?after=999999999999999999999", "?state=%00", "?after=-1"])
def test_odd_questions_get_a_page(browser: Browser, query: str) -> None:
    assert browser.get(LIST + query).status_code == 200


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_have_a_page(browser: Browser, name: str) -> None:
    mail = arrive(HOSTILE[name])
    _page(browser, f"{LIST}?state=all")
    _page(browser, f"{LIST}{mail.pk}/")


def test_a_letter_is_text_and_its_files_are_downloads(browser: Browser) -> None:
    message = letter("<script>steal()</script>", subject="<img src=x onerror=y>")
    message.add_attachment(b"<html><script>x()</script>", maintype="text", subtype="html", filename="../a\u202e.html")
    mail = arrive(message.as_bytes())
    page = _page(browser, f"{LIST}{mail.pk}/")
    assert "<script>steal" not in page
    assert "<img src=x" not in page
    for number in (1, 0):
        answer = browser.get(f"{LIST}{mail.pk}/files/{number}/")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert browser.get(f"{LIST}{mail.pk}/files/1/").content == b"<html><script>x()</script>"
    assert browser.get(f"{LIST}{mail.pk}/files/2/").status_code == 404


@pytest.mark.requirement("B-28", "B-51")
def test_a_person_files_by_form(browser: Browser, team: Team) -> None:
    incident, _ = acknowledged(team)
    mail = arrive(raw("Still down.", sender=dana(team)))
    at = f"{LIST}{mail.pk}/to-incident/"
    for wrong, sentence in (("soon", "Write its number"), ("INC-999999", "no such incident"), ("", "required")):
        page = browser.post(at, {"to-incident": wrong})
        assert page.status_code == 200
        assert sentence in page.content.decode()
        assert f'value="{wrong}"' in page.content.decode() or not wrong
    assert browser.post(at, {"to-incident": f"inc-{incident.pk}"}).status_code == 302
    assert ClientReply.objects.get().incident == incident


def test_a_person_reports_by_form(browser: Browser, team: Team) -> None:
    mail = arrive(raw("Nothing works.", subject="Help us", sender=dana(team)))
    page = _page(browser, f"{LIST}{mail.pk}/")
    assert 'value="Help us"' in page
    assert f'value="{team.client.pk}" selected' in page, "the client is known by the sender"
    said = {"new-title": " ", "new-client": team.client.pk, "new-severity": 2}
    assert browser.post(f"{LIST}{mail.pk}/as-report/", said).status_code == 200
    assert browser.post(f"{LIST}{mail.pk}/as-report/", {**said, "new-title": "Sync is down"}).status_code == 302
    incident = Incident.objects.get()
    assert (incident.title, incident.severity, incident.client_ids) == ("Sync is down", 2, [team.client.pk])


def test_a_person_sets_aside_and_puts_back(browser: Browser) -> None:
    mail = arrive(raw("Buy now."))
    assert browser.post(f"{LIST}{mail.pk}/set-aside/", {"aside-reason": ""}).status_code == 200
    assert browser.post(f"{LIST}{mail.pk}/set-aside/", {"aside-reason": "Advertising."}).status_code == 302
    assert "Advertising." in _page(browser, f"{LIST}?state=aside")
    assert browser.post(f"{LIST}{mail.pk}/put-back/").status_code == 302
    assert InboundMail.objects.get().state == "unmatched"
    assert browser.post(f"{LIST}{mail.pk}/sort-again/").status_code == 302
    assert InboundMail.objects.get().state == "unmatched", "only what is in quarantine is tried again"


@pytest.mark.requirement("B-110")
def test_letters_of_a_restricted_incident_are_hidden(team: Team) -> None:
    incident, ours = acknowledged(team)
    mail = arrive(raw("Secret.", subject="Secret", sender=dana(team), in_reply_to=ours.message_id))
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    outsider = _browser(ResponderFactory(role="communicator"))
    assert "Secret" not in _page(outsider, f"{LIST}?state=all")
    for path in ("", "files/0/", "to-incident/"):
        assert outsider.get(f"{LIST}{mail.pk}/{path}").status_code == 404
    assert "Secret" in _page(_browser(team.communicator), f"{LIST}?state=all")


def test_a_mailbox_that_cannot_be_read_says_so(browser: Browser) -> None:
    Mailbox.objects.create(name="replies@imap.example/INBOX", failures=3, failing_since=after(), last_error="refused")
    assert "has not been read since" in _page(browser, LIST)


def test_the_rail_offers_it_to_whoever_may(team: Team, browser: Browser) -> None:
    assert LIST in _page(browser, "/")
    assert LIST not in _page(_browser(team.resolver), "/")


def test_the_source_says_where_to_post(team: Team) -> None:
    admin = _browser(ResponderFactory(role="administrator"))
    values: dict[str, Any] = {"name": "Provider", "kind": "email", "severity": "3", "burst_seconds": "0"}
    values |= {"limit_per_minute": "60", "address": "help@brand.example", "opens_reports": "on"}
    page = admin.post("/settings/sources/add/", values, follow=True).content.decode()
    assert "/api/v1/inbound/mail" in page
    assert "help@brand.example" in page
    again = admin.post("/settings/sources/add/", {**values, "name": "Another"}).content.decode()
    assert "Another source has this intake address." in again


def test_a_letter_whose_bytes_are_gone_says_so(browser: Browser, team: Team) -> None:
    _, ours = acknowledged(team)
    arrive(raw("Still down.", sender=dana(team), in_reply_to=ours.message_id, message_id="<1@x>"))
    one = InboundMail.objects.get()
    InboundMail.objects.update(raw=b"")
    page = _page(browser, f"{LIST}{one.pk}/")
    assert "The letter as it came is no longer kept" in page
    assert f"/replies/{ClientReply.objects.get().pk}/" in page
    for untrue in ("has no text", "nobody that it names", f"{LIST}{one.pk}/files/0/"):
        assert untrue not in page
    assert browser.get(f"{LIST}{one.pk}/files/0/").status_code == 404


def test_what_waits_says_until_when(browser: Browser, settings: Any) -> None:
    arrive(raw("Buy now.", subject="An offer", message_id="<1@x>"))
    one = InboundMail.objects.get()
    InboundMail.objects.update(received_at=after(), settled_at=after())
    page = _page(browser, f"{LIST}{one.pk}/")
    assert "It waits for somebody to say what it is, until" in page
    settings.KEEP_UNFILED_MAIL_DAYS = 0
    assert "It waits for somebody" not in _page(browser, f"{LIST}{one.pk}/")
