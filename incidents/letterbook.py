"""The book of letters: each letter to each client is entered in the transaction that writes it down."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from incidents.models import Client, ClientLetter, Incident, Responder
from incidents.timeline import ALLCLEAR
from notifications.outbox import Outgoing


def key(incident: Incident, kind: str, client_id: int, cause: str, contact_id: int) -> str:
    """Under which the outbox knows one letter to one contact: the same cause writes it once."""
    return f"{incident.about}:{kind}:{client_id}:{cause}:{contact_id}"


def client_of(message_key: str) -> int:
    """The client to whom a letter of that key goes; ValueError for the key of anything else."""
    return int(message_key.split(":")[3])


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


def clients_of(letters: Sequence[Outgoing]) -> list[Client]:
    """The clients to whom letters go, in the order of their ids."""
    return list(Client.objects.filter(pk__in={client_of(letter.key) for letter in letters}).order_by("pk"))
