"""Starting a run: what it keeps, what it does at once, when it is refused."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from incidents import lifecycle, timeline
from incidents.models import Incident
from incidents.playbooks import verbs
from incidents.playbooks.models import PlaybookVersion, Run
from incidents.refusals import Refused
from tests.factories import Team, after
from tests.playbooks.factories import Following, playbook

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-101")
def test_a_suspension_becomes_sev_1_and_lowering_it_needs_a_reason() -> None:
    run = Following("outreach-suspension", severity=2)
    run.incident.refresh_from_db()
    assert run.incident.severity == 1
    changed = run.incident.timeline.get(kind="reclassified")
    assert changed.facts == {"severity": 1, "severity_before": 2}
    assert run.incident.escalations.filter(situation="severe").exists()
    by = run.team.coordinator
    with pytest.raises(Refused) as refused:
        lifecycle.reclassify(run.incident.pk, severity=2, reason=" ", by=by, at=after(minutes=3))
    assert refused.value.field == "reason"
    lifecycle.reclassify(run.incident.pk, severity=2, reason="One sender only", by=by, at=after(minutes=4))
    run.incident.refresh_from_db()
    assert run.incident.severity == 2


@pytest.mark.requirement("B-101")
def test_an_incident_that_is_not_triaged_is_triaged_first() -> None:
    team = Team()
    incident = team.report(2)
    with pytest.raises(Refused, match="Triage INC-"):
        verbs.start(incident.pk, playbook("outreach-suspension").pk, by=team.resolver, at=after(minutes=1))
    assert not Run.objects.exists()
    assert incident.timeline.count() == Incident.objects.get(pk=incident.pk).entry_count


@pytest.mark.requirement("B-106")
def test_the_letter_is_owed_from_the_start_unless_everybody_was_told() -> None:
    run = Following("outreach-suspension", severity=1)
    owed = run.incident.timeline.get(facts__owed="letter")
    assert run.team.client.name in owed.text
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=1))
    team.acknowledge(incident, at=after(minutes=2))
    verbs.start(incident.pk, playbook("outreach-suspension").pk, by=team.resolver, at=after(minutes=3))
    assert not incident.timeline.filter(facts__owed="letter").exists()


def test_a_run_keeps_the_version_that_it_started_with() -> None:
    run = Following("api-down")
    body = run.run.version.content
    verbs.remove_step(run.playbook.pk, "backup", by=run.by, at=after(minutes=3))
    verbs.publish(run.playbook.pk, note="No backup", by=run.by, at=after(minutes=3))
    kept = Run.objects.select_related("version").get(pk=run.run.pk)
    assert kept.version.number == 1 and kept.version.content == body
    run.do("status-page", cause="Provider outage")
    assert run.do("backup", backup="The second provider").state == "done"
    with pytest.raises(DatabaseError), transaction.atomic():
        Run.objects.filter(pk=kept.pk).update(version=PlaybookVersion.objects.get(playbook=run.playbook, number=2))


def test_a_playbook_is_followed_once_at_a_time_and_again_afterwards() -> None:
    run = Following("api-down")
    with pytest.raises(Refused, match="being followed here already"):
        verbs.start(run.incident.pk, run.playbook.pk, by=run.by, at=after(minutes=3))
    verbs.start(run.incident.pk, playbook("crm-sync-break").pk, by=run.by, at=after(minutes=3))
    verbs.stop(run.run.pk, reason="Another cause", by=run.by, at=after(minutes=4))
    verbs.start(run.incident.pk, run.playbook.pk, by=run.by, at=after(minutes=5))
    assert run.incident.playbook_runs.count() == 3


def test_a_retired_playbook_and_a_closed_incident_are_refused() -> None:
    team = Team()
    incident = team.report(3)
    one = playbook("api-down")
    verbs.retire(one.pk, on=True, by=team.resolver, at=after(minutes=1))
    with pytest.raises(Refused, match="not in use"):
        verbs.start(incident.pk, one.pk, by=team.resolver, at=after(minutes=2))
    lifecycle.cancel(incident.pk, reason="None", by=team.coordinator, at=after(minutes=3))
    with pytest.raises(Refused, match="is closed"):
        verbs.start(incident.pk, playbook("crm-sync-break").pk, by=team.resolver, at=after(minutes=4))


def test_everything_is_on_the_chained_timeline() -> None:
    run = Following("outreach-suspension", severity=2)
    run.read("no-new-account")
    run.do("severe", stopped="All senders")
    verbs.skip_step(run.run.pk, "backup", reason="Not permanent", by=run.by, at=after(minutes=6))
    verbs.stop(run.run.pk, reason="Lifted", by=run.by, at=after(minutes=7))
    kinds = run.told()
    for kind in ("playbook_started", "prohibition_read", "step_done", "step_skipped", "playbook_ended"):
        assert kinds.count(kind) == 1
    run.incident.refresh_from_db()
    assert timeline.verify(run.incident) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_start_at_once_make_one_run() -> None:
    team = Team()
    incident = team.triage(team.report(2), at=after(minutes=1))
    one, told = playbook("api-down"), list[str]()

    def begin() -> None:
        try:
            verbs.start(incident.pk, one.pk, by=team.resolver, at=after(minutes=2))
            told.append("started")
        except Refused as refused:
            told.append(refused.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(told), told.count("started")) == (4, 1)
    assert Run.objects.filter(incident=incident).count() == 1
