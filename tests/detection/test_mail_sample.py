"""The sample workspace has each kind of letter to show."""

import pytest
from django.utils import timezone

from incidents.detection.mail import sample
from incidents.models import ClientReply
from notifications.models import InboundMail, OutboundMessage
from tests.factories import Team, after

pytestmark = pytest.mark.django_db


def test_each_kind_of_letter_has_its_place() -> None:
    names = ("anil@lumen.example", "omar@atlas.example", "maria@cedar.example")
    for address in names:
        team = Team()
        team.client.contacts.update(email=address)
        team.triage(team.report(1), at=after(minutes=5))
        incident = team.client.incidents.get()
        team.acknowledge(incident, at=after(minutes=10))
    OutboundMessage.objects.filter(kind="incident-notification").update(state="sent", due_at=None)
    for _ in range(2):
        sample.load(now=timezone.now())
    kinds = sorted(InboundMail.objects.values_list("kind", "state"))
    assert kinds == [("automatic", "filed"), ("bounce", "filed"), ("letter", "filed"), ("letter", "unmatched")]
    reply = ClientReply.objects.get()
    assert (reply.is_known, reply.answered_at) == (True, None)
    assert reply.incident.suggested_situations.get().situation == "client_leaving"
    assert OutboundMessage.objects.get(bounced_at__isnull=False).recipient == "maria@cedar.example"
