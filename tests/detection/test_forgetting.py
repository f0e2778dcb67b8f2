"""Letters that came in are forgotten after a while, but nothing of an open incident; what waits has its own time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents import lifecycle
from incidents.detection.mail import filing, forgetting
from incidents.facts import Resolution
from incidents.models import ClientReply, Evidence, Incident
from incidents.sign_in import BACKEND
from notifications.models import InboundMail
from tests.factories import ResponderFactory, Team, after
from tests.incidents.test_record_reply import acknowledged, told

pytestmark = pytest.mark.django_db
LONG_AFTER = after(days=400)


def mail(identity: str, **more: Any) -> InboundMail:
    facts = {"door": "webhook", "received_at": after(minutes=20), "raw": b"From: x", "size": 7, "state": "filed"}
    return InboundMail.objects.create(identity=identity, **{**facts, **more})


def close(team: Team, incident: Incident, *, days: int) -> None:
    boss, at = ResponderFactory(role="administrator"), after(days=days)
    lifecycle.investigate(incident.pk, by=boss, at=at)
    team.fix(incident, at=at)
    team.confirm(incident, at=at)
    words = Resolution(
        "Outreach is back", "Emails were not sent.", "We restored them.", override_reason="Checked twice."
    )
    lifecycle.resolve(incident.pk, words, by=boss, at=at)
    lifecycle.close(incident.pk, force_reason="Nobody is left to ask.", by=boss, at=at)


def answered(team: Team, *, closed: int | None) -> Incident:
    """An incident with an answer and its file; closed after so many days."""
    incident = acknowledged(team)
    lifecycle.record_reply(incident.pk, told(team, incident.pk), at=after(minutes=20))
    if closed is not None:
        close(team, incident, days=closed)
    return incident


def test_after_a_year_letters_go_with_their_files_and_the_record_stays(settings: Any) -> None:
    team = Team()
    incident = answered(team, closed=20)
    mail("bounce", kind="bounce")
    mail("aside", state="set_aside")
    assert forgetting.sweep(now=after(days=384)) == 2, "what is about no incident, a year after it came"
    assert forgetting.sweep(now=after(days=386)) == 2
    (kept,) = InboundMail.objects.all()
    assert bytes(kept.raw) == b"" and ClientReply.objects.get().mail == kept
    assert ClientReply.objects.get().text.startswith("It is **back**")
    file = Evidence.objects.get(incident=incident)
    assert (bytes(file.content), file.size, len(file.sha256)) == (b"", 9, 64)
    assert forgetting.sweep(now=after(days=386)) == 0
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    gone = browser.get(reverse("incidents:evidence", args=[incident.pk, file.pk]))
    assert gone.status_code == 404


@pytest.mark.parametrize("closed", [None, 380])
def test_nothing_of_an_incident_that_is_open_or_was_lately(closed: int | None) -> None:
    team = Team()
    incident = answered(team, closed=closed)
    mail("report", about=incident.about)
    assert forgetting.sweep(now=LONG_AFTER) == 0
    assert all(bytes(one.raw) for one in InboundMail.objects.all())
    assert bytes(Evidence.objects.get(incident=incident).content)


def test_a_duplicate_is_as_open_as_what_took_it_in() -> None:
    team = Team()
    gone = answered(team, closed=None)
    stays = team.report(1, at=after(days=1))
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(days=2))
    assert forgetting.sweep(now=LONG_AFTER) == 0
    team.triage(stays, at=after(days=2))
    team.acknowledge(stays, at=after(days=2))
    close(team, stays, days=3)
    assert forgetting.sweep(now=LONG_AFTER) == 2


@pytest.mark.parametrize("state", ["unmatched", "quarantined"])
def test_what_waits_for_a_person_waits_ninety_days(state: str) -> None:
    mail("one", state=state, received_at=after(), settled_at=after(minutes=1))
    assert forgetting.sweep(now=after(days=90, minutes=1)) == 0
    assert forgetting.sweep(now=after(days=90, minutes=2)) == 1
    assert not InboundMail.objects.exists()


def test_what_was_never_sorted_counts_from_when_it_came(settings: Any) -> None:
    mail("one", state="quarantined", received_at=after())
    settings.KEEP_UNFILED_MAIL_DAYS = 0
    assert forgetting.sweep(now=LONG_AFTER) == 0
    settings.KEEP_UNFILED_MAIL_DAYS = 7
    assert forgetting.sweep(now=after(days=7, seconds=1)) == 1


def test_what_was_put_back_waits_anew() -> None:
    person = ResponderFactory(role="communicator")
    one = mail("one", state="set_aside", received_at=after(), settled_at=after(days=1))
    filing.put_back(one.pk, by=person, at=after(days=300))
    assert forgetting.sweep(now=after(days=389)) == 0
    assert forgetting.sweep(now=after(days=391)) == 1


def test_what_a_program_has_yet_to_sort_stays() -> None:
    mail("one", state="waiting", due_at=after())
    assert forgetting.sweep(now=LONG_AFTER) == 0


def test_what_a_person_kept_stays_and_the_time_is_a_setting(settings: Any) -> None:
    team = Team()
    incident = answered(team, closed=1)
    file = {"name": "a.txt", "content": b"kept", "content_type": "text/plain", "text": ""}
    lifecycle.add_evidence(incident.pk, **file, by=team.resolver, at=after(days=2))
    settings.KEEP_MAIL_DAYS = 0
    assert forgetting.sweep(now=LONG_AFTER) == 0
    settings.KEEP_MAIL_DAYS = 30
    assert forgetting.sweep(now=after(days=1) + timedelta(days=30, seconds=1)) == 2
    assert bytes(Evidence.objects.get(name="a.txt").content) == b"kept"
