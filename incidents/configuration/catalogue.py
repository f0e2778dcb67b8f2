"""Whom we owe and what breaks: clients, contacts, tiers, brands, systems."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.configuration.record import keep, locked, record_change, snapshot
from incidents.models import Brand, Client, Contact, Incident, Responder, System, Tier
from incidents.refusals import Refused


@transaction.atomic
def save_client(client_id: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> Client:
    """Adds (no id) or changes a client. Running clocks keep the policy version that they started with; a postmortem
    letter is owed, or no longer, by the new tier (B-75)."""
    resolved = _resolved(client_ids__contains=[client_id]) if client_id is not None and "tier" in values else []
    client = locked(Client, client_id)
    changed = client_id is not None and "tier" in values and client.tier != values["tier"]
    kept = keep(client, values, subject="client", by=by, at=at)
    if changed:
        Incident.objects.filter(pk__in=resolved).look_again()
    return kept


def _resolved(**having: Any) -> list[int]:
    """Locks the resolved incidents, in order of their ids and before anything else, as every verb does."""
    rows = Incident.objects.select_for_update(no_key=True).filter(status="resolved", **having)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def save_contact(
    client_id: int, contact_id: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime
) -> Contact:
    client = locked(Client, client_id)
    contact = locked(Contact, contact_id)
    if contact_id is None:
        contact.client = client
    elif contact.client_id != client.pk:
        raise Refused("This contact belongs to another client.")
    return keep(contact, values, subject="contact", by=by, at=at, name=f"{values.get('name', contact.name)}, {client}")


@transaction.atomic
def remove_contact(client_id: int, contact_id: int, *, by: Responder, at: datetime) -> None:
    """Takes a contact away; letters already written to the address stay as they are."""
    contact = locked(Contact, contact_id)
    if contact.client_id != client_id:
        raise Refused("This contact belongs to another client.")
    before, name = snapshot(contact), f"{contact.name}, {contact.client}"
    record_change(contact, subject="contact", action="removed", before=before, after={}, by=by, at=at, name=name)
    contact.delete()


@transaction.atomic
def save_system(system_id: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> System:
    return keep(locked(System, system_id), values, subject="system", by=by, at=at)


@transaction.atomic
def save_tier(tier_id: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> Tier:
    """Adds or renames a tier. Its key never changes: policy versions and timelines speak of it by key."""
    asks = "postmortem_severities" in values and tier_id is not None
    here = Client.objects.filter(tier=tier_id).values_list("pk", flat=True) if asks else []
    resolved = _resolved(client_ids__overlap=list(here)) if here else []
    tier = locked(Tier, tier_id)
    asked = list(tier.postmortem_severities)
    if tier_id is not None and values.get("key", tier.key) != tier.key:
        raise Refused("The key of a tier stays: policies and records name the tier by it.", "key")
    kept = keep(tier, values, subject="tier", by=by, at=at)
    if list(kept.postmortem_severities) != asked:
        Incident.objects.filter(pk__in=resolved).look_again()
    return kept


@transaction.atomic
def save_brand(brand_id: int | None, values: Mapping[str, Any], *, by: Responder, at: datetime) -> Brand:
    """Adds or changes a brand. Making one the default takes that from the other, in the same transaction."""
    brand = locked(Brand, brand_id)
    if values.get("is_default"):
        for other in Brand.objects.select_for_update().filter(is_default=True).exclude(pk=brand.pk):
            keep(other, {"is_default": False}, subject="brand", by=by, at=at)
    elif brand.is_default:
        raise Refused("One brand is always the default: make another one the default instead.", "is_default")
    return keep(brand, values, subject="brand", by=by, at=at)
