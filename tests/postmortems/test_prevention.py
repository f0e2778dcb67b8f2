"""Prevention actions, regression checks and documented changes (A-07, A-14, A-16, A-19, A-20)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from incidents import lifecycle
from incidents.models import CrmNote, Escalation, Incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from postmortems import checks, overdue, prevention
from postmortems.checks import Run
from postmortems.models import ActionKind, DocumentedChange, PreventionAction, RegressionCheck
from tests.factories import after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("A-07", "A-16")
def test_all_ten_kinds_are_there_and_an_owner_and_a_day_are_required() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    assert ActionKind.objects.count() == 10
    for changes, field in (
        ({"owner": None}, "owner"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2026, 1, 1)}, "due_on"),
        ({"outcome": " "}, "outcome"),
        ({"title": ""}, "title"),
    ):
        with pytest.raises(Refused) as refused:
            team.plan(incident, **changes)
        assert refused.value.field == field
    assert not PreventionAction.objects.exists()


@pytest.mark.requirement("A-07")
def test_done_needs_evidence_and_another_person_verifies() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.plan(incident)
    with pytest.raises(Refused):
        prevention.finish(incident.pk, action.pk, evidence=" ", by=team.resolver, at=after(hours=36))
    prevention.finish(incident.pk, action.pk, evidence="Change 479", by=team.lead, at=after(hours=36))
    for person in (team.resolver, team.lead):
        with pytest.raises(Refused, match="other than its owner"):
            prevention.verify(incident.pk, action.pk, text="Fine", by=person, at=after(hours=37))
    with pytest.raises(IntegrityError), transaction.atomic():
        PreventionAction.objects.filter(pk=action.pk).update(state="verified", verified_by=team.resolver)
    prevention.verify(incident.pk, action.pk, text="Saw it", by=team.coordinator, at=after(hours=37))
    days = list(action.look_backs.values_list("days", flat=True))
    assert days == [30, 60, 90]
    first = action.look_backs.first()
    assert first is not None
    with pytest.raises(Refused, match="too early"):
        prevention.look_back(incident.pk, first.pk, came_back=False, text="x", by=team.lead, at=after(days=20))
    prevention.look_back(incident.pk, first.pk, came_back=True, text="Yes", by=team.lead, at=after(days=40))
    assert incident.timeline.filter(facts__did="looked_back").count() == 1


@pytest.mark.requirement("A-07", "A-14")
def test_not_doing_is_decided_by_two() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.plan(incident)
    prevention.decline(incident.pk, action.pk, reason="Too dear", by=team.lead, at=after(hours=36))
    assert PreventionAction.objects.get().state == "open"
    with pytest.raises(Refused, match="second person"):
        prevention.decline(incident.pk, action.pk, reason="", by=team.lead, at=after(hours=37))
    with pytest.raises(Refused, match="sign"):
        prevention.decline(incident.pk, action.pk, reason="", by=team.resolver, at=after(hours=37))
    prevention.decline(incident.pk, action.pk, reason="", by=team.coordinator, at=after(hours=37))
    assert PreventionAction.objects.get().state == "declined"
    with pytest.raises(IntegrityError), transaction.atomic():
        PreventionAction.objects.update(decline_agreed_by=team.lead)


def test_an_overdue_action_escalates_once_for_its_day() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.plan(incident)
    overdue.sweep_actions(now=action.due_at - timedelta(seconds=1))
    assert not Escalation.objects.filter(situation="action_overdue").exists()
    for _ in range(2):
        overdue.sweep_actions(now=action.due_at)
    raised = Escalation.objects.get(situation="action_overdue")
    # The support lead, whom the matrix names, and whoever owes it; each is led to where it is done.
    assert set(raised.recipients.all()) == {team.lead, team.resolver}
    letter = OutboundMessage.objects.get(kind="escalation", channel="email", responder=team.resolver)
    assert f"/incidents/{incident.pk}/review/#actions" in letter.body_text


@pytest.mark.requirement("A-19", "A-27")
def test_the_newest_run_decides_and_a_pass_goes_stale() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    check = team.passed(incident)
    assert check.standing == "passed"
    late = Run(False, "An old log", after(hours=20))
    checks.run(incident.pk, check.pk, late, by=team.resolver, at=after(hours=38))
    check.refresh_from_db()
    assert check.standing == "passed", "a run that arrives late and is older decides nothing"
    with pytest.raises(Refused):
        checks.run(incident.pk, check.pk, Run(True, " ", after(hours=38)), by=team.resolver, at=after(hours=38))
    assert checks.sweep(now=after(days=31)) == 0
    assert checks.sweep(now=after(days=32)) == 1
    check.refresh_from_db()
    assert check.standing == "stale"


@pytest.mark.requirement("A-20")
def test_a_change_has_link_and_day_and_no_change_is_signed_by_two() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    with pytest.raises(Refused) as refused:
        prevention.document_change(
            incident.pk, kind="runbook", text="Step 4", reference="", changed_on=None, by=team.lead, at=after(hours=36)
        )
    assert refused.value.field == "reference"
    none = prevention.document_change(
        incident.pk, kind="none", text="As it should", reference="", changed_on=None, by=team.lead, at=after(hours=36)
    )
    incident.refresh_from_db()
    assert any("waits for the signature" in sentence for sentence in incident.unsettled)
    with pytest.raises(Refused):
        prevention.sign_no_change(incident.pk, none.pk, by=team.lead, at=after(hours=37))
    prevention.sign_no_change(incident.pk, none.pk, by=team.coordinator, at=after(hours=37))
    incident.refresh_from_db()
    assert not any("change warranted" in one or "documented change" in one for one in incident.unsettled)
    assert len(DocumentedChange.Kind.values) == 7


@pytest.mark.requirement("A-14", "A-23", "B-135", "A-01")
def test_an_honest_close_goes_through_and_the_audit_finds_a_dishonest_one() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.publish(incident)
    team.verified(incident)
    team.passed(incident)
    prevention.document_change(
        incident.pk,
        kind="monitoring",
        text="Alert at 2 %",
        reference="https://git.example/479",
        changed_on=date(2026, 2, 4),
        by=team.lead,
        at=after(hours=38),
    )
    CrmNote.objects.update(state="recorded", reference="x", settled_at=after(hours=38))
    OutboundMessage.objects.update(state="sent", due_at=None)
    for escalation in incident.escalations.filter(taken_at=None, ended_at=None):
        lifecycle.take_escalation(escalation.pk, by=team.target, at=after(hours=38))
    closed = lifecycle.close(incident.pk, by=team.coordinator, at=after(hours=39))
    assert closed.closure == "completed"
    assert overdue.sweep_closed(now=after(hours=40)) == 0
    # Imported: closed without any of it.
    PreventionAction.objects.all().delete()
    Incident.objects.update(closure_audited_at=None)
    for _ in range(2):
        overdue.sweep_closed(now=after(hours=41))
    escalation = Escalation.objects.get(situation="closed_incomplete")
    assert "No prevention action" in escalation.text


def test_a_retired_check_needs_a_reason_and_no_longer_counts() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    check = team.check(incident)
    with pytest.raises(Refused):
        checks.retire(incident.pk, check.pk, reason="", by=team.lead, at=after(hours=36))
    checks.retire(incident.pk, check.pk, reason="The tool is gone", by=team.lead, at=after(hours=36))
    assert RegressionCheck.objects.get().is_retired


def test_an_action_offers_what_its_reader_may_do() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.plan(incident)
    browser = Client()
    for person, offered in ((team.lead, True), (team.communicator, False)):
        browser.force_login(person, backend=BACKEND)
        page = browser.get(reverse("postmortems:action", args=[action.pk])).content.decode()
        for act in ("replan", "decline_action"):
            address = reverse(f"postmortems:{act}", args=[action.pk])
            assert (f'href="{address}"' in page) is offered
            assert browser.get(address).status_code == (200 if offered else 403)
