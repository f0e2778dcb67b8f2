"""The page of one incident: what stands on it does not grow with clients, and letters are what people are written."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import clocks, lifecycle, presence
from incidents.facts import Isolation
from incidents.models import Incident
from incidents.playbooks.models import PlaybookHint
from notifications import outbox
from notifications.outbox import Outgoing
from tests.factories import ClientFactory, Team, after

pytestmark = pytest.mark.django_db


def _page(team: Team, incident: Incident) -> str:
    browser = Browser()
    browser.force_login(team.coordinator)
    return browser.get(f"/incidents/{incident.pk}/").content.decode()


def test_one_card_stands_for_the_notices_to_several_clients_and_names_each_of_them() -> None:
    team = Team(name="Atlas Freight")
    others = [ClientFactory(name=f"Client no. {number}") for number in range(5)]
    incident = team.report(1, client_ids=(team.client.pk, *(one.pk for one in others)))
    clocks.sweep(now=after(hours=3))
    page = _page(team, incident)
    assert page.count('data-clock-name="Notify the client') == 1
    folded = re.search(r'<details class="others">(.*?)</details>', page, re.DOTALL)
    assert folded
    assert "and 5 more clients" in folded[1]
    named = {client.name for client in (team.client, *others) if client.name in folded[1]}
    first = re.search(r'data-clock-name="Notify the client: ([^"]+)"', page)
    assert first
    assert named | {first[1]} == {client.name for client in (team.client, *others)}
    assert folded[1].count("/clocks/") == 5, "each says why"


def test_a_single_notice_is_a_card_of_its_own() -> None:
    team = Team(name="Atlas Freight")
    page = _page(team, team.report(1))
    assert 'data-clock-name="Notify the client: Atlas Freight"' in page
    assert 'class="others"' not in page


def test_what_machines_are_told_is_not_among_the_letters() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    team.acknowledge(incident, at=after(minutes=5))
    told = {"to": "webhook:1", "to_name": "Status board", "html": "", "text": "{}", "about": incident.about}
    outbox.enqueue([Outgoing(key="w1", channel="webhook", subject="incident.told", kind="webhook", **told)], at=after())
    page = _page(team, incident)
    assert "Outreach paused" in page
    assert "incident.told" not in page


def test_what_a_storey_above_keeps_is_found_in_the_same_question_and_no_name_means_two_things() -> None:
    team = Team()
    incident, other = team.report(1), team.report(1)
    assert not presence.of(incident.pk) & {"named", "alerts"}
    PlaybookHint.objects.create(incident=incident, short_name="P3", because="the rule says so", at=after())
    with CaptureQueriesContext(connection) as asked:
        assert presence.of(incident.pk) - presence.of(other.pk) == {"named"}
    assert len(asked) == 2, "one for each incident"
    with pytest.raises(ValueError, match="named"):
        presence.supply({"named": (Incident, "id")})


def test_what_was_answered_is_not_the_next_act_again() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    team.acknowledge(incident, at=after(minutes=5))
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=6))
    browser = Browser()
    browser.force_login(team.resolver)
    address = f"/incidents/{incident.pk}/"
    assert browser.get(address).context["verb"].name == "isolate"
    lifecycle.isolate(incident.pk, Isolation("ours", "The volume"), by=team.resolver, at=after(minutes=8))
    page = browser.get(address)
    assert page.context["verb"].name == "fix"
    assert "isolate" in {verb.name for verb in page.context["acts"]}, "it can be said anew all the same"


@pytest.mark.parametrize(("severity", "said"), [(1, "Resolve and write to the clients"), (3, "Resolve")])
def test_the_button_says_that_clients_are_written_to_only_where_they_are(severity: int, said: str) -> None:
    team = Team()
    incident = team.triage(team.report(severity), at=after(minutes=2))
    if severity == 1:
        team.acknowledge(incident, at=after(minutes=5))
    browser = Browser()
    browser.force_login(team.communicator)
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=6))
    team.fix(incident, at=after(minutes=8))
    page = browser.get(f"/incidents/{incident.pk}/resolve/").content.decode()
    button = re.search(r'<button class="btn btn-accent" type="submit">(?:<svg.*?</svg>)?([^<]*) <kbd', page, re.DOTALL)
    assert button
    assert button[1] == said
