"""Effects: replaced from above, idempotent, and the outage that owes its letters after an hour."""

import pytest
from django.test import Client as Browser

from incidents import clocks
from incidents.models import Clock
from incidents.playbooks import effects, standing
from incidents.playbooks.effects import Caused, Occasion
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory, after
from tests.playbooks.factories import Following

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-84")
def test_a_storey_above_supplies_what_pausing_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "KNOWN", dict(effects.KNOWN))
    seen: list[Occasion] = []

    def pause(occasion: Occasion) -> Caused:
        seen.append(occasion)
        return Caused("PAUSE-18", "/paused/18/")

    effects.supply("pause_item", pause)
    run = Following("email-bounce-spike")
    run.do("pause", sender="Tuesday sequence")
    assert seen[0].answers == {"sender": "Tuesday sequence"}
    assert seen[0].options["gate"] == "bounce rate under 2 %"
    (kept,) = run.step("pause").records.get().caused
    assert kept == {"effect": "pause_item", "sentence": "PAUSE-18", "url": "/paused/18/"}
    assert effects.KNOWN["pause_item"].permission == "pause_work"


@pytest.mark.requirement("B-82", "C-09")
def test_an_outage_of_more_than_an_hour_asks_for_the_letter_of_those_not_told() -> None:
    run = Following("api-down", severity=3)
    run.do("status-page", cause="Provider outage", began=after(minutes=2))
    step = run.run.version.content.step("notify")
    assert step is not None

    def need(minutes: float) -> str:
        run.incident.refresh_from_db()
        return standing.need(step, standing.known(run.incident, run.run.steps.all(), after(minutes=minutes)))

    assert (need(62), need(62.1)) == ("not needed", "required")
    notice = Clock.objects.get(incident=run.incident, kind=Clock.Kind.OUTAGE_NOTICE)
    assert notice.due_at == after(minutes=62)
    clocks.sweep(now=after(minutes=63))
    assert run.incident.escalations.filter(situation="outage_notice").exists()


def test_a_timer_that_runs_already_is_said_and_not_started_again() -> None:
    run = Following("api-down")
    run.do("status-page", cause="Provider outage")
    run.incident.refresh_from_db()
    begun = run.incident.outage_started_at
    run.save("status-page", cause="Rate limited")
    assert run.told().count("outage_started") == 1
    run.incident.refresh_from_db()
    assert run.incident.outage_started_at == begun


def _said(run: Following, key: str) -> str:
    (caused,) = run.step(key).records.latest("pk").caused
    return str(caused["sentence"])


@pytest.mark.requirement("B-82")
def test_an_outage_older_than_its_incident_counts_from_the_incident_and_says_so() -> None:
    run = Following("api-down")
    run.do("status-page", cause="Provider outage", began=after(minutes=-30))
    run.incident.refresh_from_db()
    assert run.incident.outage_started_at == run.incident.opened_at == after()
    runs = "The outage timer runs since 3 Feb 2026 10:00 UTC"
    assert _said(run, "status-page") == f"{runs}, when the incident began; the outage is older."
    browser = Browser()
    browser.force_login(ResponderFactory(role="coordinator", time_zone="Asia/Tokyo"), backend=BACKEND)
    page = browser.get(f"/incidents/{run.incident.pk}/playbooks/{run.run.pk}/").content.decode()
    assert "runs since 19:00 on Tuesday 3 February (JST), when" in page
    assert "<dd>18:30 on Tuesday 3 February (JST)</dd>" in page
    # What is over is not announced as to come.
    assert "Ticking it can also do" not in page.split("Check provider status page")[1].split("switch to backup")[0]
    timeline = browser.get(f"/incidents/{run.incident.pk}/").content.decode()
    assert "The outage began 18:30 on Tuesday 3 February (JST)" in timeline


@pytest.mark.requirement("B-97", "B-110")
def test_a_step_that_restricts_the_incident_says_so() -> None:
    run = Following("client-report")
    told = {"what": "All of it", "stopped": "Today", "changes": "None"}
    run.do("ask", **told, said="Legal threat")
    told_then = f"those on the matrix are told. {run.incident.reference} is for named people only from now on."
    assert _said(run, "ask") == f"“Legal threat” is raised; {told_then}"


def test_only_what_ticking_does_is_announced() -> None:
    run = Following("outreach-suspension")
    browser = Browser()
    browser.force_login(ResponderFactory(role="coordinator"), backend=BACKEND)
    page = browser.get(f"/incidents/{run.incident.pk}/playbooks/{run.run.pk}/").content.decode()
    assert "Ticking it can also do: pause an item." in page and "can also do: owe" not in page
