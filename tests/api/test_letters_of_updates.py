"""A scheduled update that did not arrive is settled through the API as on its page (C-04, B-29)."""

from collections.abc import Callable

import pytest

from incidents import digests, lifecycle
from incidents.models import Incident
from notifications.models import OutboundMessage
from tests.api.conftest import Program, told
from tests.factories import ResponderFactory, Team, after
from tests.incidents.test_digests import MONDAY, _minor, _sent

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C-04", "B-29")]
BLOCKED = "A scheduled update to a client did not arrive."


def _undelivered(team: Team) -> tuple[Incident, OutboundMessage]:
    incident = _minor(team)
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY)
    (message,) = _sent()
    OutboundMessage.objects.filter(pk=message.pk).update(state="dead", due_at=None, last_error="552 full")
    return incident, message


def test_an_update_that_did_not_arrive_is_tried_again(team: Team, program: Callable[..., Program]) -> None:
    incident, message = _undelivered(team)
    assert BLOCKED in [one.sentence for one in lifecycle.blockers(incident)]
    answer = program(team.communicator).done(f"/letters/{message.pk}/retry")
    assert answer["id"] == incident.pk
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("pending", "")
    assert incident.timeline.filter(kind="noted", text__contains="tried again").exists()
    again = program(team.communicator).post(f"/letters/{message.pk}/retry")
    assert again.status_code == 409 and "nothing to do" in told(again)["refusal"]


def test_an_update_that_did_not_arrive_is_waived_with_a_reason(team: Team, program: Callable[..., Program]) -> None:
    incident, message = _undelivered(team)
    caller = program(team.communicator)
    assert caller.post(f"/letters/{message.pk}/waive", {"reason": ""}).status_code in (409, 422)
    caller.done(f"/letters/{message.pk}/waive", {"reason": "Told by telephone."})
    assert BLOCKED not in [one.sentence for one in lifecycle.blockers(incident)]


def test_only_by_whoever_may_and_may_know_of_all_that_stood_in_it(team: Team, program: Callable[..., Program]) -> None:
    incident, message = _undelivered(team)
    assert program(team.resolver).post(f"/letters/{message.pk}/retry").status_code == 403
    reading = program(team.communicator, "incidents:read")
    assert reading.post(f"/letters/{message.pk}/retry").status_code == 403
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    other = program(ResponderFactory(role="communicator"))
    for verb, body in (("retry", None), ("waive", {"reason": "x"})):
        assert other.post(f"/letters/{message.pk}/{verb}", body).status_code == 404
    message.refresh_from_db()
    assert message.state == "dead"
