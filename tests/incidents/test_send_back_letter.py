"""A letter that awaits approval is returned to its author with what is to change, and its words are kept."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents import lifecycle
from incidents.models import AwaitingLetter, Escalation, TimelineEntry
from incidents.owed import owed_by
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from tests.factories import Team, after
from tests.incidents.test_approve_letter import approve, ask, letters, truthful, written

pytestmark = pytest.mark.django_db
Kind = TimelineEntry.Kind


@pytest.fixture
def team() -> Team:
    ask()
    return Team()


def sent_back(team: Team) -> AwaitingLetter:
    row = written(team)
    return lifecycle.send_back_letter(row.pk, reason="Say which emails.", by=team.coordinator, at=after(minutes=14))


@pytest.mark.requirement("B-41")
def test_the_author_hears_why_and_finds_the_words_again(team: Team) -> None:
    row = sent_back(team)
    incident = row.incident
    entry = incident.timeline.get(kind=Kind.LETTER_SENT_BACK)
    assert (entry.by, "Say which emails." in entry.text) == (team.coordinator, True)
    told = Escalation.objects.get(incident=incident, situation="letter_sent_back")
    assert team.communicator in told.recipients.all() and "Say which emails." in told.text
    assert (
        Escalation.objects.get(incident=incident, situation="letter_awaiting").end_reason == "the letter was sent back"
    )
    (owed,) = [one for one in owed_by(team.communicator) if "sent back your acknowledgement" in one.sentence]
    assert owed.detail == "“Say which emails.”"
    again = lifecycle.words_again(incident, "incident-notification", now=after(minutes=15))
    assert again["happening"] == "Your outreach emails are not being sent. Nothing was lost."
    assert again["next_update_by"] == after(hours=1, minutes=10)
    late = lifecycle.words_again(incident, "incident-notification", now=after(hours=2))
    assert "next_update_by" not in late, "a promise that is past is not offered"
    assert lifecycle.words_again(incident, "incident-update", now=after(minutes=15)) == {}
    truthful(incident)


def test_written_again_it_awaits_again_and_nobody_owes_the_first_any_more(team: Team) -> None:
    row = sent_back(team)
    team.acknowledge(row.incident, at=after(minutes=16), happening="Your first sequence is not being sent.")
    second = AwaitingLetter.objects.get(state="awaiting")
    row.refresh_from_db()
    assert row.state == "overtaken" and second.pk != row.pk
    assert not [one for one in owed_by(team.communicator) if "sent back" in one.sentence]
    approve(team, second, at=after(minutes=18))
    assert "Your first sequence is not being sent." in letters(row.incident)[0].body_text
    assert lifecycle.words_again(row.incident, "incident-notification", now=after(minutes=19)) == {}


@pytest.mark.parametrize("state", ["sent_back", "approved", "withdrawn"])
def test_what_was_settled_is_not_sent_back(team: Team, state: str) -> None:
    row = written(team)
    match state:
        case "sent_back":
            lifecycle.send_back_letter(row.pk, reason="Shorter.", by=team.coordinator, at=after(minutes=12))
        case "approved":
            approve(team, row, at=after(minutes=12))
        case _:
            lifecycle.withdraw_letter(row.pk, by=team.communicator, at=after(minutes=12))
    with pytest.raises(Refused, match=f"It was {state.replace('_', ' ')} already"):
        lifecycle.send_back_letter(row.pk, reason="Shorter.", by=team.coordinator, at=after(minutes=13))
    with pytest.raises(Refused, match="no such letter"):
        lifecycle.send_back_letter(987654, reason="Shorter.", by=team.coordinator, at=after(minutes=13))


def test_the_page_asks_for_the_reason_and_keeps_what_was_typed(team: Team) -> None:
    row = written(team)
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    address = reverse("incidents:send_back_letter", args=[row.pk])
    page = browser.post(address, {"reason": " \x00 "}).content.decode()
    assert "Say what is to change." in page and 'aria-invalid="true"' in page
    long = "Say which. " * 200
    page = browser.post(address, {"reason": long}).content.decode()
    assert "At most 2,000 characters fit; this has 2,200." in page and long in page
    done = browser.post(address, {"reason": "Say <which> emails."}, follow=True).content.decode()
    assert "Sent back to Rick Salas, who is told." in done and "Say &lt;which&gt; emails." in done
    page = browser.post(address, {"reason": "Once more, please."}).content.decode()
    assert "sent back already" in page or "Say &lt;which&gt; emails." in page
    author = Browser()
    author.force_login(team.communicator, backend=BACKEND)
    page = author.get(reverse("incidents:awaiting", args=[row.pk])).content.decode()
    assert "Write it again" in page and "Drop it" in page
