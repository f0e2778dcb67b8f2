"""Resolve, close, reopen, merge, cancel."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import lifecycle, notices
from incidents.facts import Resolution
from incidents.models import Clock, CrmNote, Escalation, Incident, IncidentClient, Role, RoleHolding
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import outbox
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
WORDS = Resolution(brief="Outreach paused", happened="A limit was hit.", did="We raised the limit.")


def _confirmed(team: Team, severity: int = 1) -> Incident:
    return team.confirm(team.to_verifying(severity), at=after(minutes=70))


@pytest.mark.requirement("B-62", "B-63", "B-64", "B-65", "B-66", "B-67", "B-68", "B-69", "B-70", "B-71", "C-20")
def test_resolving_writes_to_every_client_that_was_told_and_owes_a_note() -> None:
    team = Team()
    incident = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    assert (incident.status, incident.is_open) == ("resolved", False)
    letter = OutboundMessage.objects.get(kind="incident-resolved")
    assert letter.subject == "[Allclear] Resolved — Outreach paused"
    assert letter.body_text == (
        "Hi Dana,\n\nThe issue with your outreach emails has been resolved.\n\nWhat happened: A limit was hit.\n\n"
        "What we did: We raised the limit.\n\n"
        "Current status: Everything is back to normal and running as expected.\n\n"
        "If you notice anything else, just reply to this email.\n\n— The support team\n"
    )
    assert CrmNote.objects.get(incident=incident).client == team.client
    assert IncidentClient.objects.get(incident=incident).told_resolved_at == after(hours=2)
    assert Clock.objects.get(incident=incident, kind="resolve").provisional is False


@pytest.mark.requirement("C-12", "B-69")
def test_the_current_status_line_is_computed() -> None:
    team = Team()
    incident = _confirmed(team)
    incident.outage_started_at = after(minutes=20)
    outage = "The outage of an upstream service we rely on is not over yet."
    assert notices.current_status(incident) == outage
    incident.worked_around_at = after(minutes=30)
    assert notices.current_status(incident) == f"A workaround is in place. {outage}"
    incident.worked_around_at = after(hours=9)
    workaround = "A workaround is in place; the lasting fix has not been made yet."
    assert notices.current_status(incident) == f"{workaround} {outage}"
    incident.worked_around_at, incident.outage_ended_at = after(minutes=30), after(minutes=50)
    assert notices.current_status(incident) == "Everything is back to normal and running as expected."


@pytest.mark.requirement("B-61", "B-59")
def test_not_before_the_window_ends_nor_without_confirmation() -> None:
    team = Team()
    incident = team.to_verifying()
    with pytest.raises(Refused, match="has not confirmed"):
        lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(hours=2))
    team.confirm(incident, at=after(minutes=70))
    with pytest.raises(Refused, match="window runs until 3 Feb 2026 12:00 UTC"):
        lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(minutes=119))
    early = Resolution("b", "A limit was hit.", "Raised.", override_reason="The client asked.")
    with pytest.raises(Refused, match="may override"):
        lifecycle.resolve(incident.pk, early, by=team.communicator, at=after(minutes=119))
    lifecycle.resolve(incident.pk, early, by=team.coordinator, at=after(minutes=119))
    assert Clock.objects.get(incident=incident, kind="verification").state == "skipped"


@pytest.mark.requirement("B-61")
def test_who_may_not_override_is_told_before_writing_and_is_offered_no_reason() -> None:
    team = Team()
    RoleHolding.objects.create(role=Role.objects.get(key="communicator"), responder=team.coordinator)
    incident = team.confirm(team.to_verifying(), at=after(minutes=70))
    Incident.objects.filter(pk=incident.pk).update(verify_until=timezone.now() + timedelta(hours=1))
    for person, offered in ((team.communicator, False), (team.coordinator, True)):
        browser = Browser()
        browser.force_login(person, backend=BACKEND)
        page = browser.get(f"/incidents/{incident.pk}/resolve/").content.decode()
        assert ('name="override_reason"' in page) is offered
        assert ("It takes somebody who may override." in page) is not offered
    blocked = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    for person, offered in ((team.communicator, False), (team.coordinator, True)):
        browser = Browser()
        browser.force_login(person, backend=BACKEND)
        page = browser.get(f"/incidents/{blocked.pk}/close/").content.decode()
        assert ('name="force_reason"' in page) is offered


@pytest.mark.requirement("B-131")
def test_nothing_is_resolved_without_an_acknowledgement_or_a_recorded_exception() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=5))
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=6))
    team.confirm(team.fix(incident, at=after(minutes=20)), at=after(minutes=30))
    with pytest.raises(Refused, match="Nobody acknowledged"):
        lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(hours=2))
    excepted = Resolution("b", "A limit.", "Raised.", acknowledgement_exception="Fixed within minutes, by phone.")
    assert lifecycle.resolve(incident.pk, excepted, by=team.communicator, at=after(hours=2)).status == "resolved"
    assert not OutboundMessage.objects.filter(kind="incident-resolved").exists()


@pytest.mark.requirement("A-01", "A-14", "A-23", "B-62", "B-63", "B-135", "C-20")
def test_closing_is_refused_while_anything_is_owed() -> None:
    team = Team()
    incident = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    sentences = " ".join(one.sentence for one in lifecycle.blockers(incident))
    for missing in ("on its way", "CRM note", "review", "Nobody has taken"):
        assert missing in sentences
    with pytest.raises(Refused, match="Not yet"):
        lifecycle.close(incident.pk, by=team.coordinator, at=after(hours=3))
    note = CrmNote.objects.get()
    with pytest.raises(Refused, match="Give the note’s reference, or a reason"):
        lifecycle.settle_note(note.pk, by=team.communicator, at=after(hours=3))
    with pytest.raises(Refused, match="leave one of the two empty"):
        lifecycle.settle_note(note.pk, reference="1", waive_reason="2", by=team.communicator, at=after(hours=3))
    lifecycle.settle_note(note.pk, reference="deal/1#4", by=team.communicator, at=after(hours=3))
    lifecycle.record_review(incident.pk, text="In the wiki", by=team.coordinator, at=after(hours=3))
    for escalation in Escalation.objects.filter(taken_at=None, ended_at=None):
        lifecycle.take_escalation(escalation.pk, by=team.target, at=after(hours=3))
    OutboundMessage.objects.filter(state="pending").update(state="sent", due_at=None)
    closed = lifecycle.close(incident.pk, by=team.coordinator, at=after(hours=4))
    assert (closed.status, closed.closure) == ("closed", "completed")


@pytest.mark.requirement("A-14", "A-23")
def test_a_forced_close_escalates_with_what_is_missing() -> None:
    team = Team()
    lead = ResponderFactory(role="support_lead")
    incident = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    with pytest.raises(Refused, match="may override"):
        lifecycle.close(incident.pk, force_reason="Because", by=team.communicator, at=after(hours=3))
    closed = lifecycle.close(incident.pk, force_reason="Client left", by=lead, at=after(hours=3))
    assert closed.closure == "forced"
    escalation = Escalation.objects.get(situation="forced_close")
    assert "review is not published" in escalation.text
    assert {person.pk for person in escalation.recipients.all()} == {team.target.pk, lead.pk}


@pytest.mark.requirement("C-26", "B-70")
def test_reopened_by_the_client_they_must_be_answered_anew() -> None:
    team = Team()
    incident = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    again = lifecycle.reopen(incident.pk, reason="Still down", by_client=True, by=team.communicator, at=after(days=1))
    assert (again.status, again.acknowledged_at) == ("investigating", None)
    cycles = Clock.objects.filter(incident=incident, kind="acknowledge").order_by("cycle")
    assert [(clock.cycle, clock.state) for clock in cycles] == [(1, "met"), (2, "running")]
    resolve = Clock.objects.filter(incident=incident, kind="resolve").order_by("cycle").last()
    assert resolve is not None
    assert (resolve.cycle, resolve.due_at) == (2, after(days=1, hours=4))


@pytest.mark.requirement("C-26")
def test_too_late_it_is_a_new_incident() -> None:
    team = Team()
    incident = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    with pytest.raises(Refused, match="more than 14 days"):
        lifecycle.reopen(incident.pk, reason="x", by_client=False, by=team.coordinator, at=after(days=20))


def test_a_merged_duplicate_closes_and_its_client_joins() -> None:
    team = Team()
    stays = team.triage(team.report(2), at=after(minutes=2))
    other = ClientFactory()
    gone = team.report(2, client_ids=(other.pk,))
    merged = lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=9))
    stays.refresh_from_db(fields=["client_ids"])
    assert (merged.status, merged.closure, merged.merged_into_id) == ("closed", "merged", stays.pk)
    assert other.pk in stays.client_ids
    assert set(Clock.objects.filter(incident=gone).values_list("state", flat=True)) == {"cancelled"}


def test_not_an_incident_cancels_its_clocks_unless_a_client_was_told() -> None:
    team = Team()
    false_alarm = team.report(2)
    lifecycle.cancel(false_alarm.pk, reason="A test alert", by=team.coordinator, at=after(minutes=9))
    assert set(Clock.objects.filter(incident=false_alarm).values_list("state", flat=True)) == {"cancelled"}
    told = team.acknowledge(team.triage(team.report(2), at=after(minutes=3)), at=after(minutes=5))
    with pytest.raises(Refused, match="must hear its end"):
        lifecycle.cancel(told.pk, reason="x", by=team.coordinator, at=after(minutes=9))


def test_a_letter_that_failed_is_a_blocker_until_it_is_waived() -> None:
    team = Team()
    RoleHolding.objects.create(role=Role.objects.get(key="administrator"), responder=team.coordinator)
    incident = lifecycle.resolve(_confirmed(team).pk, WORDS, by=team.communicator, at=after(hours=2))
    letter = OutboundMessage.objects.get(kind="incident-resolved")
    OutboundMessage.objects.filter(pk=letter.pk).update(state="dead", due_at=None, last_error="SMTP 550")
    assert "retry_letter" in {one.verb for one in lifecycle.blockers(incident)}
    lifecycle.retry_letter(letter.pk, by=team.coordinator, at=after(hours=3))
    letter.refresh_from_db()
    assert letter.state == "pending"
    OutboundMessage.objects.filter(pk=letter.pk).update(state="dead", due_at=None, last_error="SMTP 550")
    lifecycle.waive_letter(letter.pk, reason="Called them", by=team.coordinator, at=after(hours=3))
    assert "retry_letter" not in {one.verb for one in lifecycle.blockers(incident)}
    assert outbox.is_held() is False
