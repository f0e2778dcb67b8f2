"""A refusal names an instant in UTC once; whoever reads it on a page reads it on their own clock."""

import ast
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import lifecycle
from incidents.models import Incident, Responder
from incidents.sign_in import BACKEND
from incidents.spelling import for_zone, in_utc
from tests.api.conftest import Program, told
from tests.factories import Team, after

ROOT = Path(__file__).parents[2]


def _browser(person: Responder, zone: str) -> Browser:
    Responder.objects.filter(pk=person.pk).update(time_zone=zone)
    browser = Browser()
    browser.force_login(Responder.objects.get(pk=person.pk), backend=BACKEND)
    return browser


def _investigated() -> tuple[Team, Incident]:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3, seconds=7))
    team.acknowledge(incident, at=after(minutes=5))
    return team, lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=8))


@pytest.mark.django_db
def test_who_was_faster_is_told_on_the_readers_clock_wherever_a_page_says_it() -> None:
    team, incident = _investigated()
    browser = _browser(team.coordinator, "Asia/Tokyo")
    said = "did that already, at 19:03:07 on Tuesday 3 February (JST): "
    at = f"/incidents/{incident.pk}/triage/"
    # Opened too late; sent too late, with words that are kept; sent too late, with nothing to keep.
    assert said in browser.get(at).content.decode()
    typed = browser.post(at, {"severity": "1", "note": "x", "reason": "Words to keep"}, follow=True).content.decode()
    assert said in typed and "10:03:07 UTC:" not in typed


@pytest.mark.django_db
def test_a_refusal_beside_its_field_speaks_the_readers_clock_and_the_verb_speaks_utc() -> None:
    team, incident = _investigated()
    team.fix(incident, at=timezone.now())
    team.confirm(incident, at=timezone.now())
    until = Incident.objects.get(pk=incident.pk).verify_until
    assert until is not None
    browser = _browser(team.communicator, "Asia/Kolkata")
    typed = {"brief": "Emails not sent", "happened": "Emails were not sent.", "did": "We sent them."}
    page = browser.post(f"/incidents/{incident.pk}/resolve/", typed).content.decode()
    local = for_zone(in_utc(until), ZoneInfo("Asia/Kolkata"))
    assert f"runs until {local}; resolving earlier" in page and f"{in_utc(until)};" not in page


@pytest.mark.django_db
def test_the_api_says_it_in_utc() -> None:
    team, incident = _investigated()
    Responder.objects.filter(pk=team.resolver.pk).update(time_zone="Asia/Tokyo")
    answer = Program(team.resolver).post(f"/incidents/{incident.pk}/investigate", {})
    assert answer.status_code == 409
    assert " did that already, at 3 Feb 2026 10:08:00 UTC: " in told(answer)["refusal"]


def test_no_refusal_spells_an_instant_by_hand() -> None:
    """By hand it would be UTC for everybody: only what `in_utc` wrote is told in another zone."""
    wrong = []
    for app in ("incidents", "postmortems"):
        for path in sorted((ROOT / app).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refused":
                    wrong += [f"{path}:{one.lineno}" for one in ast.walk(call) if _is_clock(one)]
    assert wrong == []


def _is_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and ("%H" in node.value or "UTC" in node.value)
    )
