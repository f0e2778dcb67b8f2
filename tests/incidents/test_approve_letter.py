"""A letter that policy wants read by a second person: nothing of it happens until somebody else approves it."""

import copy
import threading
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from incidents import clocks, configuration, lifecycle, timeline, wordings
from incidents.facts import Acknowledgement, Resolution
from incidents.models import (
    AwaitingLetter,
    ClientLetter,
    Clock,
    Escalation,
    Incident,
    PolicyVersion,
    Responder,
    SlaPolicy,
    System,
    Tier,
    TimelineEntry,
)
from incidents.owed import owed_by
from incidents.policy import SHIPPED, Policy
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import T0, ClientFactory, ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
Kind = TimelineEntry.Kind


def ask(*, severities: tuple[int, ...] = (1, 2), tier: str = "", at: datetime = T0) -> None:
    """Policy wants a second person for letters about these severities, or for one tier only."""
    body = copy.deepcopy(SHIPPED)
    for rank in severities:
        if tier:
            body["tiers"].setdefault(tier, {})[f"SEV-{rank}"] = {"approval": True}
        else:
            body["severities"][f"SEV-{rank}"]["approval"] = True
    ada = Responder.objects.filter(email="ada@example.org").first()
    ada = ada or ResponderFactory(name="Ada Lindqvist", email="ada@example.org", role="administrator")
    policy = SlaPolicy.objects.get(is_default=True)
    configuration.add_version(policy.pk, body, note="Two pairs of eyes", by=ada, at=at)


@pytest.fixture
def team() -> Team:
    ask()
    return Team()


def triaged(team: Team, severity: int = 1) -> Incident:
    incident = team.report(severity)
    return team.triage(incident, at=after(minutes=5))


def written(team: Team, *, at: datetime | None = None, **more: Any) -> AwaitingLetter:
    incident = triaged(team)
    team.acknowledge(incident, at=at or after(minutes=10), **more)
    return AwaitingLetter.objects.get(incident=incident)


def letters(incident: Incident) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(about=incident.about, kind__startswith="incident-").order_by("pk"))


def clock(incident: Incident, kind: str) -> Clock:
    return Clock.objects.filter(incident=incident, kind=kind).order_by("-cycle")[0]


def approve(team: Team, row: AwaitingLetter, *, at: datetime) -> AwaitingLetter:
    return lifecycle.approve_letter(row.pk, by=team.coordinator, at=at)


def truthful(incident: Incident) -> None:
    call_command("verify_clocks", verbosity=0)
    incident.refresh_from_db()
    assert timeline.verify(incident) == []


@pytest.mark.requirement("C-08", "B-40")
def test_an_acknowledgement_that_waits_is_none(team: Team) -> None:
    row = written(team)
    incident = row.incident
    assert (incident.status, incident.acknowledged_at, incident.brief) == ("triaged", None, "")
    assert letters(incident) == [] and not ClientLetter.objects.exists()
    assert clock(incident, "acknowledge").state == "running" and clock(incident, "notify").state == "running"
    assert not Clock.objects.filter(incident=incident, kind="update").exists(), "nothing was promised yet"
    # The clocks do what they do, and say why clients wait.
    clocks.sweep(now=after(minutes=46))
    risk = Escalation.objects.get(incident=incident, situation="acknowledge_at_risk")
    assert "The acknowledgement that Rick Salas wrote at 3 Feb 2026 10:10 UTC awaits approval" in risk.text
    clocks.sweep(now=after(hours=1, seconds=2))
    assert clock(incident, "acknowledge").breached_at == after(hours=1)
    breached = Escalation.objects.get(incident=incident, situation="notify_breached")
    assert "awaits approval" in breached.text
    truthful(incident)


