"""The sample watch: believable, all well on the day that it is made, and made once."""

from datetime import timedelta

import pytest

from incidents.detection import heartbeats, readings, sample
from incidents.detection.models import (
    CheckRun,
    Delivery,
    Heartbeat,
    InboundKey,
    Ping,
    Reading,
    RoutingRule,
    Signal,
    Silence,
)
from incidents.models import Incident
from incidents.sample.world import settle_world
from notifications.models import OutboundMessage
from tests.factories import T0

pytestmark = pytest.mark.django_db


def test_the_sample_is_made_once_and_opens_nothing() -> None:
    settle_world()
    sample.load(now=T0)
    counts = [model.objects.count() for model in (Heartbeat, Ping, Reading, CheckRun)]
    sample.load(now=T0 + timedelta(hours=1))
    assert [model.objects.count() for model in (Heartbeat, Ping, Reading, CheckRun)] == counts
    assert counts[0] == 5
    heartbeats.sweep(now=T0)
    readings.sweep(now=T0)
    assert not list(Incident.objects.values_list("title", "description"))
    assert set(Heartbeat.objects.values_list("state", flat=True)) == {"up"}
    newest = CheckRun.objects.filter(definition__key="daily-monitoring").latest("scheduled_for")
    assert newest.lines.exists()
    assert [one.name for one in RoutingRule.objects.all()] == ["Staging is only recorded", "Bounces are ours"]
    missed = CheckRun.objects.filter(state="missed", scheduled_for__gt=T0 - timedelta(days=8)).get()
    assert (missed.times_said, missed.due_at, missed.lines.count()) == (3, None, 1)
    over, lives = InboundKey.objects.filter(source__kind="form").order_by("pk")
    assert over.ends_at and lives.ends_at and over.ends_at < T0 < lives.ends_at
    assert not OutboundMessage.objects.filter(state="pending", created_at__lt=T0 - timedelta(days=1)).exists()
    assert Silence.objects.get().owner.name.startswith("Alfred")
    assert set(Signal.objects.values_list("outcome", "status")) == {("recorded", "resolved")}
    refused = [bool(one.refusal) for one in Delivery.objects.order_by("received_at")]
    assert refused == [True, False, False, False, False, False]
