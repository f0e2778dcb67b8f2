"""The first steps of an empty workspace: to whom they are shown, what ticks each, and when they go away."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import lifecycle
from incidents.detection.intake import arranging
from incidents.facts import Report
from incidents.models import Contact, Responder
from tests.factories import ClientFactory, ResponderFactory, SystemFactory

pytestmark = pytest.mark.django_db
STEP = re.compile(r"<li( class=\"done\")?>.*?(?:<a class=\"t\" href=\"([^\"]*)\">|<b>)([^<]*)<", re.DOTALL)


def _steps(browser: Browser, address: str = "/") -> dict[str, bool]:
    page = browser.get(address).content.decode()
    if 'aria-label="First steps"' not in page:
        return {}
    card = page.partition('aria-label="First steps"')[2].partition("</ul>")[0]
    for _, url, _ in STEP.findall(card):
        assert not url or browser.get(url).status_code == 200
    return {title: bool(done) for done, _, title in STEP.findall(card)}


@pytest.fixture
def alone(client: Browser) -> Responder:
    grace = ResponderFactory(role="administrator")
    client.force_login(grace)
    return grace


def _system(_: Responder) -> None:
    SystemFactory()


def _contact(_: Responder) -> None:
    Contact.objects.create(client=ClientFactory(), name="Dana", email="dana@client.example")


def _second(_: Responder) -> None:
    ResponderFactory()


def _source(by: Responder) -> None:
    arranging.save_source(None, {"name": "Prometheus", "kind": "alertmanager"}, by=by, at=timezone.now())


DONE_BY: dict[str, Callable[[Responder], None]] = {
    "Name your systems": _system,
    "Add your clients": _contact,
    "Invite the others": _second,
    "Connect a monitor": _source,
}


@pytest.mark.parametrize("title", DONE_BY)
def test_each_step_is_ticked_by_what_it_asks_for(client: Browser, alone: Responder, title: str) -> None:
    before = _steps(client)
    assert list(before) == [
        "Name your systems",
        "Add your clients",
        "Invite the others",
        "Set the mail server",
        "Connect a monitor",
    ]
    assert not before[title]
    DONE_BY[title](alone)
    assert {name for name, done in _steps(client).items() if done != before[name]} == {title}


def test_a_client_to_whom_no_letter_goes_does_not_count(client: Browser, alone: Responder) -> None:
    Contact.objects.filter(client=ClientFactory()).update(receives_letters=False)
    assert not _steps(client)["Add your clients"]


@pytest.mark.parametrize(("backend", "done"), [("filebased", False), ("console", False), ("smtp", True)])
def test_letters_in_files_are_said_to_reach_nobody(
    client: Browser, alone: Responder, settings: Any, backend: str, done: bool
) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    assert _steps(client)["Set the mail server"] is done
    assert ("until EMAIL_URL names a mail server" in client.get("/").content.decode()) is not done


def test_they_go_away_with_the_first_incident(client: Browser, alone: Responder) -> None:
    assert _steps(client) and not _steps(client, "/?view=all")
    at = timezone.now() - timedelta(minutes=5)
    incident = lifecycle.report(Report("Bounces", "It broke.", 4, "agent", at, (), ()), by=alone, at=at)
    lifecycle.cancel(incident.pk, reason="A drill.", by=ResponderFactory(role="coordinator"), at=timezone.now())
    assert "All clear." in client.get("/").content.decode()
    assert not _steps(client)


def test_who_cannot_configure_is_not_told(client: Browser) -> None:
    client.force_login(ResponderFactory(role="resolver"))
    assert not _steps(client)
