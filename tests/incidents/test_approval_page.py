"""The page of a letter that waits: its author reads that it waits, an approver what clients would receive."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from incidents.models import AwaitingLetter
from incidents.sign_in import BACKEND
from notifications import suppression
from tests.factories import Team
from tests.incidents.test_approve_letter import ask, letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    ask()
    return Team()


@pytest.fixture
def browser(team: Team) -> Browser:
    client = Browser()
    client.force_login(team.coordinator, backend=BACKEND)
    return client


@pytest.mark.requirement("B-41")
def test_its_page_shows_the_letter_and_approves_it(team: Team, browser: Browser, settings: Any) -> None:
    settings.UNDO_SECONDS = 20
    now = timezone.now()
    incident = team.report(1, at=now)
    team.triage(incident, at=now)
    writer = Browser()
    writer.force_login(team.communicator, backend=BACKEND)
    address = reverse("incidents:acknowledge", args=[incident.pk])
    page = writer.get(address)
    assert "Ask for approval" in page.content.decode() and "unapproved_reason" in page.context["form"].fields
    typed = {
        "brief": "Outreach paused",
        "happening": "Your outreach emails are not being sent.",
        "doing": "We are on it.",
        "next_update_by": "2199-01-01T10:00",
    }
    after_post = writer.post(address, typed, follow=True).content.decode()
    assert "It waits for approval; no client has received it" in after_post
    row = AwaitingLetter.objects.get()
    assert reverse("incidents:awaiting", args=[row.pk]) in after_post and "You wrote it" in (
        writer.get(reverse("incidents:awaiting", args=[row.pk])).content.decode()
    )
    again = writer.get(address).content.decode()
    assert "waits for approval; until it is approved, sent back or withdrawn" in again, "before a second is written"
    assert "Read and approve" in browser.get(reverse("incidents:incident", args=[incident.pk])).content.decode()
    page = browser.get(reverse("incidents:awaiting", args=[row.pk])).content.decode()
    assert "Approve and send" in page and "Your outreach emails are not being sent." in page and "Hi Dana," in page
    done = browser.post(reverse("incidents:approve_letter", args=[row.pk]), follow=True).content.decode()
    assert "Approved: the acknowledgement is on its way. Rick Salas can take it back for 20 s." in done
    assert "approved what Rick Salas wrote" in done
    again = browser.post(reverse("incidents:approve_letter", args=[row.pk]), follow=True).content.decode()
    assert "It was approved already, by Alfred Moss" in again and len(letters(incident)) == 1


def test_whoever_approves_sees_what_the_guard_found_marked_and_whom_it_does_not_reach(
    team: Team, browser: Browser
) -> None:
    now = timezone.now()
    incident = team.triage(team.report(1, at=now), at=now)
    guess = "It was probably a full disk."
    team.acknowledge(incident, at=now, happening=guess, guard_reason="Confirmed by phone")
    contact = team.client.contacts.get()
    suppression.suppress(contact.email, reason="550 5.1.1 no such user", at=now)
    page = browser.get(reverse("incidents:awaiting", args=[AwaitingLetter.objects.get().pk])).content.decode()
    assert '<mark class="found">' in page and "a full disk" in page
    assert f"Nothing of this reaches {team.client}" in page and "This one is not sent" in page
