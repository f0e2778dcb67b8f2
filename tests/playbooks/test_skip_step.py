"""Skipping, opening again and assigning a step."""

import pytest

from incidents.playbooks import verbs
from incidents.refusals import Refused
from tests.factories import ResponderFactory, after
from tests.playbooks.factories import Following

pytestmark = pytest.mark.django_db


def test_a_skip_needs_a_reason_which_stands_on_the_record() -> None:
    run = Following("crm-sync-break")
    with pytest.raises(Refused) as refused:
        verbs.skip_step(run.run.pk, "schema", reason="  ", by=run.by, at=after(minutes=4))
    assert refused.value.field == "reason"
    verbs.skip_step(run.run.pk, "schema", reason="No schema here", by=run.by, at=after(minutes=4))
    assert (run.step("schema").state, run.step("schema").reason) == ("skipped", "No schema here")
    assert "No schema here" in run.incident.timeline.get(kind="step_skipped").text
    with pytest.raises(Refused, match="settled it already"):
        verbs.skip_step(run.run.pk, "schema", reason="Again", by=run.by, at=after(minutes=5))


@pytest.mark.requirement("B-103")
def test_a_prohibition_cannot_be_skipped_assigned_or_opened() -> None:
    run = Following("outreach-suspension")
    with pytest.raises(Refused, match="cannot be skipped"):
        verbs.skip_step(run.run.pk, "no-new-account", reason="x", by=run.by, at=after(minutes=4))
    with pytest.raises(Refused, match="holds for everybody"):
        verbs.assign_step(run.run.pk, "no-new-account", responder_id=run.by.pk, by=run.by, at=after(minutes=4))


def test_a_step_is_opened_again_with_a_reason() -> None:
    run = Following("crm-sync-break")
    run.do("credentials", valid="yes")
    verbs.untick_step(run.run.pk, "credentials", reason="The wrong key", by=run.by, at=after(minutes=6))
    assert (run.step("credentials").state, run.step("credentials").settled_by) == ("todo", None)
    assert run.do("credentials", valid="no").state == "done"
    assert [one.act for one in run.step("credentials").records.all()] == ["done", "unticked", "done"]


@pytest.mark.requirement("B-127", "B-128")
def test_a_step_belongs_to_its_role_until_it_is_given_to_somebody() -> None:
    run = Following("client-report")
    body = run.run.version.content
    roles = {step.key: step.role for step in body.steps}
    assert (roles["acknowledge"], roles["investigate"]) == ("communicator", "resolver")
    somebody = ResponderFactory(role="resolver")
    verbs.assign_step(run.run.pk, "ask", responder_id=somebody.pk, by=run.by, at=after(minutes=4))
    assert run.step("ask").assignee == somebody
    with pytest.raises(Refused):
        verbs.assign_step(run.run.pk, "ask", responder_id=987654, by=run.by, at=after(minutes=5))
