"""E-mail to an intake address: whoever fetches the letters hands their bytes to `receive`."""

import hashlib
import re
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

import nh3
from django.conf import settings
from django.db import transaction

from incidents.detection.intake.alerts import MOST_TEXT, one_line
from incidents.detection.intake.client_reports import Words, accept
from incidents.detection.intake.strict import storable
from incidents.detection.models import ClientReport, Delivery, InboundSource
from incidents.models import Contact, Incident
from notifications.models import OutboundMessage

MOST_BYTES = 10 * 1024 * 1024
REFERENCE = re.compile(r"\bINC-(\d{1,12})\b")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")


def receive(raw_bytes: bytes, *, source: InboundSource, at: datetime) -> ClientReport:
    """Keeps a letter byte for byte and makes of it a client report: a new incident, or a line on the one it answers.

    Never raises for what a stranger wrote; Refused after 20 letters an hour, so that the fetcher leaves the letter
    where it is. The same letter twice, by its Message-ID, is one report.
    """
    raw = raw_bytes[:MOST_BYTES]
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    name, address = parseaddr(_header(message, "From"))
    subject = one_line(_header(message, "Subject"), 300)
    identity = _header(message, "Message-ID").strip()
    once = hashlib.sha256(identity.encode("utf-8", "replace") or raw).hexdigest()
    contact = Contact.objects.filter(email__iexact=address[:254], client__is_active=True).order_by("pk").first()
    client_id = contact.client_id if contact else source.client_id
    known = ClientReport.objects.filter(source=source, once=once).first()
    if known is not None:
        return known
    words = Words(
        once=once,
        subject=subject,
        not_working=_text(message) or "(The letter has no text.)",
        sender_name=one_line(name, 120),
        sender_address=one_line(address, 254),
        client_id=client_id,
        about=_answers(message, subject, contact.client_id if contact else None),
        automatic=_automatic(message, address),
    )
    with transaction.atomic():
        Delivery.objects.create(source=source, received_at=at, content_type="message/rfc822", body=raw, alerts=1)
        return accept(source, words, at=at)


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; the parser itself stumbles over some that are wrong enough."""
    try:
        return storable(str(message.get(name, "")))
    except Exception:
        raw = dict(message.raw_items()).get(name, "")
        return storable(str(raw))


def _text(message: EmailMessage) -> str:
    """The plain text of a letter, else its HTML without marks; undecodable bytes become U+FFFD."""
    try:
        part = message.get_body(("plain", "html"))
        if part is None:
            return ""
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        kind, charset = part.get_content_type(), part.get_content_charset() or "utf-8"
    except Exception:
        # A letter that the parser cannot take apart is still kept, byte for byte.
        return ""
    try:
        text = content.decode(charset, "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    if kind == "text/html":
        text = nh3.clean(text[: MOST_TEXT * 10], tags=set(), clean_content_tags={"script", "style"})
    return storable(text.replace("\r\n", "\n").strip())[:MOST_TEXT]


def _answers(message: EmailMessage, subject: str, client_id: int | None) -> int | None:
    """The open incident that a letter answers: only for a contact of a client whom it affects."""
    if client_id is None:
        return None
    ids = MESSAGE_ID.findall(_header(message, "In-Reply-To") + " " + _header(message, "References"))[-20:]
    abouts = OutboundMessage.objects.filter(message_id__in=ids).order_by("-pk").values_list("about", flat=True)[:5]
    numbers = [about.partition(":")[2] for about in abouts if about.startswith("incident:")]
    numbers += REFERENCE.findall(subject)
    for number in numbers:
        if Incident.objects.filter(pk=int(number), is_open=True, client_ids__contains=[client_id]).exists():
            return int(number)
    return None


def _automatic(message: EmailMessage, address: str) -> str:
    """Why a letter was written by no person; empty when one may have written it. Two robots never answer for ever."""
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].casefold()
    if address.casefold() == own:
        return "it came from our own address"
    if _header(message, "Auto-Submitted").strip().lower() not in ("", "no"):
        return "an automatic answer"
    if _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return "bulk mail"
    if _header(message, "List-Id"):
        return "a mailing list"
    if _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report":
        return "a delivery report"
    return ""
