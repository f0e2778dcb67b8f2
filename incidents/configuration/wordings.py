"""Wordings: a text is changed by writing its next version; versions never change (C-19)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from incidents.configuration.record import record_change
from incidents.models import Brand, Client, Responder, Wording, WordingVersion
from incidents.refusals import Refused
from incidents.spelling import in_utc
from incidents.wordings import BY_KIND, Kind

SUBJECT = "wording"


@dataclass(frozen=True, slots=True)
class Place:
    """For whom a text is: everybody, one brand, or one client."""

    brand_id: int | None = None
    client_id: int | None = None

    @property
    def is_for_everybody(self) -> bool:
        return self.brand_id is None and self.client_id is None


@transaction.atomic
def write_wording(
    kind: str, place: Place, *, subject: str, body: str, note: str, expected: int, by: Responder, at: datetime
) -> WordingVersion:
    """The next version of a text, in force for the next letter; letters already written stay as they are.

    Refused beside its field when it has a fault (notifications.wording.faults), without a reason, and when somebody
    else has written a version since `expected`, the number that the editor started from (0: there was none).
    """
    known = _kind(kind)
    subject, body = subject.strip(), body.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"
    for part, text in (("subject", subject), ("body", body)):
        faults = known.faults("subject" if part == "subject" else "body", text)
        if faults:
            raise Refused(" ".join(faults), part)
    wording = _locked(known, place)
    _unchanged_since(wording, expected)
    newest = wording.newest
    if newest is not None and (newest.subject, newest.body) == (subject, body):
        raise Refused("Nothing is different from the text in force.")
    return _next(wording, WordingVersion(subject=subject, body=body), note=note, by=by, at=at)


@transaction.atomic
def withdraw_wording(
    kind: str, place: Place, *, note: str, expected: int, by: Responder, at: datetime
) -> WordingVersion:
    """Goes back to the next wider text: for everybody that is the built-in one. The versions stay to be read."""
    wording = _locked(_kind(kind), place)
    _unchanged_since(wording, expected, is_written=False)
    if wording.newest is None or wording.newest.is_withdrawn:
        raise Refused("There is no text of its own here; the wider one is in force already.")
    return _next(wording, WordingVersion(is_withdrawn=True), note=note, by=by, at=at)


def _kind(key: str) -> Kind:
    if key not in BY_KIND:
        raise Refused("There is no such wording.")
    return BY_KIND[key]


def _locked(kind: Kind, place: Place) -> Wording:
    if not place.is_for_everybody and not kind.for_clients:
        raise Refused("This one is read by responders; it has one text for everybody.")
    if place.brand_id is not None and not Brand.objects.filter(pk=place.brand_id).exists():
        raise Refused("This brand no longer exists.")
    if place.client_id is not None and not Client.objects.filter(pk=place.client_id).exists():
        raise Refused("This client no longer exists.")
    if place.brand_id is not None:
        wording, _ = Wording.objects.get_or_create(kind=kind.key, brand_id=place.brand_id, client=None)
    elif place.client_id is not None:
        wording, _ = Wording.objects.get_or_create(kind=kind.key, brand=None, client_id=place.client_id)
    else:
        wording, _ = Wording.objects.get_or_create(kind=kind.key, brand=None, client=None)
    rows = Wording.objects.select_for_update(of=("self",)).select_related("newest", "brand", "client")
    return rows.get(pk=wording.pk)


def _unchanged_since(wording: Wording, expected: int, *, is_written: bool = True) -> None:
    newest = wording.newest
    if newest is not None and newest.number != expected:
        when = in_utc(newest.created_at)
        if not is_written:
            raise Refused(
                f"{newest.by_name} saved version {newest.number} at {when}; look at it before you choose again."
            )
        raise Refused(
            f"{newest.by_name} saved version {newest.number} at {when} while you wrote. "
            "Yours stands below; save again to put it on top of theirs."
        )


def _next(wording: Wording, version: WordingVersion, *, note: str, by: Responder, at: datetime) -> WordingVersion:
    note = " ".join(note.split())
    if not note:
        raise Refused("Say why: whoever reads the versions later asks.", "note")
    if len(note) > 300 or "\x00" in note:
        raise Refused("The reason fits on one line of 300 characters.", "note")
    before = wording.newest
    version.wording, version.number = wording, before.number + 1 if before else 1
    version.note, version.created_at, version.created_by, version.by_name = note, at, by, by.name
    version.save()
    wording.newest = version
    wording.save(update_fields=["newest"])
    record_change(
        wording,
        subject=SUBJECT,
        action="removed" if version.is_withdrawn else "changed" if before else "added",
        before=_said(before) if before else {},
        after=_said(version) | {"note": note},
        by=by,
        at=at,
        name=f"{wording} version {version.number}",
    )
    return version


def _said(version: WordingVersion) -> dict[str, str | int]:
    text = "" if version.is_withdrawn else version.body
    return {"version": version.number, "subject": version.subject, "body": text}
