"""The library's verbs: drafts, versions that never change, restoring, and the record of changes."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from incidents.models import ConfigurationChange, Responder
from incidents.playbooks import differences, shape, shipped, verbs
from incidents.playbooks.models import Draft, Playbook, PlaybookVersion
from incidents.playbooks.shape import Clause, Condition, Cues, Effect, Step
from incidents.refusals import Refused
from tests.factories import ResponderFactory, after
from tests.playbooks.factories import playbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Responder:
    made: Responder = ResponderFactory(name="Ada", role="administrator")
    return made


def add(one: Playbook, ada: Responder, title: str = "Ring the bell", **more: object) -> None:
    step = replace(Step(shape.slug(title), title), **more)  # type: ignore[arg-type]
    verbs.save_step(one.pk, step, by=ada, at=after(minutes=1))


@pytest.mark.requirement("B-77", "B-90", "B-96", "B-101", "B-125")
def test_five_are_installed_as_the_sop_says() -> None:
    for key, _, body in shipped.PLAYBOOKS:
        one = playbook(key)
        assert one.newest is not None
        assert one.newest.content == body
        assert shape.read(shape.write(body)) == body
        assert (
            list(
                shape.problems(
                    body, ("pause_item", "raise_situation", "start_outage", "end_outage", "pin_severity", "owe_letter")
                )
            )
            == []
        )
    assert Playbook.objects.count() == 5


def test_a_draft_is_not_in_use_until_it_is_published(ada: Responder) -> None:
    one = playbook("api-down")
    add(one, ada)
    one.refresh_from_db()
    assert one.newest is not None and one.newest.number == 1
    made = verbs.publish(one.pk, note="A bell", by=ada, at=after(minutes=2))
    assert (made.number, made.by_name, made.note) == (2, "Ada", "A bell")
    assert made.content.steps[-1].title == "Ring the bell"
    assert not Draft.objects.filter(playbook=one).exists()
    change = ConfigurationChange.objects.filter(subject="playbook").first()
    assert change is not None and change.by == ada
    assert (change.before["version"], change.after["version"]) == (1, 2)


def test_a_version_cannot_be_changed_or_deleted() -> None:
    version = playbook("api-down").newest
    assert version is not None
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=version.pk).update(note="Other")
    with pytest.raises(DatabaseError), transaction.atomic():
        PlaybookVersion.objects.filter(pk=version.pk).delete()


def test_a_built_in_one_is_restored_as_shipped_and_nothing_is_lost(ada: Responder) -> None:
    one = playbook("email-bounce-spike")
    with pytest.raises(Refused, match="exactly that already"):
        verbs.restore_shipped(one.pk, by=ada, at=after())
    verbs.remove_step(one.pk, "no-resume", by=ada, at=after(minutes=1))
    verbs.publish(one.pk, note="", by=ada, at=after(minutes=2))
    made = verbs.restore_shipped(one.pk, by=ada, at=after(minutes=3))
    assert (made.number, made.content) == (3, shipped.BODIES["email-bounce-spike"])
    assert one.versions.count() == 3
    back = verbs.restore_version(one.pk, 2, by=ada, at=after(minutes=4))
    assert back.content.step("no-resume") is None


def test_who_publishes_second_is_told(ada: Responder) -> None:
    one = playbook("api-down")
    add(one, ada)
    Draft.objects.filter(playbook=one).update(based_on=0)
    with pytest.raises(Refused, match="was published since"):
        verbs.publish(one.pk, note="", by=ada, at=after(minutes=2))
    verbs.discard(one.pk, by=ada, at=after(minutes=3))
    with pytest.raises(Refused, match="no draft"):
        verbs.publish(one.pk, note="", by=ada, at=after(minutes=4))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"when": Condition((Clause("gone.answer", "is", "yes"),))}, "which no step records"),
        ({"effects": (Effect("launch_rocket"),)}, "nothing here can do"),
        ({"kind": "prohibited", "effects": (Effect("owe_letter"),)}, "is a prohibition"),
    ],
)
def test_what_could_not_be_followed_is_not_published(ada: Responder, more: dict[str, object], sentence: str) -> None:
    one = playbook("api-down")
    add(one, ada, **more)
    with pytest.raises(Refused, match=sentence):
        verbs.publish(one.pk, note="", by=ada, at=after(minutes=2))


def test_removing_a_step_that_a_condition_asks_for_is_refused_when_published(ada: Responder) -> None:
    one = playbook("api-down")
    verbs.remove_step(one.pk, "status-page", by=ada, at=after(minutes=1))
    with pytest.raises(Refused, match="which no step records"):
        verbs.publish(one.pk, note="", by=ada, at=after(minutes=2))


def test_moving_a_step_changes_its_number_and_the_history_says_so(ada: Responder) -> None:
    one = playbook("crm-sync-break")
    before = shipped.BODIES["crm-sync-break"]
    draft = verbs.move_step(one.pk, "credentials", by_places=-1, by=ada, at=after(minutes=1))
    assert draft.content.numbers()["credentials"] == 1
    assert {(one.what, one.title) for one in differences.between(before, draft.content)} == {
        ("moved", "Check integration connection status"),
        ("moved", "Verify API credentials haven’t expired"),
    }
    with pytest.raises(Refused):
        verbs.move_step(one.pk, "no-such", by_places=1, by=ada, at=after(minutes=1))


def test_a_name_is_taken_once_whatever_its_case(ada: Responder) -> None:
    with pytest.raises(Refused) as refused:
        verbs.create("api DOWN", type_id=None, by=ada, at=after())
    assert refused.value.field == "name"
    made = verbs.create("Other", type_id=None, by=ada, at=after())
    for name in ("API down", " ", "x" * 121, "a\x00b"):
        with pytest.raises(Refused):
            verbs.save_outline(made.pk, name=name, summary="", cues=Cues(), type_id=None, by=ada, at=after())
    verbs.discard(made.pk, by=ada, at=after(minutes=1))
    assert not Playbook.objects.filter(pk=made.pk).exists()


def test_a_type_is_named_once(ada: Responder) -> None:
    with pytest.raises(Refused) as refused:
        verbs.save_type(None, name="a CRM sync fails", words=(), by=ada, at=after())
    assert refused.value.field == "name"
    assert verbs.save_type(None, name="Печать", words=("x",), by=ada, at=after()).key == "type"
    assert ConfigurationChange.objects.filter(subject="incident type", action="added").exists()
