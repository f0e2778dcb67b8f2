"""A poisoned row delays only itself: in every sweep its neighbours go on, it waits, and a person sees it (law 6)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from incidents import crm, digests, escalation, failures, lifecycle, resurfacing, stuck, unheard
from incidents.detection.intake import settle
from incidents.detection.models import InboundSource, Metric, Signal
from incidents.detection.readings import recording
from incidents.facts import Resolution
from incidents.models import EscalationRule, Incident
from notifications.models import OutboundMessage, SetAside, WebhookEndpoint
from postmortems import asking, checks, confirming, forcing, gates, overdue, reviews
from postmortems.confirming import Limit
from postmortems.gates import Pause
from postmortems.models import RestartGate
from tests.factories import Team, after
from tests.incidents.test_digests import MONDAY
from tests.incidents.test_digests import _minor as minor
from tests.incidents.test_pause import _paused as paused
from tests.incidents.test_pause import pausable
from tests.postmortems.factories import Learners

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-40")]
# What each sweep writes for two incidents; the first of them cannot be written.
Sweep = Callable[[datetime], int]
Case = tuple[Incident, Incident, Sweep, datetime, Callable[[Incident], bool]]


def poison(table: str, condition: str) -> None:
    """PostgreSQL refuses every such row from now on, as it would refuse one that breaks a constraint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a poisoned row' USING ERRCODE = 'check_violation'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER poison BEFORE INSERT ON {table} FOR EACH ROW WHEN ({condition}) "
                       "EXECUTE FUNCTION poison()")  # fmt: skip


def cure(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER poison ON {table}; DROP FUNCTION poison()")


def _has(kind: str) -> Callable[[Incident], bool]:
    return lambda incident: incident.timeline.filter(kind=kind).exists()


def _untouched() -> Case:
    team = Team()
    one, other = team.report(2), team.report(2)
    return one, other, lambda now: resurfacing.sweep(now=now), after(hours=30), _has("resurfaced")


def _aged() -> Case:
    pausable(2)
    team = Team()
    one, other = paused(team, hours=100), paused(team, hours=100)
    return (
        one,
        other,
        lambda now: escalation.sweep_aged(now=now),
        after(hours=24),
        lambda incident: incident.timeline.filter(kind="at_risk", facts__wall_hours=24).exists(),
    )


def _failed_letters() -> Case:
    team = Team()
    both = []
    for _ in (1, 2):
        both.append(team.triage(team.report(1), at=after(minutes=2)))
        team.acknowledge(both[-1], at=after(minutes=4))
    failed = OutboundMessage.objects.filter(kind="incident-notification")
    failed.update(state="dead", due_at=None, last_error="SMTP 550: no such mailbox")
    return both[0], both[1], lambda now: failures.sweep(now=now), after(minutes=6), _has("letter_failed")


def _crm_notes() -> Case:
    team = Team(crm_reference="41")
    both = []
    for _ in (1, 2):
        incident = team.confirm(team.to_verifying(1), at=after(minutes=70))
        words = Resolution("Outreach paused", "Volume.", "Slowed down.")
        both.append(lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=2)))
    OutboundMessage.objects.filter(channel="crm").update(state="dead", due_at=None, last_error="HTTP 401")
    return both[0], both[1], lambda now: crm.sweep(now=now), after(hours=3), _has("note_failed")


def _unreached() -> Case:
    team = Team()
    one, other = team.report(1), team.report(1)
    OutboundMessage.objects.filter(kind="escalation").update(state="dead", due_at=None, last_error="403")
    said = "did not reach"
    return (
        one,
        other,
        lambda now: escalation.sweep_unreached(now=now),
        after(minutes=6),
        lambda incident: incident.timeline.filter(kind="escalated", text__contains=said).exists(),
    )


def _words() -> Case:
    one, other = minor(Team(), sentence=""), minor(Team(), sentence="")
    digests.sweep(now=after(hours=1))
    return (
        one,
        other,
        lambda now: digests.sweep(now=now),
        MONDAY - timedelta(hours=1),
        lambda incident: incident.escalations.filter(situation="digest_words").exists(),
    )


def _reviews() -> Case:
    team = Learners()
    one, other = team.resolved(), team.resolved()
    return one, other, lambda now: reviews.sweep(now=now), after(hours=32), _has("review_opened")


