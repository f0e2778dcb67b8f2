"""Which playbook fits, and why: type, reading, words, systems, source."""

import pytest

from incidents.playbooks import library, verbs
from incidents.playbooks.models import IncidentType
from incidents.playbooks.shipped import PLAYBOOKS
from incidents.playbooks.suggesting import Candidate, Read, Seen, suggest
from incidents.refusals import Refused
from tests.factories import ResponderFactory, SystemFactory, Team, after

CANDIDATES = [Candidate(n, key, body.cues, kind, kind) for n, (key, kind, body) in enumerate(PLAYBOOKS)]


def names(seen: Seen) -> list[str]:
    return [one.candidate.name for one in suggest(CANDIDATES, seen)]


@pytest.mark.requirement("B-83", "C-01")
@pytest.mark.parametrize(("value", "suggested"), [(5.1, True), (5.0, False), (4.9, False), (11.4, True)])
def test_a_bounce_rate_over_five_suggests_and_five_does_not(value: float, suggested: bool) -> None:
    hinted = Seen("Something is off", readings=(Read("bounce_rate", value, "%", "Instantly"),))
    assert ("email-bounce-spike" in names(hinted)) is suggested
    written = Seen(f"Emails bounce: bounce rate {value} % on Tuesday")
    assert ("email-bounce-spike" in names(written)) is suggested


@pytest.mark.requirement("B-77", "B-03")
@pytest.mark.parametrize("system", ["OpenRouter", "Apollo", "HubSpot"])
def test_each_named_system_suggests_the_api_playbook_and_says_so(system: str) -> None:
    (first, *_) = suggest(CANDIDATES, Seen("It broke", systems=(f"{system} API",)))
    assert "api-down" in names(Seen("It broke", systems=(f"{system} API",)))
    assert f"{system} API is affected" in first.sentence


@pytest.mark.requirement("B-03")
@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("OpenRouter: the API is down", "monitoring", "api-down"),
        ("Emails bounce since nine", "monitoring", "email-bounce-spike"),
        ("CRM sync failed overnight", "review", "crm-sync-break"),
        ("It’s not working, they write", "client", "client-report"),
        ("Smartlead account suspended", "agent", "outreach-suspension"),
    ],
)
def test_what_the_sop_names_suggests_its_playbook(text: str, source: str, expected: str) -> None:
    assert names(Seen(text, source))[0] == expected


def test_a_playbook_that_something_names_is_suggested_with_who_says_so_whatever_else_it_says() -> None:
    """Also one whose number is known and not over its limit: whoever names it means it."""
    bounce = Candidate(1, "Bounces", PLAYBOOKS[1][2].cues, short_name="email-bounce-spike")
    low = (Read("bounce_rate", 1.0, "%"),)
    assert suggest([bounce], Seen("Nothing", readings=low)) == []
    (named,) = suggest([bounce], Seen("Nothing", readings=low, named={"email-bounce-spike": "the rule says so"}))
    assert named.sentence == "the rule says so"
    assert suggest([bounce], Seen("Nothing", named={"another": "the rule says so"})) == []


def test_words_are_words_and_long_or_odd_texts_do_no_harm() -> None:
    assert names(Seen("The unsuspendedness of trampolines")) == []
    assert names(Seen("x" * 200_000)) == []
    assert names(Seen("bounce rate " * 20_000)) == ["email-bounce-spike"]
    assert names(Seen("bounce rate " + "9" * 5000 + "%")) == ["email-bounce-spike"]


@pytest.mark.requirement("B-03")
@pytest.mark.django_db
def test_a_type_said_by_a_person_suggests_its_playbook_first() -> None:
    team = Team()
    incident = team.report(2, title="Smartlead account suspended")
    kind = IncidentType.objects.get(key="crm_sync")
    verbs.classify(incident.pk, kind.pk, by=team.coordinator, at=after(minutes=1))
    found = library.suggestions(incident)
    assert found[0].candidate.name == "CRM sync break"
    assert found[0].reasons[0] == "the incident type is “A CRM sync fails”"
    with pytest.raises(Refused, match="already"):
        verbs.classify(incident.pk, kind.pk, by=team.coordinator, at=after(minutes=2))
    assert incident.timeline.get(kind="typed").text == "A CRM sync fails"


@pytest.mark.requirement("B-83")
@pytest.mark.django_db
def test_a_reading_told_from_above_suggests_with_its_source() -> None:
    team = Team()
    incident = team.report(3, title="Watch", description="A reading.", system_ids=(SystemFactory(name="Mail").pk,))
    verbs.hint(incident.pk, metric="bounce_rate", value=5.4, unit="%", source="Instantly", at=after(minutes=1))
    (found,) = library.suggestions(incident)
    assert found.sentence == "the bounce rate read 5.4%, over 5% (Instantly)"
    verbs.hint(incident.pk, metric="bounce_rate", value=5.0, unit="%", source="Instantly", at=after(minutes=2))
    assert library.suggestions(incident) == []
    with pytest.raises(Refused):
        verbs.hint(incident.pk, metric="bounce_rate", value=float("nan"), at=after(minutes=3))


@pytest.mark.requirement("B-03", "B-77")
@pytest.mark.django_db
def test_the_shipped_types_each_have_a_playbook() -> None:
    assert library.types_without() == []
    assert IncidentType.objects.count() == 5
    assert len(library.shelves(after())) == 5
    assert library.unmatched(ResponderFactory(role="resolver"), since=after()) == []


@pytest.mark.requirement("B-77", "B-03")
def test_a_system_that_only_the_text_names_suggests_too_until_systems_are_known() -> None:
    """A monitor seldom says the system: “HubSpot is down” fitted nothing."""
    found = suggest(CANDIDATES, Seen("HubSpot is down"))
    assert [one.candidate.name for one in found] == ["api-down", "crm-sync-break"]
    assert found[0].sentence == "the text names HubSpot"
    assert names(Seen("HubSpot is down", systems=("Reporting",))) == []
    assert names(Seen("The apollonian dashboard is down")) == []
