"""A letter that is tried again: nobody is told any longer once it left, and anew if it fails again."""

from datetime import timedelta

import pytest

from incidents import failures, lifecycle
from incidents.models import Escalation, Incident, TimelineEntry
from notifications.models import OutboundMessage
from tests.factories import Team, after

pytestmark = pytest.mark.django_db


def _failed() -> tuple[Team, Incident, OutboundMessage]:
    team = Team()
    incident = team.acknowledge(team.triage(team.report(1), at=after(minutes=3)), at=after(minutes=5))
    letter = OutboundMessage.objects.get(kind="incident-notification")
    _fails(letter)
    assert failures.sweep(now=after(minutes=6)) == 1
    return team, incident, letter


def _fails(letter: OutboundMessage) -> None:
    rows = OutboundMessage.objects.filter(pk=letter.pk)
    rows.update(state="dead", due_at=None, attempts=1, last_error="SMTP 550: no such mailbox")


def _told(incident: Incident) -> list[Escalation]:
    return list(Escalation.objects.filter(incident=incident, situation="letter_failed").order_by("pk"))


@pytest.mark.requirement("B-134")
def test_once_it_left_the_escalation_ends_and_the_close_waits_for_it_no_longer() -> None:
    team, incident, letter = _failed()
    (raised,) = _told(incident)
    lifecycle.retry_letter(letter.pk, by=team.communicator, at=after(minutes=8))
    assert failures.sweep(now=after(minutes=9)) == 0
    raised.refresh_from_db()
    assert raised.ended_at is None, "it has not left yet"
    OutboundMessage.objects.filter(pk=letter.pk).update(
        state="sent", due_at=None, sent_at=after(minutes=10), settled_at=after(minutes=10)
    )
    assert failures.sweep(now=after(minutes=10, seconds=1)) == 1
    assert failures.sweep(now=after(minutes=10, seconds=2)) == 0
    raised.refresh_from_db()
    assert (raised.ended_at, raised.end_reason) == (after(minutes=10, seconds=1), "it left when it was tried again")
    assert not OutboundMessage.objects.filter(key__startswith=f"escalation:{raised.pk}:", state="pending").exists()
    line = TimelineEntry.objects.filter(incident=incident, kind="noted").latest("seq")
    assert line.text == f"The letter to {letter.recipient} left when it was tried again."
    assert (line.at, line.by_name) == (after(minutes=10), "Allclear")
    sentences = [one.sentence for one in lifecycle.blockers(Incident.objects.get(pk=incident.pk))]
    assert not [one for one in sentences if "not delivered" in one or "did not arrive" in one]


def test_what_fails_again_is_told_again_though_its_attempts_are_counted_anew() -> None:
    team, incident, letter = _failed()
    for minutes in (8, 18):
        lifecycle.retry_letter(letter.pk, by=team.communicator, at=after(minutes=minutes))
        _fails(letter)
        assert failures.sweep(now=after(minutes=minutes + 1)) == 1
    assert len(_told(incident)) == 3


def test_a_waived_letter_is_told_of_no_longer_and_another_still_is() -> None:
    team, incident, letter = _failed()
    other = team.acknowledge(team.triage(team.report(1), at=after(minutes=8)), at=after(minutes=9))
    _fails(OutboundMessage.objects.get(kind="incident-notification", about=other.about))
    failures.sweep(now=after(minutes=10))
    lifecycle.waive_letter(letter.pk, reason="Called them", by=team.coordinator, at=after(minutes=11))
    assert [one.end_reason for one in (*_told(incident), *_told(other))] == ["the letter was waived", ""]


def test_what_somebody_took_stays_theirs() -> None:
    team, incident, letter = _failed()
    (raised,) = _told(incident)
    lifecycle.take_escalation(raised.pk, by=team.communicator, at=after(minutes=7))
    lifecycle.retry_letter(letter.pk, by=team.communicator, at=after(minutes=8))
    OutboundMessage.objects.filter(pk=letter.pk).update(state="sent", due_at=None, sent_at=after(minutes=9))
    assert failures.sweep(now=after(minutes=9) + timedelta(seconds=1)) == 0
    raised.refresh_from_db()
    assert (raised.taken_by, raised.ended_at) == (team.communicator, None)
