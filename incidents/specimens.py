"""A wording as it would read for a real incident and client, before anybody saves it; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from incidents import notices
from incidents.digest_days import next_due
from incidents.digests.standing import standing
from incidents.escalation.circumstances import circumstances
from incidents.models import Brand, Client, Digest, Incident, IncidentClient, Responder, TimelineEntry
from incidents.spelling import for_zone
from incidents.wordings import DIGEST, Kind
from notifications.wording import Rendered, Wording, render

OFFERED = 40
ENTRIES = TimelineEntry.Kind


@dataclass(frozen=True, slots=True)
class Specimen:
    """The rendered letter, whom it would greet, and the variables for which sample words stand."""

    rendered: Rendered
    to: str
    sampled: tuple[str, ...]


def offered(responder: Responder, *, brand_id: int | None, client_id: int | None) -> list[IncidentClient]:
    """The newest pairs of incident and client that this responder may see, of the brand or client if one is named."""
    rows = IncidentClient.objects.filter(incident__in=Incident.objects.visible_to(responder).order_by())
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    elif brand_id is not None:
        rows = rows.filter(client__brand_id=brand_id)
    return list(rows.select_related("incident", "client").order_by("-incident_id", "client__name")[:OFFERED])


def pair(responder: Responder, incident_id: int, client_id: int | None) -> IncidentClient | None:
    """One affected client of an incident that this responder may see, the first when none is named."""
    rows = IncidentClient.objects.filter(incident__in=Incident.objects.visible_to(responder).order_by())
    rows = rows.filter(incident_id=incident_id).select_related("incident", "client__brand").order_by("client__name")
    return (rows.filter(client_id=client_id).first() if client_id is not None else None) or rows.first()


def specimen(
    kind: Kind, words: Wording, about: IncidentClient | None, brand: Brand | None, *, now: datetime
) -> Specimen:
    """Renders a faultless text: with what the incident says, with samples where it says nothing yet."""
    told: dict[str, str] = {}
    to = "a contact"
    brand = brand or Brand.objects.filter(is_default=True).first() or Brand.objects.first()
    if about is not None:
        client = about.client
        brand = client.brand or brand
        contact = client.contacts.filter(receives_letters=True).first()
        told = _of_kind(kind, about, now)
        to = f"{contact.name} at {client}" if contact else f"nobody yet at {client}"
        if contact is not None and brand is not None:
            told |= notices.addressed(contact.name, brand)
    if not kind.for_clients:
        to = "whoever the matrix names"
    if brand is not None:
        told = {"prefix": brand.subject_prefix, "signature": brand.signature} | told
    told = {name: value for name, value in told.items() if value.strip()}
    variables = kind.samples() | {name: value for name, value in told.items() if name in kind.names}
    sampled = tuple(sorted(words.placeholders - told.keys()))
    rendered = render(words, {name: variables[name] for name in words.placeholders}, optional=kind.optional)
    return Specimen(rendered, to, sampled)


def _of_kind(kind: Kind, about: IncidentClient, now: datetime) -> dict[str, str]:
    if kind.key == DIGEST.key:
        return _digested(about)
    return _said(about.incident, about.client) if kind.for_clients else _told(about.incident, now)


def _digested(about: IncidentClient) -> dict[str, str]:
    """The line of the incident in its client's scheduled update, and the day of the one that is to come."""
    told = {"items": f"{about.sentence} {standing(about.incident)}." if about.sentence else ""}
    coming = Digest.objects.filter(client=about.client, settled_at=None).order_by("scheduled_at").first()
    if coming is not None:
        told["date"] = f"{coming.on:%A} {coming.on.day} {coming.on:%B}"
        following = next_due(about.client.digest_schedule, after=coming.scheduled_at, taken=(coming.on,))
        if following:
            told["next_update"] = notices.client_time(following.at, about.client.zone)
    return told


def _told(incident: Incident, now: datetime) -> dict[str, str]:
    """What a notice to responders says of an incident, with times in the zone of whoever looks."""
    around = circumstances([incident.pk], now=now)[incident.pk]
    return {
        "reference": incident.reference,
        "severity": f"SEV-{incident.severity}",
        "title": incident.title,
        "clients": around.clients,
        "due": for_zone(around.due, timezone.get_current_timezone()),
        "incident_link": f"{settings.PUBLIC_URL}/incidents/{incident.pk}/",
    }


def _said(incident: Incident, client: Client) -> dict[str, str]:
    """What an incident has to say in a letter so far; what it has not said is left out."""
    told = {
        "system": notices.systems_in_words(incident),
        "brief": incident.brief or incident.title[:120],
        "current_status": notices.current_status(incident),
    }
    kinds = (ENTRIES.ACKNOWLEDGED, ENTRIES.UPDATED, ENTRIES.RESOLVED)
    for entry in incident.timeline.filter(kind__in=kinds, client_visible=True).order_by("seq"):
        if entry.kind == ENTRIES.RESOLVED:
            told |= {"happened": entry.text, "did": str(entry.facts.get("did", ""))}
        else:
            told |= {"happening": entry.text, "doing": str(entry.facts.get("doing", ""))}
            told |= _promised(entry.facts, client.zone)
    return told


def _promised(facts: Mapping[str, object], zone: ZoneInfo) -> dict[str, str]:
    promised = facts.get("next_update_by")
    if not isinstance(promised, str):
        return {}
    when = notices.client_time(datetime.fromisoformat(promised), zone)
    return {"next_update": when, "next_update_sentence": f"We'll update you by {when}."}
