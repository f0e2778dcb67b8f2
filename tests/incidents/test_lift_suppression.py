"""A suppressed letter is on the record, escalated and a blocker; a person lifts the address with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import configuration, failures, lifecycle, stuck
from incidents.models import ConfigurationChange, Contact, Escalation, Incident, TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import delivery, suppression
from notifications.models import OutboundMessage, Suppression
from tests.factories import Team, after

pytestmark = pytest.mark.django_db
WHY = "550 5.1.1 no such user"


def _held_back(team: Team) -> tuple[Incident, OutboundMessage]:
    suppression.suppress(team.client.contacts.get().email, reason=WHY, at=after())
    incident = team.triage(team.report(1), at=after(minutes=5))
    team.acknowledge(incident, at=after(minutes=10))
    letter = OutboundMessage.objects.get(kind="incident-notification")
    OutboundMessage.objects.filter(pk=letter.pk).update(stale_at=None)
    delivery.sweep("email", now=letter.created_at + timedelta(days=3650))
    letter.refresh_from_db()
    return incident, letter


@pytest.mark.requirement("B-41")
def test_a_letter_held_back_is_escalated_and_blocks_closing_until_the_address_is_lifted() -> None:
    team = Team()
    incident, letter = _held_back(team)
    assert letter.state == "suppressed"
    assert stuck.look(now=after(minutes=11)).letters_failed == 1
    assert failures.sweep(now=after(minutes=11)) == 1
    assert failures.sweep(now=after(minutes=12)) == 0
    line = TimelineEntry.objects.get(incident=incident, kind="letter_failed")
    assert WHY in line.text
    assert Escalation.objects.filter(situation="letter_failed").count() == 1
    assert "retry_letter" in {one.verb for one in lifecycle.blockers(incident)}
    with pytest.raises(Refused, match="suppressed"):
        lifecycle.retry_letter(letter.pk, by=team.communicator, at=after(minutes=13))
    row = Suppression.objects.get()
    with pytest.raises(Refused) as refused:
        configuration.lift_suppression(row.pk, reason=" ", by=team.communicator, at=after(minutes=14))
    assert refused.value.field == "reason"
    configuration.lift_suppression(row.pk, reason="Dana called", by=team.communicator, at=after(minutes=14))
    change = ConfigurationChange.objects.get(subject="suppressed address")
    assert (change.by, change.after["reason"]) == (team.communicator, "Dana called")
    lifecycle.retry_letter(letter.pk, by=team.communicator, at=after(minutes=15))
    letter.refresh_from_db()
    assert letter.state == "pending"
    with pytest.raises(Refused, match="any more"):
        configuration.lift_suppression(row.pk, reason="again", by=team.communicator, at=after(minutes=16))


def test_the_pages_show_who_is_not_written_to_and_why() -> None:
    team = Team()
    incident, letter = _held_back(team)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get("/letters/suppressed/").content.decode()
    assert WHY in page
    assert str(team.client) in page
    assert "1 message held back" in page
    assert "nothing is sent there" in browser.get(f"/clients/{team.client.pk}/").content.decode()
    assert letter.subject in browser.get("/letters/?state=failed").content.decode()
    assert f"/letters/{letter.pk}/waive/" in browser.get(f"/incidents/{incident.pk}/").content.decode()
    row = Suppression.objects.get()
    again = browser.post(f"/letters/suppressed/{row.pk}/lift/", {"reason": ""})
    assert "How do you know" in again.content.decode()
    assert 'aria-invalid="true"' in again.content.decode()
    again = browser.post(f"/letters/suppressed/{row.pk}/lift/", {"reason": "x" * 2001}).content.decode()
    assert "this has 2,001" in again and "x" * 2001 in again
    done = browser.post(f"/letters/suppressed/{row.pk}/lift/", {"reason": "She wrote from it"})
    assert done.status_code == 302
    assert "She wrote from it" in browser.get("/letters/suppressed/").content.decode()


def test_whoever_writes_to_nobody_is_told_so_before_and_after(settings: Any) -> None:
    settings.UNDO_SECONDS = 20
    now, team = timezone.now(), Team()
    contact = team.client.contacts.get()
    suppression.suppress(contact.email, reason=WHY, at=now)
    incident = team.triage(team.report(1, at=now - timedelta(minutes=9)), at=now - timedelta(minutes=8))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    typed = {"brief": "Sync paused", "happening": "It is paused.", "doing": "We look."}
    said = f"Nothing of this reaches {team.client}: no address of theirs works."
    preview = f"/incidents/{incident.pk}/preview/acknowledge/"
    typed["next_update_by"] = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    assert said in browser.post(preview, typed).content.decode()
    assert browser.post(f"/incidents/{incident.pk}/acknowledge/", typed).status_code == 302
    assert f"Nothing goes to {contact.email}" in browser.get(f"/incidents/{incident.pk}/").content.decode()
    Contact.objects.create(client=team.client, name="Omar", email="omar@client.example")
    again = browser.post(preview.replace("acknowledge", "update"), typed).content.decode()
    assert said not in again and "This one is not sent" in again


def test_the_page_asks_as_often_for_many_as_for_one(django_assert_max_num_queries: object) -> None:
    team = Team()
    for number in range(30):
        suppression.suppress(f"gone{number}@client.example", reason=WHY, at=after())
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert browser.get("/letters/suppressed/").status_code == 200


def test_an_address_that_comes_back_again_and_again_is_named_though_it_is_still_written_to() -> None:
    """A full mailbox says nothing of the address; that nothing has arrived there for weeks, somebody should know."""
    team = Team()
    now, contact = timezone.now(), team.client.contacts.get()
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)

    def came_back(to: str, *, days: int) -> None:
        OutboundMessage.objects.create(
            key=f"{to}:{days}",
            channel="email",
            recipient=to,
            body_text="",
            message_id="<x@y>",
            kind="incident-update",
            state="dead",
            last_error=f"it came back with “552 mailbox full, day {days}”",
            created_at=now - timedelta(days=days),
            bounced_at=now - timedelta(days=days),
        )

    came_back(contact.email, days=3)
    came_back("dead@client.example", days=4)
    came_back("dead@client.example", days=5)
    suppression.suppress("dead@client.example", reason=WHY, at=now)
    came_back("once@client.example", days=31)
    came_back("once@client.example", days=2)
    assert "Come back again and again" not in browser.get("/letters/suppressed/").content.decode()
    came_back(contact.email.upper(), days=1)
    page = browser.get("/letters/suppressed/").content.decode()
    again = page.partition("Come back again and again")[2]
    assert contact.email in again and contact.name in again and "2 letters" in again
    assert "mailbox full, day 1" in again
    assert "dead@client.example" not in again and "once@client.example" not in again


@pytest.mark.requirement("B-41")
def test_whoever_writes_sees_who_will_not_get_the_letter_before_it_is_sent() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=5))
    contact = team.client.contacts.get()
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    words = {"brief": "outreach", "happening": "Your outreach emails are not being sent.", "doing": "We work on it."}
    typed = {**words, "next_update_by": (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")}
    address = f"/incidents/{incident.pk}/preview/acknowledge/"
    shown = browser.post(address, typed).content.decode()
    assert contact.email in shown and "This one is not sent" not in shown
    suppression.suppress(contact.email, reason=WHY, at=after())
    assert "This one is not sent" in browser.post(address, typed).content.decode()
