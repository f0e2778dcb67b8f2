"""HubSpot by plain HTTP: one note on one deal, company or contact; its base URL is a setting (B-63, C-20).

A note has no key that HubSpot would refuse twice. So each carries a marker made from the message's key, and before any
second attempt the marker is looked for: among the newest notes of the record itself, which are current at once, and by
HubSpot's search, which reaches further back and lags by seconds.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from django.conf import settings
from django.utils import timezone
from django.utils.html import escape

from notifications.channels.outcomes import Refused, Unreachable
from notifications.models import OutboundMessage

TIMEOUT = (3, 15)
# In so many seconds a note that was begun stands there, or never will.
SETTLES = 120.0
LONGEST_WAIT = 1800.0
NEWEST = 100
LONGEST_BODY = 60_000
# What HubSpot calls each record: its word in a sentence, its number in addresses of its pages, and the type of the
# association of a note with it.
RECORDS = {"deals": ("deal", "0-3", 214), "companies": ("company", "0-2", 190), "contacts": ("contact", "0-1", 202)}


def marker(key: str) -> str:
    """One word that stands in the note and nowhere else in HubSpot."""
    return f"allclear{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def page_of(recipient: str, reference: str) -> str:
    """The address of the note on HubSpot's own pages; empty while HUBSPOT_PORTAL_ID is not set."""
    kind, _, record = recipient.partition("/")
    if not settings.HUBSPOT_PORTAL_ID or kind not in RECORDS:
        return ""
    where = f"{settings.HUBSPOT_APP_URL}/contacts/{settings.HUBSPOT_PORTAL_ID}/record/{RECORDS[kind][1]}/{record}"
    return f"{where}?engagement={reference}"


class Hubspot:
    """`message.recipient` is `deals/123`, `companies/123` or `contacts/123`; `send` returns the id of the note."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {settings.HUBSPOT_TOKEN}"

    def open(self) -> None:
        if not settings.HUBSPOT_TOKEN:
            raise Unreachable("no HubSpot token is set")

    def send(self, message: OutboundMessage) -> str:
        kind, _, record = message.recipient.partition("/")
        if kind not in RECORDS or not record.isdigit():
            raise Refused(f"“{message.recipient}” is no HubSpot record", permanent=True)
        again = message.handoff_at is not None
        notes = self._notes_of(kind, record, look=again)
        if again:
            found = self._written(marker(message.key), notes)
            if found:
                return found
        made = self._create(message, kind, record)
        reference = str(made.get("id", ""))
        if not reference:
            raise Refused("HubSpot answered without the id of the note", permanent=False)
        return reference

    def _create(self, message: OutboundMessage, kind: str, record: str) -> dict[str, Any]:
        """Where it did not say whether it took the note it may be writing it still: nobody looks for it too soon."""
        try:
            return self._call("POST", "/crm/v3/objects/notes", _note(message, kind, record))
        except Refused as error:
            if error.permanent:
                raise
            wait = min(max(SETTLES, 5.0 * 2 ** (message.attempts + 1)), LONGEST_WAIT)
            raise Refused(str(error), permanent=False, wait=wait) from None

    def _notes_of(self, kind: str, record: str, *, look: bool) -> list[str]:
        """The ids of the newest notes of the record; refused for good when there is no such record (any more)."""
        query = "?associations=notes" if look else ""
        try:
            found = self._call("GET", f"/crm/v3/objects/{kind}/{record}{query}")
        except Refused as error:
            if error.permanent and str(error).startswith("HubSpot 404"):
                raise Refused(f"HubSpot 404: there is no {RECORDS[kind][0]} {record}", permanent=True) from error
            raise
        if found.get("archived"):
            raise Refused(f"HubSpot: the {RECORDS[kind][0]} {record} is in the recycling bin", permanent=True)
        rows = _path(found, "associations", "notes", "results")
        ids = {str(row["id"]) for row in rows if isinstance(row, dict) and str(row.get("id", "")).isdigit()}
        return sorted(ids, key=int, reverse=True)[:NEWEST]

    def _written(self, mark: str, notes: list[str]) -> str:
        """The id of the note that an earlier attempt left; empty when there is none."""
        wanted: dict[str, Any] = {"properties": ["hs_note_body"], "inputs": [{"id": one} for one in notes]}
        read = self._call("POST", "/crm/v3/objects/notes/batch/read", wanted) if notes else {}
        token = {"propertyName": "hs_note_body", "operator": "CONTAINS_TOKEN", "value": mark}
        query = {"filterGroups": [{"filters": [token]}], "properties": ["hs_note_body"], "limit": 5}
        searched = self._call("POST", "/crm/v3/objects/notes/search", query)
        for row in [*_path(read, "results"), *_path(searched, "results")]:
            if isinstance(row, dict) and mark in str((row.get("properties") or {}).get("hs_note_body", "")):
                return str(row.get("id", ""))
        return ""

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self.session.request(
                method, f"{settings.HUBSPOT_API_URL}{path}", json=body, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.ConnectTimeout:
            raise Unreachable("HubSpot did not answer in time") from None
        except requests.Timeout:
            # It may have been taken. The next attempt looks for it first, so this needs no person.
            raise Refused("HubSpot took the call and did not answer", permanent=False) from None
        except requests.ConnectionError as error:
            if "refused" in str(error) or "resol" in str(error):
                raise Unreachable("HubSpot cannot be reached") from None
            raise Refused("the connection to HubSpot broke off", permanent=False) from None
        return _judged(answer)

    def close(self) -> None:
        self.session.close()


def _note(message: OutboundMessage, kind: str, record: str) -> dict[str, Any]:
    text = escape(message.body_text[:LONGEST_BODY]).replace("\n", "<br>")
    written = message.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    association = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": RECORDS[kind][2]}
    return {
        "properties": {
            "hs_timestamp": written,
            "hs_note_body": f"<p>{text}</p><p>Written by Allclear · {marker(message.key)}</p>",
        },
        "associations": [{"to": {"id": record}, "types": [association]}],
    }


def _judged(answer: requests.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if not isinstance(said, dict):
        said = {}
    if answer.status_code in (200, 201, 207):
        return said
    sentence = f"HubSpot {answer.status_code}: {str(said.get('message', ''))[:200]}".rstrip(": ")
    if answer.status_code == 429:
        # The limit is that of the whole account: the channel rests, and no note burns its attempts.
        raise Unreachable(sentence, wait=_wait(answer.headers.get("Retry-After", "")))
    raise Refused(sentence, permanent=answer.status_code < 500 and answer.status_code not in (408, 423, 425))


def _wait(retry_after: str) -> float:
    """Seconds, from a number or a date; ten where neither is given, at most an hour."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - timezone.now()).total_seconds()
        except (ValueError, TypeError):
            seconds = 10.0
    return min(max(seconds, 1.0), 3600.0)


def _path(found: Any, *names: str) -> list[Any]:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []
