"""Report: sources, when the clocks start, what is refused, the quick-fix lane."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents.models import Clock, Escalation, Incident, IncidentClient, Tier
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import T0, ClientFactory, ResponderFactory, Team, after

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-08", "B-09", "C-07")
def test_clocks_start_at_detection_not_at_entry() -> None:
    incident = Team().report(1, at=T0, detected_at=T0 - timedelta(minutes=20))
    clock = Clock.objects.get(incident=incident, kind="acknowledge")
    assert clock.start_at == T0 - timedelta(minutes=20)
    assert clock.due_at == T0 + timedelta(minutes=40)
    assert Clock.objects.get(incident=incident, kind="resolve").due_at == T0 + timedelta(hours=3, minutes=40)


@pytest.mark.requirement("B-01")
@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_every_client_of_every_tier_has_its_clocks(severity: int) -> None:
    team = Team()
    assert Tier.objects.count() >= 2
    for tier in Tier.objects.all():
        incident = team.report(severity, client_ids=(ClientFactory(tier=tier).pk,))
        due = Clock.objects.filter(incident=incident, kind__in=("acknowledge", "resolve"), due_at__isnull=False)
        assert due.count() == 2, tier


@pytest.mark.requirement("C-21")
def test_severity_is_a_persons_decision_and_the_page_helps_to_make_it(client: Browser) -> None:
    client.force_login(Team().coordinator, backend=BACKEND)
    page = client.get(reverse("incidents:report")).content.decode()
    assert "when unsure, the higher one" in page
    # None is chosen beforehand, and a report without one is refused beside its field.
    assert not re.search(r'name="severity"[^>]*(?:checked|selected)', page)
    refused = client.post(reverse("incidents:report"), {"title": "Slow", "description": "Slow."})
    assert refused.status_code == 200 and "severity" in refused.context["form"].errors
    assert not Incident.objects.exists()


@pytest.mark.requirement("C-07", "B-28", "B-32")
def test_a_client_report_that_came_first_starts_the_clocks_and_marks_the_client() -> None:
    team = Team()
    told = T0 - timedelta(hours=1)
    incident = team.report(3, source="client", client_reported_at=told, reporting_client_ids=(team.client.pk,))
    assert incident.opened_at == told
    assert IncidentClient.objects.get(incident=incident).reported_it
    assert incident.communicator == team.communicator


@pytest.mark.requirement("B-27", "B-29", "B-30")
@pytest.mark.parametrize("source", ["monitoring", "agent", "review"])
def test_each_source_is_kept(source: str) -> None:
    assert Team().report(2, source=source).source == source


@pytest.mark.requirement("B-11", "B-107")
def test_a_sev_1_escalates_once_to_the_target() -> None:
    team = Team()
    incident = team.report(1)
    escalation = Escalation.objects.get(incident=incident, situation="severe")
    assert [str(person) for person in escalation.recipients.all()] == ["Clayton Boyd"]
    # Without a bot, e-mail stands in for Telegram.
    assert OutboundMessage.objects.get(kind="escalation").recipient == team.target.email


@pytest.mark.requirement("B-10", "C-08")
def test_immediate_means_fifteen_minutes_for_each_client() -> None:
    incident = Team().report(1)
    assert Clock.objects.get(incident=incident, kind="notify").due_at == after(minutes=15)


@pytest.mark.requirement("B-16", "C-08")
@pytest.mark.parametrize(
    ("zone", "at", "due"),
    [
        ("America/New_York", after(), "2026-02-04T05:00:00+00:00"),
        ("Europe/Berlin", after(hours=12, minutes=30), "2026-02-03T23:30:00+00:00"),
    ],
)
def test_same_day_is_the_clients_day_but_never_less_than_an_hour(zone: str, at: object, due: str) -> None:
    incident = Team(time_zone=zone).report(2, at=at)  # type: ignore[arg-type]
    found = Clock.objects.get(incident=incident, kind="notify").due_at
    assert found is not None
    assert found.isoformat() == due


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("title", {"title": "  "}),
        ("description", {"description": ""}),
        ("severity", {"severity": 7}),
        ("detected_at", {"detected_at": after(hours=2)}),
        ("clients", {"client_ids": (999_999,)}),
        ("systems", {"system_ids": (999_999,)}),
    ],
)
def test_nonsense_is_refused_beside_its_field(field: str, facts: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        Team().report(**{"severity": 2, **facts})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Incident.objects.exists()


@pytest.mark.requirement("B-33", "C-14")
def test_the_quick_fix_lane_keeps_the_log_complete() -> None:
    team = Team()
    incident = team.report(3, in_scope=True)
    assert incident.status == "investigating"
    assert [entry.kind for entry in incident.timeline.order_by("seq")] == [
        "reported",
        "triaged",
        "investigated",
        "escalated",
    ]
    with pytest.raises(Refused):
        team.report(3, in_scope=True, system_ids=())


@pytest.mark.requirement("C-28")
def test_the_first_holder_who_is_not_away_is_the_default() -> None:
    team = Team()
    second = ResponderFactory(role="coordinator")
    team.coordinator.absences.create(starts_at=T0, ends_at=after(days=1))
    assert team.report(2, at=T0).coordinator == second
    assert team.report(2, at=after(days=1)).coordinator == team.coordinator
