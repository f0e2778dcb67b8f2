"""The pages of scheduled updates: what is to come, what was sent, and who may know of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import digests, lifecycle
from incidents.client_status import status_of
from incidents.models import (
    Digest,
    Incident,
)
from incidents.owed import owed_by
from incidents.sign_in import BACKEND
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
