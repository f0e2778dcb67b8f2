"""Twenty seconds to take a letter back: it does not leave, and what it stood for is undone truthfully."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from incidents import clocks, drafting, escalation, failures, lifecycle, timeline
from incidents.facts import Acknowledgement, Resolution
from incidents.models import Clock, CrmNote, Escalation, Incident, IncidentClient, TimelineEntry
from incidents.promises import of_incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import delivery
from notifications.models import OutboundMessage
from postmortems import reviews
from postmortems.models import CuratedEntry
from tests.factories import T0, Team, after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db
Kind = TimelineEntry.Kind


@pytest.fixture(autouse=True)
def _twenty_seconds(settings: Any) -> None:
    settings.UNDO_SECONDS = 20


def letters(incident: Incident) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(about=incident.about, kind__startswith="incident-").order_by("pk"))


def newest(incident: Incident, kind: str) -> TimelineEntry:
    return incident.timeline.filter(kind=kind).order_by("-seq")[0]


def acknowledged(team: Team, *, at: Any = None, **more: Any) -> Incident:
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    team.acknowledge(incident, at=at or after(minutes=10), **more)
    incident.refresh_from_db()
    return incident


def take(team: Team, incident: Incident, kind: str, *, at: Any) -> TimelineEntry:
    return lifecycle.take_back(incident.pk, seq=newest(incident, kind).seq, by=team.communicator, at=at)


def clock(incident: Incident, kind: str) -> Clock:
    return Clock.objects.filter(incident=incident, kind=kind).order_by("-cycle")[0]


def truthful(incident: Incident) -> None:
    """Every stored clock is what the record says, and the record holds together."""
    call_command("verify_clocks", verbosity=0)
    incident.refresh_from_db()
    assert timeline.verify(incident) == []


@pytest.mark.requirement("B-41")
def test_a_letter_waits_twenty_seconds_and_then_leaves(settings: Any) -> None:
    now, team = timezone.now(), Team()
    incident = team.report(1, at=now - timedelta(minutes=9))
    team.triage(incident, at=now - timedelta(minutes=8))
    team.acknowledge(incident, at=now)
    assert [one.due_at for one in letters(incident)] == [now + timedelta(seconds=20)]
    delivery.sweep("email", now=now + timedelta(seconds=19))
    assert {one.state for one in letters(incident)} == {"pending"}
    # What is said to ourselves never waits.
    told = OutboundMessage.objects.filter(about=incident.about, kind="escalation", channel="email")
    assert told.exists() and {one.state for one in told} <= {"sent", "superseded"}
    delivery.sweep("email", now=now + timedelta(seconds=20))
    assert {one.state for one in letters(incident)} == {"sent"}
    settings.UNDO_SECONDS = 0
    other = acknowledged(Team())
    assert [one.due_at for one in letters(other)] == [after(minutes=10)]


@pytest.mark.requirement("B-40", "B-45")
def test_an_acknowledgement_taken_back_is_none() -> None:
    team = Team()
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    before = clock(incident, "acknowledge")
    team.acknowledge(incident, at=after(minutes=10))
    assert clock(incident, "acknowledge").state == "met" and clock(incident, "notify").state == "met"
    take(team, incident, Kind.ACKNOWLEDGED, at=after(minutes=10, seconds=8))
    incident.refresh_from_db()
    assert (incident.status, incident.acknowledged_at, incident.brief) == ("triaged", None, "")
    runs = clock(incident, "acknowledge")
    assert (runs.state, runs.start_at, runs.due_at, runs.stopped_at) == (
        "running",
        before.start_at,
        before.due_at,
        None,
    )
    assert not Clock.objects.filter(incident=incident, kind="update").exists()
    assert IncidentClient.objects.get(incident=incident).notified_at is None
    assert clock(incident, "notify").state in ("running", "breached")
    assert {one.state for one in letters(incident)} == {"superseded"}
    assert failures.sweep(now=after(minutes=11)) == 0, "taken back is no failure"
    assert not of_incident(incident.pk, now=after(hours=3))[0].left_at
    truthful(incident)
    # Due as if nobody had ever written; the next acknowledgement is the first.
    clocks.sweep(now=T0 + timedelta(hours=1, seconds=2))
    assert clock(incident, "acknowledge").breached_at == T0 + timedelta(hours=1)
    team.acknowledge(incident, at=after(hours=1, minutes=5))
    assert clock(incident, "acknowledge").state == "met_late"
    assert clock(incident, "update").cycle == 1 and clock(incident, "update").state == "running"
    truthful(incident)


def test_after_the_investigation_began_the_status_stays_and_the_acknowledgement_goes() -> None:
    team = Team()
    incident = acknowledged(team)
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=10, seconds=3))
    take(team, incident, Kind.ACKNOWLEDGED, at=after(minutes=10, seconds=9))
    incident.refresh_from_db()
    assert (incident.status, incident.acknowledged_at) == ("investigating", None)
    truthful(incident)


@pytest.mark.requirement("B-50")
def test_an_update_taken_back_leaves_the_promise_before_it() -> None:
    team = Team()
    incident = acknowledged(team)
    promise = clock(incident, "update")
    said = team.letter(after(minutes=40), brief="Other words", next_update_by=after(hours=5))
    lifecycle.update(incident.pk, said, by=team.communicator, at=after(minutes=40))
    assert clock(incident, "update").cycle == 2
    take(team, incident, Kind.UPDATED, at=after(minutes=40, seconds=5))
    stands = clock(incident, "update")
    assert (stands.pk, stands.due_at, stands.state, stands.stopped_at) == (promise.pk, promise.due_at, "running", None)
    incident.refresh_from_db()
    assert incident.brief == "Outreach paused" and incident.acknowledged_at
    assert IncidentClient.objects.get(incident=incident).notified_at == after(minutes=10)
    truthful(incident)
    clocks.sweep(now=promise.due_at + timedelta(seconds=2))
    assert clock(incident, "update").breached_at == promise.due_at


@pytest.mark.requirement("B-62", "B-63")
def test_a_resolution_taken_back_resolved_nothing() -> None:
    team = Team()
    incident = team.to_verifying(1)
    team.confirm(incident, at=after(hours=30))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We appealed and slowed down.")
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=31))
    assert CrmNote.objects.filter(incident=incident).exists()
    take(team, incident, Kind.RESOLVED, at=after(hours=31, seconds=10))
    incident.refresh_from_db()
    assert (incident.status, incident.is_open, incident.resolved_at) == ("verifying", True, None)
    assert not CrmNote.objects.filter(incident=incident).exists()
    assert IncidentClient.objects.get(incident=incident).told_resolved_at is None
    truthful(incident)
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=32))
    incident.refresh_from_db()
    assert incident.status == "resolved" and CrmNote.objects.filter(incident=incident).count() == 1
    truthful(incident)


@pytest.mark.requirement("B-107")
def test_what_the_letter_had_ended_is_said_again() -> None:
    team = Team()
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    # The row of the matrix that ships switched off.
    from_matrix = Escalation.objects.filter(incident=incident)[0]
    Escalation.objects.filter(pk=from_matrix.pk).update(situation="acknowledge_breached", times_said=1)
    team.acknowledge(incident, at=after(minutes=10))
    from_matrix.refresh_from_db()
    assert from_matrix.end_reason == "acknowledged"
    take(team, incident, Kind.ACKNOWLEDGED, at=after(minutes=10, seconds=5))
    from_matrix.refresh_from_db()
    assert (from_matrix.ended_at, from_matrix.end_reason, from_matrix.times_said) == (None, "", 2)
    again = OutboundMessage.objects.filter(key__startswith=f"escalation:{from_matrix.pk}:2:")
    assert again.exists() and {one.created_at for one in again} == {after(minutes=10, seconds=5)}


def test_refusals() -> None:
    team = Team(contacts=2)
    incident = acknowledged(team)
    by: dict[str, Any] = {"by": team.communicator, "at": after(minutes=10, seconds=5)}
    with pytest.raises(Refused, match="no such letter"):
        lifecycle.take_back(incident.pk, seq=1, **by)
    first, second = letters(incident)
    OutboundMessage.objects.filter(pk=second.pk).update(state="sent", due_at=None, sent_at=after(minutes=10))
    with pytest.raises(Refused, match="1 of 2 have left"):
        take(team, incident, Kind.ACKNOWLEDGED, at=after(minutes=10, seconds=5))
    first.refresh_from_db()
    incident.refresh_from_db()
    assert first.state == "pending" and incident.acknowledged_at, "all or none"
    lifecycle.update(incident.pk, team.letter(after(minutes=11)), by=team.communicator, at=after(minutes=11))
    with pytest.raises(Refused, match="Another letter was written since"):
        take(team, incident, Kind.ACKNOWLEDGED, at=after(minutes=11, seconds=2))
    take(team, incident, Kind.UPDATED, at=after(minutes=11, seconds=4))
    with pytest.raises(Refused, match="Rick Salas took it back already, at"):
        take(team, incident, Kind.UPDATED, at=after(minutes=11, seconds=6))
    other = team.report(3)
    team.triage(other, at=after(minutes=5))
    noted = Acknowledgement(note="We look at it.")
    lifecycle.acknowledge(other.pk, noted, by=team.communicator, at=after(minutes=9))
    with pytest.raises(Refused, match="No letter to a client was written there"):
        take(team, other, Kind.ACKNOWLEDGED, at=after(minutes=10))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(4))
def test_taken_back_while_the_outbox_lets_it_go_one_of_them_wins(round_: int, settings: Any) -> None:
    """Real threads, real commits: it is either taken back and never sent, or sent and not taken back."""
    settings.UNDO_SECONDS = 0
    team = Team(contacts=3)
    now = timezone.now()
    incident = team.report(1, at=now - timedelta(minutes=20))
    team.triage(incident, at=now - timedelta(minutes=15))
    team.acknowledge(incident, at=now - timedelta(minutes=1))
    seq, said = newest(incident, Kind.ACKNOWLEDGED).seq, []
    start = threading.Barrier(3)

    def send() -> None:
        try:
            start.wait()
            delivery.sweep("email", now=timezone.now())
        finally:
            connection.close()

    def back() -> None:
        try:
            start.wait()
            lifecycle.take_back(incident.pk, seq=seq, by=team.communicator, at=timezone.now())
            said.append("taken")
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for one in (send, back, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    incident.refresh_from_db()
    states = {one.state for one in letters(incident)}
    if said == ["taken"]:
        assert states == {"superseded"} and incident.acknowledged_at is None
    else:
        assert "Too late to take it back" in said[0] and states == {"sent"} and incident.acknowledged_at
    truthful(incident)


def test_nothing_that_was_typed_is_lost_and_no_client_reads_it(client: Browser) -> None:
    team = Team()
    until = timezone.now() + timedelta(hours=2)
    incident = acknowledged(team, at=timezone.now(), brief="Typed by hand", doing="Looking.", next_update_by=until)
    client.force_login(team.communicator, backend=BACKEND)
    page = f"/incidents/{incident.pk}/"
    shown = client.get(page).content.decode()
    assert 'data-key="z"' in shown and "1 letter" in shown and "data-leaves" in shown
    seq = newest(incident, Kind.ACKNOWLEDGED).seq
    done = client.post(f"{page}take-back/", {"seq": seq}, follow=True)
    assert done.redirect_chain[0][0] == f"{page}acknowledge/"
    text = done.content.decode()
    assert "It is taken back" in text and 'value="Typed by hand"' in text and "Looking." in text
    assert "Your outreach emails are not being sent. Nothing was lost." in text
    assert f"{until:%Y-%m-%dT%H:%M}" in text
    # Also on the incident's own page, where the next act stands; its lane for clients forgets the letter.
    after_it = client.get(page).content.decode()
    assert 'value="Typed by hand"' in after_it and "data-leaves" not in after_it
    assert "taken back, nobody read it" in after_it
    assert "Nothing was lost" not in client.get(f"{page}?lane=client").content.decode().split('id="timeline"')[1]
    again = client.post(f"{page}take-back/", {"seq": seq}, follow=True)
    assert "took it back already, at" in again.content.decode()
    assert client.post(f"{page}take-back/", {"seq": "x"}, follow=True).status_code == 200
    incident.refresh_from_db()
    assert drafting.draft(incident, now=timezone.now()).since is None
    # Written again, the composer of the next letter begins anew.
    team.acknowledge(incident, at=timezone.now(), brief="Other words")
    incident.refresh_from_db()
    assert lifecycle.words_again(incident, "incident-notification", now=timezone.now()) == {}


def test_the_review_curates_nothing_that_was_taken_back() -> None:
    team = Learners()
    incident = team.to_verifying(1)
    said = team.letter(after(hours=2), happening="A wrong word.", next_update_by=after(hours=40))
    lifecycle.update(incident.pk, said, by=team.communicator, at=after(hours=2))
    take(team, incident, Kind.UPDATED, at=after(hours=2, seconds=5))
    team.confirm(incident, at=after(hours=30))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We appealed and slowed down.")
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=31))
    reviews.sweep(now=after(hours=31, seconds=2))
    row = CuratedEntry.objects.get(entry__incident=incident, entry__text="A wrong word.")
    assert (row.kept, row.client_text) == (False, "")


def test_the_escalation_sweep_says_on_what_was_resumed() -> None:
    """A row that repeats goes on repeating from when it was said again."""
    team = Team()
    incident = acknowledged(team)
    found = Escalation.objects.filter(incident=incident, due_at__isnull=False).first()
    if found is None:
        found = Escalation.objects.filter(incident=incident)[0]
        type(found.rule).objects.filter(pk=found.rule_id).update(repeat_minutes=15)
    Escalation.objects.filter(pk=found.pk).update(ended_at=after(minutes=10), end_reason="acknowledged", due_at=None)
    take(team, incident, Kind.ACKNOWLEDGED, at=after(minutes=10, seconds=5))
    found.refresh_from_db()
    assert found.due_at is not None and found.due_at > after(minutes=10, seconds=5)
    said = found.times_said
    escalation.sweep(now=found.due_at)
    found.refresh_from_db()
    assert found.times_said == said + 1


@pytest.mark.requirement("B-41")
def test_the_page_of_the_incident_shows_the_words_and_the_letter_that_were_taken_back() -> None:
    now, team = timezone.now(), Team()
    incident = team.triage(team.report(1, at=now - timedelta(minutes=9)), at=now - timedelta(minutes=8))
    team.acknowledge(incident, at=now, happening="Your emails are paused.")
    take(team, incident, "acknowledged", at=now + timedelta(seconds=1))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/").content.decode().replace("&#x27;", "'")
    assert "What's happening: Your emails are paused." in page and "Your emails are paused.</textarea>" in page
