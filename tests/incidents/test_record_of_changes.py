"""The record of changes as a page: everything on it can be asked for, and values read as words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents.detection import readings
from incidents.detection.intake import arranging
from incidents.detection.ladders import read
from incidents.detection.models import Metric
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    person = ResponderFactory(role="administrator", time_zone="Asia/Kolkata")
    browser = Browser()
    browser.force_login(person, backend=BACKEND)
    return browser


def test_whatever_was_changed_can_be_asked_for(browser: Browser) -> None:
    metric = Metric.objects.get(key="api_error_rate")
    rung = {"name": "busy", "comparison": ">", "threshold": "100", "severity": 3}
    readings.save_ladder(metric.pk, read({"rungs": [rung]}), by=None, at=timezone.now())
    arranging.save_source(None, {"name": "Prometheus", "kind": "alertmanager"}, by=None, at=timezone.now())
    page = browser.get("/settings/changes/?subject=metric").content.decode()
    assert '<option value="metric" selected>' in page and '<option value="inbound source"' in page
    assert metric.name in page and "Prometheus" not in page
    assert page.count('<option value="client"') == 1, "also what nobody changed yet"


def test_rows_and_instants_read_as_words(browser: Browser) -> None:
    metric = Metric.objects.get(key="api_error_rate")
    rung = {"name": "busy", "comparison": ">", "threshold": "100", "severity": 3}
    readings.save_ladder(metric.pk, read({"rungs": [rung]}), by=None, at=timezone.now())
    at = timezone.now().replace(hour=20, minute=0, second=7) - timedelta(days=1)
    arranging.save_source(None, {"name": "Prometheus", "kind": "alertmanager"}, by=None, at=at)
    rome, ada = ZoneInfo("Europe/Rome"), ResponderFactory()
    ends = (timezone.now() + timedelta(days=1)).astimezone(rome).replace(hour=22, minute=5, second=0, microsecond=0)
    told = {"kind": "maintenance", "reason": "Deploy", "conditions": "job = x", "starts_at": at, "ends_at": ends}
    arranging.add_silence({**told, "owner": ada}, by=ada, at=timezone.now())
    page = browser.get("/settings/changes/").content.decode()
    assert f"{ends.astimezone(ZoneInfo('Asia/Kolkata')):%-d %b %Y, %H:%M}:00 IST" in page
    assert (
        "name busy, fails yes, severity 3, threshold 100, comparison &gt;" in page and "{" not in page.split("<main")[1]
    )
    assert f"{at + timedelta(hours=5, minutes=30):%-d %b %Y}, 01:30:07 IST" in page and "+00:00</ins>" not in page
