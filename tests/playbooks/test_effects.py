"""Effects: replaced from above, idempotent, and the outage that owes its letters after an hour."""

import pytest

from incidents import clocks
from incidents.models import Clock
from incidents.playbooks import effects, standing
from incidents.playbooks.effects import Caused, Occasion
from tests.factories import after
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
