"""The sample workspace is a true record: every chain holds and every stored clock is what its record says."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from incidents.models import AwaitingLetter, Clock, CrmNote, Incident
from notifications import delivery
from notifications.models import Destination, OutboundMessage, Suppression, WebhookAttempt, WebhookEndpoint
from postmortems.readiness import missing

pytestmark = pytest.mark.django_db


def test_the_demo_is_lived_and_true() -> None:
    call_command("load_sample", "--demo", "--history", "24", stdout=StringIO())
    assert Incident.objects.open().count() == 9
    assert Clock.objects.filter(incident__is_open=True, state="running").exists()
    out = StringIO()
    call_command("verify_record", stdout=out)
    assert "every chain holds" in out.getvalue()
    call_command("verify_clocks", stdout=out)
    assert "what the record says" in out.getvalue()
    # One letter awaits approval, and the promise that it would renew runs on.
    (waits,) = AwaitingLetter.objects.filter(state="awaiting")
    assert waits.verb == "update" and waits.incident.clocks.filter(kind="update", state="running").exists()
    # History's letters were delivered in history; only the scene's newest may still be on their way.
    assert not OutboundMessage.objects.filter(state="pending", kind__startswith="incident-").exists()
    # What is closed is honestly closed: the audit of closed incidents finds nothing of the history.
    assert [lacks for one in Incident.objects.filter(status="closed") if (lacks := missing(one))] == []
    with pytest.raises(CommandError, match="empty workspace"):
        call_command("load_sample", "--demo", stdout=StringIO())


@pytest.mark.requirement("B-63", "C-20")
def test_the_demo_shows_a_note_with_its_proof_and_one_that_failed(settings: Any) -> None:
    settings.DEMO = True
    call_command("load_sample", "--demo", "--history", "6", stdout=StringIO())
    written = CrmNote.objects.filter(state="sent")
    assert written.exists()
    assert all(note.reference and note.settled_at for note in written)
    failed = OutboundMessage.objects.get(channel="crm", state="dead")
    assert "there is no deal" in failed.last_error
    assert CrmNote.objects.filter(state="owed", incident__status="resolved").count() == 1
    assert not OutboundMessage.objects.filter(channel="crm", state="pending").exists()


def test_the_demo_shows_a_webhook_with_its_deliveries_and_never_sends(settings: Any) -> None:
    settings.DEMO = True
    call_command("load_sample", "--demo", "--history", "6", stdout=StringIO())
    endpoint = WebhookEndpoint.objects.get()
    assert WebhookAttempt.objects.filter(endpoint=endpoint, status=503).count() == 1
    tried = WebhookAttempt.objects.count()
    delivery.sweep("webhook", now=timezone.now())
    assert set(OutboundMessage.objects.filter(channel="webhook").values_list("state", flat=True)) == {"sent"}
    assert WebhookAttempt.objects.count() == tried, "what the scene itself told was only rehearsed"
    assert Destination.objects.count() == 2
    assert Suppression.objects.count() == 1
    assert set(delivery.OUTSIDE) == set(delivery.CHANNELS) - {"email", "telegram"}


def test_volume_writes_whole_records() -> None:
    call_command("load_sample", "--incidents", "40", "--open", "15", stdout=StringIO())
    assert (Incident.objects.count(), Incident.objects.open().count()) == (40, 15)
    out = StringIO()
    call_command("verify_record", stdout=out)
    assert "every chain holds" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_record_that_was_changed_behind_our_back_is_found() -> None:
    call_command("load_sample", "--incidents", "3", "--open", "3", stdout=StringIO())
    one = Incident.objects.order_by("pk")[1]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_incident DISABLE TRIGGER incident_follows_its_record")
        cursor.execute("UPDATE incidents_incident SET head = repeat('0', 64) WHERE id = %s", [one.pk])
        cursor.execute("ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incident_follows_its_record")
    error = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_record", stdout=StringIO(), stderr=error)
    assert one.reference in error.getvalue()
