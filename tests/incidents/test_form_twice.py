"""A form that comes twice is done once: a double click without a script, a reload, two requests at the same instant."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from incidents import configuration, once
from incidents.lifecycle.moving import BUSY, retried
from incidents.models import Incident, SentForm, TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import Team

pytestmark = pytest.mark.django_db


def _opened() -> tuple[Browser, Team, Incident]:
    """A browser that has to show tokens as a real one has, and an incident that was acknowledged."""
    team, now = Team(), timezone.now().replace(microsecond=0)
    incident = team.triage(team.report(1, at=now - timedelta(minutes=30)), at=now - timedelta(minutes=25))
    team.acknowledge(incident, at=now - timedelta(minutes=20))
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(team.communicator, backend=BACKEND)
    return browser, team, incident


def _page(browser: Browser, path: str) -> dict[str, str]:
    """The token of one drawing of a page, and what else its form carries."""
    text = browser.get(path).content.decode()
    fields = ("csrfmiddlewaretoken", "opened")
    found = {name: re.findall(rf'name="{name}" value="([^"]+)"', text) for name in fields}
    return {name: values[-1] for name, values in found.items() if values}


def _send(browser: Browser, path: str, page: dict[str, str], **typed: str) -> Any:
    return browser.post(path, {**page, **typed})


def _notes(incident: Incident) -> list[str]:
    notes = incident.timeline.filter(kind=TimelineEntry.Kind.NOTED).order_by("seq")
    return list(notes.values_list("text", flat=True))


def test_a_note_that_was_clicked_twice_stands_once_and_says_so() -> None:
    browser, _, incident = _opened()
    path = f"/incidents/{incident.pk}/note/"
    page = _page(browser, path)
    first = _send(browser, path, page, text="They called.")
    again = _send(browser, path, page, text="They called.")
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    assert _notes(incident) == ["They called."]
    assert "came twice and was done once" in browser.get(again["Location"]).content.decode()


def test_other_words_another_page_and_another_person_are_not_the_same() -> None:
    browser, team, incident = _opened()
    path = f"/incidents/{incident.pk}/note/"
    page = _page(browser, path)
    _send(browser, path, page, text="They called.")
    _send(browser, path, page, text="They called once more.")
    _send(browser, path, _page(browser, path), text="They called.")
    browser.force_login(team.coordinator, backend=BACKEND)
    _send(browser, path, _page(browser, path), text="They called.")
    assert _notes(incident) == ["They called.", "They called once more.", "They called.", "They called."]


def test_what_was_refused_or_only_looked_at_may_be_sent_again() -> None:
    browser, team, incident = _opened()
    path = f"/incidents/{incident.pk}/note/"
    page = _page(browser, path)
    assert _send(browser, path, page, text="").status_code == 200
    assert not SentForm.objects.exists()
    # A button that leads back with a refusal has done nothing either.
    now = timezone.now()
    ends_on = (now + timedelta(days=9)).date()
    link, _ = configuration.add_client_link(team.client.pk, note="Dana", ends_on=ends_on, by=team.communicator, at=now)
    configuration.revoke_client_link(team.client.pk, link.pk, by=team.communicator, at=now)
    for _ in range(2):
        answer = _send(browser, f"/clients/{team.client.pk}/links/{link.pk}/revoke/", page)
        assert "It is revoked already." in browser.get(answer["Location"]).content.decode()
    assert not SentForm.objects.exists()
    assert _send(browser, path, page, text="They called.").status_code == 302
    assert SentForm.objects.get().led_to == f"/incidents/{incident.pk}/"


@pytest.mark.requirement("B-42")
def test_a_letter_that_was_clicked_twice_leaves_once() -> None:
    browser, _, incident = _opened()
    path = f"/incidents/{incident.pk}/update/"
    until = (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    typed = {"brief": "Paused", "happening": "It is paused.", "doing": "We look.", "next_update_by": until}
    page = _page(browser, path)
    assert _send(browser, path, page, **typed, preview="1").status_code == 200
    assert [_send(browser, path, page, **typed).status_code for _ in range(2)] == [302, 302]
    assert OutboundMessage.objects.filter(kind="incident-update").count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_at_the_same_instant_are_done_once() -> None:
    browser, _, incident = _opened()
    path = f"/incidents/{incident.pk}/note/"
    page = _page(browser, path)
    ready, answers = threading.Barrier(4), []

    def press() -> None:
        own = Browser(enforce_csrf_checks=True)
        own.cookies = browser.cookies
        ready.wait()
        try:
            answers.append(_send(own, path, page, text="They called.").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [302] * 4 and _notes(incident) == ["They called."]


def test_a_script_that_sends_the_bare_secret_is_not_taken_for_a_page() -> None:
    browser, _, incident = _opened()
    path = f"/incidents/{incident.pk}/note/"
    _page(browser, path)
    bare = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert [_send(browser, path, bare, text="They called.").status_code for _ in range(2)] == [302, 302]
    assert _notes(incident) == ["They called."] * 2


def test_what_breaks_off_leaves_the_form_to_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, _, incident = _opened()
    path = f"/incidents/{incident.pk}/note/"
    page = _page(browser, path)
    browser.raise_request_exception = False

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("incidents.lifecycle.note", broken)
        assert _send(browser, path, page, text="They called.").status_code == 500
    assert not SentForm.objects.exists()
    assert _send(browser, path, page, text="They called.").status_code == 302
    assert _notes(incident) == ["They called."]


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again_within_the_form_and_not_where_more_is_held() -> None:
    tried = []

    @retried
    def falls_once() -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            tried.append(SentForm.objects.count())
            if len(tried) % 2:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return len(tried)

    with once.sending("a" * 64, at=timezone.now()) as form:
        assert falls_once() == 2
        form.done("/there/")
    assert tried == [1, 1] and SentForm.objects.get().led_to == "/there/"
    with once.sending("b" * 64, at=timezone.now()), transaction.atomic(), pytest.raises(Refused, match=BUSY):
        falls_once()
    with transaction.atomic(), pytest.raises(Refused, match=BUSY):
        tried.append(0)
        falls_once()


def test_it_is_forgotten_after_a_day() -> None:
    now = timezone.now()
    with once.sending("a" * 64, at=now - timedelta(hours=25)) as form:
        form.done("/old/")
    with once.sending("b" * 64, at=now - timedelta(hours=23)) as form:
        form.done("/new/")
    assert once.sweep(now=now) == 1
    assert SentForm.objects.get().led_to == "/new/"
