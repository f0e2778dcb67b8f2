"""Restrict to named people, name them, lift it: what each verb lets through, refuses and writes down."""

import importlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client as Browser

from incidents import lifecycle, timeline
from incidents.models import Incident, Responder, TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
Kind = TimelineEntry.Kind


def sees(person: Responder, incident: Incident) -> bool:
    return Incident.objects.visible_to(Responder.objects.get(pk=person.pk)).filter(pk=incident.pk).exists()


def restricted(team: Team, *people: Responder) -> Incident:
    incident = team.report(2)
    by, named = team.coordinator, [one.pk for one in people]
    return lifecycle.restrict(incident.pk, people=named, reason="Names in it.", by=by, at=after(minutes=5))


@pytest.mark.requirement("B-110")
@pytest.mark.parametrize("situation", ["data_breach", "legal_threat"])
def test_a_breach_and_a_legal_threat_are_for_named_people_from_the_start(situation: str) -> None:
    team = Team()
    stranger, raiser = ResponderFactory(role="resolver"), ResponderFactory(role="support_lead")
    incident = team.report(2)
    assert sees(stranger, incident)
    lifecycle.raise_situation(incident.pk, situation=situation, text="A letter came.", by=raiser, at=after(minutes=5))
    assert not sees(stranger, incident)
    # Named because she raised it; at work on it; by role.
    assert all(sees(one, incident) for one in (raiser, team.coordinator, team.target))
    kinds = list(incident.timeline.order_by("seq").values_list("kind", flat=True))
    assert kinds.index("restricted") < kinds.index("situation_raised") < kinds.index("escalated")


@pytest.mark.requirement("B-107", "B-108", "B-109")
@pytest.mark.parametrize("situation", ["client_leaving", "payment_dispute"])
def test_the_others_restrict_nothing(situation: str) -> None:
    team = Team()
    incident = team.report(2)
    lifecycle.raise_situation(incident.pk, situation=situation, text="They said so.", by=team.resolver, at=after())
    assert sees(ResponderFactory(role="resolver"), incident)


@pytest.mark.requirement("B-110")
def test_named_by_hand_with_a_reason_and_taken_off_again() -> None:
    team = Team()
    friend, stranger = ResponderFactory(name="Friend", role="resolver"), ResponderFactory(role="resolver")
    incident = restricted(team, friend)
    assert sees(friend, incident) and not sees(stranger, incident)
    people = [stranger.pk, team.coordinator.pk]
    lifecycle.name_people(incident.pk, people=people, reason="He knows them.", by=team.coordinator, at=after(hours=1))
    assert sees(stranger, incident) and not sees(friend, incident)
    entry = incident.timeline.get(kind=Kind.PEOPLE_NAMED)
    assert str(stranger) in entry.text and "No longer named: Friend" in entry.text and "He knows them." in entry.text
    lifecycle.lift_restriction(incident.pk, reason="Nobody was named.", by=team.coordinator, at=after(hours=2))
    assert sees(friend, incident)
    assert incident.timeline.get(kind=Kind.RESTRICTION_LIFTED).text == "Nobody was named."
    assert not Incident.objects.get(pk=incident.pk).named.exists()
    incident.refresh_from_db()
    assert timeline.verify(incident) == []


def test_refusals() -> None:
    team = Team()
    incident = restricted(team)
    other = team.report(3)
    by: dict[str, Any] = {"by": team.coordinator, "at": after(hours=1)}
    gone = ResponderFactory(is_active=False)
    for sentence, verb, more in (
        ("restricted already", lifecycle.restrict, {"people": [], "reason": "x"}),
        ("people who are named now", lifecycle.name_people, {"people": [team.coordinator.pk], "reason": "x"}),
        ("Say why", lifecycle.name_people, {"people": [], "reason": " "}),
        ("people who are active", lifecycle.name_people, {"people": [gone.pk], "reason": "x"}),
        ("Say why", lifecycle.lift_restriction, {"reason": ""}),
    ):
        with pytest.raises(Refused, match=sentence):
            verb(incident.pk, **more, **by)  # type: ignore[operator]
    for verb, more in (
        (lifecycle.name_people, {"people": [], "reason": "x"}),
        (lifecycle.lift_restriction, {"reason": "x"}),
    ):
        with pytest.raises(Refused, match="not restricted"):
            verb(other.pk, **more, **by)  # type: ignore[operator]


def test_nobody_shuts_himself_out() -> None:
    team = Team()
    friend: Responder = ResponderFactory(role="coordinator")
    incident = restricted(team, friend)
    with pytest.raises(Refused, match="You would not see it any more yourself"):
        lifecycle.name_people(incident.pk, people=[], reason="Tidy", by=friend, at=after(hours=1))
    assert sees(friend, incident)


