"""Where an incident stands in its clients’ scheduled updates: owed to which, or shown in which, with the proof."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from incidents import lifecycle
from incidents.models import Client, Digest, DigestLine, Incident, IncidentClient, Responder
from notifications.models import OutboundMessage


@dataclass(frozen=True, slots=True)
class Owed:
    """A client who reads of it in the update that is to come; `sentence` is "" while it has no words."""

    affected: IncidentClient
    digest: Digest | None

    @property
    def sentence(self) -> str:
        return self.affected.sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """One update that was sent with it, and each message that carried it."""

    line: DigestLine
    messages: list[OutboundMessage]


@dataclass(frozen=True, slots=True)
class Scheduled:
    owed: list[Owed]
    shown: list[Shown]
    # Who reads nothing of it there, because it is restricted.
    withheld: list[IncidentClient] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.owed or self.shown or self.withheld)


def of_incident(incident: Incident, *, shown: bool = True) -> Scheduled:
    """What is owed and what was shown, in a fixed number of queries; `shown` is False where none is known to be."""
    owed = lifecycle.digests_owed(incident)
    coming = Digest.objects.filter(client__in=[row.client_id for row in owed], settled_at=None) if owed else []
    by_client = {digest.client_id: digest for digest in coming}
    lines = list(incident.digest_lines.select_related("digest__client").order_by("-pk")[:20]) if shown else []
    found = messages_of([line.digest for line in lines])
    return Scheduled(
        [Owed(row, by_client.get(row.client_id)) for row in owed],
        [Shown(line, found.get(line.digest.about, [])) for line in lines],
        lifecycle.digests_withheld(incident),
    )


def messages_of(digests: Sequence[Digest]) -> dict[str, list[OutboundMessage]]:
    """The messages of sent updates, by what they are about; one query."""
    found: dict[str, list[OutboundMessage]] = {}
    if digests:
        rows = OutboundMessage.objects.filter(about__in=[digest.about for digest in digests])
        for message in rows.defer("body_text", "body_html").order_by("pk"):
            found.setdefault(message.about, []).append(message)
    return found


def visible(digest_id: int, responder: Responder) -> bool:
    """Whether a responder may know of every incident that stood in an update."""
    ids = list(DigestLine.objects.filter(digest_id=digest_id).values_list("incident_id", flat=True))
    return Incident.objects.visible_to(responder).filter(pk__in=ids).count() == len(ids)


def told_in(message_id: int, responder: Responder) -> tuple[OutboundMessage, int] | None:
    """A letter about an incident, or of a scheduled update, and the incident on whose record it is settled; None where
    there is no such letter or this responder may not know of everything that it speaks of."""
    message = OutboundMessage.objects.filter(pk=message_id).first()
    kind, _, pk = message.about.partition(":") if message else ("", "", "")
    if message is None or kind not in ("incident", "digest") or not pk.isdigit():
        return None
    lines = DigestLine.objects.filter(digest_id=int(pk)) if kind == "digest" else None
    if lines is not None and not (lines.exists() and visible(int(pk), responder)):
        return None
    return message, lifecycle.incident_of(message)


def of_client(client: Client) -> tuple[Digest | None, list[Digest]]:
    """The update that is to come, if one is planned, and the newest that are over; two queries."""
    coming = client.digests.filter(settled_at=None).first()
    return coming, list(client.digests.exclude(settled_at=None).order_by("-on", "-pk")[:6])