def _overdue_reviews() -> Case:
    team = Learners()
    (one, _), (other, _) = team.reviewed(), team.reviewed()
    return (
        one,
        other,
        lambda now: overdue.sweep_reviews(now=now),
        after(days=60),
        lambda incident: incident.escalations.filter(situation="review_overdue").exists(),
    )


def _overdue_actions() -> Case:
    team = Learners()
    (one, _), (other, _) = team.reviewed(), team.reviewed()
    team.plan(one), team.plan(other)
    return (
        one,
        other,
        lambda now: overdue.sweep_actions(now=now),
        after(days=60),
        lambda incident: incident.escalations.filter(situation="action_overdue").exists(),
    )


def _look_backs() -> Case:
    team = Learners()
    (one, _), (other, _) = team.reviewed(), team.reviewed()
    team.verified(one), team.verified(other)
    return (
        one,
        other,
        lambda now: asking.sweep(now=now),
        after(days=40),
        lambda incident: incident.timeline.filter(facts__did="look_back_due").exists(),
    )


def _stale_checks() -> Case:
    team = Learners()
    (one, _), (other, _) = team.reviewed(), team.reviewed()
    team.passed(one), team.passed(other)
    return (
        one,
        other,
        lambda now: checks.sweep(now=now),
        after(days=32),
        lambda incident: incident.timeline.filter(kind="check_run", facts__did="stale").exists(),
    )


def _gate_readings() -> Case:
    """Both gates were restarted; a reading recorded elsewhere shuts them, and one cannot be written down."""
    team = Learners()
    (one, _), (other, _) = team.reviewed(), team.reviewed()
    bounces = Limit("bounce-rate", "Bounce rate under 2 %", "<", Decimal("2"), "%", 24 * 30)
    for incident, name in ((one, "Pool A"), (other, "Pool B")):
        told = Pause(reason="Bounces", name=name, kind="tool", owner=team.resolver, limits=(bounces,))
        gate = gates.pause(incident.pk, told, by=team.resolver, at=after(hours=33))
        confirming.read("bounce-rate", Decimal("1"), taken_at=after(hours=34), source="x", at=after(hours=34))
        forcing.ask_to_force(
            incident.pk, gate.pk, stage="partial", reason="Launch day", by=team.resolver, at=after(hours=35)
        )
        forcing.force(incident.pk, gate.pk, by=team.target, at=after(hours=36))
    recording.record(
        Metric.objects.get(key="bounce_rate").key,
        Decimal("7"),
        taken_at=after(hours=37),
        source="Instantly",
        at=after(hours=37),
    )
    return (
        one,
        other,
        lambda now: confirming.sweep(now=now),
        after(hours=38),
        lambda incident: RestartGate.objects.get(incident=incident).stage == "paused",
    )


def _closed() -> Case:
    team = Learners()
    both = [team.resolved(), team.resolved()]
    for incident in both:
        lifecycle.close(incident.pk, force_reason="Enough.", by=team.admin, at=after(hours=33))
    # As two that were imported: a forced close has said already what it lacks.
    Incident.objects.filter(pk__in=[incident.pk for incident in both]).update(closure_audited_at=None)
    return (
        both[0],
        both[1],
        lambda now: overdue.sweep_closed(now=now),
        after(hours=34),
        lambda incident: incident.escalations.filter(situation="closed_incomplete").exists(),
    )


CASES: dict[str, Callable[[], Case]] = {
    "untouched": _untouched,
    "hours on the wall": _aged,
    "failed letters": _failed_letters,
    "CRM notes": _crm_notes,
    "unreached": _unreached,
    "asking for words": _words,
    "open reviews": _reviews,
    "overdue reviews": _overdue_reviews,
    "overdue actions": _overdue_actions,
    "look-backs": _look_backs,
    "stale checks": _stale_checks,
    "closed incidents": _closed,
    "gate readings": _gate_readings,
}


