"""An author withdraws a letter that awaits approval; nobody has received it, and its words are kept."""

import pytest
from django.test import Client as Browser

from incidents import lifecycle
from incidents.models import Escalation, Responder, Role, RoleHolding, TimelineEntry
from incidents.owed import owed_by
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from tests.factories import Team, after
from tests.incidents.test_approve_letter import approve, ask, letters, triaged, truthful, written

pytestmark = pytest.mark.django_db
Kind = TimelineEntry.Kind


@pytest.fixture
def team() -> Team:
    ask()
    return Team()


@pytest.mark.requirement("B-41")
def test_withdrawn_it_cannot_be_approved_and_another_may_be_written(team: Team) -> None:
    row = written(team)
    lifecycle.withdraw_letter(row.pk, by=team.communicator, at=after(minutes=12))
    assert row.incident.timeline.get(kind=Kind.LETTER_WITHDRAWN).by == team.communicator
    assert Escalation.objects.get(situation="letter_awaiting").end_reason == "the letter was withdrawn"
    with pytest.raises(Refused, match=r"It was withdrawn already, by Rick Salas at 3 Feb 2026 10:12:00 UTC\."):
        approve(team, row, at=after(minutes=13))
    assert letters(row.incident) == []
    again = lifecycle.words_again(row.incident, "incident-notification", now=after(minutes=13))
    assert again["brief"] == "Outreach paused"
    team.acknowledge(row.incident, at=after(minutes=14))
    assert not lifecycle.words_again(row.incident, "incident-notification", now=after(minutes=15))
    truthful(row.incident)


def test_only_the_author_withdraws_it(team: Team) -> None:
    row = written(team)
    with pytest.raises(Refused, match="Rick Salas wrote it; send it back instead"):
        lifecycle.withdraw_letter(row.pk, by=team.coordinator, at=after(minutes=12))


def test_what_was_sent_back_may_be_dropped(team: Team) -> None:
    row = written(team)
    lifecycle.send_back_letter(row.pk, reason="Not now.", by=team.coordinator, at=after(minutes=12))
    lifecycle.withdraw_letter(row.pk, by=team.communicator, at=after(minutes=13))
    assert not [one for one in owed_by(team.communicator) if "sent back" in one.sentence]


def test_what_ends_the_incident_ends_the_letter(team: Team) -> None:
    row = written(team)
    lifecycle.cancel(row.incident_id, reason="A drill.", by=team.coordinator, at=after(minutes=12))
    row.refresh_from_db()
    assert row.state == "overtaken" and row.reason.endswith("is not an incident.")
    stays, gone = triaged(team), triaged(team)
    team.acknowledge(gone, at=after(minutes=10))
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=15))
    text = gone.timeline.get(kind=Kind.LETTER_WITHDRAWN).text
    assert f"one with {stays.reference}; write to the clients from there" in text


@pytest.mark.requirement("B-41")
def test_its_author_withdraws_it_whatever_their_role_grants_by_then(team: Team, client: Browser) -> None:
    row = written(team)
    RoleHolding.objects.filter(responder=team.communicator).delete()
    RoleHolding.objects.create(role=Role.objects.get(key="resolver"), responder=team.communicator, position=9)
    author = Responder.objects.get(pk=team.communicator.pk)
    assert not author.has_perm("update_incident")
    client.force_login(author, backend=BACKEND)
    assert "Withdraw it" in client.get(f"/awaiting-letters/{row.pk}/").content.decode()
    assert client.post(f"/awaiting-letters/{row.pk}/withdraw/").status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
