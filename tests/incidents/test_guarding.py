"""The guard at the door of every letter (B-43, B-44, B-132, C-10, C-29)."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from incidents import guarding
from incidents.models import System, TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, Team, after

pytestmark = pytest.mark.django_db


HIDING = ["\u200b", "\u00ad", "\u200d", "\u202e", "\ufeff", "\x7f"]


@pytest.mark.requirement("B-132", "C-10")
@pytest.mark.parametrize("unseen", HIDING)
def test_what_nobody_sees_hides_no_name(unseen: str) -> None:
    team = Team()
    ClientFactory(name="Atlas Freight")
    incident = team.report()
    team.triage(incident, at=after(minutes=5))
    for words, match in (("Hub{}Spot broke.", "blame"), ("It is like that at Atlas Fre{}ight.", "another client")):
        with pytest.raises(Refused, match=f"(?i){match}"):
            team.acknowledge(incident, at=after(minutes=10), happening=words.format(unseen))
    (found,) = guarding.objections(incident, {"happening": f"Oh{unseen}. Hub{unseen}Spot{unseen} broke."})
    assert found.finding.text == f"Hub{unseen}Spot", "the place is that of the text as it was typed"


def test_clients_read_what_was_seen_when_it_was_written() -> None:
    team = Team()
    incident = team.report()
    team.triage(incident, at=after(minutes=5))
    typed = "Your \u202eemails\u202c are\u200b not sent. \u2764\u200d\U0001f525 و\u200cم"
    team.acknowledge(incident, at=after(minutes=10), happening=typed)
    (letter,) = OutboundMessage.objects.filter(kind="incident-notification")
    for part in (letter.body_text, letter.body_html):
        assert "Your emails are not sent. \u2764\u200d\U0001f525 و\u200cم" in part
    assert "\u202e" not in TimelineEntry.objects.get(kind="acknowledged").text


@pytest.mark.requirement("B-43", "B-44", "B-132", "B-133", "C-10", "C-29")
@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("This was probably caused by a bad deployment.", "speculate"),
        ("It will be fixed by 5 pm.", "promise"),
        ("Instantly suspended us.", "blame"),
        ("The key is sk-" + "live_4f9a8b7c6d5e4f3a2b1c.", "secret"),
        ("Atlas Freight has the same.", "another client"),
    ],
)
def test_a_letter_that_breaks_a_rule_does_not_go_and_what_was_typed_is_refused_beside_its_field(
    words: str, match: str
) -> None:
    team = Team()
    System.objects.create(name="Outreach (Instantly)", client_name="your emails", owner="third_party")
    ClientFactory(name="Atlas Freight")
    incident = team.report()
    team.triage(incident, at=after(minutes=5))
    with pytest.raises(Refused, match=f"(?i){match}") as refused:
        team.acknowledge(incident, at=after(minutes=10), happening=words)
    assert refused.value.field == "happening"
    assert not OutboundMessage.objects.filter(kind="incident-notification").exists()


@pytest.mark.requirement("B-48")
def test_a_letter_to_several_clients_names_none_of_them_to_the_others() -> None:
    team = Team(name="Lumen Labs")
    alone = team.report()
    team.triage(alone, at=after(minutes=5))
    team.acknowledge(alone, at=after(minutes=10), happening="Imports of Lumen Labs are late.")
    both = team.report(client_ids=(team.client.pk, ClientFactory(name="Atlas Freight").pk))
    team.triage(both, at=after(minutes=5))
    with pytest.raises(Refused, match="another client"):
        team.acknowledge(both, at=after(minutes=10), happening="Imports of Lumen Labs are late.")


@pytest.mark.requirement("B-43", "C-10", "C-29")
def test_a_reason_lets_it_pass_onto_the_record_but_names_and_times_need_somebody_who_may() -> None:
    team = Team()
    incident = team.report()
    team.triage(incident, at=after(minutes=5))
    guess = "This was probably caused by a bad deployment."
    for words in ("HubSpot broke.", "It will be fixed by 5 pm."):
        with pytest.raises(Refused) as refused:
            team.acknowledge(incident, at=after(minutes=10), happening=words, guard_reason="They asked")
        assert refused.value.field == "guard_reason"
    team.acknowledge(incident, at=after(minutes=10), happening=guess, guard_reason="Confirmed by phone")
    facts = TimelineEntry.objects.get(kind="acknowledged").facts
    assert facts["guard_reason"] == "Confirmed by phone" and facts["guard"][0]["kind"] == "speculation"


@pytest.mark.requirement("B-133")
def test_a_secret_does_not_pass_with_any_reason() -> None:
    team = Team()
    incident = team.report()
    team.triage(incident, at=after(minutes=5))
    with pytest.raises(Refused, match="cannot go out"):
        team.acknowledge(
            incident, at=after(minutes=10), happening="Use password: Sommer2024!", guard_reason="They need it"
        )


@pytest.mark.requirement("B-133")
@pytest.mark.parametrize("written", [str, lambda one: base64.b64encode(one.encode()).decode()])
def test_a_secret_of_this_installation_stops_a_letter_whatever_it_looks_like(
    written: Callable[[str], str], settings: Any
) -> None:
    settings.HUBSPOT_TOKEN = "violet harbour 88 lanterns"
    team = Team()
    incident = team.report()
    team.triage(incident, at=after(minutes=5))
    words = f"Your records wait. We used {written(settings.HUBSPOT_TOKEN)} for it."
    with pytest.raises(Refused, match="cannot go out"):
        team.acknowledge(incident, at=after(minutes=10), happening=words, guard_reason="They need it")
    assert guarding.stopped_for([])(words) and not guarding.stopped_for([])("Your records wait.")


def test_a_password_that_is_a_word_stops_no_letter(settings: Any) -> None:
    settings.EMAIL_HOST_PASSWORD = "allclear"
    assert not guarding.stopped_for([])("Allclear, the allclear team, writes again by noon.")


def _typed(**more: str) -> dict[str, str]:
    happening = "HubSpot broke. Your records are safe.\r\nWe keep them."
    return {
        "brief": "Sync paused",
        "happening": happening,
        "doing": "We are on it.",
        "next_update_by": "2030-01-01T10:00",
        **more,
    }


@pytest.mark.requirement("B-132", "B-133")
def test_a_repair_is_one_click_without_a_script_too() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    address = f"/incidents/{incident.pk}/acknowledge/"
    page = browser.post(address, _typed(preview="1")).content.decode()
    assert 'type="submit" name="repair" value="happening:blame:0"' in page
    page = browser.post(address, _typed(repair="happening:blame:0")).content.decode()
    assert "An upstream service we rely on broke. Your records are safe." in page
    assert 'value="Sync paused"' in page and "We keep them." in page
    assert not OutboundMessage.objects.filter(kind="incident-notification").exists()
    changed = browser.post(address, _typed(repair="happening:promise:9")).content.decode()
    assert "HubSpot broke. Your records are safe." in changed
    assert not OutboundMessage.objects.filter(kind="incident-notification").exists()


@pytest.mark.requirement("B-44", "B-48", "B-132", "B-133")
@pytest.mark.parametrize(
    ("field", "typed", "offer", "repaired"),
    [
        ("happening", "It waits. It will be fixed by 5 pm. We watch.", "Take the sentence out", "It waits. We watch."),
        ("happening", "It will be fixed by 5 pm.", "Say instead", "We are working on it."),
        ("happened", "It will be back shortly.", "Say instead", "The issue has been resolved."),
        ("doing", "We test.\nThe password is Sommer2024!", "Take the sentence out", "We test."),
        ("doing", "We test. Atlas Freight has the same. We wait.", "Take the sentence out", "We test. We wait."),
        ("doing", "We test it. We watch it. We wait. We call.", "Keep the first two", "We test it. We watch it."),
        ("brief", "Emails paused, probably a full disk", "Take it out", "Emails paused"),
        ("brief", "Atlas Freight", "Take it out", ""),
    ],
)  # fmt: skip
def test_each_finding_is_put_right_by_one_click_that_leaves_a_sensible_letter(
    field: str, typed: str, offer: str, repaired: str
) -> None:
    team = Team()
    ClientFactory(name="Atlas Freight")
    incident = team.triage(team.report(1), at=after(minutes=3))
    found = guarding.objections(incident, {field: typed})[0]
    assert found.offer.startswith(offer) and found.repaired == repaired
    assert "[time]" not in found.repaired and guarding.objections(incident, {field: found.repaired}) == []


@pytest.mark.requirement("B-43", "B-132")
def test_the_letter_stands_with_its_gaps_and_marks_what_is_found_in_its_place() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    preview = f"/incidents/{incident.pk}/preview/acknowledge/"
    shown = browser.post(preview, _typed(brief="")).content.decode()
    assert 'What\'s happening: <mark class="found">HubSpot</mark> broke.' in shown.replace("&#x27;", "'")
    assert "Issue Detected — …</b>" in shown and "2 places to look at." in shown
    # Refused, it stands there as before.
    refused = browser.post(f"/incidents/{incident.pk}/acknowledge/", _typed()).content.decode()
    assert "Not sent: " in refused and '<mark class="found">HubSpot</mark> broke.' in refused
    # No reason of theirs lets a name pass, and they hear of it before they give one.
    assert "it needs somebody who may name third parties" in shown
    clean = browser.post(preview, _typed(happening="Your records are safe.")).content.decode()
    assert "Looked through: no unconfirmed cause, no time for a fix, no third party" in clean and "<mark" not in clean


@pytest.mark.requirement("B-50")
@pytest.mark.parametrize(
    ("verb", "typed", "said"),
    [
        ("update", {"next_update_by": "2020-01-01T10:00"}, "That time has passed"),
        ("update", {"next_update_by": ""}, "Say by when we write again"),
        ("update", {"next_update_by": "tomorrow"}, "Enter a valid date/time."),
        ("update", {"next_update_by": "", "is_last": "on"}, ""),
        ("update", {"next_update_by": "2030-01-01T10:00"}, ""),
        ("acknowledge", {"next_update_by": "2020-01-01T10:00"}, "That time has passed"),
        ("resolve", {}, ""),
    ],
)
def test_a_next_update_that_is_missing_or_past_is_said_while_one_types(
    verb: str, typed: dict[str, str], said: str
) -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    words = {**_typed(happening="Your records are safe.", happened="It was late.", did="We ran it."), **typed}
    shown = browser.post(f"/incidents/{incident.pk}/preview/{verb}/", words).content.decode()
    assert ("1 place to look at, 1 stops the letter." in shown) is bool(said)
    assert said in shown and ("Looked through" in shown) is not bool(said)


def test_the_reason_is_folded_away_until_there_is_something_to_give_a_reason_for() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    address = f"/incidents/{incident.pk}/acknowledge/"
    opened = re.compile(r'<details class="folded"( open)? data-folded="guard_reason">')
    for page, shown in (
        (browser.get(address), None),
        (browser.post(address, _typed(preview="1")), " open"),
        (browser.post(address, _typed(preview="1", happening="It is paused.")), None),
        (browser.post(address, _typed(preview="1", happening="It is paused.", guard_reason="They know.")), " open"),
    ):
        found = opened.search(page.content.decode())
        assert found is not None and found[1] == shown


def test_marks_of_markdown_are_a_hint_that_stops_nothing_and_are_taken_out_without_a_script() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    address = f"/incidents/{incident.pk}/acknowledge/"
    typed = _typed(happening="Your sync is **paused**.")
    page = browser.post(address, typed | {"preview": "1"}).content.decode()
    assert "A letter is plain text" in page and 'name="repair" value="happening:marks"' in page
    assert "Your sync is paused." in browser.post(address, typed | {"repair": "happening:marks"}).content.decode()
    assert browser.post(address, typed).status_code == 302
    assert "is **paused**." in OutboundMessage.objects.get(kind="incident-notification").body_text


@pytest.mark.parametrize("wanted", ["", "x", ":::", "happening", "\x00", "a" * 5000])
def test_a_repair_that_is_none_only_shows_the_page_again(wanted: str) -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    response = browser.post(f"/incidents/{incident.pk}/acknowledge/", _typed(repair=wanted))
    assert response.status_code == 200 and "HubSpot broke." in response.content.decode()
    assert not OutboundMessage.objects.filter(kind="incident-notification").exists()
