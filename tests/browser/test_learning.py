"""A resolved SEV-1 through review, action, check, gate and staged restart to the honest close, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Page

from incidents.models import Incident, Responder, Tier
from incidents.sign_in import BACKEND
from notifications import delivery
from postmortems import reviews
from postmortems.models import ActionKind, Criterion, PreventionAction, RegressionCheck, RestartGate
from tests.notifications.sink import smtp
from tests.postmortems.factories import ANSWERS, Learners

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
HONEST = '[aria-label="What an honest close asks for"] li'
BLOCKERS = "ul.blockers:not([aria-label]) li"


@pytest.fixture
def become(page: Page, live_server: Any) -> Callable[[Responder], None]:
    def sign_in(person: Responder) -> None:
        session = Session()
        session.force_login(person, backend=BACKEND)
        page.context.clear_cookies()
        cookie = {"name": "sessionid", "value": session.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]

    return sign_in


def _do(page: Page, address: str, **answers: Any) -> str:
    """Fills the form at an address and sends it; returns what the next page says."""
    page.goto(address)
    for name, value in answers.items():
        field = page.locator(f"#id_{name}")
        if value is True:
            field.check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form .foot button[type=submit]").first.click()
    page.wait_for_load_state()
    assert page.locator(".invalid-feedback, .alert-danger").all_inner_texts() == [], address
    return page.inner_text("main")


@pytest.mark.requirement("A-01", "A-09", "A-10", "A-14", "A-19", "A-23", "B-72", "B-73", "B-75")
def test_from_a_resolved_sev_1_to_an_honest_close(
    page: Page, live_server: Any, settings: Any, become: Callable[[Responder], None]
) -> None:
    team = Learners(tier=Tier.objects.get(key="premium"))
    incident = team.resolved()
    at = f"/incidents/{incident.pk}"
    become(team.resolver)
    said = _do(
        page,
        f"{at}/pause-work/",
        name="Sender pool",
        kind="tool",
        reason="Bounces",
        partial_scope="One sender",
        partial_hours="0",
    )
    assert "Sender pool" in said
    gate = RestartGate.objects.get()
    assert reviews.sweep(now=timezone.now()) == 1

    # Nothing is learned yet: closing is refused, and every missing thing has a name.
    become(team.coordinator)
    page.goto(f"{at}/close/")
    refused = page.inner_text("main")
    for missing in ("prevention action", "regression check", "documented change", "postmortem letter", "Sender pool"):
        assert missing in refused
    assert "refused" in page.inner_text("main") or page.locator(BLOCKERS).count() >= 5
    assert "missing" in " ".join(page.locator(HONEST).all_inner_texts())

    become(team.lead)
    page.goto(f"{at}/review/")
    for name, text in ANSWERS.items():
        page.fill(f"#id_{name}", text.replace("Volume", "**Volume**") if name == "root_cause" else text)
    page.wait_for_selector("#review-preview strong:has-text('Volume')")
    page.click("text=Submit for sign-off")
    assert "safeguard" in page.inner_text("main").lower()
    _do(page, f"{at}/add-safeguard/", name="Bounce alert", detail="It had no threshold.")
    page.goto(f"{at}/review/")
    page.click("text=Submit for sign-off")
    assert "Submitted" in page.inner_text("main")
    _do(
        page,
        f"{at}/plan-action/",
        kind=str(ActionKind.objects.get(key="alert_tuning").pk),
        title="Alert on bounces over 2 %",
        outcome="A test reading of 2.1 opens an incident",
        owner=str(team.resolver.pk),
        due_on="2026-12-31",
    )
    _do(page, f"{at}/add-check/", title="Forty dead addresses", scenario="Import them.", owner=str(team.resolver.pk))
    _do(
        page,
        f"{at}/document-change/",
        kind="monitoring",
        text="Alert added",
        reference="CHG-1",
        changed_on="2026-11-01",
    )
    # Whoever submitted it is not offered to sign it.
    page.goto(f"{at}/review/")
    assert "Submitted" in page.inner_text("main") and not page.get_by_role("link", name="Sign off").count()

    become(team.coordinator)
    assert "published" in _do(page, f"{at}/sign-review/").lower()
    action, check = PreventionAction.objects.get(), RegressionCheck.objects.get()
    become(team.resolver)
    _do(page, f"/actions/{action.pk}/finish-action/", evidence="Change 479")
    _do(page, f"/regression-checks/{check.pk}/run-check/", passed="yes", evidence="0 of 40 sent")
    become(team.coordinator)
    _do(page, f"/actions/{action.pk}/verify-action/", text="Saw the alert")

    # Who asked for the pause confirms nothing alone: the criteria are the support lead's.
    become(team.lead)
    for row in Criterion.objects.filter(gate=gate, how="confirmed"):
        _do(page, f"/criteria/{row.pk}/confirm-criterion/", evidence="Seen in the alert log")
    become(team.coordinator)
    for stage in ("shadow", "partial", "normal"):
        _do(page, f"/gates/{gate.pk}/restart-work/", stage=stage)
        gate.refresh_from_db()
        assert gate.stage == stage

    become(team.communicator)
    with smtp(settings) as sink:
        _do(page, f"{at}/send-postmortem/", brief="Outreach paused")
        delivery.sweep("email", now=timezone.now())
        letter = next(mail for mail in sink.arrived if "What happened and what we changed" in str(mail["Subject"]))
        assert "Our sending volume grew too fast." in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    become(team.coordinator)
    page.goto(f"{at}/close/")
    asked = page.locator(HONEST).all_inner_texts()
    assert len(asked) == 5 and not any("missing" in one for one in asked), asked
    blockers = page.locator(BLOCKERS).all_inner_texts()
    assert all("CRM" in one or "taken the escalation" in one for one in blockers), blockers
    page.goto(f"{at}/")
    while page.get_by_role("button", name="I have it").count():
        page.get_by_role("button", name="I have it").first.click()
        assert "It is yours" in page.inner_text("main")
    for note in Incident.objects.get().crm_notes.all():
        page.goto(f"/crm-notes/{note.pk}/settle/")
        page.fill("[name=reference]", "Deal 77")
        page.locator("main form .foot button[type=submit]").first.click()
    _do(page, f"{at}/close/")
    closed = Incident.objects.get()
    assert closed.status == "closed", page.inner_text("main")[:600]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_learning_are_clean_for_axe_also_on_a_phone(
    page: Page, become: Callable[[Responder], None], scheme: str
) -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.publish(incident)
    action, check = team.verified(incident), team.passed(incident)
    become(team.admin)
    _do(
        page,
        f"/incidents/{incident.pk}/pause-work/",
        name="Pool",
        kind="tool",
        reason="Bounces",
        metric="bounce-rate",
        limit="2",
        unit="%",
    )
    gate = RestartGate.objects.get()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    addresses = ["/reviews/", "/actions/", "/changes/", "/paused-work/", "/settings/learning/", f"/gates/{gate.pk}/"]
    addresses += [f"/incidents/{incident.pk}/review/", f"/incidents/{incident.pk}/review/history/"]
    addresses += [f"/actions/{action.pk}/", f"/regression-checks/{check.pk}/", "/settings/procedures/add/"]
    wrong = {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            found = Axe().run(page)
            if found.violations_count:
                wrong[f"{address} {width}"] = [
                    (one["id"], [node["html"][:90] for node in one["nodes"][:2]])
                    for one in found.response["violations"]
                ]
            if width == 390 and page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                wrong[f"{address} wide"] = [("wider than the phone", [])]
    assert wrong == {}
