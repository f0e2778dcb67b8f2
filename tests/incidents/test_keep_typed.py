"""A form that cannot be taken keeps its words: after a session has ended, and after a new one has begun."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from incidents.models import TimelineEntry
from incidents.sign_in import BACKEND
from tests.factories import Team

pytestmark = pytest.mark.django_db
NOTE = 'Nine of ten queues are "drained" <so far>.\nThe last one is slow.'
HERE = {"HTTP_ORIGIN": "http://testserver"}


def _kept(page: str) -> dict[str, str]:
    """What the page would send again."""
    unescape = {"&quot;": '"', "&lt;": "<", "&gt;": ">", "&#x27;": "'", "&amp;": "&"}
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: re.sub(r"&#?\w+;", lambda one: unescape[one[0]], value) for name, value in found}


def _browser(team: Team) -> Browser:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(team.resolver, backend=BACKEND)
    return browser


def test_who_was_signed_out_finds_the_words_on_the_page_and_sends_them_after_signing_in() -> None:
    team = Team()
    incident = team.report()
    browser, address = _browser(team), f"/incidents/{incident.pk}/note/"
    page = browser.get(address).content.decode()
    typed = {"text": NOTE, "csrfmiddlewaretoken": _kept(page)["csrfmiddlewaretoken"]}
    Session.objects.all().delete()
    out = browser.post(address, typed, **HERE)
    assert out.status_code == 403 and "You are signed out" in out.content.decode()
    assert f"/accounts/login/?next=%2Fincidents%2F{incident.pk}%2Fnote%2F" in out.content.decode()
    browser.force_login(team.resolver, backend=BACKEND)
    # A new sign-in has a new token: the old page is told so, once.
    del browser.cookies["csrftoken"]
    browser.get(address)
    again = browser.post(address, _kept(out.content.decode()), **HERE)
    assert again.status_code == 403 and "older than your sign-in" in again.content.decode()
    assert "another tab" not in again.content.decode()
    assert not TimelineEntry.objects.filter(kind="noted").exists()
    assert browser.post(address, _kept(again.content.decode()), **HERE).status_code == 302
    assert TimelineEntry.objects.get(kind="noted").text == NOTE


@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_ORIGIN": "https://elsewhere.example"}, {"HTTP_ORIGIN": "https://testserver"}, {"HTTP_ORIGIN": "null"}],
)
def test_a_form_from_elsewhere_gets_a_plain_refusal_and_nothing_to_press(headers: dict[str, str]) -> None:
    team = Team()
    incident = team.report()
    browser, address = _browser(team), f"/incidents/{incident.pk}/note/"
    browser.get(address)
    page = browser.post(address, {"text": "Close it."}, **headers)
    said = page.content.decode()
    assert page.status_code == 403 and "did not come from a page that Allclear drew" in said
    assert "<form" not in said and "Close it." not in said


def test_whoever_keeps_no_cookies_is_told_so() -> None:
    team = Team()
    incident = team.report()
    page = Browser(enforce_csrf_checks=True).post(f"/incidents/{incident.pk}/note/", {"text": NOTE}, **HERE)
    assert page.status_code == 403 and "sent no cookie" in page.content.decode()


@pytest.mark.parametrize("typed", [
    {"login": "rick@allclear.example", "password": "correct horse"},
    {"text": "x" * 500_001},
    {},
])  # fmt: skip
def test_passwords_and_what_is_too_long_are_not_repeated(typed: dict[str, str]) -> None:
    page = Browser(enforce_csrf_checks=True).post("/accounts/login/", typed, **HERE).content.decode()
    assert "Nothing was sent yet" not in page and "correct horse" not in page and "xxxx" not in page


def test_files_have_to_be_chosen_again() -> None:
    team = Team()
    incident = team.report()
    browser, address = _browser(team), f"/incidents/{incident.pk}/note/"
    token = _kept(browser.get(address).content.decode())["csrfmiddlewaretoken"]
    Session.objects.all().delete()
    file = SimpleUploadedFile("log.txt", b"401")
    sent = {"text": NOTE, "files": file, "csrfmiddlewaretoken": token}
    assert "Files are not kept" in browser.post(address, sent, **HERE).content.decode()
