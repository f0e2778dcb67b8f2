"""The link of a client: signed, ending, revocable, without side effects, and with nothing of anybody else inside."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import client_links, configuration, lifecycle
from incidents.client_status import status_of
from incidents.facts import Resolution
from incidents.models import ClientLink, ConfigurationChange, Incident, Responder, System
from incidents.notices import client_time
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from incidents.views import client_status
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, ResponderFactory, Team, after
from tests.incidents.test_promises import acknowledged, leave, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_buckets() -> None:
    client_status.looks.forget()


def _link(team: Team, *, days: int = 30, note: str = "Dana") -> tuple[ClientLink, str]:
    now = timezone.now()
    return configuration.add_client_link(
        team.client.pk, note=note, ends_on=(now + timedelta(days=days)).date(), by=team.communicator, at=now
    )


def _now_ish(team: Team) -> tuple[Incident, datetime]:
    """An incident that was acknowledged a few minutes before the real now, for pages that look at the clock."""
    now = timezone.now().replace(microsecond=0)
    incident = team.triage(team.report(1, at=now - timedelta(minutes=30)), at=now - timedelta(minutes=25))
    team.acknowledge(incident, at=now - timedelta(minutes=20))
    leave(now - timedelta(minutes=20))
    return incident, now


def test_the_page_says_what_letters_said_in_the_clients_zone() -> None:
    team = Team(name="Northwind", time_zone="Asia/Kolkata")
    incident, _ = _now_ish(team)
    _, secret = _link(team)
    page = Browser().get(f"/status/{secret}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "1 open issue" in text
    assert "Your outreach emails are not being sent. Nothing was lost." in text
    assert "We&#x27;ll update you by" in text and "(IST)" in text
    for inner in (incident.title, incident.reference, "SEV-", "Every sender shows", "Rick", "Alfred", "Devin"):
        assert inner not in text
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert not page.cookies


def test_looking_writes_nothing_and_the_script_says_that_somebody_reads() -> None:
    team = Team()
    _now_ish(team)
    link, secret = _link(team)
    with CaptureQueriesContext(connection) as queries:
        for look in (Browser().get, Browser().head):
            assert look(f"/status/{secret}/").status_code == 200
    assert not [q for q in queries if not q["sql"].startswith("SELECT")]
    link.refresh_from_db()
    assert link.opened_at is None
    browser = Browser(enforce_csrf_checks=True)
    assert browser.get(f"/status/{secret}/seen/").status_code == 405
    assert browser.post(f"/status/{secret}/seen/").status_code == 204
    assert browser.post(f"/status/{secret}/seen/").status_code == 204
    link.refresh_from_db()
    assert link.opened_at is not None and link.opened_count == 1


def test_guessed_cut_ended_and_revoked_are_answered_alike() -> None:
    team = Team()
    _, secret = _link(team)
    forged = client_links.new_secret()
    ended, old = _link(team, note="Kim")
    ClientLink.objects.filter(pk=ended.pk).update(ends_at=timezone.now())
    gone, withdrawn = _link(team, note="Lee")
    configuration.revoke_client_link(team.client.pk, gone.pk, by=team.communicator, at=timezone.now())
    assert Browser().get(f"/status/{secret}/").status_code == 200
    answers = []
    for wrong in (forged, secret[:-1], secret[1:], "x", "x" * 5000, "é", old, withdrawn):
        for path in (f"/status/{wrong}/",):
            page = Browser().get(path)
            answers.append((page.status_code, page.content, page["X-Robots-Tag"], page["Referrer-Policy"]))
            assert Browser().post(path + "seen/").status_code == 404
    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert "Allclear" not in answers[0][1].decode()
    team.client.is_active = False
    team.client.save()
    assert Browser().get(f"/status/{secret}/").status_code == 404


def test_a_key_that_was_rotated_away_closes_every_link(settings: pytest.FixtureRequest) -> None:
    _, secret = _link(Team())
    settings.SECRET_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"  # type: ignore[attr-defined]
    assert client_links.find(secret, now=timezone.now()) is None


def test_nothing_of_others_stands_on_it_whatever_a_letter_said() -> None:
    team = Team(name="Northwind")
    ClientFactory(name="Atlas Freight")
    System.objects.create(name="Outreach (Instantly)", client_name="your emails", owner="third_party")
    team.communicator.__dict__["granted"] = frozenset({"name_third_party", "update_incident", "acknowledge_incident"})
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 10, happening="Instantly suspended the account.", guard_reason="The client asked.")
    leave(after(minutes=10))
    shown = status_of(team.client, now=after(minutes=20)).current[0]
    assert (shown.said, shown.said_at) == ("", after(minutes=10))
    Incident.objects.filter(pk=incident.pk).update(brief="As at Atlas Freight")
    assert status_of(team.client, now=after(minutes=20)).current[0].heading == "An issue with your outreach emails"


def test_restricted_untold_merged_and_others_incidents_are_not_there() -> None:
    team, other = Team(), ClientFactory()
    restricted = acknowledged(team)
    Incident.objects.filter(pk=restricted.pk).update(is_restricted=True)
    team.triage(team.report(1), at=after(minutes=3))
    apart = team.triage(team.report(1, client_ids=(other.pk,)), at=after(minutes=3))
    team.acknowledge(apart, at=after(minutes=5))
    gone, stays = acknowledged(team), acknowledged(team)
    leave(after(minutes=5))
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=9))
    assert len(status_of(team.client, now=after(minutes=20)).current) == 1
    assert len(status_of(other, now=after(minutes=20)).current) == 1


def test_a_client_who_was_not_told_of_an_open_incident_is_not_told_that_there_is_none() -> None:
    team = Team()
    _, secret = _link(team)
    team.report(1, at=timezone.now())
    page = Browser().get(f"/status/{secret}/").content.decode()
    assert "This page shows no open issue" in page
    assert "know of nothing" not in page and "affected you" not in page


def test_a_letter_that_did_not_leave_is_not_quoted_and_a_broken_promise_is_admitted() -> None:
    team = Team()
    incident = acknowledged(team)
    assert status_of(team.client, now=after(minutes=6)).current[0].said == ""
    leave(after(minutes=6))
    write(team, incident, 50, happening="Half of it is back.")
    now = after(minutes=70)
    shown = status_of(team.client, now=now).current[0]
    assert shown.said.startswith("Your outreach emails are not being sent.")
    assert shown.is_late and shown.next_update.startswith("We promised to update you by 11:05")
    OutboundMessage.objects.filter(state="pending").update(state="sent", due_at=None, sent_at=now)
    assert status_of(team.client, now=now).current[0].said.startswith("Half of it is back.")


def test_what_is_over_stays_for_ninety_days() -> None:
    team = Team()
    incident = team.to_verifying(1)
    team.confirm(incident, at=after(minutes=70))
    team.communicator.__dict__["granted"] = frozenset({"resolve_incident"})
    done = Resolution("Outreach paused", "Sending had stopped.", "We restored it.")
    lifecycle.resolve(incident.pk, done, by=team.communicator, at=after(hours=3))
    leave(after(hours=3))
    page = status_of(team.client, now=after(days=89))
    assert (page.current, page.past[0].status, page.past[0].said) == (
        [],
        "Resolved",
        "Sending had stopped.\n\nWe restored it.",
    )
    assert status_of(team.client, now=after(days=91)).past == []


def test_the_page_asks_the_same_number_of_questions_however_much_there_is() -> None:
    team = Team()
    _now_ish(team)
    _, secret = _link(team)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert Browser().get(f"/status/{secret}/").status_code == 200
        return len(queries)

    before = count()
    for _ in range(4):
        _now_ish(team)
    assert count() == before <= 11


def test_too_many_looks_are_asked_to_wait() -> None:
    _, secret = _link(Team())
    browser = Browser()
    looked = 0
    while browser.get(f"/status/{secret}/").status_code == 200:
        looked += 1
        assert looked < 120
    assert looked >= 60
    assert int(browser.get(f"/status/{secret}/")["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("note", "ends_on", "field"),
    [
        ("", date(2026, 3, 1), "note"),
        ("Dana", date(2026, 2, 2), "ends_on"),
        ("Dana", date(2027, 2, 20), "ends_on"),
        ("Dana\nBcc", date(2026, 3, 1), "note"),
    ],
)
def test_a_link_needs_a_name_and_an_end(note: str, ends_on: date, field: str) -> None:
    team = Team()
    with pytest.raises(Refused) as refused:
        configuration.add_client_link(team.client.pk, note=note, ends_on=ends_on, by=team.communicator, at=after())
    assert refused.value.field == field


def test_two_tabs_make_one_link_for_one_person() -> None:
    team = Team()
    link, _ = _link(team)
    with pytest.raises(Refused, match=f"…{link.hint}. Revoke it first") as refused:
        _link(team)
    assert refused.value.field == "note" and ClientLink.objects.count() == 1
    configuration.revoke_client_link(team.client.pk, link.pk, by=team.communicator, at=timezone.now())
    _link(team)


def test_a_link_is_shown_once_listed_without_its_secret_and_ends_with_the_clients_day() -> None:
    team = Team(time_zone="America/New_York")
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    last = (timezone.now() + timedelta(days=10)).date()
    page = browser.post(f"/clients/{team.client.pk}/links/add/", {"note": "Dana", "ends_on": last.isoformat()})
    found = re.search(r"/status/([^/<]+)/", page.content.decode())
    assert found
    link = ClientLink.objects.get()
    assert link.digest == client_links.digest(found[1])
    assert link.ends_at.astimezone(team.client.zone).isoformat()[:19] == f"{last + timedelta(days=1)}T00:00:00"
    listed = browser.get(f"/clients/{team.client.pk}/links/").content.decode()
    assert found[1] not in listed and f"…{found[1][-4:]}" in listed
    assert found[1] not in str(list(ConfigurationChange.objects.values()))
    assert Browser().get(f"/status/{found[1]}/").status_code == 200
    browser.post(f"/clients/{team.client.pk}/links/{link.pk}/revoke/")
    assert Browser().get(f"/status/{found[1]}/").status_code == 404
    other = ClientFactory()
    assert browser.post(f"/clients/{other.pk}/links/{link.pk}/revoke/").status_code == 404


def test_only_whoever_may_share_makes_links() -> None:
    team = Team()
    resolver: Responder = ResponderFactory(role="resolver")
    browser = Browser()
    browser.force_login(resolver, backend=BACKEND)
    assert browser.get(f"/clients/{team.client.pk}/links/").status_code == 403
    assert "Links for the client" not in browser.get(f"/clients/{team.client.pk}/told/").content.decode()


@pytest.mark.requirement("B-50")
def test_the_next_update_is_the_promise_of_the_newest_letter_that_left_in_the_clients_zone() -> None:
    team = Team(name="Northwind", time_zone="Asia/Kolkata")
    incident, now = _now_ish(team)

    def shown() -> str:
        (one,) = status_of(team.client, now=now).current
        return one.next_update

    until = now + timedelta(minutes=40)
    assert shown() == f"We'll update you by {client_time(until, team.client.zone)}." and "(IST)" in shown()
    # A letter that has not left promises nothing; one that left promises its own time, and the last one none.
    later = now + timedelta(hours=5)
    lifecycle.update(incident.pk, team.letter(now, next_update_by=later), by=team.communicator, at=now)
    assert shown() == f"We'll update you by {client_time(until, team.client.zone)}."
    leave(now)
    assert shown() == f"We'll update you by {client_time(later, team.client.zone)}."
    last = team.letter(now, next_update_by=None, is_last=True)
    lifecycle.update(incident.pk, last, by=team.communicator, at=now + timedelta(seconds=2))
    leave(now + timedelta(seconds=2))
    assert shown() == ""


@pytest.mark.requirement("B-50")
def test_what_a_client_was_promised_about_a_duplicate_stands_with_what_took_it_in() -> None:
    team, other = Team(), ClientFactory()
    gone, now = _now_ish(team)
    stays = team.report(1, at=now, client_ids=(other.pk,))
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=now)
    again = team.report(1, at=now, client_ids=(other.pk,))
    lifecycle.merge(stays.pk, into_id=again.pk, reason="", by=team.coordinator, at=now)
    (one,) = status_of(team.client, now=now).current
    assert one.said.startswith("Your outreach emails are not being sent.")
    assert "We'll update you by" in one.next_update
    assert status_of(other, now=now).current == [], "nobody has told them yet"