@pytest.mark.requirement("C-08", "B-41")
def test_approved_it_is_written_with_its_words_and_the_clocks_stop_then(team: Team) -> None:
    row = written(team)
    approve(team, row, at=after(minutes=20))
    incident = Incident.objects.get(pk=row.incident_id)
    assert (incident.status, incident.acknowledged_at) == ("acknowledged", after(minutes=20))
    (one,) = letters(incident)
    assert "Your outreach emails are not being sent. Nothing was lost." in one.body_text
    assert "11:10 on Tuesday" in one.body_text, "the promise as it was typed"
    assert clock(incident, "acknowledge").stopped_at == after(minutes=20)
    assert clock(incident, "update").due_at == after(minutes=10, hours=1)
    entry = incident.timeline.get(kind=Kind.ACKNOWLEDGED)
    assert entry.by == team.coordinator
    assert (entry.facts["written_by"], entry.facts["approved_by"]) == ("Rick Salas", "Alfred Moss")
    assert ClientLetter.objects.get().by == team.communicator
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.settled_at) == ("approved", team.coordinator, after(minutes=20))
    ended = Escalation.objects.get(incident=incident, situation="letter_awaiting")
    assert ended.end_reason == "the letter was approved"
    truthful(incident)
    # It can be taken back as any other; its words are offered again.
    with pytest.raises(Refused, match=r"approved already, by Alfred Moss at 3 Feb 2026 10:20:00 UTC"):
        approve(team, row, at=after(minutes=21))


@pytest.mark.requirement("B-129")
def test_nobody_approves_what_they_wrote(team: Team) -> None:
    row = written(team)
    with pytest.raises(Refused, match="somebody else must approve"):
        lifecycle.approve_letter(row.pk, by=team.communicator, at=after(minutes=12))
    with pytest.raises(Refused, match="withdraw it instead"):
        lifecycle.send_back_letter(row.pk, reason="No.", by=team.communicator, at=after(minutes=12))
    assert letters(row.incident) == []
    # PostgreSQL says so too.
    with pytest.raises(IntegrityError, match="nobody_approves_their_own_letter"), transaction.atomic():
        AwaitingLetter.objects.filter(pk=row.pk).update(
            state="approved", settled_by=team.communicator, settled_at=after(minutes=12)
        )


def test_only_one_of_a_kind_awaits(team: Team) -> None:
    row = written(team)
    with pytest.raises(Refused, match=r"that Rick Salas wrote at 3 Feb 2026 10:10 UTC waits for approval"):
        team.acknowledge(row.incident, at=after(minutes=11))
    assert AwaitingLetter.objects.count() == 1


def test_what_could_not_be_sent_is_refused_before_anybody_is_asked(team: Team) -> None:
    incident = triaged(team)
    with pytest.raises(Refused, match="give a reason below"):
        team.acknowledge(incident, at=after(minutes=10), happening="Emails are not sent. HubSpot broke.")
    team.client.contacts.all().delete()
    with pytest.raises(Refused, match="nobody who receives letters"):
        team.acknowledge(incident, at=after(minutes=10))
    assert not AwaitingLetter.objects.exists()


@pytest.mark.requirement("B-50", "B-132")
@pytest.mark.parametrize("moved", ["time", "client", "wording", "third_party", "acknowledged", "merged", "contacts"])
def test_a_letter_that_is_no_longer_true_is_refused_with_what_to_do(team: Team, moved: str) -> None:
    row = written(team, happening="Zephyrix shows your outreach emails as not sent.")
    incident, at = row.incident, after(minutes=30)
    match moved:
        case "time":
            at, says = after(hours=1, minutes=11), "That time has passed"
        case "client":
            other = ClientFactory(name="Kestrel")
            people = {"client_ids": [team.client.pk, other.pk], "system_ids": [team.system.pk]}
            lifecycle.rescope(incident.pk, **people, is_internal=False, by=team.coordinator, at=after(minutes=15))
            says = "Kestrel is affected too"
        case "wording":
            shipped = wordings.BY_KIND["incident-notification"].shipped
            configuration.write_wording(
                shipped.key,
                configuration.Place(),
                subject=shipped.subject,
                body=shipped.body.replace("Hi {{ name }},", "Dear {{ name }},"),
                note="Warmer",
                expected=0,
                by=Responder.objects.get(email="ada@example.org"),
                at=after(minutes=15),
            )
            approve(team, row, at=at)
            assert "Dear Dana," in letters(incident)[0].body_text, "the wording of the moment, not of the writing"
            return
        case "third_party":
            # The catalogue has learned since whose name that is.
            System.objects.create(name="Zephyrix", client_name="your emails", owner="third_party")
            says = "“Zephyrix”"
        case "acknowledged":
            lifecycle.reclassify(incident.pk, severity=3, reason="Less", by=team.coordinator, at=after(minutes=12))
            told = Acknowledgement(note="We look at it.")
            lifecycle.acknowledge(incident.pk, told, by=team.communicator, at=after(minutes=15))
            says = "did that already|acknowledged INC"
        case "merged":
            stays = team.report(1, at=after(minutes=11))
            lifecycle.merge(incident.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=15))
            with pytest.raises(Refused, match=rf"overtaken already.*one with {stays.reference}"):
                approve(team, row, at=at)
            assert incident.timeline.filter(kind=Kind.LETTER_WITHDRAWN).exists()
            return
        case _:
            team.client.contacts.all().delete()
            says = "nobody who receives letters"
    with pytest.raises(Refused, match=says) as refused:
        approve(team, row, at=at)
    assert refused.value.sentence.endswith("Send it back to Rick Salas, who can write it anew.")
    row.refresh_from_db()
    assert row.state == "awaiting" and letters(incident) == []
    truthful(incident)


