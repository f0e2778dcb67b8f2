"""No built-in sentence claims what nobody confirmed, and none breaks a rule of the guard itself (B-43, B-69, C-12)."""

import pytest

from incidents import client_status, guarding, lifecycle, notices, wordings
from incidents.digests.standing import standing as digest_standing
from incidents.drafting import NOT_BEGUN, VERIFYING, draft
from incidents.facts import Resolution
from incidents.models import Incident, Role, RoleHolding
from notifications import guard
from notifications.models import OutboundMessage
from tests.factories import Team, after

pytestmark = pytest.mark.django_db
BUILT_IN = (
    notices.WORKED_AROUND,
    notices.OUTAGE,
    notices.BRIDGED,
    notices.PAUSED,
    notices.UNCONFIRMED,
    wordings.ALL_NORMAL,
    wordings.DOING,
    VERIFYING,
    NOT_BEGUN,
    client_status.LATE.format(when="15:20 on Tuesday 24 November (GMT)"),
    *guarding.OVER.values(),
)


@pytest.mark.parametrize("sentence", BUILT_IN)
def test_what_we_say_ourselves_passes_our_own_guard(sentence: str) -> None:
    assert not guard.check(sentence)


@pytest.mark.parametrize("sentence", BUILT_IN)
def test_none_says_that_something_recovers_or_is_watched(sentence: str) -> None:
    for claim in ("recover", "keep watching", "we are on it", "is running"):
        assert claim not in sentence


@pytest.mark.requirement("C-12", "B-69", "A-09")
def test_while_work_is_paused_no_letter_says_that_all_is_normal() -> None:
    incident = Team().to_verifying()
    incident.confirmed_at, incident.work_paused = after(hours=1), 1
    assert notices.current_status(incident) == notices.PAUSED
    incident.work_paused = 0
    assert notices.current_status(incident) == wordings.ALL_NORMAL


@pytest.mark.requirement("C-12", "B-69")
def test_resolved_before_anybody_confirmed_it_the_letter_says_so() -> None:
    team = Team()
    RoleHolding.objects.create(role=Role.objects.get(key="administrator"), responder=team.communicator)
    incident = team.to_verifying()
    words = Resolution("Outreach back", "A limit was hit.", "We raised the limit.", override_reason="The client asks")
    lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(minutes=70))
    letter = OutboundMessage.objects.get(kind="incident-resolved")
    assert f"Current status: {notices.UNCONFIRMED}\n" in letter.body_text
    assert "back to normal" not in letter.body_text


def test_a_draft_and_an_update_say_of_an_outage_and_a_workaround_what_the_record_bears() -> None:
    team = Team()
    incident = team.acknowledge(team.triage(team.report(1), at=after(minutes=3)), at=after(minutes=5))
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=6))
    Incident.objects.filter(pk=incident.pk).update(outage_started_at=after(minutes=7))
    incident.refresh_from_db()
    assert draft(incident, now=after(minutes=9)).happening == notices.OUTAGE
    Incident.objects.filter(pk=incident.pk).update(outage_ended_at=after(minutes=8), worked_around_at=after(minutes=8))
    incident.refresh_from_db()
    assert draft(incident, now=after(minutes=9)).happening == notices.WORKED_AROUND
    assert f"{digest_standing(incident)}." == notices.WORKED_AROUND


@pytest.mark.requirement("B-43", "B-132")
@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("It was probably a full disk.", "We have not confirmed the cause."),
        ("It was on their end.", "The issue has been resolved."),
        ("It will be back shortly.", "The issue has been resolved."),
    ],
)
def test_a_repair_of_a_letter_that_tells_of_the_end_does_not_say_that_we_still_work_on_it(
    text: str, repaired: str
) -> None:
    incident = Team().to_verifying()
    (found,) = guarding.objections(incident, {"happened": text})
    assert (found.repaired, guarding.objections(incident, {"happened": found.repaired})) == (repaired, [])
    (before,) = guarding.objections(incident, {"happening": text})
    still = {**guard.INSTEAD, "promise": "We are working on it."}
    assert before.repaired == still[before.finding.kind]
