"""Our own bounce rate, counted from what the mail server really said, climbs the ladder of C-01 like any other."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents.detection.models import Reading, Series
from incidents.detection.readings import own_letters
from incidents.models import Incident
from incidents.sign_in import BACKEND
from notifications import delivery, outbox
from notifications.models import OutboundMessage
from notifications.outbox import Outgoing
from tests.factories import ResponderFactory
from tests.notifications.sink import Sink, smtp

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as running:
        yield running


def _letters(sink: Sink, well: int, refused: int, *, kind: str = "incident-update", prefix: str = "") -> datetime:
    now = timezone.now()
    names = [f"{prefix}well{n}" for n in range(well)] + [f"{prefix}gone{n}" for n in range(refused)]
    sink.answers |= {f"{prefix}gone{n}@client.example": "550 5.7.1 not here" for n in range(refused)}
    outbox.enqueue(
        [Outgoing(f"{kind}:{n}", "email", f"{n}@client.example", "Dana", "S", "T", "", "x:1", kind) for n in names],
        at=now,
    )
    delivery.sweep("email", now=timezone.now())
    return timezone.now()


@pytest.mark.requirement("C-01", "B-83")
def test_more_than_ten_per_cent_opens_a_sev_2_with_its_playbook(sink: Sink) -> None:
    now = _letters(sink, 22, 3)
    assert own_letters.counted(until=now) == (3, 25)
    assert own_letters.sweep(now=now) == 1
    assert own_letters.sweep(now=now) == 0
    reading = Reading.objects.get(series__metric__key="letters_bounced")
    assert (reading.value, reading.sample, reading.source) == (12, 25, "Allclear")
    incident = Incident.objects.get()
    assert incident.severity == 2
    assert "email-bounce-spike" in incident.description
    assert Series.objects.get(metric__key="letters_bounced").incident == incident


@pytest.mark.requirement("C-01")
def test_a_small_number_of_letters_judges_nothing(sink: Sink) -> None:
    now = _letters(sink, 2, 1)
    assert own_letters.sweep(now=now) == 1
    reading = Reading.objects.get(series__metric__key="letters_bounced")
    assert (reading.counted, str(reading.value.normalize())) == (False, "33.33")
    assert not Incident.objects.exists()
    # Neither page calls a third of the letters healthy.
    browser = Browser()
    browser.force_login(ResponderFactory(role="coordinator"), backend=BACKEND)
    for path in ("/readings/", f"/readings/{reading.series.metric_id}/"):
        page = browser.get(path).content.decode()
        assert "33.33 %" in page
        assert ">sample under 20<" in page or "· sample under 20<" in page


def test_what_came_back_later_counts_and_what_was_never_tried_does_not(sink: Sink) -> None:
    now = _letters(sink, 4, 0)
    OutboundMessage.objects.filter(recipient="well0@client.example").update(state="dead", bounced_at=now)
    _letters(sink, 0, 3, kind="escalation", prefix="people-")
    outbox.enqueue(
        [Outgoing("waits", "email", "w@client.example", "Dana", "S", "T", "", "x:1", "incident-update")], at=now
    )
    assert own_letters.counted(until=timezone.now()) == (1, 4)
    assert own_letters.counted(until=timezone.now() + timedelta(hours=25)) == (0, 0)
    assert own_letters.sweep(now=timezone.now() + timedelta(hours=25)) == 0


@pytest.mark.requirement("C-01")
def test_metrics_say_how_many_were_tried_and_how_many_came_back(sink: Sink) -> None:
    browser = Browser()
    none = browser.get("/metrics").content.decode()
    assert "\nallclear_letters_tried 0.0" in none and "\nallclear_letters_bounced 0.0" in none
    _letters(sink, 22, 3)
    _letters(sink, 1, 1, kind="escalation", prefix="us-")
    told = browser.get("/metrics").content.decode()
    assert "\nallclear_letters_tried 25.0" in told and "\nallclear_letters_bounced 3.0" in told
