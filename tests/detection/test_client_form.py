"""A client's form by its signed link: dead links, the client's own clock, the same report twice, words as written."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents.detection.intake import arranging
from incidents.detection.models import ClientReport, InboundKey, InboundSource
from incidents.detection.views.client_form import link_of
from incidents.models import Client, Incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from tests.detection.senders import ago
from tests.factories import ClientFactory, ResponderFactory, Team

pytestmark = pytest.mark.django_db
WORDS = {
    "not_working": "The sync\n\n# does *nothing*\n1. <b>at all</b>",
    "stopped": "~5 pm",
    "changes": "None that I know of",
    "sender_name": "Dana",
}


@pytest.fixture
def client() -> Client:
    Team()
    return ClientFactory(name="Harbor & Vine", time_zone="America/New_York")


@pytest.fixture
def path(client: Client) -> str:
    source = arranging.save_source(None, {"name": "Form", "kind": "form", "client": client}, by=None, at=ago(days=1))
    key = arranging.issue_key(source.pk, by=None, at=ago(days=1))[0]
    link = link_of(source.pk, key.pk)
    return link[link.index("/tell-us/") :]


def send(path: str, **words: str) -> str:
    """Opens the form anew and sends it, as a browser does."""
    browser = Browser()
    once = re.search(r'name="once" value="([0-9a-f]{32})"', browser.get(path).content.decode())
    assert once
    answer = browser.post(path, {**WORDS, "once": once[1], **words})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_dead_link_speaks_to_the_client_and_says_nothing_else(path: str) -> None:
    """It led to the page for people of ours, with a link to a sign-in."""
    dead = [path[:-4] + "/", path.replace("tell-us/", "tell-us/x"), "/tell-us/x/"]
    InboundKey.objects.update(ended_at=ago(hours=1))
    pages = {Browser().get(one).content for one in (*dead, path)}
    assert len(pages) == 1
    page = pages.pop().decode()
    assert "This link shows nothing" in page
    assert 'href="/"' not in page and "Harbor" not in page
    assert Browser().post(path, WORDS).status_code == 404
    assert Browser().get(path).status_code == 404


def test_a_switched_off_source_shows_the_same(path: str) -> None:
    InboundSource.objects.update(is_enabled=False)
    assert "This link shows nothing" in Browser().get(path).content.decode()


@pytest.mark.requirement("B-28", "B-97")
def test_the_client_reads_when_by_its_own_clock(path: str) -> None:
    told = send(path)
    assert re.search(r"arrived at \d\d:\d\d E[SD]T on", told)
    assert "INC-" in told and 'href="/"' not in told


@pytest.mark.requirement("B-97")
def test_the_same_words_again_are_the_same_report(path: str) -> None:
    """After “back” the browser fetches the form anew, with another token to know the report by."""
    first, again = send(path), send(path)
    number = re.search(r"INC-\d+", first)
    assert number and number[0] in again
    assert ClientReport.objects.count() == Incident.objects.count() == 1
    send(path, stopped="Now it stopped again")
    assert Incident.objects.count() == 2
    ClientReport.objects.update(received_at=ago(hours=2))
    send(path)
    assert Incident.objects.count() == 3


@pytest.mark.requirement("B-97")
def test_the_record_shows_the_words_as_they_were_written(path: str) -> None:
    send(path)
    kept = ClientReport.objects.get()
    assert kept.not_working.replace("\r", "") == WORDS["not_working"]
    browser = Browser()
    browser.force_login(ResponderFactory(role="coordinator"), backend=BACKEND)
    page = browser.get(f"/incidents/{kept.incident_id}/").content.decode()
    timeline = page[page.index('<ol class="tl">') :]
    assert "# does *nothing*\n1. &lt;b&gt;at all&lt;/b&gt;" in timeline.replace("\r", "")


def test_the_page_of_a_form_speaks_of_reports(path: str) -> None:
    browser = Browser()
    browser.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    page = browser.get(f"/settings/sources/{InboundSource.objects.get().pk}/").content.decode()
    assert "What happens to a report" in page
    assert "Last requests" not in page and "answered 401" not in page


def test_a_link_ends_with_the_day_that_was_chosen_when_it_was_made(client: Client) -> None:
    """In the client's zone; the page that comes then is plain, and a new link can be made beside it."""
    admin = ResponderFactory(role="administrator")
    browser = Browser()
    browser.force_login(admin, backend=BACKEND)
    today = timezone.now().astimezone(client.zone).date()
    values = {"name": "Form", "kind": "form", "client": client.pk, "severity": 3, "burst_seconds": 60}
    values |= {"limit_per_minute": 60, "link_ends_on": f"{today - timedelta(days=1)}"}
    refused = browser.post("/settings/sources/add/", values)
    assert refused.status_code == 200 and "That day has passed." in refused.content.decode()
    assert not InboundSource.objects.filter(name="Form").exists()
    assert browser.post("/settings/sources/add/", values | {"link_ends_on": f"{today}"}).status_code == 302
    source = InboundSource.objects.get(name="Form")
    key = source.keys.get()
    midnight = datetime.combine(today, time(23, 59), tzinfo=client.zone) + timedelta(minutes=1)
    assert key.ends_at == midnight
    link = link_of(source.pk, key.pk)
    path = link[link.index("/tell-us/") :]
    page = browser.get(f"/settings/sources/{source.pk}/").content.decode()
    assert link in page and f"last day {today:%-d %B %Y}, the client’s time" in page
    assert Browser().get(path).status_code == 200
    key.ends_at = timezone.now()
    key.save()
    for answer in (Browser().get(path), Browser().post(path, WORDS)):
        assert answer.status_code == 410
        words = answer.content.decode()
        assert "This link is over" in words and "Harbor" not in words and "sign" not in words.lower()
    assert not ClientReport.objects.exists()
    issue = f"/settings/sources/{source.pk}/key/"
    again = browser.post(issue, {"ends_on": "2001-01-01"})
    assert "That day has passed." in again.content.decode() and 'value="2001-01-01"' in again.content.decode()
    assert "Enter a valid date" in browser.post(issue, {"ends_on": "soon"}).content.decode()
    assert [browser.post(issue, {"ends_on": ""}).status_code for _ in range(2)] == [302, 302]
    assert [one.ends_at for one in source.keys.live(timezone.now())] == [None, None]


def test_a_key_of_a_machine_has_no_last_day(client: Client) -> None:
    source = arranging.save_source(None, {"name": "Prom", "kind": "alertmanager"}, by=None, at=ago(days=1))
    with pytest.raises(Refused, match="Only the link"):
        arranging.issue_key(source.pk, ends_on=date(2199, 1, 1), by=None, at=timezone.now())
