"""A metric that is measured for many subjects: the healthy one opens no gate for the sick one (B-89, C-17, C-24)."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import tokens
from incidents.detection import readings
from incidents.detection.models import Metric, Series
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from postmortems import charts, confirming, gates
from postmortems.confirming import Limit, Seen
from postmortems.models import Criterion, RestartGate
from tests.factories import after
from tests.postmortems.factories import Learners
from tests.postmortems.test_gate import BOUNCES, _paused, _ready

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-89", "C-17")]
SICK, WELL = "mail.example.com", "go.example.com"


def _of_one(subject: str) -> Limit:
    return Limit("bounce-rate", "Bounce rate under 2 %", "<", Decimal(2), "%", 24 * 30, subject=subject)


def _held(team: Learners, *limits: Limit) -> Criterion:
    incident, _ = team.reviewed()
    row = _paused(team, incident, limits=limits or (BOUNCES,)).criteria.filter(how="measured").first()
    assert row is not None
    return row


def _post(team: Learners, subject: str, value: str, hour: int, metric: str = "bounce_rate") -> dict[str, object]:
    _, secret = tokens.create("monitor", ["readings:write"], team.admin, at=after())
    told = {
        "metric": metric,
        "value": float(value),
        "subject": subject,
        "source": "Instantly",
        "taken_at": (timezone.now() - timedelta(minutes=60 - hour)).isoformat(),
    }
    head = {"Authorization": f"Bearer {secret}"}
    answer = Browser().post("/api/v1/readings", json.dumps(told), content_type="application/json", headers=head)
    assert answer.status_code == 202
    return answer.json()  # type: ignore[no-any-return]


def _record(subject: str, value: str, hour: int, **more: object) -> None:
    at = after(hours=hour)
    readings.record("bounce_rate", Decimal(value), taken_at=at, source="Instantly", at=at, subject=subject, **more)  # type: ignore[arg-type]


def test_the_one_farthest_from_the_limit_holds_the_gate() -> None:
    team = Learners()
    row = _held(team)
    assert _post(team, SICK, "8", 32)["criteria"] == 1
    assert _post(team, WELL, "0.5", 33)["criteria"] == 0, "a healthy domain says nothing of the sick one"
    row.refresh_from_db()
    assert (row.state, row.detail) == ("open", f"8 % for {SICK}; must be under 2 %.")
    assert (row.reading, row.reading_subject) == (Decimal(8), SICK)
    _post(team, SICK, "1.5", 34)
    row.refresh_from_db()
    assert (row.state, row.detail) == ("met", f"1.5 % for {SICK}; must be under 2 %.")


def test_a_gate_of_one_subject_hears_of_that_one_alone() -> None:
    team = Learners()
    row = _held(team, _of_one(SICK), _of_one(WELL))
    assert row.gate.criteria.filter(how="measured").count() == 2
    _post(team, WELL, "0.5", 32)
    row.refresh_from_db()
    assert (row.state, row.detail) == ("open", f"No reading for {SICK} yet; must be under 2 %.")
    _post(team, SICK, "1.9", 33)
    row.refresh_from_db()
    assert (row.state, row.reading) == ("met", Decimal("1.9"))
    with pytest.raises(Refused, match="already"):
        confirming.add_limit(row.gate.incident_id, row.gate_id, _of_one(SICK), by=team.lead, at=after(hours=34))


@pytest.mark.requirement("C-24")
def test_one_without_a_reading_or_with_an_old_one_holds_it_too() -> None:
    team = Learners()
    day = Limit("bounce-rate", "Bounce rate under 2 %", "<", Decimal(2), "%", 24)
    row = _held(team, day)
    readings.declare_series(Metric.objects.get(key="bounce_rate").pk, SICK, by=team.admin, at=after(hours=31))
    _record(WELL, "0.5", 32)
    confirming.sweep(now=after(hours=32))
    row.refresh_from_db()
    assert (row.state, row.detail) == ("open", f"No reading for {SICK} yet; must be under 2 %.")
    _record(SICK, "0.4", 33)
    confirming.sweep(now=after(hours=33))
    row.refresh_from_db()
    assert (row.state, row.reading_subject) == ("met", WELL)
    _record(WELL, "0.6", 58)
    confirming.sweep(now=after(hours=58))
    row.refresh_from_db()
    assert (row.state, row.detail) == ("open", f"The last reading for {SICK} is older than 24 h; must be under 2 %.")
    readings.switch_series(Series.objects.get(subject=SICK).pk, on=False, by=team.admin, at=after(hours=58))
    confirming.sweep(now=after(hours=59))
    row.refresh_from_db()
    assert (row.state, row.reading) == ("met", Decimal("0.6")), "from what is switched off nothing is expected"


@pytest.mark.requirement("C-01")
def test_readings_of_too_few_are_not_looked_at() -> None:
    team = Learners()
    metric = Metric.objects.get(key="bounce_rate")
    Metric.objects.filter(pk=metric.pk).update(ladder={**metric.ladder, "min_sample": 100})
    row = _held(team)
    _record(SICK, "8", 32, sample=900)
    _record(SICK, "0.1", 33, sample=99)
    _record(SICK, "9", 34, sample=99)
    confirming.sweep(now=after(hours=34))
    row.refresh_from_db()
    assert row.reading == Decimal(8)


def test_the_sweep_settles_once_and_then_rests() -> None:
    team = Learners()
    _held(team)
    for subject, value in ((SICK, "1.123456789"), (WELL, "0.5")):
        _record(subject, value, 32)
    assert confirming.sweep(now=after(hours=33)) == 1
    assert confirming.sweep(now=after(hours=33, seconds=30)) == 0


def test_what_a_person_read_for_all_stands_until_one_of_them_reads_later() -> None:
    team = Learners()
    row = _held(team)
    _record(SICK, "8", 31)
    confirming.sweep(now=after(hours=32))
    told = Seen(Decimal("1.2"), "Instantly, all domains", after(hours=33))
    confirming.write_down(row.gate.incident_id, row.gate_id, row.pk, told, by=team.resolver, at=after(hours=33))
    confirming.sweep(now=after(hours=34))
    row.refresh_from_db()
    assert (row.state, row.detail) == ("met", "1.2 %; must be under 2 %.")
    _record(WELL, "0.5", 35)
    confirming.sweep(now=after(hours=35))
    row.refresh_from_db()
    assert (row.state, row.reading_subject) == ("open", SICK), "nobody has measured the sick one again"


def test_a_gate_that_one_subject_opened_before_this_was_looked_at_is_held_again() -> None:
    team = Learners()
    row = _held(team)
    _record(SICK, "8", 31)
    _record(WELL, "0.5", 32)
    Criterion.objects.filter(pk=row.pk).update(reading=Decimal("0.5"), reading_at=after(hours=32), state="met")
    confirming.sweep(now=after(hours=33))
    row.refresh_from_db()
    assert (row.state, row.reading_subject) == ("open", SICK)


def test_what_a_person_read_for_one_is_kept_and_judged_there() -> None:
    team = Learners()
    row = _held(team, _of_one(SICK))
    told = Seen(Decimal("6.5"), "Instantly", after(hours=33))
    confirming.write_down(row.gate.incident_id, row.gate_id, row.pk, told, by=team.resolver, at=after(hours=33))
    series = Series.objects.get(subject=SICK)
    assert (series.last_value, series.rung) == (Decimal("6.5"), 2)
    row.refresh_from_db()
    assert row.reading_source == f"Instantly ({team.resolver})"


def test_restarted_work_stops_when_any_of_them_crosses_the_limit() -> None:
    team = Learners()
    gate = _ready(team, limits=(BOUNCES,))
    for subject in (SICK, WELL):
        _record(subject, "1", 39)
    confirming.sweep(now=after(hours=40))
    gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=41))
    _record(WELL, "2", 42)
    confirming.sweep(now=after(hours=42))
    assert RestartGate.objects.get(pk=gate.pk).stage == "paused"


def test_where_nobody_keeps_the_metric_a_subject_opens_only_the_gate_that_names_it() -> None:
    team = Learners()
    pools = [Limit("warmth", "Warmth under 2", "<", Decimal(2), subject=one) for one in ("", "pool a")]
    whole = _held(team, *pools)
    named = whole.gate.criteria.get(subject="pool a")
    refused = _post(team, "pool b", "1", 32, metric="warmth")["refused"]
    assert "no gate waits for it of pool b" in str(refused)
    assert _post(team, "pool a", "1", 33, metric="warmth")["criteria"] == 1
    whole.refresh_from_db(), named.refresh_from_db()
    assert (whole.state, named.state) == ("open", "met")
    assert _post(team, "", "1", 34, metric="warmth")["criteria"] == 1


def test_the_pages_ask_what_it_is_measured_for_and_draw_the_one_that_counts() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    page = f"/incidents/{incident.pk}/pause-work/"
    told = {
        "name": "Pool",
        "kind": "tool",
        "scope": "All of it",
        "reason": "Bounces",
        "partial_hours": 24,
        "measured_for": SICK,
    }
    assert "Name the metric that is measured for it." in browser.post(page, told).content.decode()
    measured = {**told, "metric": "bounce_rate", "limit": "2", "unit": "%"}
    assert browser.post(page, measured).status_code == 302
    row = Criterion.objects.get(how="measured")
    assert (row.subject, row.name) == (SICK, f"bounce_rate under 2 % for {SICK}")
    more = {"name": "Both", "metric": "bounce-rate", "comparison": "<", "limit": "2", "unit": "%", "fresh_hours": 24}
    assert browser.post(f"/gates/{row.gate_id}/add-limit/", more).status_code == 302
    gate = row.gate
    for hours, subject, value in ((2, SICK, "8"), (3, WELL, "0.5")):
        at = gate.paused_at + timedelta(hours=hours)
        readings.record("bounce_rate", Decimal(value), taken_at=at, source="x", at=at, subject=subject)
    now = gate.paused_at + timedelta(hours=4)
    confirming.sweep(now=now)
    drawn = charts.of(gate, list(gate.criteria.all()), now=now, zone=gate.paused_at.tzinfo)  # type: ignore[arg-type]
    assert [one.chart.words.split(",")[1] for one in drawn] == [" newest 8", " newest 8"]
