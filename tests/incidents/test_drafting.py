"""The draft of the next letter: what the record bears, fit to send as it stands, and sent by nobody but a person."""

import pytest
from django.test import Client as Browser

from incidents import clocks, drafting, guarding, lifecycle, notices, wordings
from incidents.models import Escalation, System
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import Team, after
from tests.incidents.test_promises import acknowledged, leave, write

pytestmark = pytest.mark.django_db
LETTERS = ("incident-notification", "incident-update", "incident-resolved")


def test_before_anybody_has_begun_the_draft_does_not_say_that_somebody_works_on_a_fix() -> None:
    team = Team()
    incident = acknowledged(team)
    first = drafting.draft(incident, now=after(minutes=20))
    assert first.doing == drafting.NOT_BEGUN
    assert guarding.objections(incident, first.fields()) == []
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=21))
    incident.refresh_from_db()
    assert drafting.draft(incident, now=after(minutes=22)).doing == wordings.DOING


@pytest.mark.requirement("B-50", "C-08")
def test_ten_minutes_before_the_communicator_gets_a_draft_and_nothing_is_sent_by_itself() -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    clocks.sweep(now=after(minutes=54))
    assert not Escalation.objects.filter(situation="update_soon").exists()
    clocks.sweep(now=after(minutes=55))
    soon = Escalation.objects.get(situation="update_soon")
    assert list(soon.recipients.all()) == [team.communicator]
    told = OutboundMessage.objects.filter(kind="escalation", key__startswith=f"escalation:{soon.pk}:")
    assert told
    for message in told:
        assert "Promised update due soon" in message.subject, "of a short promise it is not ten minutes"
        assert f"/incidents/{incident.pk}/update/?draft=1" in message.body_text
        assert ["Open the draft", f"http://127.0.0.1:8080/incidents/{incident.pk}/update/?draft=1"] in message.buttons
    clocks.sweep(now=after(hours=20))
    assert Escalation.objects.filter(situation="update_breached").exists()
    assert OutboundMessage.objects.filter(kind__in=LETTERS).count() == 1


def test_the_draft_says_what_the_record_bears_and_passes_the_guard() -> None:
    team = Team()
    System.objects.create(name="Outreach (Instantly)", client_name="your emails", owner="third_party")
    incident = acknowledged(team)
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=10))
    for minute, text, visible in (
        (12, "The worker still has the old key.", False),
        (14, "**Two** of five senders deliver again. Replies reach your inbox.", True),
        (16, "Instantly suspended us, it is probably their fault.", True),
    ):
        lifecycle.note(incident.pk, text=text, client_visible=visible, by=team.resolver, at=after(minutes=minute))
    incident.refresh_from_db()
    made = drafting.draft(incident, now=after(minutes=20))
    assert (
        made.happening
        == "We are still working on the issue with your outreach emails. Two of five senders deliver again."
    )
    assert made.doing == "Replies reach your inbox."
    assert "key" not in str(made.fields())
    assert [entry.text[:9] for entry, _ in made.left_out] == ["Instantly"]
    assert guarding.objections(incident, made.fields()) == []
    write(team, incident, 25)
    incident.refresh_from_db()
    again = drafting.draft(incident, now=after(minutes=30))
    assert (again.used, again.since) == ([], after(minutes=25))
    assert again.happening == "We are still working on the issue with your outreach emails."


@pytest.mark.parametrize("severity", [1, 2])
def test_every_standing_passes_the_guard(severity: int) -> None:
    team = Team()
    incident = acknowledged(team, severity)
    said = set()

    def look() -> None:
        incident.refresh_from_db()
        made = drafting.draft(incident, now=after(minutes=50))
        assert guarding.objections(incident, made.fields()) == [], made
        said.add(made.happening)

    look()
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=12))
    look()
    lifecycle.start_outage(incident.pk, occurred_at=None, by=team.resolver, at=after(minutes=13))
    look()
    lifecycle.work_around(incident.pk, text="Sends go by the backup.", by=team.resolver, at=after(minutes=14))
    look()
    lifecycle.end_outage(incident.pk, by=team.resolver, at=after(minutes=15))
    look()
    team.fix(incident, at=after(minutes=20))
    look()
    assert len(said) == 6
    assert any(notices.BRIDGED in happening for happening in said)


def test_the_composer_is_filled_with_the_draft_and_shows_the_letter() -> None:
    team = Team()
    incident = acknowledged(team)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    offered = browser.get(f"/incidents/{incident.pk}/update/").content.decode()
    assert "Put it into the fields" in offered
    assert "Here is where we are" not in offered
    filled = browser.get(f"/incidents/{incident.pk}/update/?draft=1").content.decode()
    assert "We are looking into the issue with your outreach emails.</textarea>" in filled
    assert "Here is where we are with your outreach emails." in filled


@pytest.mark.requirement("B-41", "B-43")
def test_the_first_letter_has_a_draft_too_without_a_title_that_names_somebody() -> None:
    team = Team()
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    for title, brief in (("Outreach suspended", "Outreach suspended"), ("HubSpot suspended us", "")):
        incident = team.triage(team.report(1, title=title), at=after(minutes=3))
        address = f"/incidents/{incident.pk}/acknowledge/"
        assert (
            f'href="{address}?draft=1" data-draft>Draft from the record'
            in browser.get(f"/incidents/{incident.pk}/").content.decode()
        )
        assert not browser.get(address).context["form"]["happening"].value(), "nothing is put into words unasked"
        form = browser.get(f"{address}?draft=1").context["form"]
        assert form["brief"].value() == brief
        assert form["happening"].value() == "We are looking into the issue with your outreach emails."
        assert guarding.objections(incident, {name: form[name].value() for name in ("happening", "doing")}) == []
    minor = team.triage(team.report(3), at=after(minutes=3))
    assert "draft=1" not in browser.get(f"/incidents/{minor.pk}/acknowledge/").content.decode(), "it needs no letter"
