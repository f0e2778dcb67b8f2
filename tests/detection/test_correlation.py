"""From alerts to incidents: opened once, folded, never resolved by a monitor, in whatever order they arrive."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents import lifecycle
from incidents.detection.intake import opening, settle
from incidents.detection.models import Delivery, Signal
from incidents.models import Escalation, Incident, TimelineEntry
from incidents.refusals import Refused
from notifications.models import OutboundMessage
from tests.detection.senders import Sender, ago, alert
from tests.factories import Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.mark.requirement("B-27", "B-31")
def test_an_alert_opens_an_incident_for_the_coordinator(team: Team) -> None:
    """Cron failures, API error logs and bounce rates: each opens one with its source."""
    sender = Sender(client=team.client, systems=[team.system])
    for name in ("CronJobFailed", "ApiErrorLog", "BounceRateHigh"):
        answer = Sender(client=team.client, systems=[team.system]).alerts(alert(name))
        assert answer.status_code == 202
    assert sender.alerts(alert("CronJobFailed")).status_code == 202
    found = list(Incident.objects.order_by("pk"))
    assert len(found) == 4
    for incident in found:
        assert incident.source == "monitoring"
        assert incident.status == "reported"
        assert incident.severity == 1
        assert incident.coordinator == team.coordinator
        assert incident.client_ids == [team.client.pk]
        assert incident.system_ids == [team.system.pk]
        assert incident.reported_by is None
    assert "last sync 26 h ago" in found[0].title
    assert "alertname = CronJobFailed" in found[0].description


def test_clocks_start_when_the_monitor_noticed(team: Team) -> None:
    sender = Sender()
    began = ago(minutes=40).replace(microsecond=0)
    sender.alerts(alert(starts=began))
    assert sender.incidents()[0].opened_at == began


def test_an_alert_older_than_its_source_counts_from_when_it_was_connected(team: Team) -> None:
    sender = Sender()
    sender.alerts(alert(starts=ago(days=30)))
    assert sender.incidents()[0].opened_at == sender.source.created_at.replace(microsecond=0)


def test_the_same_alert_again_is_counted_and_nothing_else(team: Team) -> None:
    sender = Sender()
    one = alert()
    for _ in range(5):
        assert sender.alerts(one).status_code == 202
    (signal,) = sender.signals()
    (incident,) = sender.incidents()
    assert signal.times == 5
    assert incident.timeline.filter(kind=TimelineEntry.Kind.NOTED).count() == 0
    assert Delivery.objects.count() == 5


def test_a_storm_is_one_incident_and_one_escalation(team: Team) -> None:
    sender, other = Sender(), Sender(name="Another monitor")
    for batch in range(10):
        answer = sender.alerts(*(alert(f"Down{n % 7}", instance=f"{batch}-{n}") for n in range(100)))
        assert answer.status_code == 202
    other.alerts(alert("Else"))
    assert len(sender.incidents()) == 1
    assert sum(one.times for one in sender.signals()) == 1000
    assert Escalation.objects.filter(incident=sender.incidents()[0]).values("cause").distinct().count() == 1
    assert len(other.incidents()) == 1


def test_alerts_of_other_names_after_the_burst_open_another(team: Team) -> None:
    sender = Sender(burst_seconds=0)
    sender.alerts(alert("A", instance="1"))
    sender.alerts(alert("B", instance="1"))
    sender.alerts(alert("A", instance="2"))
    assert len(sender.incidents()) == 2
    assert Signal.objects.filter(incident=sender.incidents()[0]).count() == 2


def test_clients_are_kept_apart(team: Team) -> None:
    other = Team()
    sender = Sender()
    sender.alerts(alert(client=team.client.name), alert(client=other.client.name.lower().replace(" ", "-")))
    assert sorted(one.client_ids for one in sender.incidents()) == [[team.client.pk], [other.client.pk]]


def test_a_worse_alert_is_never_hidden_in_a_milder_incident(team: Team) -> None:
    sender = Sender()
    sender.alerts(alert("A", severity="warning"))
    sender.alerts(alert("A", severity="critical"))
    sender.alerts(alert("B", severity="warning"))
    assert [one.severity for one in sender.incidents()] == [3, 1]
    assert Signal.objects.count() == 3


def test_a_resolve_is_a_line_and_a_prompt_never_a_resolution(team: Team) -> None:
    sender = Sender()
    began = ago(minutes=9)
    sender.alerts(alert(starts=began))
    sender.alerts(alert(status="resolved", starts=began, ends=ago(minutes=1)))
    (incident,) = sender.incidents()
    assert incident.status == "reported"
    assert incident.is_open
    line = incident.timeline.get(kind=TimelineEntry.Kind.NOTED)
    assert "says that it is over" in line.text
    assert "confirm the fix" in line.text
    prompt = OutboundMessage.objects.get(kind="monitor")
    assert prompt.channel == "in_app"
    assert prompt.responder_id == team.coordinator.pk
    sender.alerts(alert(status="resolved", starts=began, ends=ago(minutes=1)))
    assert incident.timeline.filter(kind=TimelineEntry.Kind.NOTED).count() == 1


def test_firing_again_while_open_is_said_once(team: Team) -> None:
    sender = Sender()
    sender.alerts(alert(starts=ago(minutes=9)))
    sender.alerts(alert(status="resolved", starts=ago(minutes=9), ends=ago(minutes=5)))
    for _ in range(3):
        sender.alerts(alert(starts=ago(minutes=2)))
    (incident,) = sender.incidents()
    texts = [one.text for one in incident.timeline.filter(kind=TimelineEntry.Kind.NOTED).order_by("seq")]
    assert len(texts) == 2
    assert "fires again" in texts[1]


def test_a_flapping_monitor_does_not_fill_the_record(team: Team) -> None:
    sender = Sender("pagerduty")
    for _ in range(30):
        sender.event("trigger", "flap")
        sender.event("resolve", "flap")
    (incident,) = sender.incidents()
    assert incident.timeline.filter(kind=TimelineEntry.Kind.NOTED).count() <= 25
    assert sender.signals()[0].times == 60


def test_a_resolve_older_than_the_trigger_does_nothing(team: Team) -> None:
    sender = Sender()
    sender.alerts(alert(starts=ago(minutes=5)))
    sender.alerts(alert(status="resolved", starts=ago(minutes=60), ends=ago(minutes=50)))
    (signal,) = sender.signals()
    assert signal.status == "firing"
    assert sender.incidents()[0].timeline.filter(kind=TimelineEntry.Kind.NOTED).count() == 0


def test_a_trigger_that_arrives_after_its_resolve_opens_nothing(team: Team) -> None:
    sender = Sender()
    sender.alerts(alert(status="resolved", starts=ago(minutes=9), ends=ago(minutes=5)))
    sender.alerts(alert(starts=ago(minutes=9)))
    (signal,) = sender.signals()
    assert (signal.status, signal.outcome, signal.times) == ("resolved", "late", 2)
    assert not Incident.objects.exists()
    sender.alerts(alert(starts=ago(minutes=1)))
    assert len(sender.incidents()) == 1


def test_a_hostile_future_keeps_nothing_from_changing(team: Team) -> None:
    sender = Sender()
    far = "9999-12-31T23:59:59Z"
    sender.alerts({**alert(status="resolved"), "endsAt": far})
    sender.alerts({**alert(), "startsAt": far})
    assert len(sender.incidents()) == 1
    sender.alerts({**alert(status="resolved"), "startsAt": far, "endsAt": far})
    assert sender.signals()[0].status == "resolved"


def test_one_that_still_fires_after_its_incident_ended_opens_another(team: Team) -> None:
    sender = Sender()
    one = alert(starts=ago(minutes=5))
    sender.alerts(one)
    first = sender.incidents()[0]
    lifecycle.cancel(first.pk, reason="A false alarm.", by=team.coordinator, at=timezone.now())
    sender.alerts(one)
    assert Incident.objects.count() == 1
    assert sender.signals()[0].times == 2
    sender.alerts(alert(status="resolved", starts=ago(minutes=5), ends=ago(minutes=3)))
    sender.alerts(alert(starts=ago(minutes=1)))
    assert Incident.objects.count() == 2


def test_a_merged_incident_gathers_in_the_one_it_was_merged_into(team: Team) -> None:
    sender = Sender(burst_seconds=0)
    sender.alerts(alert("A"))
    sender.alerts(alert("B"))
    first, second = sender.incidents()
    lifecycle.merge(second.pk, into_id=first.pk, reason="The same.", by=team.coordinator, at=timezone.now())
    sender.alerts(alert("B"))
    assert {one.incident_id for one in sender.signals()} == {first.pk}
    assert Incident.objects.count() == 2


def test_duplicates_within_one_request_are_one_signal(team: Team) -> None:
    sender = Sender()
    sender.alerts(alert(), alert(), alert(status="resolved", ends=ago(seconds=1)))
    (signal,) = sender.signals()
    assert signal.times == 3
    assert signal.status == "resolved"


def test_what_cannot_be_opened_is_kept_and_tried_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*args: Any, **kwargs: Any) -> None:
        raise Refused("Not today.", "title")

    sender = Sender()
    with monkeypatch.context() as broken:
        broken.setattr(opening.lifecycle, "report", refuses)
        assert sender.alerts(alert()).status_code == 202
    (signal,) = sender.signals()
    assert signal.outcome == "failed"
    assert "Not today." in signal.error
    assert settle.sweep(now=timezone.now()) == 0
    assert settle.sweep(now=timezone.now() + timedelta(minutes=1)) == 1
    assert len(sender.incidents()) == 1


def test_what_a_dying_process_left_is_settled_by_the_sweep(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender()
    with monkeypatch.context() as dying:
        dying.setattr(settle, "settle", lambda *args, **kwargs: 1 / 0)
        assert sender.alerts(alert()).status_code == 202
    assert not Incident.objects.exists()
    assert settle.sweep(now=timezone.now()) == 1
    assert len(sender.incidents()) == 1
    assert settle.sweep(now=timezone.now()) == 0


def test_a_retired_client_loses_no_alert(team: Team) -> None:
    sender = Sender(client=team.client)
    sender.alerts(alert("A"))
    type(team.client).objects.filter(pk=team.client.pk).update(is_active=False)
    sender.alerts(alert("B", severity="critical", client="nobody we know"))
    assert all(one.incident_id for one in sender.signals())
