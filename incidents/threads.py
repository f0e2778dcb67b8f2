"""Which incident a letter belongs to: by a signed address or a Message-ID of ours, never by its subject (B-51)."""

from collections.abc import Sequence

from django.conf import settings

from incidents.models import Incident
from notifications.inbound.addresses import reply_address, token_of
from notifications.inbound.letter import Read
from notifications.models import OutboundMessage

LETTERS = "incident-"
MOST_DIGITS = 18


def reply_to(incident: Incident) -> str:
    """The signed address for answers about this incident; "" where no mailbox for answers is configured."""
    if not settings.REPLY_ADDRESS:
        return ""
    return reply_address(settings.REPLY_ADDRESS, str(incident.pk), settings.SECRET_KEY)


def incident_of(letter: Read) -> int | None:
    """The incident whose thread a letter is in; None when it is in none that we began.

    What we wrote to our own people (escalations) begins no thread with a client.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    token = token_of(letter.recipients, settings.REPLY_ADDRESS, keys) if settings.REPLY_ADDRESS else ""
    if token.isdigit() and Incident.objects.filter(pk=int(token)).exists():
        return int(token)
    return incident_of_ids(letter.answers)


def incident_of_ids(message_ids: Sequence[str]) -> int | None:
    """The incident of the nearest of these Message-IDs that is one of our letters to clients."""
    if not message_ids:
        return None
    rows = OutboundMessage.objects.filter(
        message_id__in=message_ids, channel="email", kind__startswith=LETTERS, about__startswith="incident:"
    )
    about = dict(rows.values_list("message_id", "about"))
    nearest = next((about[one] for one in message_ids if one in about), "")
    number = nearest.partition(":")[2]
    return int(number) if number.isdigit() and len(number) <= MOST_DIGITS else None
