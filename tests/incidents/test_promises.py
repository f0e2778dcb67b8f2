"""The ledger of promises: made by a letter that left, kept by the next in time, never by a letter that stayed."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import figures, lifecycle, promises
from incidents.facts import Resolution
from incidents.models import ClientLetter, Incident
from incidents.sign_in import BACKEND
from notifications import outbox
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, Team, after

pytestmark = pytest.mark.django_db


def leave(at: datetime) -> None:
    """What waits in the outbox leaves at an instant, as the mail room would write it down."""
    waiting = OutboundMessage.objects.filter(state="pending")
    waiting.update(state="sent", due_at=None, sent_at=at, settled_at=at)


def acknowledged(team: Team, severity: int = 1) -> Incident:
    incident = team.triage(team.report(severity), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))  # promises an update by 11:05
    return incident


def write(team: Team, incident: Incident, minutes: int, **more: object) -> None:
    at = after(minutes=minutes)
    lifecycle.update(incident.pk, team.letter(at, **more), by=team.communicator, at=at)


@pytest.mark.requirement("B-50", "C-08")
def test_a_promise_is_made_when_its_letter_leaves_and_kept_by_the_next_in_time() -> None:
    team = Team(time_zone="America/New_York")
    incident = acknowledged(team)
    (waiting,) = promises.of_incident(incident.pk, now=after(minutes=6))
    assert (waiting.state, waiting.until, waiting.by_name) == ("leaving", after(minutes=65), "Rick Salas")
    assert waiting.words == "We'll update you by 06:05 on Tuesday 3 February (EST)."
    leave(after(minutes=5, seconds=2))
    (made,) = promises.of_incident(incident.pk, now=after(minutes=6))
    assert (made.state, made.sentence) == ("made", "Due in 59m.")
    write(team, incident, 50)
    leave(after(minutes=50, seconds=3))
    second, first = promises.of_incident(incident.pk, now=after(minutes=51))
    assert (first.state, first.sentence) == ("kept", "By an update of Rick Salas, 15m early.")
    assert second.state == "made"


@pytest.mark.requirement("B-50")
def test_a_promise_is_missed_by_how_much_and_stays_owed_until_somebody_writes() -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    (owed,) = promises.of_incident(incident.pk, now=after(minutes=85))
    assert (owed.state, owed.sentence) == ("owed", "Nobody has written for 20m since it was due.")
    write(team, incident, 95)
    leave(after(minutes=95))
    missed = promises.of_incident(incident.pk, now=after(minutes=96))[-1]
    assert (missed.state, missed.sentence) == ("missed", "By an update of Rick Salas, 30m late.")
    assert promises.tally(team.client.pk, since=after(), now=after(minutes=96)) == promises.Tally(0, 1)


def test_in_the_very_second_it_is_kept() -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 65)
    leave(after(minutes=65, seconds=20))
    assert promises.of_incident(incident.pk, now=after(minutes=66))[-1].state == "kept"


def test_a_letter_that_lay_counts_from_when_it_left() -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 60)
    leave(after(minutes=80))
    late = promises.of_incident(incident.pk, now=after(minutes=81))[-1]
    assert (late.state, late.sentence) == ("missed", "By an update of Rick Salas, 15m late.")


def test_a_letter_that_never_left_made_no_promise_and_kept_none() -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 50)
    outbox.supersede(at=after(minutes=51), reason="taken back by Rick Salas", about=incident.about)
    second, first = promises.of_incident(incident.pk, now=after(minutes=70))
    assert first.state == "owed"
    assert second.state == "none"
    assert second.sentence == (
        "Its letter never left: taken back by Rick Salas. The client was promised nothing by it."
    )
    assert promises.tally(team.client.pk, since=after(), now=after(hours=9)) == promises.Tally(0, 1)


def test_each_client_has_a_ledger_of_its_own() -> None:
    team = Team()
    other = ClientFactory()
    incident = team.triage(team.report(1, client_ids=(team.client.pk, other.pk)), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    leave(after(minutes=5))
    write(team, incident, 50)
    OutboundMessage.objects.filter(kind="incident-update", recipient=other.contacts.get().email).update(state="dead")
    leave(after(minutes=50))
    assert promises.tally(team.client.pk, since=after(), now=after(minutes=90)) == promises.Tally(1, 0)
    assert promises.tally(other.pk, since=after(), now=after(minutes=90)) == promises.Tally(0, 1)
    figures.refresh(now=after(minutes=90))
    assert figures.promises_to_clients() == {
        team.client.pk: promises.Tally(1, 0),
        other.pk: promises.Tally(0, 1),
    }


def test_resolving_keeps_the_promise_and_a_merged_incident_is_kept_by_the_one_that_stays() -> None:
    team = Team()
    gone = acknowledged(team)
    stays = team.triage(team.report(1), at=after(minutes=8))
    team.acknowledge(stays, at=after(minutes=9))
    leave(after(minutes=9))
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=20))
    assert [one.state for one in promises.of_incident(stays.pk, now=after(minutes=21))] == ["made", "made"]
    lifecycle.investigate(stays.pk, by=team.resolver, at=after(minutes=22))
    team.fix(stays, at=after(minutes=23))
    team.confirm(stays, at=after(minutes=24))
    done = Resolution("Outreach paused", "Sending had stopped.", "We restored it.", override_reason="Checked twice.")
    lifecycle.resolve(stays.pk, done, by=_overriding(team), at=after(minutes=40))
    leave(after(minutes=40))
    kept = promises.of_incident(stays.pk, now=after(minutes=41))
    assert [one.state for one in kept] == ["kept", "kept"]
    assert {one.incident_id for one in kept} == {gone.pk, stays.pk}
    assert any("about INC-" in one.sentence for one in kept)


def _overriding(team: Team):  # type: ignore[no-untyped-def]
    team.communicator.__dict__["granted"] = frozenset({"override_incident", "resolve_incident"})
    return team.communicator


def test_the_book_of_letters_cannot_be_corrected() -> None:
    team = Team()
    acknowledged(team)
    for statement in ("UPDATE incidents_clientletter SET promised_until = NULL", "DELETE FROM incidents_clientletter"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_pages_show_every_promise_in_a_fixed_number_of_queries() -> None:
    team = Team()
    incident = acknowledged(team)
    lifecycle.note(incident.pk, text="It is back.", client_visible=True, by=team.resolver, at=after(minutes=6))
    leave(after(minutes=6))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)

    def count(path: str) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(path)
        assert page.status_code == 200
        return len(queries), page.content.decode()

    paths = (
        f"/incidents/{incident.pk}/",
        f"/clients/{team.client.pk}/",
        "/clients/",
        f"/incidents/{incident.pk}/update/",
    )
    # What a process reads once, as the versions of playbooks, is read by now.
    count(paths[0])
    before = [count(path)[0] for path in paths]
    for minutes in (20, 30, 40):
        write(team, incident, minutes, next_update_by=after(minutes=minutes + 10))
        note = lifecycle.note(
            incident.pk, text="More came.", client_visible=True, by=team.resolver, at=after(minutes=minutes + 1)
        )
        leave(note.at)
    figures.refresh(now=after(hours=3))
    pages = [count(path) for path in paths]
    assert [queries for queries, _ in pages] == before
    assert pages[0][1].count("We&#x27;ll update you by") == 4
    assert "Missed, still owed" in pages[1][1]
    assert "1 missed" in pages[2][1]


def test_a_restricted_incident_s_promises_are_on_nobody_else_s_page() -> None:
    team = Team()
    incident = acknowledged(team)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    browser = Browser()
    browser.force_login(team.target, backend=BACKEND)
    team.target.__dict__.pop("granted", None)
    assert incident.reference in browser.get(f"/clients/{team.client.pk}/").content.decode()
    stranger = Team().resolver
    browser.force_login(stranger, backend=BACKEND)
    assert incident.reference not in browser.get(f"/clients/{team.client.pk}/").content.decode()
    assert ClientLetter.objects.count() == 1


def test_the_window_of_the_tally_is_when_promises_fell_due() -> None:
    team = Team()
    acknowledged(team)
    leave(after(minutes=5))
    assert promises.tally(team.client.pk, since=after(), now=after(minutes=30)) == promises.Tally()
    assert promises.tally(team.client.pk, since=after(hours=2), now=after(hours=3)) == promises.Tally()
    found = promises.tally(team.client.pk, since=after(), now=after(hours=3))
    assert (found.missed, found.rate) == (1, 0.0)
    assert timedelta(days=90) == promises.KEPT_FOR
