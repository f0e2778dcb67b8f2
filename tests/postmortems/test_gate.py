"""Restart gates: what holds them, who may open them, what shuts them again (A-09…A-12, A-19, B-89, C-17)."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from incidents import notices
from incidents.detection.models import Metric, Reading, Series
from incidents.models import Escalation, Incident
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from postmortems import charts, checks, confirming, forcing, gates, prevention, reviews
from postmortems.checks import Run
from postmortems.confirming import Limit
from postmortems.decision import decide
from postmortems.gates import Pause
from postmortems.models import Procedure, RestartGate
from tests.factories import after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db
BOUNCES = Limit("bounce-rate", "Bounce rate under 2 %", "<", Decimal("2"), "%", 24 * 30)


def _paused(team: Learners, incident: Incident, **more: object) -> RestartGate:
    told = Pause(reason="Bounces", name="Sender pool", kind="tool", owner=team.resolver, **more)  # type: ignore[arg-type]
    return gates.pause(incident.pk, told, by=team.resolver, at=after(hours=30))


def _confirm_all(team: Learners, gate: RestartGate) -> None:
    for row in gate.criteria.filter(how="confirmed"):
        confirming.confirm(gate.incident_id, gate.pk, row.pk, evidence="Seen", by=team.lead, at=after(hours=38))


def _ready(team: Learners, **more: object) -> RestartGate:
    incident, _ = team.reviewed()
    gate = _paused(team, incident, **more)
    team.publish(incident)
    team.verified(incident)
    team.passed(incident)
    _confirm_all(team, gate)
    return RestartGate.objects.get(pk=gate.pk)


@pytest.mark.requirement("A-09", "A-19", "A-33", "B-84")
@pytest.mark.parametrize("kind", ["workflow", "agent", "tool", "panel"])
def test_each_kind_of_work_stays_paused_everywhere_until_its_criteria_are_met(kind: str) -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gate = gates.pause(
        incident.pk,
        Pause(reason="Bounces", name="Pool", kind=kind, owner=team.resolver),
        by=team.resolver,
        at=after(hours=32),
    )
    for stage in ("partial", "normal"):
        with pytest.raises(Refused):
            gates.restart(incident.pk, gate.pk, stage=stage, by=team.coordinator, at=after(hours=33))
    with pytest.raises(IntegrityError), transaction.atomic():
        RestartGate.objects.filter(pk=gate.pk).update(stage="partial")
    with pytest.raises(IntegrityError), transaction.atomic():
        RestartGate.objects.filter(pk=gate.pk).update(stage="normal")
    decision = decide("pool")
    assert decision is not None and not decision.go
    assert any("No regression check" in sentence for sentence in decision.body["unmet"])
    incident.refresh_from_db()
    assert any("restart gate of “Pool”" in sentence for sentence in incident.unsettled)
    assert incident.timeline.filter(kind="gate_moved", text__contains="refused").count() == 2


@pytest.mark.requirement("A-10", "A-11", "A-06")
def test_it_restarts_in_stages_and_normal_scope_needs_every_criterion() -> None:
    team = Learners()
    gate = _ready(team, partial_hours=24)
    incident_id = gate.incident_id
    assert gate.holding_partial == 0
    with pytest.raises(Refused, match="after partial"):
        gates.restart(incident_id, gate.pk, stage="normal", by=team.coordinator, at=after(hours=39))
    gates.restart(incident_id, gate.pk, stage="shadow", by=team.coordinator, at=after(hours=39))
    assert decide("sender-pool").go is False  # type: ignore[union-attr]
    gates.restart(incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    # C-12: a letter written now does not say that everything is back to normal.
    assert notices.current_status(Incident.objects.get(pk=incident_id)) == notices.PAUSED
    told = decide("sender-pool")
    assert told is not None and told.go and told.body["scope"] == "partial"
    with pytest.raises(Refused, match="Long enough"):
        gates.restart(incident_id, gate.pk, stage="normal", by=team.coordinator, at=after(hours=63))
    gates.restart(incident_id, gate.pk, stage="normal", by=team.coordinator, at=after(hours=64))
    incident = Incident.objects.get(pk=incident_id)
    assert not any("restart gate" in sentence for sentence in incident.unsettled)
    assert "back to normal" in notices.current_status(incident)


@pytest.mark.requirement("A-10", "A-12")
def test_only_a_support_lead_or_administrator_confirms_and_computed_ones_cannot_be_ticked() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gate = _paused(team, incident)
    row = gate.criteria.get(key="documentation")
    with pytest.raises(Refused, match="support lead"):
        confirming.confirm(incident.pk, gate.pk, row.pk, evidence="x", by=team.coordinator, at=after(hours=33))
    with pytest.raises(Refused):
        confirming.confirm(incident.pk, gate.pk, row.pk, evidence=" ", by=team.lead, at=after(hours=33))
    with pytest.raises(Refused):
        confirming.not_applicable(incident.pk, gate.pk, row.pk, reason="", by=team.lead, at=after(hours=33))
    computed = gate.criteria.get(key="checks_passed")
    with pytest.raises(Refused, match="nobody can tick"):
        confirming.confirm(incident.pk, gate.pk, computed.pk, evidence="x", by=team.admin, at=after(hours=33))
    team.plan(incident)
    done = gate.criteria.get(key="actions_done")
    with pytest.raises(Refused, match="verified first"):
        confirming.confirm(incident.pk, gate.pk, done.pk, evidence="x", by=team.lead, at=after(hours=36))


@pytest.mark.requirement("A-10")
def test_who_confirmed_everything_does_not_also_restart() -> None:
    team = Learners()
    gate = _ready(team)
    with pytest.raises(Refused, match="yourself"):
        gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.lead, at=after(hours=40))
    gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))


@pytest.mark.requirement("B-89", "C-17", "C-01")
@pytest.mark.parametrize(("value", "goes"), [("2.1", False), ("2.0", False), ("1.9", True)])
def test_the_limit_is_strict_and_one_criterion_among_others(value: str, goes: bool) -> None:
    team = Learners()
    gate = _ready(team, limits=(BOUNCES,))
    with pytest.raises(Refused, match="No reading yet"):
        gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    confirming.read("bounce-rate", Decimal(value), taken_at=after(hours=40), source="Instantly", at=after(hours=40))
    row = gate.criteria.get(metric="bounce-rate")
    assert (row.reading, row.reading_source) == (Decimal(value), "Instantly")
    if goes:
        gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=41))
    else:
        with pytest.raises(Refused, match="must be under 2 %"):
            gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=41))


@pytest.mark.requirement("C-17", "A-09", "A-19")
def test_a_crossed_threshold_or_a_failed_check_shuts_restarted_work_and_tells_people() -> None:
    team = Learners()
    gate = _ready(team, limits=(BOUNCES,))
    pk = gate.incident_id
    confirming.read("bounce-rate", Decimal("1"), taken_at=after(hours=40), source="x", at=after(hours=40))
    gates.restart(pk, gate.pk, stage="partial", by=team.coordinator, at=after(hours=41))
    confirming.read("bounce-rate", Decimal("9"), taken_at=after(hours=39), source="late", at=after(hours=42))
    assert RestartGate.objects.get(pk=gate.pk).stage == "partial", "an older reading changes nothing"
    confirming.read("bounce-rate", Decimal("2.4"), taken_at=after(hours=43), source="x", at=after(hours=43))
    assert RestartGate.objects.get(pk=gate.pk).stage == "paused"
    assert Escalation.objects.filter(situation="paused_again").count() == 1
    confirming.read("bounce-rate", Decimal("1"), taken_at=after(hours=44), source="x", at=after(hours=44))
    gates.restart(pk, gate.pk, stage="partial", by=team.coordinator, at=after(hours=45))
    check = Incident.objects.get(pk=pk).checks.get()
    checks.run(pk, check.pk, Run(False, "3 got through", after(hours=46)), by=team.resolver, at=after(hours=46))
    again = RestartGate.objects.get(pk=gate.pk)
    assert (again.stage, again.times_paused) == ("paused", 3)
    assert Escalation.objects.filter(situation="paused_again").count() == 2


@pytest.mark.requirement("A-09", "A-11")
def test_force_takes_two_people_a_reason_and_escalates() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gate = _paused(team, incident)
    with pytest.raises(Refused):
        forcing.ask_to_force(incident.pk, gate.pk, stage="partial", reason=" ", by=team.resolver, at=after(hours=33))
    forcing.ask_to_force(
        incident.pk, gate.pk, stage="partial", reason="Launch day", by=team.resolver, at=after(hours=33)
    )
    with pytest.raises(Refused, match="second person"):
        forcing.force(incident.pk, gate.pk, by=team.resolver, at=after(hours=33))
    with pytest.raises(Refused, match="override"):
        forcing.force(incident.pk, gate.pk, by=team.communicator, at=after(hours=33))
    forcing.force(incident.pk, gate.pk, by=team.target, at=after(hours=34))
    escalation = Escalation.objects.get(situation="restart_forced")
    assert "Launch day" in escalation.text and "Regression check passed" in escalation.text
    entry = incident.timeline.get(facts__forced=True)
    assert "Regression check passed" in entry.facts["unmet"]
    # A forced restart is not shut by what it was forced against; a person can still stop it.
    prevention.document_change(
        incident.pk, kind="none", text="x", reference="", changed_on=None, by=team.lead, at=after(hours=35)
    )
    assert RestartGate.objects.get().stage == "partial"
    gates.pause_again(incident.pk, gate.pk, reason="Too early", by=team.resolver, at=after(hours=36))
    assert RestartGate.objects.get().stage == "paused"


@pytest.mark.requirement("A-09", "C-17")
def test_forced_work_stops_when_something_else_fails_and_the_force_is_never_forgotten() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gate = _paused(team, incident, limits=(BOUNCES,))
    pk = incident.pk
    confirming.read("bounce-rate", Decimal("1"), taken_at=after(hours=33), source="x", at=after(hours=33))
    forcing.ask_to_force(pk, gate.pk, stage="partial", reason="Launch day", by=team.resolver, at=after(hours=33))
    forcing.force(pk, gate.pk, by=team.target, at=after(hours=34))
    forced = RestartGate.objects.get()
    assert (forced.stage, forced.forced_stage) == ("partial", "partial")
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    # Whatever is asked for, also a time before it and another severity.
    for asked in ("", "?period=7&severity=4", "?from=2020-01-01&to=2020-02-01"):
        page = browser.get(f"/reports/{asked}").content.decode()
        assert "Launch day" in page and f"/gates/{gate.pk}/" in page, asked
    confirming.read("bounce-rate", Decimal("7"), taken_at=after(hours=35), source="x", at=after(hours=35))
    shut = RestartGate.objects.get()
    assert (shut.stage, shut.forced_stage) == ("paused", ""), "a threshold that is crossed afterwards stops it too"
    assert shut.forced_at == forced.forced_at and shut.forced_reason == "Launch day"
    assert Escalation.objects.filter(situation="paused_again").count() == 1
    for words in ({"stage": "partial"}, {"forced_at": None, "forced_stage": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RestartGate.objects.filter(pk=gate.pk).update(**words)


@pytest.mark.requirement("A-10", "A-19")
def test_postgresql_counts_the_criteria_itself_and_knows_who_confirmed_them() -> None:
    team = Learners()
    gate = _ready(team)
    row = RestartGate.objects.filter(pk=gate.pk)
    row.update(holding_partial=0, holding_normal=0)
    refused = (
        ({"stage": "partial", "stage_by": team.lead}, "does not also restart"),
        ({"stage": "partial", "stage_by": None}, "does not also restart"),
        ({"stage": "normal", "stage_by": team.coordinator}, "criteria hold"),
    )
    for words, why in refused:
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            row.update(**words)
    gate.criteria.filter(key="alerts").update(state="open", evidence="", confirmed_by=None, confirmed_at=None)
    with pytest.raises(IntegrityError, match="1 criteria hold"), transaction.atomic():
        row.update(stage="partial", stage_by=team.coordinator)
    with pytest.raises(IntegrityError, match="begins paused"), transaction.atomic():
        gate.pk = None
        gate.ended_at, gate.stage = after(hours=40), "shadow"
        gate.save(force_insert=True)


@pytest.mark.requirement("A-10")
def test_a_criterion_for_later_that_nobody_confirmed_hides_no_lone_confirmer() -> None:
    team = Learners()
    gate = _ready(team)
    pk = gate.incident_id
    told = {"name": "The client was told", "for_normal_only": True}
    confirming.add_criterion(pk, gate.pk, **told, by=team.lead, at=after(hours=39))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="yourself"):
        gates.restart(pk, gate.pk, stage="partial", by=team.lead, at=after(hours=40))
    gates.restart(pk, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    team.plan(Incident.objects.get(pk=pk), holds_gate=False)
    assert RestartGate.objects.get().stage == "partial", "what is asked for normal scope alone shuts no partial scope"


@pytest.mark.requirement("A-32", "A-34")
def test_circumstances_add_their_criteria_also_to_work_that_is_paused_already() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gate = _paused(team, incident)
    circumstances = {"migration_review", "release_review"}
    assert not circumstances & set(gate.criteria.values_list("key", flat=True))
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    assert "Changelog and Release Note Review" not in browser.get(f"/gates/{gate.pk}/").content.decode()
    told = {"update_involved": True, "ships_release": True}
    reviews.write(incident.pk, told, edition=None, by=team.lead, at=after(hours=33))
    assert circumstances <= set(gate.criteria.values_list("key", flat=True))
    again = gates.pause(
        incident.pk,
        Pause(reason="Too", name="Reindexer", kind="workflow", owner=team.resolver),
        by=team.resolver,
        at=after(hours=34),
    )
    assert circumstances <= set(again.criteria.values_list("key", flat=True))
    page = browser.get(f"/gates/{gate.pk}/").content.decode()
    assert page.count("Changelog and Release Note Review") > 1 and "Migration and Reindex Review</" in page


@pytest.mark.requirement("A-09", "A-10")
def test_what_must_be_read_before_a_restart_holds_what_stands_and_stops_nothing_that_runs() -> None:
    team = Learners()
    Procedure.objects.create(key="handbook", name="Handbook", moment="restart", must_tick=True)
    Procedure.objects.create(key="handbook", name="Handbook", moment="update", must_tick=True)
    gate = _ready(team)
    assert [row.name for row in gate.criteria.filter(key__startswith="procedure-")] == ["Handbook consulted"]
    gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=39))
    Procedure.objects.create(key="more", name="More", moment="restart", must_tick=True)
    gates.name_owner(gate.incident_id, gate.pk, owner=team.lead, by=team.lead, at=after(hours=40))
    gate.refresh_from_db()
    assert gate.stage == "partial" and not gate.criteria.filter(name="More consulted").exists()
    gates.pause_again(gate.incident_id, gate.pk, reason="To be sure", by=team.lead, at=after(hours=41))
    gates.name_owner(gate.incident_id, gate.pk, owner=team.resolver, by=team.lead, at=after(hours=42))
    with pytest.raises(Refused, match="More consulted"):
        gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=43))


def test_only_what_somebody_may_do_is_offered_on_a_gate() -> None:
    team = Learners()
    gate = _ready(team)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/gates/{gate.pk}/").content.decode()
    assert "/confirm-criterion/" not in page and "/withdraw-confirmation/" not in page
    assert "/add-limit/" not in page and "/retire-work/" not in page
    browser.force_login(team.lead, backend=BACKEND)
    page = browser.get(f"/gates/{gate.pk}/").content.decode()
    assert "/withdraw-confirmation/" in page and "/add-limit/" in page and "/retire-work/" in page


def test_one_more_criterion_pauses_what_runs_until_it_is_met() -> None:
    team = Learners()
    gate = _ready(team)
    pk = gate.incident_id
    gates.restart(pk, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    told = {"name": "DNS is checked", "for_normal_only": False}
    row = confirming.add_criterion(pk, gate.pk, **told, by=team.lead, at=after(hours=41))  # type: ignore[arg-type]
    assert RestartGate.objects.get().stage == "paused"
    confirming.confirm(pk, gate.pk, row.pk, evidence="dig", by=team.admin, at=after(hours=42))
    gates.restart(pk, gate.pk, stage="partial", by=team.coordinator, at=after(hours=43))
    assert RestartGate.objects.get().stage == "partial"


def test_taking_a_confirmation_back_pauses_again_and_retired_work_never_goes() -> None:
    team = Learners()
    gate = _ready(team)
    pk = gate.incident_id
    gates.restart(pk, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    row = gate.criteria.get(key="alerts")
    confirming.withdraw(pk, gate.pk, row.pk, reason="It was the wrong alert", by=team.lead, at=after(hours=41))
    assert RestartGate.objects.get().stage == "paused"
    gates.end(pk, gate.pk, reason="Replaced", by=team.lead, at=after(hours=41) + timedelta(minutes=1))
    told = decide("sender-pool")
    assert told is not None and not told.go and told.body["scope"] == "retired"


@pytest.mark.requirement("B-89", "C-17")
def test_a_measured_criterion_shows_its_readings_against_the_limit() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    gate = _paused(team, incident, limits=(BOUNCES,))
    metric = Metric.objects.filter(key="bounce-rate").first() or Metric.objects.create(
        key="bounce-rate", name="Bounces"
    )
    series, _ = Series.objects.get_or_create(metric=metric, subject="")
    for hour, value in ((29, "6.5"), (31, "2"), (32, "1.9")):
        told = {"taken_at": after(hours=hour), "received_at": after(hours=hour), "source": "test"}
        Reading.objects.create(series=series, value=Decimal(value), **told)
    (drawn,) = charts.of(gate, list(gate.criteria.all()), now=after(hours=33), zone=UTC)
    # A reading equal to the limit misses it: two of the three are marked.
    assert len(drawn.chart.dots) == 2 and drawn.chart.rungs[0].words.endswith("≥ 2")
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    assert "3 readings, newest 1.9, worst 6.5" in browser.get(f"/gates/{gate.pk}/").content.decode()


@pytest.mark.requirement("A-10", "A-19")
def test_postgresql_keeps_every_criterion_and_every_run_as_it_was() -> None:
    gate = _ready(Learners())
    run = gate.incident.checks.get().runs.all()
    for change in (
        lambda: gate.criteria.filter(how="computed").delete(),
        lambda: run.update(passed=False),
        lambda: run.delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert gate.criteria.count() > 6 and run.get().passed


@pytest.mark.requirement("A-10")
def test_one_criterion_is_spoken_of_as_one_and_a_refusal_begins_as_a_sentence() -> None:
    team = Learners()
    gate = _ready(team)
    row = gate.criteria.get(key="documentation")
    confirming.withdraw(gate.incident_id, gate.pk, row.pk, reason="Not yet", by=team.lead, at=after(hours=39))
    with pytest.raises(Refused) as refused:
        gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    assert refused.value.sentence == f"1 criterion holds it: {row.name}"
    with pytest.raises(Refused, match=r"^Normal scope comes after"):
        gates.restart(gate.incident_id, gate.pk, stage="normal", by=team.coordinator, at=after(hours=40))
