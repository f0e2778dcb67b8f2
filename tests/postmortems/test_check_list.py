"""All regression checks on one page: the worst first, what rests on each, and only what one may see (A-14, A-19)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from incidents import lifecycle
from incidents.models import Incident, Responder, Situation
from postmortems import checks, gates
from postmortems.checks import Run, Scenario
from postmortems.gates import Pause
from postmortems.models import RegressionCheck
from tests.factories import ResponderFactory, after
from tests.postmortems.factories import Learners

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A-14", "A-19")]


def _page(by: Responder, query: str = "") -> Any:
    browser = Client()
    browser.force_login(by)
    return browser.get(f"/regression-checks/{query}")


def _titles(by: Responder, query: str = "") -> list[str]:
    return re.findall(r'class="t" href="/regression-checks/\d+/">([^<]+)</a>', _page(by, query).content.decode())


def _add(team: Learners, incident: Incident, title: str, passed: bool | None = None, days: int = 30) -> RegressionCheck:
    check = checks.add(
        incident.pk, Scenario(title, "It must not.", team.resolver, False, days), by=team.lead, at=after(hours=35)
    )
    if passed is not None:
        checks.run(incident.pk, check.pk, Run(passed, "seen", after(hours=36)), by=team.resolver, at=after(hours=36))
    return check


def _four(team: Learners, incident: Incident) -> None:
    _add(team, incident, "Passes", True, 60)
    _add(team, incident, "Goes stale", True, 1)
    _add(team, incident, "Never ran")
    _add(team, incident, "Fails", False)
    checks.sweep(now=after(hours=36 + 25))


def test_the_worst_stands_first_and_each_filter_shows_its_own() -> None:
    team = Learners()
    _four(team, team.resolved())
    assert _titles(team.lead) == ["Fails", "Goes stale", "Never ran", "Passes"]
    for standing, title in (
        ("failed", "Fails"),
        ("stale", "Goes stale"),
        ("never_run", "Never ran"),
        ("passed", "Passes"),
    ):
        assert _titles(team.lead, f"?standing={standing}") == [title]
    assert len(_titles(team.lead, "?standing=' OR 1=1 --&page=x")) == 4


def test_a_retired_check_stands_under_its_own_filter_alone() -> None:
    team = Learners()
    incident = team.resolved()
    check = _add(team, incident, "Not needed", False)
    checks.retire(incident.pk, check.pk, reason="The sender is gone", by=team.lead, at=after(hours=37))
    assert _titles(team.lead) == [] and _titles(team.lead, "?standing=failed") == []
    assert _titles(team.lead, "?standing=retired") == ["Not needed"]
    page = Client()
    page.force_login(team.lead)
    assert "Record a run" not in page.get(f"/regression-checks/{check.pk}/").content.decode()


def test_it_names_the_gates_and_the_close_that_rest_on_a_check() -> None:
    team = Learners()
    incident = team.resolved()
    _add(team, incident, "Fails", False)
    assert "The close of" in _page(team.lead).content.decode()
    gate = gates.pause(
        incident.pk, Pause("Bounces", name="Sender pool", owner=team.resolver), by=team.lead, at=after(hours=38)
    )
    text = _page(team.lead).content.decode()
    assert f'href="/gates/{gate.pk}/">Sender pool</a>' in text and f"/incidents/{incident.pk}/review/" in text


def test_mine_are_those_that_i_see_to_and_stay_mine_under_a_filter() -> None:
    team = Learners()
    _four(team, team.resolved())
    assert len(_titles(team.resolver, "?mine=1")) == 4 and _titles(team.lead, "?mine=1") == []
    text = _page(team.resolver, "?mine=1").content.decode()
    assert "mine=1&amp;standing=failed" in text
    assert "No check of yours here is stale." in _page(team.lead, "?mine=1&standing=stale").content.decode()


def test_an_empty_workspace_says_where_checks_come_from() -> None:
    team = Learners()
    text = _page(team.lead).content.decode()
    assert "No regression check yet." in text and 'href="/regression-checks/"' in text, "reachable from the rail"


def test_checks_of_a_restricted_incident_are_neither_shown_nor_counted() -> None:
    team = Learners()
    incident = team.resolved()
    _add(team, incident, "Secret scenario", False)
    lifecycle.raise_situation(
        incident.pk, situation=Situation.LEGAL_THREAT, text="A letter came.", by=team.coordinator, at=after(hours=40)
    )
    stranger = ResponderFactory(role="resolver")
    text = _page(stranger, "?standing=failed").content.decode()
    assert "Secret scenario" not in text and "No check here is failed." in text
    assert 'Failed <span class="num">0</span>' in text


def test_more_checks_cost_no_more_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    team = Learners()
    incident = team.resolved()
    _add(team, incident, "One", True)
    browser = Client()
    browser.force_login(team.lead)
    browser.get("/regression-checks/")

    with CaptureQueriesContext(connection) as first:
        browser.get("/regression-checks/")
    for place in range(6):
        _add(team, incident, f"More {place}", place % 2 == 0)
    with django_assert_num_queries(len(first)):
        browser.get("/regression-checks/")


def test_fifty_stand_on_a_page() -> None:
    team = Learners()
    incident = team.resolved()
    now = timezone.now()
    RegressionCheck.objects.bulk_create(
        RegressionCheck(
            incident=incident,
            title=f"Check {place:02}",
            scenario="x",
            key=f"check-{place}",
            owner=team.resolver,
            created_at=now - timedelta(days=1),
        )
        for place in range(51)
    )
    assert len(_titles(team.lead)) == 50 and _titles(team.lead, "?page=2") == ["Check 50"]
