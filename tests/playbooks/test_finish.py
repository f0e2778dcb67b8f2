"""Ending a run: finished when complete, stopped with a reason, and what it leaves for the next time."""

import pytest

from incidents.models import Incident
from incidents.playbooks import library, verbs
from incidents.playbooks.models import Run
from incidents.refusals import Refused
from tests.factories import ResponderFactory, SystemFactory, after
from tests.playbooks.factories import Following

pytestmark = pytest.mark.django_db


def through(run: Following) -> None:
    run.do("connection", status="Connected")
    run.do("credentials", valid="yes")
    run.do("schema", checks=["new", "deleted"])


@pytest.mark.requirement("B-94", "B-95")
def test_what_is_missing_is_named_and_what_is_not_needed_is_not() -> None:
    run = Following("crm-sync-break")
    through(run)
    with pytest.raises(Refused) as refused:
        verbs.finish(run.run.pk, by=run.by, at=after(minutes=9))
    assert "Step 4 is to do" in refused.value.sentence
    assert "Step 5 depends on an answer that is still missing" in refused.value.sentence
    run.do("test-sync", result="The record arrived", loss="no")
    ended = verbs.finish(run.run.pk, note="All well", by=run.by, at=after(minutes=9))
    assert (ended.outcome, ended.end_note) == ("finished", "All well")
    with pytest.raises(Refused, match="has ended"):
        run.save("gap", gap="None")


@pytest.mark.requirement("B-103", "B-89")
def test_a_prohibition_that_nobody_has_read_holds_the_end() -> None:
    run = Following("email-bounce-spike")
    for key in ("pause", "check-domain", "review-bounces", "verification", "domain-issue", "under-two"):
        verbs.skip_step(run.run.pk, key, reason="Test", by=run.by, at=after(minutes=4))
    with pytest.raises(Refused, match="Nobody has read the prohibition"):
        verbs.finish(run.run.pk, by=run.by, at=after(minutes=5))
    run.read("no-resume")
    assert verbs.finish(run.run.pk, by=run.by, at=after(minutes=6)).outcome == "finished"


def test_stopping_needs_a_reason() -> None:
    run = Following("api-down")
    with pytest.raises(Refused) as refused:
        verbs.stop(run.run.pk, reason="", by=run.by, at=after(minutes=5))
    assert refused.value.field == "reason"
    assert verbs.stop(run.run.pk, reason="Not an API", by=run.by, at=after(minutes=5)).outcome == "stopped"


@pytest.mark.requirement("B-100")
def test_a_resolution_is_found_on_later_incidents_of_the_same_system() -> None:
    run = Following("client-report")
    run.do("document", resolution="The client had rotated the SMTP password; we reconnected the inbox.")
    verbs.stop(run.run.pk, reason="Solved", by=run.by, at=after(minutes=8))
    later = run.team.report(3, title="Inbox again", at=after(hours=5))
    viewer = ResponderFactory(role="resolver")
    (found,) = library.earlier(later, viewer, words="smtp PASSWORD")
    assert found.resolution.startswith("The client had rotated")
    assert library.earlier(later, viewer, words="tractor") == []
    elsewhere = run.team.report(3, title="Other", system_ids=(SystemFactory().pk,), at=after(hours=6))
    assert library.earlier(elsewhere, viewer) == []
    Incident.objects.filter(pk=run.incident.pk).update(is_restricted=True)
    assert library.earlier(later, viewer) == []
    assert Run.objects.get(pk=run.run.pk).resolution
