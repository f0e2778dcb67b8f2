"""Why a promise was broken: a kind that is counted, words that stand on the record."""

import pytest
from django.test import Client as Browser

from incidents import clocks
from incidents.models import Clock, Incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from postmortems.explaining import explain_breach
from postmortems.models import BreachReason
from postmortems.reports.reading import by_severity
from postmortems.reports.sweep import sweep
from postmortems.reports.wanted import Wanted
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db


@pytest.fixture
def late() -> Clock:
    incident: Incident = Team().report(1)
    clocks.sweep(now=after(hours=6))
    return incident.clocks.get(kind="acknowledge")


def test_the_reason_is_on_the_record_and_in_the_figures(late: Clock) -> None:
    by = ResponderFactory(role="coordinator")
    explain_breach(late.pk, kind="nobody_on_call", text="Priya was on a plane.", by=by, at=after(hours=7))
    entry = late.incident.timeline.order_by("-seq")[0]
    assert entry.text == "Why “Acknowledge” was late: nobody on call. Priya was on a plane."
    assert (entry.by_id, entry.facts["breach_reason"]) == (by.pk, "nobody_on_call")
    sweep(now=after(hours=7))
    wanted = Wanted.from_query({"from": "2026-02-01", "to": "2026-02-09"}, after().date())
    sums = by_severity(wanted, [])[1]
    assert (sums["why_nobody_on_call"], sums["breached"], sums["unexplained"]) == (1, 3, 2)


def test_a_reason_may_be_changed_and_the_record_keeps_both(late: Clock) -> None:
    by = ResponderFactory(role="coordinator")
    for hour, kind in ((7, "access"), (8, "harder")):
        explain_breach(late.pk, kind=kind, text="Looked again.", by=by, at=after(hours=hour))
    assert BreachReason.objects.get().kind == "harder"
    assert late.incident.timeline.filter(facts__has_key="breach_reason").count() == 2


@pytest.mark.parametrize(("kind", "text", "field"), [("", "Late.", "kind"), ("access", "  ", "text")])
def test_a_reason_needs_a_kind_and_words(late: Clock, kind: str, text: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        explain_breach(late.pk, kind=kind, text=text, by=ResponderFactory(), at=after(hours=7))
    assert refused.value.field == field
    assert not BreachReason.objects.exists()


def test_a_promise_that_was_kept_has_no_reason() -> None:
    incident = Team().report(1)
    with pytest.raises(Refused, match="not broken"):
        explain_breach(
            incident.clocks.get(kind="resolve").pk, kind="access", text="x", by=ResponderFactory(), at=after()
        )


def test_the_page_records_it_and_keeps_what_was_typed(late: Clock) -> None:
    browser = Browser()
    browser.force_login(ResponderFactory(role="coordinator"), backend=BACKEND)
    address = f"/breaches/{late.pk}/explain-breach/"
    assert browser.get(address).status_code == 200
    refused = browser.post(address, {"kind": "", "text": "Priya was on a plane."})
    assert "Priya was on a plane." in refused.content.decode()
    told = browser.post(address, {"kind": "access", "text": "The key had expired."}, follow=True)
    assert "access or credentials" in told.content.decode()
    sweep(now=after(hours=7))
    page = browser.get("/reports/breaches/?from=2026-02-01&to=2026-02-09").content.decode()
    assert "The key had expired." in page and "Record the reason" in page
