"""Somebody who configures, and a receiver that webhooks may reach."""

from collections.abc import Iterator
from typing import Any

import pytest

from incidents.models import Responder
from tests.factories import ResponderFactory
from tests.notifications.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.EGRESS_HOSTS = ["127.0.0.1"]
    with receiving() as running:
        yield running


@pytest.fixture
def ada() -> Responder:
    responder: Responder = ResponderFactory(role="administrator", email="ada@example.org")
    return responder
