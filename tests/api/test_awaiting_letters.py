"""Letters that wait for a second person, and letters taken back, through the API: the same refusals as the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from notifications.models import OutboundMessage
from tests.api.conftest import Program, told
from tests.factories import ResponderFactory, Team
from tests.incidents.test_approve_letter import ask

pytestmark = pytest.mark.django_db
WORDS = {"brief": "Outreach paused", "happening": "Your outreach emails are not being sent."}


def letter() -> dict[str, Any]:
    return WORDS | {"next_update_by": (timezone.now() + timedelta(hours=2)).isoformat()}


def reported(team: Team) -> Incident:
    incident = team.report(1, at=timezone.now())
    return team.triage(incident, at=timezone.now())


def sent(incident: Incident) -> int:
    return OutboundMessage.objects.filter(about=incident.about, kind="incident-notification").count()


@pytest.mark.requirement("B-41", "B-129")
def test_a_program_writes_and_another_person_approves(team: Team, program: Callable[..., Program]) -> None:
    ask(at=timezone.now())
    writer, reader = program(team.communicator), program(team.coordinator)
    incident = reported(team)
    one = writer.done(f"/incidents/{incident.pk}/acknowledge", {"letter": letter()})
    assert one["acknowledged_at"] is None and one["status"] == "triaged"
    (waits,) = one["awaiting_letters"]
    assert (waits["verb"], waits["state"], waits["author"]["name"]) == ("acknowledge", "awaiting", "Rick Salas")
    at = f"/awaiting-letters/{waits['id']}"
    own = writer.post(f"{at}/approve")
    assert own.status_code == 409 and "somebody else must approve" in told(own)["refusal"]
    assert program(team.resolver).post(f"{at}/approve").status_code == 403
    empty = reader.post(f"{at}/send-back", {"reason": ""})
    assert empty.status_code == 409 and told(empty)["field"] == "reason"
    back = reader.done(f"{at}/send-back", {"reason": "Shorter."})
    assert back["awaiting_letters"][0]["reason"] == "Shorter." and sent(incident) == 0
    assert writer.done(f"{at}/withdraw")["awaiting_letters"] == []
    second = writer.done(f"/incidents/{incident.pk}/acknowledge", {"letter": letter()})["awaiting_letters"][0]["id"]
    done = reader.done(f"/awaiting-letters/{second}/approve")
    assert done["status"] == "acknowledged" and sent(incident) == 1
    again = reader.post(f"/awaiting-letters/{second}/approve")
    assert again.status_code == 409 and "approved already" in told(again)["refusal"]
    assert reader.post("/awaiting-letters/987654/approve").status_code == 404


@pytest.mark.requirement("B-41")
def test_an_emergency_through_the_api_needs_the_permission_and_the_reason(
    team: Team, program: Callable[..., Program]
) -> None:
    ask(at=timezone.now())
    incident = reported(team)
    words = letter() | {"unapproved_reason": "Nobody else is awake."}
    assert program(team.communicator).done(f"/incidents/{incident.pk}/acknowledge", {"letter": words})[
        "acknowledged_at"
    ]


@pytest.mark.requirement("B-41")
def test_letters_are_taken_back_while_the_outbox_holds_them(
    team: Team, program: Callable[..., Program], settings: Any
) -> None:
    settings.UNDO_SECONDS = 20
    incident, writer = reported(team), program(team.communicator)
    one = writer.done(f"/incidents/{incident.pk}/acknowledge", {"letter": letter()})
    assert "take-back" in one["verbs"]
    seq = incident.timeline.get(kind="acknowledged").seq
    assert program(team.resolver).post(f"/incidents/{incident.pk}/take-back", {"seq": seq}).status_code == 403
    done = writer.done(f"/incidents/{incident.pk}/take-back", {"seq": seq})
    assert done["acknowledged_at"] is None
    assert OutboundMessage.objects.get(about=incident.about, kind="incident-notification").state == "superseded"
    again = writer.post(f"/incidents/{incident.pk}/take-back", {"seq": seq})
    assert again.status_code == 409 and "took it back" in told(again)["refusal"]
    none = writer.post(f"/incidents/{incident.pk}/take-back", {"seq": 1})
    assert none.status_code == 409 and "no such letter" in told(none)["refusal"]
    assert writer.post("/incidents/987654/take-back", {"seq": seq}).status_code == 404
    assert program(ResponderFactory(role=[])).post(f"/incidents/{incident.pk}/take-back", {"seq": 1}).status_code == 403
