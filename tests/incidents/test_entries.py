"""The timeline on the page: what people wrote is text, whoever wrote it, and both times of a late entry are shown."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from incidents import lifecycle
from incidents.entries import CHOSEN, MOST, remarks, shown
from incidents.facts import Change
from incidents.lifecycle.fixing import WORKAROUND_ANSWERS
from incidents.models import TimelineEntry
from incidents.templatetags.entries import timeline
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db


def test_nothing_that_was_typed_becomes_markup(client: Browser) -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=1))
    mallory = ResponderFactory(name="<b>Mallory</b>", role="coordinator")
    lifecycle.note(incident.pk, text="<script>alert(1)</script> **bold**", by=mallory, at=after(minutes=2))
    client.force_login(team.coordinator)
    page = client.get(f"/incidents/{incident.pk}/").content.decode()
    assert "<script>alert" not in page and "<b>Mallory" not in page
    assert "&lt;b&gt;Mallory&lt;/b&gt;" in page and "<strong>bold</strong>" in page


def test_who_approved_and_why_nobody_did_are_said_and_are_text() -> None:
    entry = TimelineEntry(seq=7, kind="updated", at=after(minutes=1), recorded_at=after(minutes=1), by_name="Ada")
    entry.facts = {"approved_by": "Ada", "written_by": "<i>Bo</i>"}
    incident = Team().report(1)
    (line, *_) = shown(incident, client_only=False)
    approved = timeline({}, [type(line)(entry, "send", "acc")])  # type: ignore[arg-type]
    assert "approved what &lt;i&gt;Bo&lt;/i&gt; wrote" in approved
    entry.facts = {"unapproved_reason": "a < b"}
    assert "without approval: a &lt; b" in timeline({}, [type(line)(entry, "send", "acc")])  # type: ignore[arg-type]


def test_an_entry_that_was_written_down_later_shows_both_times() -> None:
    team = Team()
    incident = team.report(1)
    then = after(minutes=-30)
    lifecycle.note(incident.pk, text="Seen before.", occurred_at=then, by=team.coordinator, at=after(minutes=3))
    lines = shown(incident.__class__.objects.get(pk=incident.pk), client_only=False)
    assert [line.entry.text for line in lines][-1] == "Seen before." and lines[-1].late and not lines[0].late
    drawn = timeline({"now": after(minutes=4)}, lines)  # type: ignore[arg-type]
    assert drawn.count("written down") == 1 and f'datetime="{then.isoformat()}"' in drawn


def test_of_a_long_record_the_newest_entries_are_shown() -> None:
    team = Team()
    incident = team.report(1)
    for number in range(MOST + 2):
        at = after(minutes=1) + timedelta(seconds=number)
        lifecycle.note(incident.pk, text=f"Note {number}", by=team.coordinator, at=at)
    lines = shown(incident.__class__.objects.get(pk=incident.pk), client_only=False)
    assert len(lines) == MOST and lines[0].entry.text == f"Note {MOST + 1}"


@pytest.mark.requirement("A-24", "B-134")
def test_a_change_says_how_it_was_tested_and_why_not_and_clients_never_read_it() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=1))
    tried = Change("Tried again", is_retry=True, without_evidence_reason="Leads <b>were</b> lost")
    lifecycle.change(incident.pk, tried, by=team.resolver, at=after(minutes=5))
    tested = Change("Raised the pool", test_evidence="Ten letters", without_evidence_reason="In a hurry")
    lifecycle.change(incident.pk, tested, by=team.resolver, at=after(minutes=6))
    lines = shown(incident.__class__.objects.get(pk=incident.pk), client_only=False)
    assert lines[0].remarks == ("Tested: Ten letters", "Before the error report was kept: In a hurry")
    assert lines[1].remarks[0] == "Only tried again, nothing was changed."
    drawn = timeline({"now": after(minutes=7)}, lines)  # type: ignore[arg-type]
    assert "Before the error report was kept: Leads &lt;b&gt;were&lt;/b&gt; lost" in drawn
    assert all(not line.remarks for line in shown(incident, client_only=True))


@pytest.mark.requirement("A-14", "B-54", "B-58", "B-60")
def test_a_fix_says_what_was_broken_why_and_how_it_was_tested_and_whose_system_it_was() -> None:
    team = Team()
    incident = team.to_verifying(1)
    team.confirm(incident, at=after(hours=2))
    found = {
        one.entry.kind: one.remarks for one in shown(type(incident).objects.get(pk=incident.pk), client_only=False)
    }
    fixed = type(incident).objects.get(pk=incident.pk)
    assert found["fixed"] == (
        f"Broken: {fixed.broken}",
        f"Cause: {fixed.cause}",
        f"Tested: {fixed.test_evidence}",
    )
    assert found["confirmed"][0] == f"Tried again: {fixed.scenario}" and found["confirmed"][1].startswith("Shown by: ")
    facts = {"fault_domain": "third_party", "workaround_possible": "no", "guidance": ""}
    assert remarks("isolated", facts) == ("It is a third-party service", "Workaround: not tried yet")
    assert remarks("isolated", {"fault_domain": "ours", "workaround_possible": ""}) == ("It is our system",)
    chosen = {*type(incident).FaultDomain.values, *WORKAROUND_ANSWERS}
    assert set(CHOSEN["isolated"]) == chosen


@pytest.mark.requirement("A-14")
def test_a_forced_close_names_on_its_entry_what_was_missing() -> None:
    team = Team()
    incident = team.report(1)
    entry = TimelineEntry(seq=9, kind="closed", at=after(minutes=1), recorded_at=after(minutes=1), by_name="Ada")
    entry.facts = {"missing": ["No regression check is recorded.", "The root cause is not written."]}
    (line, *_) = shown(incident, client_only=False)
    told = type(line)(entry, "lock", "", remarks=remarks("closed", entry.facts))
    drawn = timeline({}, [told])  # type: ignore[arg-type]
    assert "By force, without this: No regression check is recorded. The root cause is not written." in drawn
    assert remarks("closed", {"missing": []}) == ()
