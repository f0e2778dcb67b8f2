"""The pages of scheduled updates: what is to come, what was sent, and who may know of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import digests, lifecycle
from incidents.client_status import status_of
from incidents.facts import Letter
from incidents.models import (
    Digest,
    Incident,
)
from incidents.owed import owed_by
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, ResponderFactory, Team, after
from tests.incidents.test_digests import MONDAY, WORDS, _minor, _sent
from tests.incidents.test_promises import leave

pytestmark = pytest.mark.django_db


def test_looking_at_the_next_shows_the_very_letter_and_writes_nothing() -> None:
    team = Team()
    incident = _minor(team)
    missing = _minor(team, sentence="", title="Column missing")
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(f"/clients/{team.client.pk}/digest/").content.decode()
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert f"{WORDS} We are looking into it." in page and "Scheduled update, " in page
    assert "Lacks words" in page or "waits for the next one" in page
    told = browser.post(f"/incidents/{missing.pk}/word/", {"verb": "word", "sentence": "A column is missing."})
    assert told.status_code == 302
    assert (
        "A column is missing. We are looking into it."
        in browser.get(f"/clients/{team.client.pk}/digest/").content.decode()
    )
    shown = browser.get(f"/incidents/{incident.pk}/").content.decode()
    assert "Owed to" in shown and WORDS in shown


def test_my_work_names_what_lacks_words_once_and_until_it_has_them() -> None:
    team, other = Team(), ClientFactory()
    incident = _minor(team, sentence="", client_ids=(team.client.pk, other.pk))
    (owed,) = [one for one in owed_by(team.communicator) if one.url.endswith("/word/")]
    assert owed.due_at == MONDAY + timedelta(minutes=15)
    lifecycle.word(incident.pk, sentence=WORDS, by=team.communicator, at=after(minutes=9))
    assert not [one for one in owed_by(team.communicator) if one.url.endswith("/word/")]


def test_the_pages_of_a_sent_update_are_for_who_may_know_of_its_incidents() -> None:
    team = Team()
    incident = _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    leave(MONDAY)
    one = Digest.objects.get(outcome="sent")
    browser = Browser()
    browser.force_login(ResponderFactory(role="resolver"), backend=BACKEND)
    assert WORDS in browser.get(f"/digests/{one.pk}/").content.decode()
    assert WORDS in browser.get(f"/clients/{team.client.pk}/told/").content.decode()
    (message,) = _sent()
    assert browser.get(f"/letters/{message.pk}/").status_code == 200
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    assert browser.get(f"/digests/{one.pk}/").status_code == 404
    assert browser.get(f"/letters/{message.pk}/").status_code == 404
    assert WORDS not in browser.get(f"/clients/{team.client.pk}/told/").content.decode()


def test_the_client_sees_by_the_link_what_the_update_said_and_not_what_was_written_since() -> None:
    team = Team()
    incident = _minor(team)
    assert status_of(team.client, now=after(hours=1)).current == []
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    leave(MONDAY)
    later = MONDAY + timedelta(hours=1)
    lifecycle.word(incident.pk, sentence="Not told yet.", by=team.communicator, at=later)
    (shown,) = status_of(team.client, now=later).current
    assert (shown.said, shown.heading) == (WORDS, "An issue with your outreach emails")


def test_a_sweep_with_nothing_due_asks_little() -> None:
    Team()
    digests.sweep(now=after())
    with CaptureQueriesContext(connection) as queries:
        assert digests.sweep(now=after(minutes=1)) == 0
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 4


@pytest.mark.requirement("B-21", "C-04")
def test_an_update_that_did_not_arrive_is_owed_blocks_closing_and_is_settled_on_its_page() -> None:
    team = Team()
    incident = _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    leave(MONDAY)
    (message,) = _sent()
    blocked = "A scheduled update to a client did not arrive."
    assert blocked not in [one.sentence for one in lifecycle.blockers(incident)]
    OutboundMessage.objects.filter(pk=message.pk).update(state="dead", due_at=None, last_error="552 full")
    assert blocked in [one.sentence for one in lifecycle.blockers(incident)]
    (sent,) = Digest.objects.filter(outcome="sent")
    (owed,) = [one for one in owed_by(team.communicator) if "did not arrive" in one.sentence]
    assert (owed.url, owed.incident) == (f"/digests/{sent.pk}/", incident.reference)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/digests/{sent.pk}/").content.decode()
    assert "not delivered" in page
    assert f"/letters/{message.pk}/waive/" in page
    assert browser.post(f"/letters/{message.pk}/retry/").headers["Location"] == f"/digests/{sent.pk}/"
    message.refresh_from_db()
    assert message.state == "pending"
    OutboundMessage.objects.filter(pk=message.pk).update(state="dead", due_at=None)
    assert browser.post(f"/letters/{message.pk}/waive/", {"reason": "By telephone."}).status_code == 302
    assert blocked not in [one.sentence for one in lifecycle.blockers(incident)]
    assert not [one for one in owed_by(team.communicator) if "did not arrive" in one.sentence]


def test_whoever_may_not_know_of_all_that_stood_in_it_does_not_settle_it() -> None:
    team = Team()
    _minor(team)
    hidden = _minor(team, title="Column missing")
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    (message,) = _sent()
    OutboundMessage.objects.filter(pk=message.pk).update(state="dead", due_at=None, last_error="552 full")
    Incident.objects.filter(pk=hidden.pk).update(is_restricted=True)
    other = ResponderFactory(role="communicator")
    assert not [one for one in owed_by(other) if "did not arrive" in one.sentence]
    browser = Browser()
    browser.force_login(other, backend=BACKEND)
    assert browser.post(f"/letters/{message.pk}/retry/").status_code == 404
    assert browser.post(f"/letters/{message.pk}/waive/", {"reason": "x"}).status_code == 404


@pytest.mark.requirement("B-21", "C-04")
def test_whoever_may_see_a_restricted_incident_reads_that_no_scheduled_update_tells_of_it() -> None:
    team = Team()
    incident = _minor(team)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = f"/incidents/{incident.pk}/"
    said = "It is restricted, so it stands in no scheduled update."
    assert said not in browser.get(page).content.decode()
    lifecycle.restrict(incident.pk, people=[], reason="A lawyer wrote.", by=team.communicator, at=after(minutes=9))
    shown = browser.get(page).content.decode()
    assert said in shown and f"{team.client} hears of it by a letter only." in shown and "Owed to" not in shown
    letter = Letter("Export late", "Your export is late.", "We look.", after(hours=4))
    lifecycle.update(incident.pk, letter, by=team.communicator, at=after(minutes=10))
    assert said not in browser.get(page).content.decode(), "they were told by letter"
