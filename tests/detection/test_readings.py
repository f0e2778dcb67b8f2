"""Readings: what opens, what updates, what is late, doubled or missing, and what nonsense is refused."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from incidents import lifecycle
from incidents.detection import ladders, readings
from incidents.detection.ladders import Ladder
from incidents.detection.models import Metric, Reading, Series
from incidents.models import Incident
from incidents.playbooks import library
from incidents.refusals import Refused
from notifications.models import OutboundMessage
from tests.factories import T0, Team, after

pytestmark = pytest.mark.django_db


def bounce(value: Any, minutes: float = 0, **more: Any) -> Reading:
    at = after(minutes=minutes)
    return readings.record("bounce_rate", value, **{"taken_at": at, "source": "Instantly", "at": at, **more})


def last_note(incident: Incident) -> str:
    return incident.timeline.filter(kind="noted").latest("seq").text


@pytest.mark.requirement("C-01", "B-13", "B-83", "B-116", "B-27")
@pytest.mark.parametrize(
    ("value", "severity", "playbook"),
    [
        ("1.9", None, ""),
        ("2.0", 3, ""),
        ("5.0", 3, ""),
        ("5.1", 3, "email-bounce-spike"),
        ("10.0", 3, "email-bounce-spike"),
        ("10.1", 2, "email-bounce-spike"),
        (10.1, 2, "email-bounce-spike"),
        (Decimal("5.0"), 3, ""),
    ],
)
def test_the_ladder_decides_what_is_suggested(value: Any, severity: int | None, playbook: str) -> None:
    reading = bounce(value)
    assert reading.fails is (severity is not None)
    incident = Incident.objects.first()
    assert (incident.severity if incident else None) == severity
    if incident:
        assert (incident.source, incident.status) == ("monitoring", "reported")
        facts = incident.timeline.get(kind="noted").facts
        assert (facts["suggested_severity"], facts["suggested_playbook"]) == (severity, playbook)
        assert "confirm at triage" in last_note(incident)


def test_when_it_was_taken_is_said_in_utc_whatever_clock_it_was_typed_on() -> None:
    bounce("6.4", taken_at=after().astimezone(ZoneInfo("America/New_York")))
    assert Incident.objects.get().description.endswith("Taken at 3 Feb 2026 10:00:00 UTC, source: Instantly.")


@pytest.mark.requirement("C-01")
def test_one_incident_is_updated_on_the_way_up_and_down_and_never_resolved() -> None:
    team = Team()
    bounce("5.1", 0)
    incident = Incident.objects.get()
    entries = incident.timeline.count()
    bounce("5.2", 1)
    bounce("6", 2)
    assert incident.timeline.count() == entries
    bounce("10.1", 3)
    assert "SEV-2" in last_note(incident)
    prompted = OutboundMessage.objects.get(kind="prompt")
    assert prompted.responder_id == team.coordinator.pk
    incident.refresh_from_db()
    assert incident.severity == 3
    bounce("3", 4)
    assert "better" in last_note(incident)
    bounce("2.0", 5)
    assert Series.objects.get(metric__key="bounce_rate").rung == 1
    bounce("1.9", 6)
    assert "healthy again" in last_note(incident)
    incident.refresh_from_db()
    assert incident.is_open
    assert Incident.objects.count() == 1
    bounce("2.0", 7)
    assert Incident.objects.count() == 1


@pytest.mark.requirement("B-83", "C-01")
@pytest.mark.parametrize(("value", "suggested"), [("5.0", False), ("5.1", True)])
def test_the_playbook_is_suggested_above_five_and_not_at_five(value: str, suggested: bool) -> None:
    bounce(value)
    names = [one.candidate.name for one in library.suggestions(Incident.objects.get())]
    assert ("Email bounce spike" in names) is suggested


def test_still_bad_after_the_incident_ended_opens_another() -> None:
    team = Team()
    bounce("6", 0)
    first = Incident.objects.get()
    lifecycle.cancel(first.pk, reason="A test send.", by=team.coordinator, at=after(minutes=1))
    bounce("6", 2)
    assert Incident.objects.count() == 2
    bounce("6", 3)
    assert Incident.objects.count() == 2


@pytest.mark.requirement("C-01")
def test_subjects_stand_each_for_itself() -> None:
    bounce("6", 0, subject="a.example")
    bounce("1", 0, subject="b.example")
    assert sorted(Series.objects.filter(metric__key="bounce_rate").values_list("subject", "rung")) == [
        ("a.example", 2),
        ("b.example", 0),
    ]
    assert "a.example" in Incident.objects.get().title


def test_the_same_reading_again_is_the_same_and_another_value_is_refused() -> None:
    first = bounce("6")
    assert bounce("6.0").pk == first.pk
    assert Incident.objects.get().timeline.filter(kind="noted").count() == 1
    with pytest.raises(Refused, match="gave 6 for that very instant"):
        bounce("7")
    assert bounce("7", source="another").pk != first.pk


def test_a_late_reading_is_kept_and_changes_no_standing() -> None:
    bounce("1", 60)
    late = bounce("50", 60, taken_at=after(minutes=10))
    assert late.fails
    series = Series.objects.get(metric__key="bounce_rate")
    assert (series.rung, series.last_value) == (0, Decimal(1))
    assert not Incident.objects.exists()


def test_any_order_of_arrival_ends_in_the_standing_of_the_newest() -> None:
    for minute, value in ((3, "6"), (1, "1"), (2, "12"), (5, "1"), (4, "50")):
        bounce(value, 10, taken_at=after(minutes=minute))
    assert Series.objects.get(metric__key="bounce_rate").rung == 0
    assert Incident.objects.count() == 1


def test_a_small_sample_is_kept_and_tells_nothing() -> None:
    metric = Metric.objects.get(key="bounce_rate")
    metric.ladder["min_sample"] = 100
    metric.save()
    reading = bounce("50", sample=99)
    assert (reading.counted, reading.fails, reading.verdict) == (False, False, "sample under 100")
    assert not Incident.objects.exists()
    bounce("50", 1, sample=100)
    assert Incident.objects.get().severity == 2


@pytest.mark.requirement("C-24")
def test_no_reading_is_a_failure() -> None:
    bounce("1")
    assert readings.sweep(now=after(hours=23)) == 0
    assert readings.sweep(now=after(hours=24)) == 1
    incident = Incident.objects.get()
    assert incident.title == "No reading of Email bounce rate"
    assert incident.detected_at == after(hours=24)
    assert readings.sweep(now=after(hours=25)) == 0
    assert readings.sweep(now=after(hours=48)) == 1
    assert "still no reading" in last_note(incident)
    bounce("1", 60 * 49)
    assert "come in again" in last_note(incident)
    assert readings.sweep(now=after(hours=72)) == 0
    assert Incident.objects.count() == 1


@pytest.mark.requirement("C-24")
def test_a_new_metric_owes_its_first_reading() -> None:
    team = Team()
    values = {"key": "queue", "name": "Queue", "unit": "jobs", "interval_seconds": 3600}
    metric = readings.save_metric(None, values, by=team.coordinator, at=T0)
    assert readings.sweep(now=after(minutes=60)) == 1
    readings.declare_series(metric.pk, "eu", by=team.coordinator, at=after(minutes=60))
    assert readings.sweep(now=after(minutes=120)) == 1
    assert Incident.objects.count() == 2
    series = Series.objects.get(metric=metric, subject="eu")
    readings.switch_series(series.pk, on=False, by=team.coordinator, at=after(minutes=121))
    assert readings.sweep(now=after(days=9)) == 1
    with pytest.raises(Refused, match="so already"):
        readings.switch_series(series.pk, on=False, by=team.coordinator, at=after(minutes=121))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("value", {"value": "NaN"}),
        ("value", {"value": "Infinity"}),
        ("value", {"value": float("inf")}),
        ("value", {"value": "1e999999"}),
        ("value", {"value": "9" * 5000}),
        ("value", {"value": "\x00"}),
        ("value", {"value": True}),
        ("value", {"value": None}),
        ("metric", {"metric_key": "nothing\x00"}),
        ("source", {"source": " "}),
        ("source", {"source": "a\x00b"}),
        ("source", {"source": "x" * 10_000}),
        ("subject", {"subject": "x" * 121}),
        ("sample", {"sample": -1}),
        ("sample", {"sample": 10**30}),
        ("taken_at", {"taken_at": after(minutes=2)}),
        ("taken_at", {"taken_at": after(days=-9999)}),
    ],
)
def test_nonsense_is_refused_beside_its_field(field: str, more: dict[str, Any]) -> None:
    values = {"metric_key": "bounce_rate", "value": "1", "taken_at": T0, "source": "s", "at": T0, **more}
    with pytest.raises(Refused) as refused:
        readings.record(**values)
    assert refused.value.field == field
    assert not Reading.objects.exists()


def test_a_tiny_number_is_kept_to_nine_places() -> None:
    assert bounce("1e-30").value == 0
    assert bounce(0.1 + 0.2, 1).value == Decimal("0.3")


def test_a_changed_ladder_leaves_old_verdicts_alone() -> None:
    team = Team()
    old = bounce("3")
    metric = Metric.objects.get(key="bounce_rate")
    readings.save_ladder(metric.pk, Ladder(()), by=team.coordinator, at=after(minutes=1))
    assert bounce("3", 2).verdict == "healthy"
    old.refresh_from_db()
    assert (old.verdict, old.fails) == ("watch", True)
    backwards = ladders.read({"rungs": [{"name": "a", "comparison": ">", "threshold": "5"}]})
    with pytest.raises(Refused):
        readings.save_ladder(
            metric.pk, Ladder(backwards.rungs, resume=Decimal(6)), by=team.coordinator, at=after(minutes=3)
        )


@pytest.mark.django_db(transaction=True)
def test_the_same_bad_reading_from_eight_senders_at_once_opens_one_incident() -> None:
    def run(number: int) -> None:
        try:
            bounce("11", number / 60)
            bounce("11", 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Reading.objects.count() == 8
    assert Incident.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_say_each_missing_reading_once() -> None:
    for number in range(6):
        bounce("1", subject=f"d{number}.example")

    def run() -> None:
        try:
            readings.sweep(now=T0 + timedelta(days=1))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    readings.sweep(now=T0 + timedelta(days=1))
    assert Incident.objects.count() == 6