@pytest.mark.requirement("B-110")
@pytest.mark.parametrize("first", [True, False])
def test_a_duplicate_is_restricted_with_what_it_was_merged_into(first: bool) -> None:
    """Whichever of the two was restricted, and whenever: they tell one story."""
    team = Team()
    stranger = ResponderFactory(role="coordinator")
    secret, twin = team.report(2, title="Zanzibar"), team.report(2, title="Zanzibar too")
    raised: dict[str, Any] = {"situation": "data_breach", "text": "Seen.", "by": team.coordinator}
    gone, stays = (secret, twin) if first else (twin, secret)
    if first:
        lifecycle.raise_situation(secret.pk, **raised, at=after(minutes=5))
    merge: dict[str, Any] = {"into_id": stays.pk, "reason": "", "by": team.coordinator}
    lifecycle.merge(gone.pk, **merge, at=after(minutes=10))
    if not first:
        lifecycle.raise_situation(stays.pk, **raised, at=after(minutes=15))
    assert not sees(stranger, secret) and not sees(stranger, twin)
    assert "data_breach" in Incident.objects.get(pk=stays.pk).situations
    people = [stranger.pk, team.coordinator.pk]
    lifecycle.name_people(stays.pk, people=people, reason="Knows", by=team.coordinator, at=after(minutes=20))
    assert sees(stranger, secret) and sees(stranger, twin)
    lifecycle.lift_restriction(stays.pk, reason="All known", by=team.coordinator, at=after(minutes=25))
    other = ResponderFactory(role="resolver")
    assert sees(other, secret) and sees(other, twin)
    for one in Incident.objects.all():
        assert timeline.verify(one) == []


def test_merged_into_one_that_is_restricted_already() -> None:
    team = Team()
    stays = restricted(team)
    twin = team.report(2)
    lifecycle.merge(twin.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=9))
    assert not sees(ResponderFactory(role="resolver"), twin)


@pytest.mark.requirement("B-110")
def test_restricted_before_named_people_existed() -> None:
    """What an older version left: a legal threat on an open incident, a breach that nobody is named on."""
    team = Team()
    raiser = ResponderFactory(role="support_lead")
    found = [team.report(2), team.report(2), team.report(2)]
    for one, situation in zip(found, ("legal_threat", "data_breach", "client_leaving"), strict=True):
        lifecycle.raise_situation(one.pk, situation=situation, text="So", by=raiser, at=after(minutes=5))
    Incident.objects.filter(pk=found[0].pk).update(is_restricted=False)
    Incident.named.through._default_manager.all().delete()
    before = Incident.objects.get(pk=found[0].pk).entry_count
    migration = importlib.import_module("incidents.migrations.0016_restrict_what_was_raised_before")
    for _ in range(2):
        migration.restrict(apps, None)
        for one in found:
            one.refresh_from_db()
            assert timeline.verify(one) == []
        assert [one.is_restricted for one in found] == [True, True, False]
        assert found[0].entry_count == before + 1
        assert [list(one.named.all()) for one in found] == [[raiser], [raiser], []]


@pytest.mark.django_db(transaction=True)
def test_two_restrict_at_once_and_the_second_is_told() -> None:
    team = Team()
    incident = team.report(2)
    said: list[str] = []

    def run(person: Responder) -> None:
        try:
            lifecycle.restrict(incident.pk, people=[], reason="Names", by=person, at=after(minutes=5))
            said.append("done")
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in (team.coordinator, team.target)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[1] == "done" and "restricted already" in sorted(said)[0]
    assert incident.timeline.filter(kind=Kind.RESTRICTED).count() == 1


def test_the_page_restricts_names_and_lifts() -> None:
    team = Team()
    friend = ResponderFactory(name="Femke Vos", role="resolver")
    incident = team.report(2)
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    page = f"/incidents/{incident.pk}/"
    assert f"{page}restrict/" in browser.get(page).content.decode()
    kept = browser.post(f"{page}restrict/", {"people": [friend.pk], "reason": ""})
    assert kept.status_code == 200 and f'value="{friend.pk}" selected' in kept.content.decode()
    assert browser.post(f"{page}restrict/", {"people": [friend.pk], "reason": "Names"}).status_code == 302
    shown = browser.get(page).content.decode()
    assert "Who may see it" in shown and "Femke Vos" in shown and f"{page}lift-restriction/" in shown
    assert browser.post(f"{page}lift-restriction/", {"reason": "Over"}).status_code == 302
    assert sees(ResponderFactory(role="resolver"), incident)


def test_the_escalation_of_a_restricted_incident_goes_on_for_those_who_may_see_it() -> None:
    team = Team()
    incident = restricted(team)
    lifecycle.raise_situation(
        incident.pk, situation="legal_threat", text="Writ", by=team.coordinator, at=after(hours=1)
    )
    found = incident.escalations.get(situation="legal_threat")
    assert found.due_at is None or found.due_at > after(hours=1) - timedelta(seconds=1)
    taken = lifecycle.take_escalation(found.pk, by=team.target, at=after(hours=2))
    assert taken.taken_by == team.target