@pytest.mark.parametrize("name", list(CASES))
def test_a_poisoned_row_delays_only_itself_and_is_done_when_it_can_be(name: str, settings: Any) -> None:
    settings.HUBSPOT_TOKEN = "a-token"
    bad, good, sweep, now, done = CASES[name]()
    table = "incidents_timelineentry"
    poison(table, f"NEW.incident_id = {bad.pk}")
    sweep(now)
    assert done(good) and not done(bad)
    row = SetAside.objects.get(sweep=name)
    assert (row.errors, "a poisoned row" in row.last_error) == (1, True)
    # It waits, and costs its neighbours nothing; soon it is tried again.
    sweep(now + timedelta(seconds=1))
    assert SetAside.objects.get(sweep=name).errors == 1
    sweep(now + timedelta(seconds=3))
    assert SetAside.objects.get(sweep=name).errors == 2
    cure(table)
    sweep(now + timedelta(seconds=30))
    assert done(bad)
    assert not SetAside.objects.exists()


def test_a_repeat_that_cannot_be_said_holds_up_no_other() -> None:
    team = Team()
    EscalationRule.objects.filter(situation="severe").update(is_enabled=True, repeat_minutes=5)
    bad, good = team.report(1), team.report(1)
    now = after(minutes=6)
    poison("notifications_outboundmessage", f"NEW.about = 'incident:{bad.pk}'")
    escalation.sweep(now=now)
    assert good.escalations.get(situation="severe").times_said == 2
    assert bad.escalations.get(situation="severe").times_said == 1
    assert SetAside.objects.get().sweep == "escalations"
    cure("notifications_outboundmessage")
    escalation.sweep(now=now + timedelta(seconds=5))
    assert bad.escalations.get(situation="severe").times_said == 2
    assert not SetAside.objects.exists()


def test_a_webhook_that_cannot_be_switched_off_holds_up_no_other() -> None:
    Learners()
    since = timezone.now() - timedelta(days=4)
    bad, _ = (WebhookEndpoint.objects.create(name=name, failing_since=since, made_at=since) for name in ("a", "b"))
    poison("notifications_outboundmessage", f"NEW.key LIKE 'webhook-off:{bad.pk}:%'")
    assert unheard.sweep(now=timezone.now()) == 1
    assert list(WebhookEndpoint.objects.filter(is_active=True)) == [bad]


def test_a_signal_that_cannot_be_settled_holds_up_no_other_of_its_source() -> None:
    source = InboundSource.objects.create(name="Prometheus", kind="alertmanager", created_at=after())
    team = Team()
    both = [team.report(2), team.report(2)]
    bad, good = (
        Signal.objects.create(
            source=source,
            fingerprint=str(incident.pk),
            title="Disk",
            severity=2,
            outcome="opened",
            status="resolved",
            said="firing",
            incident=incident,
            starts_at=after(),
            first_at=after(),
            last_at=after(),
            due_at=after(),
        )
        for incident in both
    )
    poison("incidents_timelineentry", f"NEW.incident_id = {both[0].pk}")
    now = timezone.now()
    assert settle.sweep(now=now) == 1
    bad.refresh_from_db(), good.refresh_from_db()
    assert good.due_at is None and both[1].timeline.filter(kind="noted").exists()
    assert bad.due_at and bad.due_at > now and (bad.attempts, "a poisoned row" in bad.error) == (1, True)
    cure("incidents_timelineentry")
    assert settle.sweep(now=now + timedelta(seconds=3)) == 1


def test_what_fails_five_times_is_shown_tried_hourly_and_forgotten_when_it_is_owed_no_longer(client: Browser) -> None:
    bad, _, sweep, now, done = _untouched()
    poison("incidents_timelineentry", f"NEW.incident_id = {bad.pk}")
    for _ in range(5):
        sweep(now)
        now += timedelta(seconds=40)
    look = stuck.look(now=now)
    assert look.put_aside and "a poisoned row" in look.put_aside[0]
    assert any("untouched" in reason for reason in look.reasons())
    assert look.gauges()["rows_put_aside"][1] == 1
    client.force_login(bad.coordinator)  # type: ignore[arg-type]
    assert "Something owed fails again and again: untouched." in client.get("/my-work/").content.decode()
    row = SetAside.objects.get()
    sweep(now + timedelta(minutes=30))
    assert SetAside.objects.get().errors == row.errors
    sweep(now + timedelta(minutes=61))
    assert SetAside.objects.get().errors == row.errors + 1
    Incident.objects.filter(pk=bad.pk).update(touched_at=now + timedelta(minutes=62))
    sweep(now + timedelta(minutes=63))
    assert not SetAside.objects.exists() and not done(bad)
    assert not stuck.look(now=now + timedelta(minutes=63)).put_aside
