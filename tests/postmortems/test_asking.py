"""Did it come back? Whoever carried out an action is asked once for each of its three days."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from incidents.models import Incident, Responder
from notifications.models import OutboundMessage
from postmortems import asking, prevention
from postmortems.models import LookBack
from tests.factories import after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db


def asked() -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.filter(kind="look_back").order_by("pk")
    return list(rows.values_list("channel", "recipient_name"))


@pytest.mark.requirement("A-07")
def test_the_owner_is_asked_once_when_the_day_has_come_and_not_before() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.verified(incident)
    first = action.look_backs.first()
    assert first is not None
    assert asking.sweep(now=first.due_at - timedelta(seconds=1)) == 0
    assert asking.sweep(now=first.due_at) == 1
    assert asking.sweep(now=first.due_at + timedelta(days=1)) == 0
    assert asked() == [("in_app", str(team.resolver)), ("email", str(team.resolver))]
    letter = OutboundMessage.objects.get(kind="look_back", channel="email")
    assert letter.subject == f"{incident.reference}: did it come back?"
    assert f"“{action.title}” was verified 30 days ago." in letter.body_text
    assert letter.body_text.count("http") == 1
    assert f"/actions/{action.pk}/" in letter.body_text
    assert incident.timeline.filter(facts__did="look_back_due").count() == 1
    # Each of the three days has its own.
    assert asking.sweep(now=after(hours=37, days=60)) == 1
    assert asking.sweep(now=after(hours=37, days=90)) == 1
    assert "was verified 90 days ago" in OutboundMessage.objects.filter(channel="email").latest("pk").body_text


def test_two_of_one_incident_are_asked_for_in_one_letter() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    one, other = team.plan(incident), team.plan(incident, title="Halve the volume")
    for action in (one, other):
        prevention.finish(incident.pk, action.pk, evidence="Change 1", by=team.resolver, at=after(hours=36))
        prevention.verify(incident.pk, action.pk, text="Seen", by=team.coordinator, at=after(hours=37))
    assert asking.sweep(now=after(hours=38, days=30)) == 2
    letter = OutboundMessage.objects.get(kind="look_back", channel="email")
    assert one.title in letter.body_text and other.title in letter.body_text
    assert "state=look_back" in letter.body_text


def test_what_was_answered_is_not_asked_for_and_what_is_long_past_only_stands_in_the_list() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.verified(incident)
    first = action.look_backs.get(days=30)
    prevention.look_back(
        incident.pk, first.pk, came_back=False, text="No alert since", by=team.resolver, at=after(hours=37, days=30)
    )
    late = after(hours=38, days=90 + 31)
    assert asking.sweep(now=late) == 0
    assert asked() == []
    assert [one.days for one in asking.due(now=late)] == [60, 90]


def test_the_support_lead_is_asked_for_somebody_who_has_left() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    team.verified(incident)
    Responder.objects.filter(pk=team.resolver.pk).update(is_active=False)
    asking.sweep(now=after(hours=37, days=30))
    assert {name for _, name in asked()} == {str(team.lead)}


def test_nobody_reads_of_an_incident_that_they_may_not_see() -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.verified(incident)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True, resolver=team.coordinator)
    asking.sweep(now=after(hours=37, days=30))
    read = OutboundMessage.objects.filter(kind="look_back", body_text__contains=action.title)
    assert not read.filter(responder=team.resolver).exists()
    assert LookBack.objects.filter(told_at=None).count() == 2


@pytest.mark.requirement("A-07")
def test_the_page_lists_what_waits_for_an_answer(client: Browser) -> None:
    team = Learners()
    incident, _ = team.reviewed()
    action = team.verified(incident)
    other = team.verified(incident)
    LookBack.objects.filter(action=other).update(due_at=after(days=3650 * 3))
    client.force_login(team.resolver)
    page = client.get(reverse("postmortems:actions") + "?state=look_back&mine=1").content.decode()
    assert reverse("postmortems:action", args=[action.pk]) in page
    assert reverse("postmortems:action", args=[other.pk]) not in page
    client.force_login(team.lead)
    mine = client.get(reverse("postmortems:actions") + "?state=look_back&mine=1").content.decode()
    assert "No answer is owed." in mine
