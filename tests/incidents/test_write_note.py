"""A note for each affected client in HubSpot, with its proof; it blocks closing and never a letter (fault 24)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import crm, lifecycle
from incidents.facts import Resolution
from incidents.models import CrmNote, Escalation, Incident, TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import delivery
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, Team, after
from tests.notifications.hubspot import Crm, Failure
from tests.notifications.hubspot import crm as running
from tests.notifications.sink import Sink, smtp

pytestmark = pytest.mark.django_db
WORDS = Resolution(brief="Outreach paused", happened="A limit was hit.", did="We raised the limit.")


@pytest.fixture
def server(settings: Any) -> Iterator[Crm]:
    with running(settings) as started:
        yield started


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as started:
        yield started


def _resolved(team: Team) -> Incident:
    incident = team.confirm(team.to_verifying(1), at=after(minutes=70))
    return lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(hours=2))


def _deliver(**later: float) -> None:
    now = timezone.now() + timedelta(**later)
    delivery.sweep("crm", now=now)
    crm.sweep(now=now)


def _owed(incident: Incident) -> str:
    return " ".join(one.sentence for one in lifecycle.blockers(incident) if one.verb == "settle_note")


@pytest.mark.requirement("B-63", "C-20")
def test_each_affected_client_gets_its_note_and_the_incident_its_proof(server: Crm) -> None:
    team, other = Team(crm_reference="41"), ClientFactory(crm_kind="companies", crm_reference="42")
    incident = team.report(1, client_ids=(team.client.pk, other.pk))
    team.triage(incident, at=after(minutes=5))
    team.acknowledge(incident, at=after(minutes=10))
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=12))
    team.confirm(team.fix(incident, at=after(minutes=60)), at=after(minutes=70))
    lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(hours=2))
    assert str(team.client) in _owed(incident)
    assert str(other) in _owed(incident)
    _deliver()
    _deliver()
    assert {note.on for note in server.notes.values()} == {"deals/41", "companies/42"}
    assert all("A limit was hit. We raised the limit." in note.body for note in server.notes.values())
    note = CrmNote.objects.get(client=team.client)
    number = next(n for n, kept in server.notes.items() if kept.on == "deals/41")
    assert (note.state, note.reference, note.settled_by) == ("sent", str(number), None)
    assert note.link.endswith(f"/contacts/777/record/0-3/41?engagement={number}")
    assert _owed(incident) == ""
    lines = TimelineEntry.objects.filter(incident=incident, kind="note_settled")
    assert {line.facts["reference"] for line in lines} == {str(n) for n in server.notes}
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    assert note.link.replace("&", "&amp;") in browser.get(f"/incidents/{incident.pk}/").content.decode()
    assert "by Allclear" in browser.get(f"/crm-notes/{note.pk}/settle/").content.decode()


@pytest.mark.requirement("B-63", "C-20")
def test_a_deal_that_is_gone_stays_owed_is_escalated_and_can_be_tried_again_elsewhere(server: Crm) -> None:
    team = Team(crm_reference="4444")
    incident = _resolved(team)
    _deliver()
    _deliver()
    note = CrmNote.objects.get()
    assert note.state == "owed"
    assert "owed" in _owed(incident)
    assert "no deal 4444" in TimelineEntry.objects.get(incident=incident, kind="note_failed").text
    escalation = Escalation.objects.get(situation="crm_note_failed")
    assert [person.pk for person in escalation.recipients.all()] == [team.communicator.pk]
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/").content.decode()
    assert "no deal 4444" in page
    assert f"/crm-notes/{note.pk}/write/" in page
    team.client.crm_reference = "41"
    team.client.save()
    answer = browser.post(f"/crm-notes/{note.pk}/write/", follow=True)
    assert "HubSpot is told" in answer.content.decode()
    with pytest.raises(Refused, match="on its way"):
        lifecycle.write_note(note.pk, by=team.communicator, at=timezone.now())
    _deliver()
    note.refresh_from_db()
    assert note.state == "sent"
    assert [kept.on for kept in server.notes.values()] == ["deals/41"]
    escalation.refresh_from_db()
    assert escalation.ended_at is not None
    with pytest.raises(Refused, match="settled already"):
        lifecycle.write_note(note.pk, by=team.communicator, at=timezone.now())


@pytest.mark.requirement("B-63", "C-20")
def test_recorded_by_hand_it_is_withdrawn_from_the_outbox_and_its_escalation_ends(server: Crm) -> None:
    team = Team(crm_reference="4444")
    _resolved(team)
    _deliver()
    note = CrmNote.objects.get()
    lifecycle.settle_note(note.pk, reference="in the wiki", by=team.communicator, at=timezone.now())
    message = OutboundMessage.objects.get(channel="crm")
    assert message.state == "superseded"
    assert message.noticed_at is not None
    assert Escalation.objects.get(situation="crm_note_failed").ended_at is not None
    server.records["deals/4444"] = False
    _deliver(hours=3)
    assert not server.notes


def test_written_in_the_very_moment_in_which_a_person_recorded_it_both_are_on_the_record(server: Crm) -> None:
    team = Team(crm_reference="41")
    incident = _resolved(team)
    delivery.sweep("crm", now=timezone.now())
    note = CrmNote.objects.get()
    lifecycle.settle_note(note.pk, reference="by phone", by=team.communicator, at=timezone.now())
    assert crm.sweep(now=timezone.now()) == 1
    note.refresh_from_db()
    assert (note.state, note.reference) == ("recorded", "by phone")
    line = TimelineEntry.objects.filter(incident=incident, kind="note_settled").order_by("seq").last()
    assert line is not None
    assert "although it was recorded by hand" in line.text


@pytest.mark.requirement("C-20", "B-62")
def test_a_crm_that_refuses_never_holds_up_the_letter_of_the_client(server: Crm, sink: Sink) -> None:
    server.token = "another"
    team = Team(crm_reference="41")
    incident = _resolved(team)
    delivery.sweep("crm", now=timezone.now())
    assert OutboundMessage.objects.get(channel="crm").state == "dead"
    OutboundMessage.objects.filter(channel="email").update(stale_at=None)
    delivery.sweep("email", now=timezone.now())
    subjects = [mail["Subject"] for mail in sink.arrived]
    assert "[Allclear] Resolved — Outreach paused" in subjects
    incident.refresh_from_db(fields=["status"])
    assert incident.status == "resolved"
    assert _owed(incident)


@pytest.mark.parametrize(
    ("client", "restricted", "sentence"),
    [
        ({"crm_reference": "41"}, True, "restricted"),
        ({"crm_reference": ""}, False, "no HubSpot deal"),
        ({"crm_reference": "deal/northwind"}, False, "no HubSpot deal"),
    ],
)
def test_what_is_for_a_person_is_not_sent_and_says_why(
    server: Crm, client: dict[str, str], restricted: bool, sentence: str
) -> None:
    team = Team(**client)
    incident = team.confirm(team.to_verifying(1), at=after(minutes=70))
    if restricted:
        Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    lifecycle.resolve(incident.pk, WORDS, by=team.communicator, at=after(hours=2))
    _deliver()
    assert not server.notes
    note = CrmNote.objects.get()
    assert note.state == "owed"
    with pytest.raises(Refused, match=sentence):
        lifecycle.write_note(note.pk, by=team.communicator, at=after(hours=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    assert sentence in browser.get(f"/crm-notes/{note.pk}/settle/").content.decode()


def test_without_a_token_notes_are_recorded_by_hand(settings: Any) -> None:
    settings.HUBSPOT_TOKEN = ""
    team = Team(crm_reference="41")
    incident = _resolved(team)
    assert not OutboundMessage.objects.filter(channel="crm").exists()
    assert "owed" in _owed(incident)
    with pytest.raises(Refused, match="No HubSpot token"):
        lifecycle.write_note(CrmNote.objects.get().pk, by=team.communicator, at=after(hours=3))


@pytest.mark.requirement("B-63", "B-110")
def test_a_note_that_waits_when_its_incident_is_restricted_is_never_written_and_stays_owed(server: Crm) -> None:
    """HubSpot was down while the incident was resolved, and everybody there would read the note."""
    team = Team(crm_reference="41")
    incident = _resolved(team)
    server.failures = [Failure(503)]
    _deliver()
    assert not server.notes and OutboundMessage.objects.get(channel="crm").state == "pending"
    by = {"by": team.coordinator, "at": after(hours=3)}
    lifecycle.restrict(incident.pk, people=[], reason="Names in it.", **by)
    _deliver(hours=1)
    assert not server.notes and OutboundMessage.objects.get(channel="crm").state == "superseded"
    assert CrmNote.objects.get().state == "owed" and _owed(incident)
    page = Browser()
    page.force_login(team.coordinator, backend=BACKEND)
    assert "Withdrawn: the incident is restricted now" in page.get(f"/incidents/{incident.pk}/").content.decode()
    told = page.get(f"/crm-notes/{CrmNote.objects.get().pk}/settle/").content.decode()
    assert "a person decides what it says" in told


@pytest.mark.requirement("B-63")
def test_whoever_settles_what_another_settled_meanwhile_is_told_and_keeps_what_was_typed() -> None:
    team = Team()
    note = CrmNote.objects.get(incident=_resolved(team))
    page = Browser()
    page.force_login(team.communicator, backend=BACKEND)
    where = f"/crm-notes/{note.pk}/settle/"
    assert page.post(where, {"reference": "N-1"}).status_code == 302
    late = page.post(where, {"reference": "N-2"}).content.decode()
    assert "It was settled already: recorded by hand" in late and "N-2" in late
    assert CrmNote.objects.get().reference == "N-1"
    assert "Not saved" not in page.get(where).content.decode()


def test_a_note_that_waits_says_why_and_the_record_says_given_and_not_written(server: Crm) -> None:
    team = Team(crm_reference="4444")
    incident = _resolved(team)
    _deliver()
    note = CrmNote.objects.get()
    team.client.crm_reference = "41"
    team.client.save()
    server.failures = [Failure(429, {"Retry-After": "90"})]
    lifecycle.write_note(note.pk, by=team.communicator, at=timezone.now())
    _deliver()
    said = incident.timeline.filter(kind="noted").last()
    assert said is not None and said.text == f"HubSpot is given the CRM note for {team.client}."
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/crm-notes/{note.pk}/settle/").content.decode()
    assert "CRM rests: HubSpot 429" in page
    _deliver(seconds=95)
    assert "rests" not in browser.get(f"/crm-notes/{note.pk}/settle/").content.decode()
