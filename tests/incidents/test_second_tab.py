"""A settings form in a second tab does not save over the first without a word, and loses nothing of what was typed."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import configuration, lifecycle
from incidents.detection.intake import arranging
from incidents.detection.models import Metric, RoutingRule
from incidents.models import EscalationRule, Incident, Role, SlaPolicy
from incidents.playbooks.models import Playbook
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    ada = ResponderFactory(role="administrator")
    ada.set_unusable_password()
    ada.save()
    browser.force_login(ada, backend=BACKEND)
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


def _typed(page: str) -> dict[str, Any]:
    """What the one settings form of a page sends when nothing is changed in it."""
    form = next(one for one in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if 'name="opened"' in one)
    told: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = re.search(r'type="(checkbox|radio)"', tag)
        if name and (not ticked or " checked" in tag):
            told.setdefault(name[1], []).append(unescape(value[1]) if value else "on" if ticked else "")
    for name, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        told[name] = unescape(words).removeprefix("\n")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        told[name] = [unescape(one) for one in re.findall(r'value="([^"]*)"[^>]*selected', options)]
    return told


def test_every_settings_form_tells_the_second_tab(browser: Browser) -> None:
    """Each is opened twice, saved from the first with one word more, and then from the second."""
    rob = ResponderFactory(name="Rob Ost", role="resolver")
    ResponderFactory(name="Sue Lee", role="resolver")
    rob.set_unusable_password()
    rob.save()
    source = arranging.save_source(None, {"name": "Hooks", "kind": "generic"}, by=None, at=timezone.now())
    book = Playbook.objects.get(shipped="api-down")
    role, policy = Role.objects.get(key="resolver"), SlaPolicy.objects.all()[0]
    hours = {"tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}}
    calendar = configuration.save_calendar(None, name="Office", body=hours, by=rob, at=timezone.now()).calendar
    changed: dict[str, dict[str, Any]] = {
        f"/settings/responders/{rob.pk}/": {"name": "Robin Ost"},
        f"/settings/roles/{role.pk}/": {f"position_{rob.pk}": "9"},
        "/settings/roles/": {f"{role.pk}:view_restricted": "on"},
        f"/settings/policies/{policy.pk}/rename/": {"name": "Another"},
        f"/settings/calendars/{calendar.pk}/": {"name": "Another"},
        f"/settings/sources/{source.pk}/mapping/": {"key": "id", "save": "yes"},
        f"/playbooks/{book.pk}/edit/outline/": {"summary": "Another"},
        f"/playbooks/{book.pk}/edit/steps/change/backup/": {"title": "Another"},
        "/preferences/": {"name": "Ada of the first tab"},
    }
    for path, more in changed.items():
        told = _typed(browser.get(path).content.decode())
        assert told["opened"], path
        first = browser.post(path, {**told, **more})
        assert first.status_code == 302, path
        second = browser.post(path, {**told, "save": "yes"} if "save" in more else told)
        assert "Somebody saved this since you opened it." in second.content.decode(), path
        again = {**_typed(second.content.decode()), **({"save": "yes"} if "save" in more else {})}
        assert browser.post(path, again).status_code == 302, path


def _to_update() -> tuple[Browser, Incident, datetime]:
    team, now = Team(), timezone.now().replace(microsecond=0)
    incident = team.triage(team.report(1, at=now - timedelta(minutes=30)), at=now - timedelta(minutes=25))
    team.acknowledge(incident, at=now - timedelta(minutes=20))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    return browser, incident, now


def _letter(now: datetime, happening: str, **more: str) -> dict[str, str]:
    until = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    return {"brief": "Outreach paused", "happening": happening, "doing": "We look.", "next_update_by": until, **more}


def _mark(page: str) -> str:
    found = re.search(r'name="opened" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.requirement("B-42")
def test_a_letter_from_a_second_tab_is_held_once_with_what_was_written_meanwhile() -> None:
    browser, incident, now = _to_update()
    path = f"/incidents/{incident.pk}/update/"
    written = OutboundMessage.objects.filter(kind="incident-update")
    first, second = _mark(browser.get(path).content.decode()), _mark(browser.get(path).content.decode())
    assert browser.post(path, _letter(now, "Twelve contacts are affected.", opened=first)).status_code == 302
    assert written.count() == 1
    # Looking at it once more is not having read what came meanwhile.
    looked = browser.post(path, _letter(now, "All is well.", opened=second, preview="1")).content.decode()
    assert _mark(looked) == second
    page = browser.post(path, _letter(now, "All is well.", opened=second)).content.decode()
    assert "You wrote to the clients at" in page and "Twelve contacts are affected." in unescape(page)
    assert "All is well.</textarea>" in page and written.count() == 1
    assert browser.post(path, _letter(now, "All is well.", opened=_mark(page))).status_code == 302
    assert written.count() == 2


def test_a_letter_that_was_taken_back_does_not_hold_the_next_one() -> None:
    browser, incident, now = _to_update()
    path = f"/incidents/{incident.pk}/update/"
    mark = _mark(browser.get(path).content.decode())
    browser.post(path, _letter(now, "Twelve contacts are affected.", opened=mark))
    incident.refresh_from_db()
    assert incident.communicator is not None
    lifecycle.take_back(incident.pk, seq=incident.entry_count, by=incident.communicator, at=timezone.now())
    assert browser.post(path, _letter(now, "Thirteen contacts are affected.", opened=mark)).status_code == 302
