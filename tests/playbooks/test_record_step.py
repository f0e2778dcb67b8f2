"""Recording and ticking steps: typed answers, conditions, what a step causes, prohibitions, the record."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from incidents.models import Incident
from incidents.playbooks import standing
from incidents.playbooks.answers import consistent
from incidents.playbooks.models import RunStep
from incidents.playbooks.shape import Field, Step
from incidents.refusals import Refused
from tests.factories import after
from tests.playbooks.factories import Following

pytestmark = pytest.mark.django_db


def need(run: Following, key: str) -> str:
    run.incident.refresh_from_db()
    known = standing.known(run.incident, run.run.steps.all(), after(minutes=10))
    step = run.run.version.content.step(key)
    assert step is not None
    return standing.need(step, known)


@pytest.mark.requirement("B-78", "B-79", "B-80", "B-81", "B-77")
def test_the_cause_opens_its_branch_and_leaves_the_others() -> None:
    run = Following("api-down")
    assert need(run, "backup") == "not known yet"
    run.do("status-page", cause="Provider outage", says="Partial outage")
    assert [need(run, key) for key in ("backup", "configuration", "rate-limit")] == [
        "required",
        "not needed",
        "not needed",
    ]
    with pytest.raises(Refused) as refused:
        run.do("backup")
    assert refused.value.field == "backup"
    assert run.do("backup", backup="Claude through the cascade").answers == {"backup": "Claude through the cascade"}
    run.save("status-page", cause="Rate limited")
    assert need(run, "rate-limit") == "required"
    with pytest.raises(Refused, match="Implement backoff"):
        run.do("rate-limit", checks=["volume"])
    run.do("rate-limit", checks=["volume", "backoff"])
    with pytest.raises(Refused, match="Check rate limits; Review recent changes"):
        run.do("configuration", checks=["keys"])


@pytest.mark.requirement("B-85", "B-86", "B-87", "B-88")
def test_hard_bounces_and_a_doubtful_domain_each_ask_for_more() -> None:
    run = Following("email-bounce-spike")
    run.read("no-resume")
    run.do("review-bounces", sent="614", hard="0", soft="9")
    run.do("check-domain", warmed="yes", spf="yes", dkim="yes", dmarc="yes")
    assert (need(run, "verification"), need(run, "domain-issue")) == ("not needed", "not needed")
    run.save("review-bounces", sent="614", hard="61", soft="9")
    run.save("check-domain", warmed="yes", spf="unknown", dkim="yes", dmarc="yes")
    assert (need(run, "verification"), need(run, "domain-issue")) == ("required", "required")
    assert run.step("review-bounces").answers == {"sent": 614.0, "hard": 61.0, "soft": 9.0}
    with pytest.raises(Refused, match="Contact ESP support"):
        run.do("domain-issue", checks=["reputation", "volume"])


@pytest.mark.requirement("B-84", "C-15")
def test_pausing_is_one_act_and_names_its_gate() -> None:
    run = Following("email-bounce-spike")
    with pytest.raises(Refused) as refused:
        run.do("pause")
    assert refused.value.field == "sender"
    run.do("pause", sender="Tuesday sequence, 4 senders")
    entry = run.incident.timeline.get(facts__change_kind="containment")
    assert entry.facts["work"] == "tuesday-sequence-4-senders"
    assert entry.facts["undo"] == "May resume when: bounce rate under 2 %"
    assert entry.text.startswith("“Tuesday sequence, 4 senders” is paused")
    gate = run.incident.gates.get()
    assert gate.criteria.get(metric="bounce-rate").limit == 2


@pytest.mark.requirement("B-89", "C-01")
def test_two_per_cent_is_not_under_two_and_every_reading_is_kept() -> None:
    run = Following("email-bounce-spike")
    run.read("no-resume")
    reading = {"read_at": after(minutes=4), "source": "Test batch, 2 of 64"}
    with pytest.raises(Refused, match="2% is not under 2%"):
        run.do("under-two", rate="2.0", **reading)
    run.save("under-two", rate="3.1", **reading)
    run.do("under-two", rate="1.99", **reading)
    kept = list(run.step("under-two").records.values_list("answers", flat=True))
    assert [one["rate"] for one in kept] == [3.1, 1.99]
    assert kept[1] == {"rate": 1.99, "read-at": "2026-02-03T10:04:00+00:00", "source": "Test batch, 2 of 64"}


@pytest.mark.requirement("B-90", "B-91", "B-92", "B-93", "B-94", "B-95")
def test_six_steps_in_order_and_a_gap_only_when_data_loss_is_suspected() -> None:
    run = Following("crm-sync-break")
    body = run.run.version.content
    assert list(body.numbers().values()) == [1, 2, 3, 4, 5, 6]
    assert [step.key for step in body.steps] == ["connection", "credentials", "schema", "test-sync", "gap", "backfill"]
    run.do("test-sync", result="The record arrived", loss="no")
    assert (need(run, "gap"), need(run, "backfill")) == ("not needed", "not needed")
    run.save("test-sync", result="It did not arrive", loss="yes")
    assert (need(run, "gap"), need(run, "backfill")) == ("required", "required")
    with pytest.raises(Refused) as refused:
        run.do("gap", gap="200 contacts")
    assert refused.value.field == "last-success"
    run.do("gap", last_success=after(hours=-9), gap="200 contacts since 01:00")
    assert run.do("backfill", expected="200", backfilled="198").answers == {"expected": 200.0, "backfilled": 198.0}


@pytest.mark.requirement("B-96", "B-97", "B-98", "B-99")
def test_the_acknowledgement_is_the_incidents_own_and_the_questions_are_fields() -> None:
    run = Following("client-report", source="client", severity=1)
    with pytest.raises(Refused, match="not on the record"):
        run.do("acknowledge")
    run.team.acknowledge(run.incident, at=after(minutes=4))
    assert run.do("acknowledge").state == "done"
    answers = {"what": "No replies arrive", "stopped": "This morning", "changes": "A new password"}
    run.do("ask", **answers)
    assert run.step("ask").answers == answers
    run.do("investigate", system="Inbox", side="The client’s side")
    assert need(run, "guide") == "required"
    guidance = run.run.version.content.step("guide")
    assert guidance is not None and "changed a password or modified a setting" in guidance.guidance


@pytest.mark.requirement("B-97", "B-108")
def test_a_threat_to_leave_raises_its_situation() -> None:
    run = Following("client-report", severity=3)
    run.do("ask", what="All", stopped="Today", changes="None", said="Client threatening to leave")
    run.incident.refresh_from_db()
    assert run.incident.situations == ["client_leaving"]
    assert run.incident.escalations.filter(situation="client_leaving").exists()


@pytest.mark.requirement("B-102", "B-104", "B-105")
def test_the_reason_the_appeal_and_the_backup_of_a_suspension() -> None:
    run = Following("outreach-suspension")
    with pytest.raises(Refused):
        run.do("reason", reason="Bad luck", permanent="no")
    run.do("reason", reason="Spam complaints", permanent="no")
    assert need(run, "backup") == "not needed"
    run.read("no-new-account")
    with pytest.raises(Refused) as refused:
        run.do("appeal", sent=after(minutes=4))
    assert refused.value.field == "reference"
    run.do("appeal", sent=after(minutes=4), reference="SL-8812", link="https://support.example/8812")
    run.save("reason", reason="Volume", permanent="yes")
    assert need(run, "backup") == "required"


@pytest.mark.requirement("B-103")
def test_a_prohibition_cannot_be_ticked_by_anybody_anywhere() -> None:
    run = Following("outreach-suspension")
    for act in (run.do, run.save):
        with pytest.raises(Refused, match="never ticked"):
            act("no-new-account", note="Done!")
    row = run.step("no-new-account")
    with pytest.raises(IntegrityError), transaction.atomic():
        RunStep.objects.filter(pk=row.pk).update(state="done", settled_at=after(), settled_by=run.by)
    with pytest.raises(DatabaseError), transaction.atomic():
        RunStep.objects.filter(pk=row.pk).update(is_prohibited=False)
    row.refresh_from_db()
    assert (row.state, row.is_prohibited) == ("todo", True)


@pytest.mark.requirement("B-103")
def test_whoever_goes_on_past_a_prohibition_has_read_it() -> None:
    run = Following("outreach-suspension")
    with pytest.raises(Refused, match="Read the prohibition"):
        run.do("appeal", sent=after(minutes=4), reference="SL-1")
    run.read("no-new-account", by=run.team.communicator)
    with pytest.raises(Refused, match="Read the prohibition"):
        run.do("appeal", sent=after(minutes=4), reference="SL-1")
    run.read("no-new-account")
    assert run.do("appeal", sent=after(minutes=4), reference="SL-1").state == "done"


@pytest.mark.requirement("B-106", "C-25")
def test_the_letter_is_ticked_when_it_is_written() -> None:
    run = Following("outreach-suspension", severity=1)
    with pytest.raises(Refused, match="No letter yet to"):
        run.do("notify")
    run.team.acknowledge(run.incident, at=after(minutes=4))
    assert run.do("notify").state == "done"


@pytest.mark.parametrize(
    ("key", "answers", "field"),
    [
        ("review-bounces", {"hard": "many"}, "hard"),
        ("review-bounces", {"hard": "1e999"}, "hard"),
        ("review-bounces", {"hard": "NaN"}, "hard"),
        ("check-domain", {"spf": "maybe"}, "spf"),
        ("pause", {"sender": "a\x00b"}, "sender"),
        ("pause", {"sender": "x" * 10_001}, "sender"),
        ("under-two", {"read_at": "yesterday"}, "read-at"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused_beside_its_field(key: str, answers: dict[str, str], field: str) -> None:
    run = Following("email-bounce-spike")
    with pytest.raises(Refused) as refused:
        run.save(key, **answers)
    assert refused.value.field == field
    assert not run.step(key).records.exists()


def test_a_second_tick_is_told_who_was_first_and_causes_nothing_twice() -> None:
    run = Following("email-bounce-spike")
    run.do("pause", sender="All")
    with pytest.raises(Refused, match="Devin Okafor ticked it already"):
        run.do("pause", sender="All")
    assert run.incident.timeline.filter(facts__change_kind="containment").count() == 1


def test_what_was_done_is_on_the_timeline_with_its_answers() -> None:
    run = Following("email-bounce-spike")
    run.do("pause", sender="All", note="In the tool too.")
    entry = run.incident.timeline.get(kind="step_done")
    assert entry.text.startswith(
        "Step 1, Pause outreach immediately\n\nWhich sender or sequence? All; In the tool too."
    )
    assert entry.facts["answers"] == {"sender": "All"}
    assert entry.facts["run"] == run.run.pk


def test_an_effect_that_is_refused_leaves_nothing_behind() -> None:
    run = Following("api-down")
    run.by = run.team.communicator
    with pytest.raises(Refused, match="None of your roles may"):
        run.do("status-page", cause="Provider outage")
    assert run.step("status-page").state == "todo"
    assert Incident.objects.get(pk=run.incident.pk).outage_started_at is None


@pytest.mark.requirement("B-82", "B-111")
def test_a_provider_outage_starts_the_timer_and_its_return_ends_it() -> None:
    run = Following("api-down")
    run.do("status-page", cause="Provider outage", began=after(minutes=1))
    run.incident.refresh_from_db()
    assert run.incident.outage_started_at == after(minutes=1)
    run.do("provider-back", at=after(minutes=40), seen="The status page is green")
    run.incident.refresh_from_db()
    assert run.incident.outage_ended_at == after(minutes=40)


@pytest.mark.requirement("B-86", "B-89")
def test_numbers_that_cannot_be_are_refused_and_open_nothing() -> None:
    """A rate of -1 % is under 2 %, and 200 of 100 letters cannot bounce."""
    run = Following("email-bounce-spike")
    run.read("no-resume")
    for told, field in (
        ({"sent": "100", "hard": "61", "soft": "40"}, "soft"),
        ({"sent": "100", "hard": "-1", "soft": "0"}, "hard"),
        ({"hard": "3", "soft": "-3"}, "soft"),
    ):
        with pytest.raises(Refused) as refused:
            run.do("review-bounces", **told)
        assert refused.value.field == field
    run.do("review-bounces", sent="100", hard="60", soft="40")
    read = {"read-at": after(minutes=1), "source": "Instantly"}
    for told, field in (
        ({**read, "rate": "-1"}, "rate"),
        ({**read, "rate": "1.9", "read-at": after(days=9999)}, "read-at"),
    ):
        with pytest.raises(Refused) as refused:
            run.do("under-two", **told)
        assert refused.value.field == field
    assert RunStep.objects.get(run=run.run, key="under-two").state == RunStep.State.TODO


@pytest.mark.requirement("B-95")
@pytest.mark.parametrize("count", ["-1", "-0.5", "12.5", "1e12", "NaN", "many"])
def test_a_count_that_nobody_can_have_counted_is_refused_beside_its_field(count: str) -> None:
    run = Following("crm-sync-break")
    for told, field in (
        ({"expected": count, "backfilled": "0"}, "expected"),
        ({"expected": "200", "backfilled": count}, "backfilled"),
    ):
        with pytest.raises(Refused) as refused:
            run.save("backfill", **told)
        assert refused.value.field == field
    assert run.step("backfill").answers == {}
    assert run.save("backfill", expected="200", backfilled="0").answers == {"expected": 200.0, "backfilled": 0.0}


def test_a_number_without_a_unit_is_no_less_than_nothing_in_a_playbook_from_before_there_were_counts() -> None:
    records, change = Field("n", "Records", "number"), Field("t", "Change", "number", unit="°C")
    consistent(Step("s", "S", fields=(change,)), {"t": -3.0}, at=after())
    with pytest.raises(Refused, match="cannot be less than 0"):
        consistent(Step("s", "S", fields=(records,)), {"n": -1.0}, at=after())
