"""What fails again and again has a page: why, tried at once, or given up with a reason (law 6)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import escalation, resurfacing, stuck, stuck_rows
from incidents.models import Clock, ConfigurationChange, EscalationRule, Incident, Responder
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage, SetAside
from tests.factories import ResponderFactory, Team, after
from tests.incidents.test_aside import cure, poison

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-40")]
TABLE = "incidents_timelineentry"


def _stuck(team: Team, tries: int = 5) -> tuple[Incident, datetime]:
    """An incident that nobody touched and that cannot be raised again, after so many tries, and the instant then."""
    incident, now = team.report(2), after(hours=30)
    poison(TABLE, f"NEW.incident_id = {incident.pk}")
    for _ in range(tries):
        resurfacing.sweep(now=now)
        now += timedelta(minutes=1)
    return incident, now


def _browser(person: Responder) -> Browser:
    browser = Browser()
    browser.force_login(person, backend=BACKEND)
    return browser


def _page(person: Responder) -> str:
    return _browser(person).get("/stuck/").content.decode()


def test_the_banner_leads_to_a_page_that_says_what_fails_of_which_incident_and_why() -> None:
    team = Team()
    assert "Nothing fails." in _page(team.resolver)
    incident, _ = _stuck(team)
    assert 'href="/stuck/"' in _browser(team.resolver).get("/my-work/").content.decode()
    page = _page(team.resolver)
    for words in (incident.reference, incident.title, "nobody touched", "a poisoned row", "failed 5 times", "Stuck"):
        assert words in page
    assert "CONTEXT" not in page, "where in the code it failed is for the log"
    assert "Try now" not in page and "Give it up" not in page
    assert "Try now" in _page(team.coordinator) and "Give it up" in _page(team.coordinator)


def test_what_is_tried_at_once_is_done_at_once_when_its_reason_is_gone() -> None:
    team = Team()
    incident, now = _stuck(team)
    row = SetAside.objects.get()
    cure(TABLE)
    resurfacing.sweep(now=now)
    assert not incident.timeline.filter(kind="resurfaced").exists(), "it waits for its hour"
    stuck_rows.try_again(row.pk, by=team.coordinator, at=now)
    resurfacing.sweep(now=now)
    assert incident.timeline.filter(kind="resurfaced").exists()
    assert not SetAside.objects.exists()
    with pytest.raises(Refused, match="done meanwhile"):
        stuck_rows.try_again(row.pk, by=team.coordinator, at=now)


def test_what_is_given_up_is_tried_no_more_and_nothing_calls_it_stuck_until_it_is_taken_up() -> None:
    team = Team()
    incident, now = _stuck(team)
    row = SetAside.objects.get()
    another = ResponderFactory(role="administrator")
    assert stuck.look(now=now).reasons()
    with pytest.raises(Refused) as refused:
        stuck_rows.give_up(row.pk, reason="  ", by=team.coordinator, at=now)
    assert refused.value.field == "reason"
    stuck_rows.give_up(row.pk, reason="Raised by telephone.", by=team.coordinator, at=now)
    with pytest.raises(Refused, match="Raised by telephone"):
        stuck_rows.give_up(row.pk, reason="Me too.", by=another, at=now)
    assert not [one for one in stuck.look(now=now).reasons() if "failed five times" in one]
    assert "fails again and again" not in _page(team.resolver)
    assert "Raised by telephone." in _page(team.resolver)
    cure(TABLE)
    resurfacing.sweep(now=now + timedelta(hours=2))
    assert not incident.timeline.filter(kind="resurfaced").exists()
    change = ConfigurationChange.objects.get(subject="stuck row")
    assert (change.by, change.after["give_up_reason"]) == (team.coordinator, "Raised by telephone.")
    assert incident.reference in change.name
    stuck_rows.try_again(row.pk, by=another, at=now + timedelta(hours=3))
    resurfacing.sweep(now=now + timedelta(hours=3))
    assert incident.timeline.filter(kind="resurfaced").exists()
    assert not SetAside.objects.exists()


def test_an_escalation_that_was_given_up_is_not_called_late() -> None:
    team = Team()
    EscalationRule.objects.filter(situation="severe").update(is_enabled=True, repeat_minutes=5)
    incident, now = team.report(1), after(minutes=6)
    poison("notifications_outboundmessage", f"NEW.about = 'incident:{incident.pk}'")
    escalation.sweep(now=now)
    row = SetAside.objects.get(sweep="escalations")
    assert stuck_rows.incidents_of([row]) == {row.pk: incident.pk}
    late = now + timedelta(minutes=10)
    assert stuck.look(now=late).escalation_age > 0
    stuck_rows.give_up(row.pk, reason="Called Clayton.", by=team.coordinator, at=now)
    assert stuck.look(now=late).escalation_age == 0


def test_the_page_gives_up_with_a_reason_and_keeps_what_was_typed() -> None:
    team = Team()
    _stuck(team)
    row = SetAside.objects.get()
    browser, address = _browser(team.coordinator), f"/stuck/{row.pk}/give-up/"
    assert "a poisoned row" in browser.get(address).content.decode()
    assert "Say why" in browser.post(address, {"reason": ""}).content.decode()
    long = "x" * 3000
    assert long[:100] in browser.post(address, {"reason": long}).content.decode()
    assert browser.post(address, {"reason": "Done by hand."}).headers["Location"] == "/stuck/"
    row.refresh_from_db()
    assert (row.given_up_by, row.give_up_reason) == (team.coordinator, "Done by hand.")
    assert browser.post(f"/stuck/{row.pk}/try/").headers["Location"] == "/stuck/"
    row.refresh_from_db()
    assert row.given_up_at is None and row.retry_at is not None


@pytest.mark.requirement("B-110", "B-113")
def test_a_row_of_a_restricted_incident_is_counted_and_no_more_for_whoever_may_not_see_it() -> None:
    team = Team()
    incident, now = _stuck(team)
    row = SetAside.objects.get()
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True, coordinator=team.coordinator)
    stranger = Team().coordinator
    page = _page(stranger)
    assert "1 more belongs to restricted incidents" in page
    for words in (incident.reference, incident.title, "a poisoned row"):
        assert words not in page
    for address in (f"/stuck/{row.pk}/try/", f"/stuck/{row.pk}/give-up/"):
        assert _browser(stranger).post(address, {"reason": "No."}).status_code == 404
    assert incident.title in _page(team.coordinator)
    stuck_rows.give_up(row.pk, reason="Their lawyer called.", by=team.coordinator, at=now)
    change = ConfigurationChange.objects.get(subject="stuck row")
    assert "lawyer" not in str(change.after) and incident.title not in change.name


def test_whoever_may_override_is_told_once_and_hears_no_reason_and_no_title() -> None:
    team = Team()
    incident, now = _stuck(team, tries=4)
    administrator = ResponderFactory(role="administrator")
    OutboundMessage.objects.all().delete()
    assert stuck_rows.tell(now=now) == 0, "it has failed four times only"
    resurfacing.sweep(now=now)
    assert (stuck_rows.tell(now=now), stuck_rows.tell(now=now)) == (1, 0)
    told = OutboundMessage.objects.filter(kind="stuck")
    assert {message.responder_id for message in told} >= {team.coordinator.pk, administrator.pk}
    assert team.resolver.pk not in {message.responder_id for message in told}
    assert {message.channel for message in told} == {"email", "in_app"}
    for message in told:
        assert incident.reference in message.body_text and "/stuck/" in message.body_text
        assert incident.title not in message.body_text and "poisoned" not in message.body_text
    told.delete()
    SetAside.objects.update(told_at=None)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    stuck_rows.tell(now=now)
    (body,) = set(OutboundMessage.objects.filter(kind="stuck").values_list("body_text", flat=True))
    assert "of a restricted incident" in body and incident.reference not in body


def test_a_clock_in_quarantine_is_looked_at_again_by_whoever_may_override() -> None:
    team = Team()
    incident = team.report(1)
    clock = Clock.objects.filter(incident=incident).first()
    assert clock is not None
    now = timezone.now()
    Clock.objects.filter(pk=clock.pk).update(
        quarantined_at=now, next_check_at=None, errors=5, last_error="DataError: out of range"
    )
    assert "out of range" in _page(team.resolver) and "Look again" not in _page(team.resolver)
    assert _browser(team.coordinator).post(f"/stuck/clocks/{clock.pk}/release/").status_code == 302
    clock.refresh_from_db()
    assert (clock.quarantined_at, clock.errors) == (None, 0)
    assert clock.next_check_at is not None and clock.next_check_at >= now
    assert ConfigurationChange.objects.filter(subject="stuck row", by=team.coordinator).count() == 1
    with pytest.raises(Refused, match="not in quarantine"):
        stuck_rows.release(clock.pk, by=team.coordinator, at=now)


def test_the_page_asks_as_much_for_one_row_as_for_many() -> None:
    team = Team()
    now = timezone.now()

    def asked(rows: int) -> int:
        SetAside.objects.all().delete()
        incidents = [team.report(3) for _ in range(rows)]
        SetAside.objects.bulk_create(
            SetAside(
                sweep="untouched",
                row=one.pk,
                kind="incidents.incident",
                errors=6,
                last_error="x",
                since=now,
                retry_at=now,
            )
            for one in incidents
        )
        browser = _browser(team.coordinator)
        browser.get("/stuck/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/stuck/").content.decode().count("Try now") == rows
        return len(queries)

    assert asked(1) == asked(12)


def test_the_database_refuses_to_give_up_without_somebody_and_a_reason() -> None:
    _stuck(Team(), tries=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        SetAside.objects.update(retry_at=None)
