"""What a webhook's sealed address and secret do when the key that sealed them is gone."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import configuration
from incidents.models import Responder
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.incidents.listening import deliver, listen
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db


def test_a_changed_secret_key_is_said_and_harms_nothing_else(receiver: Receiver, ada: Responder, settings: Any) -> None:
    endpoint, _ = listen(receiver, ada)
    was, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    waiting = OutboundMessage.objects.get(channel="webhook")
    assert "cannot be read" in waiting.last_error and waiting.state == "pending"
    assert not receiver.got
    page = Browser()
    page.force_login(ada, backend=BACKEND)
    told = page.get(f"/settings/webhooks/{endpoint.pk}/").content.decode()
    assert "Its address and its secret cannot be read" in told
    # Whoever only started it with the wrong key gives the right one back, and nothing is lost.
    settings.SECRET_KEY = was
    OutboundMessage.objects.update(due_at=timezone.now())
    deliver()
    assert len(receiver.got) == 1
    assert "cannot be read" not in page.get(f"/settings/webhooks/{endpoint.pk}/").content.decode()


def test_a_lost_secret_is_not_kept_beside_the_new_one(receiver: Receiver, ada: Responder, settings: Any) -> None:
    endpoint, _ = listen(receiver, ada)
    settings.SECRET_KEY = "another-" * 8
    configuration.save_webhook(
        endpoint.pk,
        name="Status",
        url=receiver.url,
        events=[],
        sends_text=False,
        includes_restricted=False,
        by=ada,
        at=timezone.now(),
    )
    endpoint, _ = configuration.rotate_webhook(endpoint.pk, by=ada, at=timezone.now())
    assert endpoint.sealed_old_secret == ""
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    assert receiver.got[0].headers["allclear-signature"].count("v1=") == 1
