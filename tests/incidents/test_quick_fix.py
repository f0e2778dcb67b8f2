"""The quick-fix lane: in scope or not, what stays mandatory, who hears of it; and containment beside it."""

import pytest
from django.test import Client

from incidents import lifecycle
from incidents.facts import Change, Fix, QuickFix
from incidents.models import Escalation, Incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db


def _told(team: Team, **more: object) -> QuickFix:
    facts = {"in_scope": True, "severity": 3, "client_ids": (team.client.pk,), "system_ids": (team.system.pk,), **more}
    return QuickFix(**facts)  # type: ignore[arg-type]


@pytest.mark.requirement("B-33", "C-14")
def test_in_scope_it_is_theirs_and_investigated_and_the_coordinator_hears_of_it() -> None:
    team = Team()
    incident = team.report(3)
    taken = lifecycle.quick_fix(incident.pk, _told(team), by=team.resolver, at=after(minutes=2))
    assert (taken.status, taken.resolver) == ("investigating", team.resolver)
    assert list(incident.timeline.order_by("seq").values_list("kind", flat=True)[:3]) == [
        "reported",
        "triaged",
        "investigated",
    ]
    raised = Escalation.objects.get(situation="quick_fix")
    assert list(raised.recipients.all()) == [team.coordinator] and "Devin Okafor fixes it at once" in raised.text
    assert OutboundMessage.objects.filter(recipient=team.coordinator.email, channel="email").exists()
    with pytest.raises(Refused, match="cannot quick fix"):
        lifecycle.quick_fix(incident.pk, _told(team), by=team.resolver, at=after(minutes=3))


@pytest.mark.requirement("B-33", "C-14")
def test_out_of_scope_it_stays_in_the_triage_queue_with_what_it_needs() -> None:
    team = Team()
    incident = team.report(3)
    with pytest.raises(Refused) as refused:
        lifecycle.quick_fix(incident.pk, _told(team, in_scope=False), by=team.resolver, at=after(minutes=2))
    assert refused.value.field == "reason"
    told = _told(team, in_scope=False, reason="Needs access to the CRM.")
    left = lifecycle.quick_fix(incident.pk, told, by=team.resolver, at=after(minutes=2))
    assert (left.status, left.resolver) == ("reported", None)
    assert incident.timeline.get(kind="noted").text == "Not in scope for Devin Okafor: Needs access to the CRM."
    assert not Escalation.objects.filter(situation="quick_fix").exists()


@pytest.mark.requirement("C-14")
@pytest.mark.parametrize(
    ("more", "field"), [({"severity": 0}, "severity"), ({"client_ids": ()}, "clients"), ({"system_ids": ()}, "systems")]
)
def test_nothing_of_the_log_may_be_skipped(more: dict[str, object], field: str) -> None:
    team = Team()
    incident = team.report(3)
    with pytest.raises(Refused) as refused:
        lifecycle.quick_fix(incident.pk, _told(team, **more), by=team.resolver, at=after(minutes=2))
    assert refused.value.field == field
    # All of it or none: it is not half triaged.
    assert Incident.objects.get().status == "reported" and incident.timeline.count() == 1
    assert not Escalation.objects.filter(situation="quick_fix").exists()


@pytest.mark.requirement("C-14", "B-134")
def test_test_evidence_stays_mandatory_in_the_lane() -> None:
    team = Team()
    incident = team.report(3, in_scope=True)
    assert Escalation.objects.filter(situation="quick_fix", incident=incident).exists()
    untested = Change("Restarted the worker", without_evidence_reason="It was on the screen only.")
    for act, field in (
        (lambda: lifecycle.change(incident.pk, untested, by=team.resolver, at=after(minutes=3)), "test_evidence"),
        (
            lambda: lifecycle.fix(incident.pk, Fix("a", "b", "c", " ", "ours"), by=team.resolver, at=after(minutes=4)),
            "test_evidence",
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == field


@pytest.mark.requirement("C-15")
def test_containment_needs_no_test_but_names_its_undo() -> None:
    team = Team()
    incident = team.report(3, in_scope=True)
    with pytest.raises(Refused) as refused:
        lifecycle.change(incident.pk, Change("Paused", containment=True), by=team.resolver, at=after(minutes=3))
    assert refused.value.field == "undo"
    contained = Change("Paused the sender", containment=True, undo="Resume it in the tool, after its gate.")
    lifecycle.change(incident.pk, contained, by=team.resolver, at=after(minutes=4))
    facts = incident.timeline.get(kind="changed").facts
    assert facts["containment"] is True and facts["undo"].startswith("Resume it")


@pytest.mark.requirement("B-33")
def test_its_page_asks_yes_or_no_and_keeps_what_was_typed() -> None:
    team = Team()
    incident = team.report(3)
    browser = Client()
    browser.force_login(team.resolver, backend=BACKEND)
    path = f"/incidents/{incident.pk}/quick-fix/"
    assert "Is it in your scope?" in browser.get(path).content.decode()
    typed = {"severity": 3, "clients": [team.client.pk], "systems": [], "description": "Typed.", "in_scope": "yes"}
    page = browser.post(path, typed).content.decode()
    assert "Choose at least one" in page and "Typed." in page
    done = browser.post(path, typed | {"systems": [team.system.pk]})
    assert done.status_code == 302 and Incident.objects.get().status == "investigating"
    browser.force_login(ResponderFactory(role="communicator"), backend=BACKEND)
    assert browser.get(path).status_code == 403
