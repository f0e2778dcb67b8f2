"""The page of the close lists what A-14 and A-23 ask for, each with its state, and not only what is missing."""

import html
import re
from collections import Counter

import pytest
from django.test import Client as Browser

from incidents import lifecycle
from incidents.models import CrmNote, Incident
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from postmortems import gates, overdue, readiness, reviews
from postmortems.gates import Pause
from postmortems.models import RegressionCheck
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


@pytest.mark.requirement("A-14")
def test_each_thing_that_is_missing_is_said_once_on_each_page() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    sentences = [one.sentence for one in lifecycle.blockers(Incident.objects.get(pk=incident.pk))]
    assert sum("review" in one for one in sentences) == 1
    for address in (f"/incidents/{incident.pk}/", f"/incidents/{incident.pk}/close/"):
        page = html.unescape(browser.get(address).content.decode())
        assert {one: page.count(one) for one in sentences} == Counter(sentences), address


def test_where_nothing_is_asked_for_nothing_is_listed() -> None:
    team = Learners()
    assert _page(team, team.resolved(3)) == {}


@pytest.mark.requirement("A-14", "C-13")
def test_the_review_says_of_a_short_form_and_of_a_closed_incident_only_what_is_true() -> None:
    team = Learners()
    incident = team.resolved(3)
    gates.pause(incident.pk, Pause("Bounces", name="Sender pool", kind="tool"), by=team.resolver, at=after(hours=32))
    reviews.open_review(incident.pk, by=team.lead, at=after(hours=32))
    browser = Browser()
    browser.force_login(team.admin, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/review/").content.decode()
    assert "short form" in page and "cannot be closed" not in page and "signed by two" not in page
    assert "nothing was handed off" in page and f"Close {incident.reference}" in page
    lifecycle.close(incident.pk, force_reason="The client left", by=team.coordinator, at=after(hours=33))
    page = " ".join(browser.get(f"/incidents/{incident.pk}/review/").content.decode().split())
    assert "Closed by force, and lacks" in page and f"Close {incident.reference}" not in page
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/review/").content.decode()
    assert "/plan-action/" not in page and "/comment/" in page


@pytest.mark.requirement("A-14", "A-23")
def test_a_forced_close_is_said_once_and_a_second_close_is_looked_at_again() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    lifecycle.close(incident.pk, force_reason="The client left", by=team.coordinator, at=after(hours=33))
    overdue.sweep_closed(now=after(hours=34))
    assert [one.situation for one in incident.escalations.filter(situation__contains="close")] == ["forced_close"]
    small = team.resolved(3)
    Incident.objects.filter(pk=small.pk).update(closure_audited_at=after(hours=1))
    OutboundMessage.objects.update(state="sent", due_at=None)
    CrmNote.objects.update(state="recorded", reference="x", settled_at=after(hours=33))
    lifecycle.close(small.pk, by=team.coordinator, at=after(hours=34))
    Incident.objects.filter(pk=small.pk).update(peak_severity=1, cause="")
    overdue.sweep_closed(now=after(hours=35))
    said = small.escalations.get(situation="closed_incomplete").text
    assert "The post-incident review is not opened yet. The root cause is not written." in said
    browser = Browser()
    browser.force_login(team.admin, backend=BACKEND)
    page = browser.get(f"/incidents/{small.pk}/review/").content.decode()
    assert "It was closed without one" in page and "cannot be closed" not in page and "within seconds" not in page
    review = reviews.open_review(small.pk, by=team.lead, at=after(days=30))
    assert review is not None and review.due_at == after(days=33), "it is not overdue on the day when it is opened"


@pytest.mark.requirement("A-14")
@pytest.mark.parametrize("standing", RegressionCheck.Standing.values)
def test_how_a_regression_check_stands_is_said_in_a_sentence(standing: str) -> None:
    team = Learners()
    incident, _ = team.reviewed()
    check = team.check(incident)
    RegressionCheck.objects.filter(pk=check.pk).update(standing=standing)
    said = [one for one in readiness.missing(incident) if check.title in one]
    stands = {"never_run": "has never been run", "failed": "failed when it was run last", "stale": "is stale"}
    assert said == ([] if standing == "passed" else [f"The regression check “{check.title}” {stands[standing]}."])
