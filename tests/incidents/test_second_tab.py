"""A settings form in a second tab does not save over the first without a word, and loses nothing of what was typed."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents.detection.intake import arranging
from incidents.detection.models import Metric, RoutingRule
from incidents.models import EscalationRule
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    return browser


def opened(browser: Browser, path: str) -> str:
    """The mark in the form of a page."""
    found = re.search(r'name="opened" value="([0-9a-f]{16})"', browser.get(path).content.decode())
    assert found, path
    return found[1]


def test_the_second_tab_is_told_once_and_may_then_save(browser: Browser) -> None:
    now = timezone.now()
    rule = arranging.save_rule(None, {"name": "Staging", "conditions": "environment = staging"}, by=None, at=now)
    path = f"/settings/routing/{rule.pk}/"
    told: dict[str, Any] = {"conditions": "environment = staging", "time_zone": "UTC", "is_enabled": "on"}
    first = second = opened(browser, path)
    assert browser.post(path, {**told, "name": "Of the first tab", "opened": first}).status_code == 302
    page = browser.post(path, {**told, "name": "Of the second tab", "opened": second}).content.decode()
    assert "Somebody saved this since you opened it." in page and 'value="Of the second tab"' in page
    assert RoutingRule.objects.get(pk=rule.pk).name == "Of the first tab"
    fresh = re.search(r'name="opened" value="([0-9a-f]{16})"', page)
    assert fresh and fresh[1] != second
    assert browser.post(path, {**told, "name": "Of the second tab", "opened": fresh[1]}).status_code == 302
    assert RoutingRule.objects.get(pk=rule.pk).name == "Of the second tab"


def test_as_long_as_nobody_saves_the_mark_stays(browser: Browser) -> None:
    """For every form that changes something: what it starts from is the same in both tabs, and at each look."""
    team = Team()
    source = arranging.save_source(None, {"name": "Prom", "kind": "alertmanager"}, by=None, at=timezone.now())
    metric, escalation = Metric.objects.get(key="bounce_rate"), EscalationRule.objects.filter(roles__isnull=False)[0]
    paths = [
        f"/settings/sources/{source.pk}/change/",
        f"/readings/{metric.pk}/change/",
        f"/readings/{metric.pk}/ladder/",
        f"/settings/escalation/{escalation.pk}/",
        f"/systems/{team.system.pk}/",
        f"/clients/{team.client.pk}/change/",
    ]
    for path in paths:
        assert opened(browser, path) == opened(browser, path), path
    assert 'name="opened"' not in browser.get("/readings/add/").content.decode()
