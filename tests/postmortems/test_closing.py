"""The page of the close lists what A-14 and A-23 ask for, each with its state, and not only what is missing."""

import re

import pytest
from django.test import Client as Browser

from incidents.models import Incident
from incidents.sign_in import BACKEND
from postmortems import gates, readiness
from postmortems.gates import Pause
from tests.factories import after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db


def _page(team: Learners, incident: Incident) -> dict[str, str]:
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    page = " ".join(browser.get(f"/incidents/{incident.pk}/close/").content.decode().split())
    return dict(re.findall(r'<b>([^<]+)</b> <span class="tag[^"]*">(there|missing)</span>', page))


@pytest.mark.requirement("A-14", "A-23")
def test_each_of_the_four_has_its_state() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gates.pause(incident.pk, Pause("Bounces", name="Sender pool", kind="tool"), by=team.resolver, at=after(hours=32))
    assert _page(team, incident) == {
        "Root cause": "there",
        "Prevention with owners": "missing",
        "Regression checks": "missing",
        "Source fix or other documented change": "missing",
        "Restart criteria": "missing",
    }
    team.plan(incident)
    team.passed(incident)
    assert _page(team, incident)["Prevention with owners"] == "there"
    assert _page(team, incident)["Regression checks"] == "there"
    said = {one.name: one.sentence for one in readiness.asked(Incident.objects.get(pk=incident.pk))}
    assert "Sender pool" in said["Restart criteria"] and team.resolver.name in said["Prevention with owners"]


def test_where_nothing_is_asked_for_nothing_is_listed() -> None:
    team = Learners()
    assert _page(team, team.resolved(3)) == {}
