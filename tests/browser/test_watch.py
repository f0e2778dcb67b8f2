"""The watch in a real browser: a job is registered and missed, a number climbs, a check is signed; clean for axe."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Page

from incidents.detection import heartbeats, sample
from incidents.detection.models import CheckDefinition, Heartbeat, Metric
from incidents.models import Incident
from incidents.sample.world import settle_world
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("ALLCLEAR_SHOTS", "")


def _sign_in(page: Page, url: str) -> None:
    session = Session()
    session.force_login(ResponderFactory(role=["administrator", "coordinator"]), backend=BACKEND)
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


@pytest.mark.requirement("B-114", "B-27")
def test_a_job_is_registered_pinged_and_missed(page: Page, live_server: Any) -> None:
    _sign_in(page, live_server.url)
    page.goto("/heartbeats/")
    page.click("text=Register a job")
    page.fill("#id_name", "Nightly sync")
    page.fill("#id_cron", "61 * * * *")
    page.click("button:has-text('Register')")
    assert "not a cron expression" in page.inner_text("#id_cron_error")
    assert page.input_value("#id_name") == "Nightly sync"
    page.fill("#id_cron", "")
    page.click("button:has-text('Register')")
    assert "Waiting for its first ping" in page.inner_text("h1")
    job = Heartbeat.objects.get()
    assert page.request.get(f"/ping/{job.code}").text() == "OK"
    page.reload()
    assert "Reports as expected" in page.inner_text("h1")
    heartbeats.sweep(now=timezone.now() + timedelta(hours=25, seconds=5))
    page.reload()
    assert "Did not report" in page.inner_text("h1")
    page.click(f"text=INC-{Incident.objects.get().pk}")
    assert "did not report in time" in page.inner_text("main")


def _pages() -> list[str]:
    metric, job = Metric.objects.get(key="bounce_rate"), Heartbeat.objects.get(slug="crm-sync")
    check = CheckDefinition.objects.get(key="crm-review")
    run = check.runs.latest("scheduled_for")
    return [
        "/heartbeats/",
        "/heartbeats/add/",
        f"/heartbeats/{job.pk}/",
        f"/heartbeats/{job.pk}/pings/{job.ping_count}/",
        "/readings/",
        f"/readings/{metric.pk}/",
        f"/readings/{metric.pk}/ladder/",
        f"/readings/{metric.pk}/record/",
        "/checks/",
        f"/checks/{check.pk}/",
        f"/checks/{check.pk}/change/",
        f"/checks/runs/{run.pk}/",
    ]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_of_the_watch_is_clean_for_axe(page: Page, live_server: Any, theme: str, width: int) -> None:
    settle_world()
    sample.load(now=timezone.now())
    _sign_in(page, live_server.url)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    wrong = []
    for path in _pages():
        page.goto(path)
        if SHOTS:
            name = f"{path.strip('/').replace('/', '-')}-{theme}-{width}.png"
            page.screenshot(path=str(Path(SHOTS) / name), full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path}: scrolls sideways")
        wrong += [
            f"{path}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]
        ]
    assert wrong == []
