"""The book of letters: each letter to each client is entered in the transaction that writes it down."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from incidents.models import ClientLetter, Incident, Responder, TimelineEntry
from incidents.timeline import ALLCLEAR
from notifications.outbox import Outgoing


def key(incident: Incident, kind: str, client_id: int, cause: str, contact_id: int) -> str:
    """Under which the outbox knows one letter to one contact: the same cause writes it once."""
    return f"{incident.about}:{kind}:{client_id}:{cause}:{contact_id}"


def client_of(message_key: str) -> int:
    """The client to whom a letter of that key goes; ValueError for the key of anything else."""
    return int(message_key.split(":")[3])


def seq_of(message_key: str) -> int:
    """The entry of the record that wrote a letter of that key; its cause is the number of that entry."""
    return int(message_key.split(":")[4])


def enter(
    incident: Incident,
    kind: str,
    letters: Iterable[Outgoing],
    *,
    text: str,
    by: Responder | None,
    at: datetime,
    promised_until: datetime | None = None,
    promises: Mapping[int, str] | None = None,
) -> None:
    """Enters letters that were just written down for a locked incident, under the entry that follows them.

    `promises` holds, for each client's id, the promise as that client reads it.
    """
    keys: dict[int, list[str]] = {}
    for letter in letters:
        keys.setdefault(client_of(letter.key), []).append(letter.key)
    words = promises or {}
    ClientLetter.objects.bulk_create(
        [
            ClientLetter(
                incident=incident,
                incident_ids=[incident.pk],
                client_id=client_id,
                seq=incident.entry_count + 1,
                kind=kind,
                at=at,
                by=by,
                by_name=str(by) if by else ALLCLEAR,
                text=text,
                promised_until=promised_until.replace(microsecond=0) if promised_until else None,
                promise_words=words.get(client_id, "")[:200],
                keys=own,
            )
            for client_id, own in keys.items()
        ]
    )


def keys_of(incident_id: int, seq: int) -> list[str]:
    """The keys of every message that the entry `seq` of the record wrote."""
    books = ClientLetter.objects.filter(incident=incident_id, seq=seq).order_by("pk").values_list("keys", flat=True)
    return [one for keys in books for one in keys]


def newest(incident_id: int) -> ClientLetter | None:
    """The last letter to clients that stands; of one that went to several, the row of one of them."""
    back = taken_back(incident_id)
    return ClientLetter.objects.filter(incident=incident_id).exclude(seq__in=back).order_by("-seq", "-pk").first()


def taken_back(incident_id: int) -> list[int]:
    """The entries of the record whose letters were taken back before they left: no client has read them."""
    back = TimelineEntry.objects.filter(incident=incident_id, kind=TimelineEntry.Kind.LETTER_TAKEN_BACK)
    return [facts["taken_back"] for facts in back.values_list("facts", flat=True)]
