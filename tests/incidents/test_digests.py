"""SEV-3 and the scheduled update: owed, put into words, sent once, proven; held and escalated rather than nonsense."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client as Browser

from incidents import digests, failures, lifecycle, scheduled, stuck
from incidents.digests.planning import plan
from incidents.facts import Acknowledgement, Resolution
from incidents.models import (
    Client,
    ClientLetter,
    Clock,
    Contact,
    Digest,
    DigestLine,
    Escalation,
    Incident,
    IncidentClient,
    TimelineEntry,
)
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import outbox
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, Team, after
from tests.incidents.test_promises import leave

pytestmark = pytest.mark.django_db
# T0 is Tuesday 3 February 2026, 10:00 UTC; the tier's day is Monday at 09:00 of the client.
MONDAY = after(days=5, hours=23)
WORDS = "Some invoices show last month’s logo."


def _minor(team: Team, *, at: datetime | None = None, sentence: str = WORDS, **more: Any) -> Incident:
    start = at or after()
    incident = team.triage(team.report(3, at=start, **more), at=start + timedelta(minutes=3))
    told = Acknowledgement(note="Seen by the reporting team.", sentence=sentence)
    lifecycle.acknowledge(incident.pk, told, by=team.communicator, at=start + timedelta(minutes=5))
    incident.refresh_from_db()
    return incident


def _resolve(team: Team, incident: Incident, at: datetime) -> None:
    if incident.status != "investigating":
        lifecycle.investigate(incident.pk, by=team.resolver, at=at)
    team.fix(incident, at=at)
    team.confirm(incident, at=at)
    team.communicator.__dict__["granted"] = frozenset({"resolve_incident", "override_incident"})
    done = Resolution("Logo", "An old template was used.", "The template is replaced.", override_reason="Small.")
    lifecycle.resolve(incident.pk, done, by=team.communicator, at=at)


def _sent() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(kind="client-digest").order_by("pk"))


@pytest.mark.requirement("B-21", "C-04")
def test_sev_3_stands_in_the_next_scheduled_update_with_proof_for_each_contact() -> None:
    team = Team(name="Cedar Legal")
    Contact.objects.create(client=team.client, name="Eve Long", email="eve@client.example")
    incident = _minor(team)
    clock = Clock.objects.get(incident=incident, kind="notify")
    assert (clock.due_at, clock.state) == (MONDAY + timedelta(minutes=15), "running")
    digests.sweep(now=after(hours=1))
    assert Digest.objects.get().scheduled_at == MONDAY
    digests.sweep(now=MONDAY - timedelta(seconds=1))
    assert not _sent()
    digests.sweep(now=MONDAY)
    first, second = _sent()
    assert first.subject == "[Allclear] Scheduled update, Monday 9 February"
    assert f"{WORDS} We are looking into it." in first.body_text
    assert "Next scheduled update: 09:00 on Monday 16 February (UTC)." in first.body_text
    assert {first.recipient, second.recipient} == set(team.client.contacts.values_list("email", flat=True))
    one = Digest.objects.get(outcome="sent")
    assert first.key.startswith(f"digest:{team.client.pk}:2026-02-09:")
    line = DigestLine.objects.get()
    assert (line.digest, line.incident, line.sentence) == (one, incident, WORDS)
    clock.refresh_from_db()
    assert (clock.state, clock.stopped_at) == ("met", MONDAY)
    entry = incident.timeline.get(kind="digested")
    assert entry.client_visible and entry.facts["key"] == one.key
    leave(MONDAY)
    (shown,) = scheduled.of_incident(incident).shown
    assert [message.state for message in shown.messages] == ["sent", "sent"]
    assert ClientLetter.objects.get(kind="client-digest").incident_ids == [incident.pk]
    assert Digest.objects.get(settled_at=None).scheduled_at == MONDAY + timedelta(days=7)


@pytest.mark.requirement("B-21", "C-04")
def test_what_the_client_reported_goes_by_letter_and_not_into_the_update() -> None:
    team = Team()
    incident = team.triage(team.report(3, source="client", reporting_client_ids=(team.client.pk,)), at=after(minutes=3))
    assert lifecycle.acknowledgement_needs(incident) == "letter"
    assert lifecycle.digests_owed(incident) == []
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    assert not _sent() and Digest.objects.get(on="2026-02-09").outcome == "empty"


@pytest.mark.requirement("B-26", "C-04")
def test_sev_4_severe_restricted_untriaged_and_cancelled_stand_in_none() -> None:
    team = Team()
    team.triage(team.report(4), at=after(minutes=3))
    team.triage(team.report(2), at=after(minutes=3))
    hidden = _minor(team)
    Incident.objects.filter(pk=hidden.pk).update(is_restricted=True)
    team.report(3)
    gone = _minor(team)
    lifecycle.cancel(gone.pk, reason="It was a test.", by=team.coordinator, at=after(minutes=20))
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    assert not _sent()


def test_an_empty_update_is_not_sent_and_the_next_is_planned() -> None:
    team = Team()
    digests.sweep(now=after())
    digests.sweep(now=MONDAY)
    assert [(one.outcome, one.on.day) for one in Digest.objects.order_by("on")] == [("empty", 9), ("", 16)]
    assert not OutboundMessage.objects.exists()
    assert team.client.digests.count() == 2


@pytest.mark.requirement("C-04")
def test_it_stands_there_while_it_is_open_and_once_when_it_is_over() -> None:
    team = Team()
    incident = _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    lifecycle.investigate(incident.pk, by=team.resolver, at=MONDAY + timedelta(hours=1))
    incident.refresh_from_db()
    digests.sweep(now=MONDAY + timedelta(days=7))
    _resolve(team, incident, MONDAY + timedelta(days=8))
    assert not OutboundMessage.objects.filter(kind="incident-resolved").exists()
    for weeks in (14, 21, 28):
        digests.sweep(now=MONDAY + timedelta(days=weeks))
    texts = [message.body_text for message in _sent()]
    assert [f"{WORDS} {status}" in text for status, text in zip(
        ("We are looking into it.", "We are working on it.", "This is resolved."), texts, strict=True
    )] == [True] * 3  # fmt: skip


def test_what_comes_back_stands_there_again() -> None:
    team = Team()
    incident = _minor(team)
    _resolve(team, incident, after(hours=2))
    digests.sweep(now=after(hours=3))
    digests.sweep(now=MONDAY)
    lifecycle.reopen(incident.pk, reason="Again.", by_client=False, by=team.coordinator, at=MONDAY + timedelta(hours=1))
    digests.sweep(now=MONDAY + timedelta(days=7))
    assert [line.status for line in DigestLine.objects.order_by("pk")] == ["This is resolved", "We are working on it"]


@pytest.mark.requirement("C-04")
def test_missing_words_are_asked_for_two_hours_before_and_hold_the_update_back() -> None:
    team = Team()
    incident = _minor(team, sentence="")
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY - timedelta(hours=2, seconds=1))
    assert not Escalation.objects.filter(situation="digest_words").exists()
    for _ in range(3):
        digests.sweep(now=MONDAY - timedelta(hours=2))
    asked = Escalation.objects.get(situation="digest_words")
    assert list(asked.recipients.all()) == [team.communicator]
    assert "http" not in asked.text and "9 Feb 2026 09:00 UTC" in asked.text
    for seconds in (0, 1, 70, 140):
        digests.sweep(now=MONDAY + timedelta(seconds=seconds))
    held = Escalation.objects.get(situation="digest_held")
    assert set(held.recipients.all()) == {team.communicator, team.coordinator}
    assert not _sent() and Digest.objects.get(settled_at=None).held_at == MONDAY
    lifecycle.word(incident.pk, sentence=WORDS, by=team.communicator, at=MONDAY + timedelta(minutes=4))
    held.refresh_from_db()
    assert held.ended_at is not None
    digests.sweep(now=MONDAY + timedelta(minutes=5))
    assert len(_sent()) == 1
    assert "5m late" in incident.timeline.get(kind="digested").text


def test_what_came_in_just_before_waits_for_the_next_instead_of_holding_the_others() -> None:
    team = Team()
    _minor(team)
    late = _minor(team, at=MONDAY - timedelta(minutes=30), sentence="")
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    assert [line.incident_id for line in DigestLine.objects.all()] != [late.pk]
    assert DigestLine.objects.count() == 1
    assert Clock.objects.get(incident=late, kind="notify").due_at == MONDAY + timedelta(days=7, minutes=15)


def test_nobody_to_write_to_holds_it_back_and_says_so() -> None:
    team = Team(contacts=0)
    _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    assert Digest.objects.get(settled_at=None).held_because == "Nobody at the client receives letters."
    assert Escalation.objects.filter(situation="digest_held").count() == 1


@pytest.mark.requirement("C-10", "B-132")
@pytest.mark.parametrize(
    "sentence", ["", "One. Two. Three.", "It will be fixed by 5 pm.", "Atlas Freight sees the same."]
)
def test_the_guard_reads_the_words_like_a_letter(sentence: str) -> None:
    team = Team()
    ClientFactory(name="Atlas Freight")
    incident = _minor(team, sentence="")
    with pytest.raises(Refused) as refused:
        lifecycle.word(incident.pk, sentence=sentence, by=team.communicator, at=after(minutes=9))
    assert refused.value.field == "sentence"
    assert not TimelineEntry.objects.filter(kind="worded").exists()


def test_a_reason_lets_the_words_of_an_acknowledgement_pass_as_it_does_for_a_letter() -> None:
    team = Team()
    incident = team.triage(team.report(3, at=after()), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    typed = {"note": "Seen.", "sentence": "It was probably an old template."}
    refused = browser.post(f"/incidents/{incident.pk}/acknowledge/", typed).content.decode()
    assert "Change it, or give a reason below." in refused and 'name="guard_reason"' in refused
    told = typed | {"guard_reason": "Confirmed by the design team."}
    assert browser.post(f"/incidents/{incident.pk}/acknowledge/", told).status_code == 302
    assert TimelineEntry.objects.get(kind="worded").facts["guard_reason"] == "Confirmed by the design team."


def test_among_several_clients_none_is_named_to_another() -> None:
    team = Team(name="Cedar Legal")
    other = ClientFactory(name="Atlas Freight")
    incident = _minor(team, sentence="", client_ids=(team.client.pk, other.pk))
    with pytest.raises(Refused, match="another client"):
        lifecycle.word(incident.pk, sentence="Cedar Legal sees an old logo.", by=team.communicator, at=after(minutes=9))
    lifecycle.word(incident.pk, sentence=WORDS, by=team.communicator, at=after(minutes=9))
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    assert len(_sent()) == 2
    assert not any("Cedar" in message.body_text or "Atlas" in message.body_text for message in _sent())


def test_the_schedule_is_the_clients_and_a_changed_one_moves_what_is_to_come() -> None:
    team = Team(time_zone="Asia/Kolkata")
    digests.sweep(now=after())
    assert Digest.objects.get().scheduled_at.isoformat() == "2026-02-09T03:30:00+00:00"
    Client.objects.filter(pk=team.client.pk).update(digest_days=[3, 2], digest_hour=15)
    assert plan(after()) == 1 and plan(after()) == 0
    moved = Digest.objects.get()
    assert (moved.scheduled_at.isoformat(), moved.on.isoformat()) == ("2026-02-04T09:30:00+00:00", "2026-02-04")
    Client.objects.filter(pk=team.client.pk).update(is_active=False)
    plan(after())
    assert Digest.objects.get().outcome == "cancelled"


def test_a_day_that_had_its_update_gets_no_second_when_the_hour_moves() -> None:
    team = Team()
    _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    Client.objects.filter(pk=team.client.pk).update(digest_hour=15)
    digests.sweep(now=MONDAY + timedelta(minutes=1))
    digests.sweep(now=MONDAY + timedelta(hours=7))
    assert len(_sent()) == 1


def test_closing_waits_until_the_client_has_read_of_its_end() -> None:
    team = Team()
    incident = _minor(team)
    _resolve(team, incident, after(hours=2))
    incident.refresh_from_db()
    assert any("next scheduled update" in blocker.sentence for blocker in lifecycle.blockers(incident))
    digests.sweep(now=after(hours=3))
    digests.sweep(now=MONDAY)
    leave(MONDAY)
    incident.refresh_from_db()
    assert not any("next scheduled update" in blocker.sentence for blocker in lifecycle.blockers(incident))
    assert Clock.objects.get(incident=incident, kind="notify").state == "met"


def test_an_update_that_did_not_arrive_is_on_the_record_and_can_be_tried_again() -> None:
    team = Team()
    incident = _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    (message,) = _sent()
    OutboundMessage.objects.update(state="dead", due_at=None, last_error="550 unknown", settled_at=MONDAY)
    failures.sweep(now=MONDAY + timedelta(minutes=1))
    assert incident.timeline.filter(kind="letter_failed", text__contains="550 unknown").count() == 1
    assert Escalation.objects.filter(situation="letter_failed").count() == 1
    lifecycle.retry_letter(message.pk, by=team.communicator, at=MONDAY + timedelta(minutes=2))
    message.refresh_from_db()
    assert message.state == "pending"


def test_a_poisoned_update_delays_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    team, other = Team(), ClientFactory()
    _minor(team)
    _minor(team, client_ids=(other.pk,))
    digests.sweep(now=after(hours=1))
    real = outbox.enqueue

    def poisoned(outgoing: Any, **more: Any) -> int:
        if any(one.key.startswith(f"digest:{team.client.pk}:") for one in outgoing):
            raise ValueError("broken row")
        return real(outgoing, **more)

    monkeypatch.setattr(outbox, "enqueue", poisoned)
    digests.sweep(now=MONDAY)
    assert [message.recipient for message in _sent()] == [other.contacts.get().email]
    bad = Digest.objects.get(client=team.client, settled_at=None)
    assert bad.errors == 1 and "broken row" in bad.last_error
    # Once may be a slip; one that goes on failing is stuck, although it is not due while it waits to be tried again.
    assert stuck.look(now=MONDAY + timedelta(seconds=1)).digests_failing == 0
    for minutes in (3, 8):
        digests.sweep(now=MONDAY + timedelta(minutes=minutes))
    look = stuck.look(now=MONDAY + timedelta(minutes=9))
    assert (look.digests_failing, look.digest_age) == (1, 0)
    assert "1 scheduled updates failed three times and more" in look.reasons()
    assert "digests_failing" in look.gauges()
    late = stuck.look(now=MONDAY + timedelta(hours=2))
    assert any("a scheduled update is due and not sent" in reason for reason in late.reasons())
    monkeypatch.setattr(outbox, "enqueue", real)
    digests.sweep(now=MONDAY + timedelta(hours=2))
    assert len(_sent()) == 2
    assert stuck.look(now=MONDAY + timedelta(hours=2)).digests_failing == 0


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_send_each_update_once() -> None:
    team = Team()
    clients = [team.client, *(ClientFactory() for _ in range(11))]
    _minor(team, client_ids=tuple(client.pk for client in clients))
    digests.sweep(now=after(hours=1))
    gate = threading.Barrier(4)
    errors: list[BaseException] = []

    def run() -> None:
        try:
            gate.wait()
            digests.sweep(now=MONDAY)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    digests.sweep(now=MONDAY)
    assert not errors
    assert len(_sent()) == 12 and DigestLine.objects.count() == 12
    assert Digest.objects.filter(settled_at=None).count() == 12
    assert not IncidentClient.objects.filter(digested_at=None).exists()


def test_the_proof_cannot_be_corrected() -> None:
    team = Team()
    _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    for statement in ("UPDATE incidents_digestline SET sentence = ''", "DELETE FROM incidents_digestline"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
