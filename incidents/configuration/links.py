"""Links for clients: made with an end and a note, shown once, revoked for ever; each change is on the record."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from incidents import client_links
from incidents.configuration.record import checked, locked, record_change
from incidents.models import Client, ClientLink, Responder
from incidents.refusals import Refused

LONGEST = timedelta(days=366)


@transaction.atomic
def add_client_link(client_id: int, *, note: str, ends_on: date, by: Responder, at: datetime) -> tuple[ClientLink, str]:
    """The row and the secret, which is returned here and nowhere else. It ends with the day `ends_on` of the client.

    Refused beside `note` where a link for the same still works, as when the form is sent twice: nobody would have it.
    """
    client = locked(Client, client_id)
    if not note.strip():
        raise Refused("Say for whom it is, so that it can be revoked when they leave.", "note")
    midnight = datetime.combine(ends_on + timedelta(days=1), time.min, tzinfo=client.zone)
    ends_at = midnight.astimezone(at.tzinfo)
    if ends_at <= at:
        raise Refused("That day has passed.", "ends_on")
    if ends_at > at + LONGEST:
        raise Refused("At most a year; make a new one then.", "ends_on")
    there = client.links.filter(note__iexact=note.strip(), revoked_at=None, ends_at__gt=at).first()
    if there is not None:
        raise Refused(
            f"{there.note} has a link that still works, …{there.hint}. Revoke it first, or say for whom else this is.",
            "note",
        )
    secret = client_links.new_secret()
    link = ClientLink(
        client=client,
        digest=client_links.digest(secret),
        hint=secret[-4:],
        note=note.strip(),
        created_at=at,
        created_by=by,
        ends_at=ends_at,
    )
    checked(link).save()
    after = {"client": client.name, "note": link.note, "ends_at": ends_at.isoformat(), "hint": link.hint}
    record_change(link, subject="client link", action="added", before={}, after=after, by=by, at=at)
    return link, secret


@transaction.atomic
def revoke_client_link(client_id: int, link_id: int, *, by: Responder, at: datetime) -> ClientLink:
    """From this instant it shows nothing."""
    link = ClientLink.objects.select_for_update(of=("self",)).filter(pk=link_id, client_id=client_id).first()
    if link is None or link.revoked_at is not None:
        raise Refused("It is revoked already.")
    link.revoked_at, link.revoked_by = at, by
    link.save(update_fields=["revoked_at", "revoked_by"])
    after = {"revoked_at": at.isoformat()}
    record_change(link, subject="client link", action="changed", before={"revoked_at": None}, after=after, by=by, at=at)
    return link
