"""The page of one letter says what became of it, and what nobody can know (issue point 8, P3)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents.sign_in import BACKEND
from notifications import delivery
from notifications.models import OutboundMessage
from tests.factories import Team, after
from tests.notifications.sink import Sink, smtp

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-40")]
SAYS = "may have arrived twice"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as running:
        yield running


def test_a_letter_whose_hand_over_broke_off_is_marked_and_no_other_is(sink: Sink) -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    OutboundMessage.objects.all().delete()
    team.acknowledge(incident, at=after(minutes=4))
    letter = OutboundMessage.objects.get(kind="incident-notification")
    OutboundMessage.objects.exclude(pk=letter.pk).delete()
    OutboundMessage.objects.update(stale_at=None)
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    sink.hang_up_after_data = 1
    delivery.sweep("email", now=timezone.now())
    page = f"/letters/{letter.pk}/"
    assert SAYS not in browser.get(page).content.decode()
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    delivery.sweep("email", now=timezone.now())
    assert len(sink.arrived) == 2 and len({mail["Message-ID"] for mail in sink.arrived}) == 1
    assert SAYS in browser.get(page).content.decode()
    assert SAYS in browser.get("/letters/?state=sent").content.decode()
    OutboundMessage.objects.update(ambiguous=0)
    assert SAYS not in browser.get(page).content.decode()