@pytest.mark.requirement("B-110")
def test_whoever_may_not_see_the_incident_cannot_approve(team: Team) -> None:
    row = written(team)
    target = team.target
    lifecycle.restrict(row.incident_id, people=[], reason="Legal", by=target, at=after(minutes=15))
    lead = ResponderFactory(role="support_lead")
    with pytest.raises(Refused, match="restricted to named people"):
        lifecycle.approve_letter(row.pk, by=lead, at=after(minutes=20))
    assert not [one for one in owed_by(lead) if "Approve" in one.sentence]
    browser = Browser()
    browser.force_login(lead, backend=BACKEND)
    assert browser.get(reverse("incidents:awaiting", args=[row.pk])).status_code == 404
    assert browser.post(reverse("incidents:approve_letter", args=[row.pk])).status_code == 404
    approve(team, row, at=after(minutes=21))


@pytest.mark.requirement("B-50")
def test_an_update_that_waits_leaves_the_running_promise(team: Team) -> None:
    row = written(team)
    approve(team, row, at=after(minutes=12))
    incident = Incident.objects.get(pk=row.incident_id)
    lifecycle.update(incident.pk, team.letter(after(hours=1)), by=team.communicator, at=after(hours=1))
    promise = clock(incident, "update")
    assert (promise.cycle, promise.state, promise.due_at) == (1, "running", after(minutes=10, hours=1))
    clocks.sweep(now=after(hours=1, minutes=11))
    assert clock(incident, "update").state == "breached", "the client has not been told"
    missed = Escalation.objects.get(incident=incident, situation="update_breached")
    assert "The update that Rick Salas wrote at 3 Feb 2026 11:00 UTC awaits approval" in missed.text
    second = AwaitingLetter.objects.get(verb="update")
    approve(team, second, at=after(hours=1, minutes=20))
    assert clock(incident, "update").due_at == after(hours=2) and clock(incident, "update").cycle == 2
    assert len(letters(incident)) == 2
    truthful(incident)


@pytest.mark.requirement("B-62", "B-131")
def test_a_resolution_that_waits_resolves_nothing_and_overtakes_the_rest_when_it_goes(team: Team) -> None:
    row = written(team)
    approve(team, row, at=after(minutes=12))
    incident = row.incident
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=14))
    team.fix(incident, at=after(minutes=30))
    team.confirm(incident, at=after(minutes=40))
    lifecycle.update(incident.pk, team.letter(after(hours=1)), by=team.communicator, at=after(hours=1))
    words = Resolution("Outreach is back", "Your emails were not being sent.", "We restored the senders.")
    early = words.__class__(words.brief, words.happened, words.did, override_reason="Now")
    with pytest.raises(Refused, match="Only somebody who may override"):
        lifecycle.resolve(incident.pk, early, by=team.communicator, at=after(hours=1))
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=1, minutes=35))
    incident.refresh_from_db()
    assert (incident.status, incident.resolved_at) == ("verifying", None)
    assert not incident.crm_notes.exists() and len(letters(incident)) == 1
    resolved = AwaitingLetter.objects.get(verb="resolve")
    approve(team, resolved, at=after(hours=1, minutes=40))
    incident.refresh_from_db()
    assert (incident.status, incident.resolved_at) == ("resolved", after(hours=1, minutes=40))
    assert incident.crm_notes.count() == 1
    assert AwaitingLetter.objects.get(verb="update").state == "overtaken"
    truthful(incident)


