"""A number that a person read for a gate: its value, where, and when it was true (B-89, C-17)."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import tokens
from incidents.detection.models import Metric, Reading
from incidents.models import TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from postmortems import confirming, gates
from postmortems.confirming import Seen
from postmortems.models import Criterion, RestartGate
from tests.factories import after
from tests.postmortems.factories import Learners
from tests.postmortems.test_gate import BOUNCES, _paused, _ready

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-89", "C-17")]


def _held(team: Learners) -> Criterion:
    incident, _ = team.reviewed()
    return _paused(team, incident, limits=(BOUNCES,)).criteria.get(how="measured")


def _browser(team: Learners) -> Browser:
    browser = Browser()
    browser.force_login(team.resolver, backend=BACKEND)
    return browser


def test_it_is_kept_with_source_and_instant_and_stands_on_the_record() -> None:
    team = Learners()
    row = _held(team)
    # As a page gives it: on the clock of whoever typed it.
    taken_at = after(hours=32, seconds=7).astimezone(ZoneInfo("America/New_York"))
    told = Seen(Decimal("1.9"), "Instantly, sending report", taken_at)
    confirming.write_down(row.gate.incident_id, row.gate_id, row.pk, told, by=team.resolver, at=after(hours=33))
    row.refresh_from_db()
    assert (row.reading, row.reading_at, row.state) == (Decimal("1.9"), after(hours=32, seconds=7), "met")
    assert row.reading_source == f"Instantly, sending report ({team.resolver})"
    entry = TimelineEntry.objects.filter(incident=row.gate.incident_id, kind="gate_moved").latest("seq")
    assert "1.9 %, read from Instantly, sending report at 4 Feb 2026 18:00:07 UTC" in entry.text
    assert entry.by == team.resolver


def test_the_future_an_older_one_no_source_and_what_is_not_measured_are_refused() -> None:
    team = Learners()
    row = _held(team)

    def write(taken_at: object, source: str = "Instantly", pk: int = 0) -> None:
        told = Seen(Decimal(1), source, taken_at)  # type: ignore[arg-type]
        incident = row.gate.incident_id
        confirming.write_down(incident, row.gate_id, pk or row.pk, told, by=team.resolver, at=after(hours=33))

    with pytest.raises(Refused, match="future") as refused:
        write(after(hours=33, seconds=1))
    assert refused.value.field == "taken_at"
    with pytest.raises(Refused, match="where it was read"):
        write(after(hours=33), " ")
    write(after(hours=33))
    with pytest.raises(Refused, match="gave 1 at 4 Feb 2026 19:00:00 UTC"):
        write(after(hours=33))
    with pytest.raises(Refused, match="gave 1"):
        write(after(hours=32))
    ticked = Criterion.objects.filter(gate=row.gate, how="confirmed").first()
    assert ticked is not None
    with pytest.raises(Refused, match="has no reading"):
        write(after(hours=33), pk=ticked.pk)


def test_a_metric_that_is_kept_hears_of_it_and_so_does_every_other_gate() -> None:
    team = Learners()
    row = _held(team)
    Metric.objects.filter(key="bounce_rate").update(subject_name="")
    other, _ = team.reviewed()
    second = gates.pause(
        other.pk,
        gates.Pause(reason="Bounces", name="Second pool", kind="tool", owner=team.resolver, limits=(BOUNCES,)),
        by=team.resolver,
        at=after(hours=32),
    )
    told = Seen(Decimal("1.2"), "Instantly", after(hours=33))
    confirming.write_down(row.gate.incident_id, row.gate_id, row.pk, told, by=team.resolver, at=after(hours=33))
    assert second.criteria.get(how="measured").reading == Decimal("1.2")
    kept = Reading.objects.get(series__metric__key="bounce_rate")
    assert (kept.value, kept.by, kept.source) == (Decimal("1.2"), team.resolver, "Instantly")


def test_one_over_the_limit_pauses_restarted_work_again() -> None:
    team = Learners()
    gate = _ready(team, limits=(BOUNCES,))
    row = gate.criteria.get(how="measured")
    for value, hour in (("1.9", 40), ("2.0", 42)):
        told = Seen(Decimal(value), "Instantly", after(hours=hour))
        confirming.write_down(gate.incident_id, gate.pk, row.pk, told, by=team.resolver, at=after(hours=hour))
        if value == "1.9":
            gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=41))
    assert RestartGate.objects.get(pk=gate.pk).stage == "paused"


def test_the_page_asks_when_to_the_second_with_its_zone_and_keeps_what_was_typed() -> None:
    team = Learners()
    team.resolver.time_zone = "Europe/Rome"
    team.resolver.save()
    row, browser = _held(team), _browser(team)
    page = browser.get(f"/criteria/{row.pk}/read-criterion/").content.decode()
    assert "When it was read (CE" in page and 'step="1"' in page and "Must be under 2 %, strictly" in page
    ahead = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
    told = {"value": "1.75", "source": "Instantly", "taken_at": ahead}
    refused = browser.post(f"/criteria/{row.pk}/read-criterion/", told).content.decode()
    assert "That is in the future" in refused and 'value="1.75"' in refused and ahead in refused
    for bad in ("", "yesterday", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "2026-03-29T02:30:00"):
        assert browser.post(f"/criteria/{row.pk}/read-criterion/", {**told, "taken_at": bad}).status_code == 200, bad
    row.refresh_from_db()
    assert row.reading is None
    assert (
        browser.post(f"/criteria/{row.pk}/read-criterion/", {**told, "taken_at": "2026-02-05T11:00:05"}).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.reading_at is not None and row.reading_at.isoformat() == "2026-02-05T10:00:05+00:00"


def test_the_api_takes_it_too_and_refuses_alike() -> None:
    team = Learners()
    row = _held(team)
    _, secret = tokens.create("hand", ["gates:write"], team.resolver, at=after())
    head, url = {"Authorization": f"Bearer {secret}"}, f"/api/v1/criteria/{row.pk}/read"

    def post(**more: object) -> tuple[int, dict[str, object]]:
        told = {"value": 1.9, "source": "Instantly", **more}
        answer = Browser().post(url, told, content_type="application/json", headers=head)
        return answer.status_code, answer.json()

    assert post(taken_at="2026-02-05T11:00:05+01:00")[0] == 200
    row.refresh_from_db()
    assert row.reading_at is not None and row.reading_at.isoformat() == "2026-02-05T10:00:05+00:00"
    status, told = post(taken_at="2026-02-05T10:00:05Z")
    assert status == 409 and "an older reading changes nothing" in str(told)
    assert post(taken_at="2099-01-01T00:00:00Z")[0] == 409
    assert post(taken_at="2026-02-05T10:00:05")[0] == 422 and post(source="")[0] == 422
    assert post()[0] == 200
