"""“I have read this”: once for each person, never a tick."""

import pytest

from incidents.refusals import Refused
from tests.playbooks.factories import Following

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("B-103", "B-89")
def test_each_person_says_it_once_and_it_stays_undone() -> None:
    run = Following("email-bounce-spike")
    run.read("no-resume")
    with pytest.raises(Refused, match="read it already"):
        run.read("no-resume")
    run.read("no-resume", by=run.team.communicator)
    assert run.step("no-resume").state == "todo"
    assert [str(read.responder) for read in run.step("no-resume").reads.all()] == ["Devin Okafor", "Rick Salas"]
    assert run.told().count("prohibition_read") == 2


def test_a_step_is_not_read_but_done() -> None:
    run = Following("email-bounce-spike")
    with pytest.raises(Refused, match="This is a step"):
        run.read("pause")