def test_a_letter_that_waits_stands_before_closing(team: Team) -> None:
    row = written(team)
    assert "The acknowledgement that Rick Salas wrote awaits approval." in [
        one.sentence for one in lifecycle.blockers(row.incident)
    ]


@pytest.mark.requirement("B-41")
def test_an_emergency_goes_at_once_with_a_reason_that_stays(team: Team) -> None:
    incident = triaged(team)
    reader = ResponderFactory(role="resolver")
    told = Acknowledgement(letter=team.letter(after(minutes=9), unapproved_reason="Nobody else is awake."))
    with pytest.raises(Refused, match="may send without approval"):
        lifecycle.acknowledge(incident.pk, told, by=reader, at=after(minutes=9))
    team.acknowledge(incident, at=after(minutes=9))
    team.acknowledge(incident, at=after(minutes=10), unapproved_reason="Nobody else is awake.")
    incident.refresh_from_db()
    assert incident.acknowledged_at == after(minutes=10) and len(letters(incident)) == 1
    assert incident.timeline.get(kind=Kind.ACKNOWLEDGED).facts["unapproved_reason"] == "Nobody else is awake."
    assert AwaitingLetter.objects.get().state == "overtaken"


@pytest.mark.requirement("C-10")
def test_what_the_author_may_attest_stands_when_the_approver_may_not(team: Team) -> None:
    incident = triaged(team)
    lead = ResponderFactory(name="Sam Field", role="support_lead")
    told = Acknowledgement(
        letter=team.letter(
            after(minutes=10), happening="HubSpot is down. Nothing was lost.", guard_reason="They named it in public."
        )
    )
    lifecycle.acknowledge(incident.pk, told, by=team.coordinator, at=after(minutes=10))
    assert not lead.has_perm("name_third_party")
    lifecycle.approve_letter(AwaitingLetter.objects.get().pk, by=lead, at=after(minutes=12))
    assert incident.timeline.get(kind=Kind.ACKNOWLEDGED).facts["guard_reason"] == "They named it in public."


def test_the_tier_of_any_affected_client_may_ask() -> None:
    ask(severities=(1,), tier="premium")
    team = Team()
    plain = triaged(team)
    team.acknowledge(plain, at=after(minutes=10))
    assert not AwaitingLetter.objects.exists() and len(letters(plain)) == 1
    other = ClientFactory(tier=Tier.objects.get(key="premium"))
    both = team.report(1, client_ids=(team.client.pk, other.pk))
    team.triage(both, at=after(minutes=5))
    team.acknowledge(both, at=after(minutes=10))
    assert AwaitingLetter.objects.get().incident == both
    policy = Policy.from_body(PolicyVersion.objects.order_by("-pk")[0].body)
    assert policy.needs_approval(1, ["standard", "premium"]) and not policy.needs_approval(2, ["premium"])
    body = {**SHIPPED, "tiers": {"premium": {"SEV-1": {"approval": "perhaps"}}}}
    with pytest.raises(ValueError, match="true or false"):
        Policy.from_body(body)


def test_those_who_may_approve_are_told_and_owe_it(team: Team) -> None:
    row = written(team)
    told = Escalation.objects.get(incident=row.incident, situation="letter_awaiting")
    assert team.coordinator in told.recipients.all()
    assert "Rick Salas wrote the acknowledgement to the clients" in told.text
    (mine,) = [one for one in owed_by(team.coordinator) if one.url == reverse("incidents:awaiting", args=[row.pk])]
    assert mine.sentence == "Approve the acknowledgement about “Outreach suspended” that Rick Salas wrote"
    assert mine.due_at is not None
    assert [one for one in owed_by(team.communicator) if one.sentence.startswith("Waits for approval")]
    assert not [one for one in owed_by(team.resolver) if "pproval" in one.sentence]


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_sends_it() -> None:
    ask()
    team = Team()
    row = written(team)
    lead = ResponderFactory(name="Sam Field", role="support_lead")
    gate, refused = threading.Barrier(2), []

    def act(person: Responder) -> None:
        try:
            gate.wait()
            lifecycle.approve_letter(row.pk, by=person, at=after(minutes=20))
        except Refused as error:
            refused.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(person,)) for person in (team.coordinator, lead)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 1 and "approved already" in refused[0]
    assert len(letters(row.incident)) == 1 and row.incident.timeline.filter(kind=Kind.ACKNOWLEDGED).count() == 1
    truthful(row.incident)
