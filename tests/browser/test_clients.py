"""What a client was told, what they read next, and what they see by their link: in a real browser, clean for axe."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Page

from incidents import configuration, digests, lifecycle
from incidents.facts import Acknowledgement
from incidents.models import Client, ClientLink, Digest
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, Team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("ALLCLEAR_SHOTS", "")


def _leave(at: datetime) -> None:
    OutboundMessage.objects.filter(state="pending").update(state="sent", due_at=None, sent_at=at, settled_at=at)


def _told(team: Team, now: datetime) -> None:
    """A promise kept and one missed, an update sent and one to come that lacks words."""
    severe = team.triage(team.report(1, at=now - timedelta(hours=3)), at=now - timedelta(minutes=175))
    team.acknowledge(severe, at=now - timedelta(minutes=170))
    _leave(now - timedelta(minutes=170))
    for minutes in (130, 40):
        letter = team.letter(now - timedelta(minutes=minutes), happening="Half of your senders deliver again.")
        lifecycle.update(severe.pk, letter, by=team.communicator, at=now - timedelta(minutes=minutes))
        _leave(now - timedelta(minutes=minutes))
    Client.objects.filter(pk=team.client.pk).update(digest_days=[0, 1, 2, 3, 4, 5, 6])
    begun = now - timedelta(days=2)
    minor = team.triage(team.report(3, at=begun), at=begun + timedelta(minutes=3))
    seen = Acknowledgement(note="Seen.", sentence="Some invoices show last month’s logo.")
    lifecycle.acknowledge(minor.pk, seen, by=team.communicator, at=begun + timedelta(minutes=5))
    digests.sweep(now=begun + timedelta(minutes=6))
    digests.sweep(now=Digest.objects.get(settled_at=None).due_at)
    _leave(now - timedelta(days=1))
    later = team.triage(team.report(3, title="A column is missing", at=begun), at=begun + timedelta(minutes=8))
    note = Acknowledgement(note="Seen.")
    lifecycle.acknowledge(later.pk, note, by=team.communicator, at=begun + timedelta(minutes=9))


@pytest.mark.requirement("B-50", "C-04")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_a_client_are_clean_and_the_link_shows_what_letters_said(
    page: Page, live_server: Any, theme: str, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    team, now = Team(name="Northwind Dental", time_zone="America/New_York"), timezone.now()
    _told(team, now)
    session = Session()
    session.force_login(ResponderFactory(role=["administrator", "communicator"]), backend=BACKEND)
    page.context.add_cookies(
        [
            {"name": "sessionid", "value": session.cookies["sessionid"].value, "url": live_server.url},
            {"name": "theme", "value": theme, "url": live_server.url},
        ]
    )
    root = f"/clients/{team.client.pk}/"
    update = (
        f"/incidents/{OutboundMessage.objects.filter(kind='incident-update')[0].about.split(':')[1]}/update/?draft=1"
    )
    one = Digest.objects.get(outcome="sent")
    paths = (
        root,
        root + "told/",
        root + "told/print/",
        root + "digest/",
        f"/digests/{one.pk}/",
        root + "links/",
        update,
    )
    for number, path in enumerate(paths):
        page.goto(path)
        _clean(page, path)
        _shoot(page, f"client-{number}-{theme}")
    page.goto(root + "links/add/")
    page.fill("#id_note", "Dana Whitfield")
    page.click("button:has-text('Make it')")
    address = page.inner_text("[aria-label='The link']").strip()
    _, secret = configuration.add_client_link(
        team.client.pk, note="Other", ends_on=(now + timedelta(days=9)).date(), by=team.communicator, at=now
    )
    page.context.clear_cookies(name="sessionid")
    page.goto(address)
    assert "2 open issues" in page.inner_text("main")
    assert "Half of your senders deliver again." in page.inner_text("main")
    assert "Some invoices show last month’s logo." in page.inner_text("main")
    assert "A column is missing" not in page.inner_text("main")
    _clean(page, "status")
    _shoot(page, f"status-{theme}")
    page.wait_for_timeout(300)
    assert ClientLink.objects.get(note="Dana Whitfield").opened_count == 1
    assert ClientLink.objects.get(note="Other").opened_at is None
    assert page.request.get(f"/status/{secret}/").status == 200
    assert page.request.get(address[:-3] + "/").status == 404


def _clean(page: Page, path: str) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, (path, width)
    found = Axe().run(page)
    assert found.violations_count == 0, (path, found.generate_report())
    page.set_viewport_size({"width": 1280, "height": 900})


def _shoot(page: Page, name: str) -> None:
    if not SHOTS:
        return
    Path(SHOTS).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=f"{SHOTS}/{name}-phone.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
