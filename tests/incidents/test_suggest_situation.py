"""What looks like a situation is suggested; a person confirms it with a note or dismisses it with a reason."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from incidents import lifecycle
from incidents.models import Incident, Responder, SuggestedSituation, TimelineEntry
from incidents.owed import owed_by
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from tests.factories import Team, after

pytestmark = pytest.mark.django_db
Kind = TimelineEntry.Kind


def suggest(incident: Incident, situation: str = "legal_threat", **more: Any) -> SuggestedSituation | None:
    facts = {
        "because": "Names a lawyer and a deadline.",
        "source": "Mail of Dana Reyes",
        "cause": f"mail:17:{situation}",
        "words": "You will hear from our lawyer by Friday.",
        "link": f"/incidents/{incident.pk}/",
        "at": after(minutes=5),
        **more,
    }
    return lifecycle.suggest_situation(incident.pk, situation=situation, **facts)


@pytest.mark.requirement("B-107", "B-108", "B-109", "B-110")
def test_a_suggestion_raises_nothing_and_tells_nobody() -> None:
    team = Team()
    incident = team.report(3)
    made = suggest(incident)
    incident.refresh_from_db()
    assert made is not None and made.state == "open"
    assert incident.situations == [] and not incident.is_restricted and not incident.escalations.exists()
    assert "A person decides" in incident.timeline.get(kind=Kind.SITUATION_SUGGESTED).text
    assert suggest(incident) is None, "the same cause suggests once"
    assert suggest(incident, cause="mail:18") is not None


@pytest.mark.requirement("B-110")
def test_confirmed_it_is_raised_with_the_note_and_answers_every_other_suggestion_of_it() -> None:
    team = Team()
    incident = team.report(3)
    made, other = suggest(incident), suggest(incident, cause="mail:18")
    unlike = suggest(incident, "client_leaving")
    assert made and other and unlike
    lifecycle.confirm_situation(made.pk, text="I read it: a writ.", by=team.communicator, at=after(hours=1))
    incident.refresh_from_db()
    assert incident.situations == ["legal_threat"] and incident.is_restricted
    assert incident.timeline.get(kind=Kind.SITUATION_RAISED).text == "I read it: a writ."
    for one in (made, other, unlike):
        one.refresh_from_db()
    assert [one.state for one in (made, other, unlike)] == ["confirmed", "confirmed", "open"]
    assert made.decided_by == team.communicator
    with pytest.raises(Refused, match="raised it already"):
        lifecycle.confirm_situation(other.pk, text="Again", by=team.communicator, at=after(hours=2))
    assert suggest(incident, cause="mail:19") is None, "what is raised is not suggested"


def test_dismissed_it_needs_a_reason_and_is_not_suggested_again() -> None:
    team = Team()
    incident = team.report(3)
    made = suggest(incident)
    assert made
    with pytest.raises(Refused) as refused:
        lifecycle.dismiss_situation(made.pk, reason=" ", by=team.communicator, at=after(hours=1))
    assert refused.value.field == "reason"
    lifecycle.dismiss_situation(made.pk, reason="Her lawyer is a friend.", by=team.communicator, at=after(hours=1))
    incident.refresh_from_db()
    assert incident.situations == []
    assert incident.timeline.get(kind=Kind.SITUATION_DISMISSED).text == "No legal threat: Her lawyer is a friend."
    assert suggest(incident) is None
    with pytest.raises(Refused, match="dismissed it already: Her lawyer"):
        lifecycle.confirm_situation(made.pk, text="x", by=team.communicator, at=after(hours=2))


def test_only_what_people_raise_can_be_suggested_and_links_stay_inside() -> None:
    incident = Team().report(3)
    with pytest.raises(ValueError, match="not a situation"):
        suggest(incident, "severe")
    for link in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="path of ours"):
            suggest(incident, link=link)


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_dismissed_at_once_one_of_them_wins() -> None:
    team = Team()
    incident = team.report(3)
    made = suggest(incident, "client_leaving")
    assert made
    said: list[str] = []

    def run(verb: Any, word: str, person: Responder) -> None:
        try:
            verb(made.pk, **{word: "So"}, by=person, at=after(hours=1))
            said.append("done")
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(lifecycle.confirm_situation, "text", team.coordinator)),
        threading.Thread(target=run, args=(lifecycle.dismiss_situation, "reason", team.communicator)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("done") == 1 and "already: So" in " ".join(said)


def test_it_stands_beside_the_next_act_and_in_my_work() -> None:
    team = Team()
    incident = team.report(3)
    made = suggest(incident)
    assert made
    assert "Legal threat? Say whether it is that" in [one.sentence for one in owed_by(team.coordinator)]
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    page = f"/incidents/{incident.pk}/"
    shown = browser.get(page).content.decode()
    assert (
        "Legal threat?" in shown
        and "You will hear from our lawyer by Friday." in shown
        and "Mail of Dana Reyes" in shown
    )
    confirm = f"/suggested-situations/{made.pk}/confirm/"
    assert "You will hear from our lawyer by Friday." in browser.get(confirm).content.decode()
    refused = browser.post(confirm, {"reason": "  "})
    assert refused.status_code == 200 and "Say in a sentence what was said or seen." in refused.content.decode()
    assert browser.post(confirm, {"reason": "A writ"}).status_code == 302
    assert "Yes, raise it" not in browser.get(page).content.decode()
    assert not [one for one in owed_by(team.coordinator) if "Say whether" in one.sentence]
