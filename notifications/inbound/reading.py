"""From the bytes of a letter to what it says; never raises for what a stranger wrote, and never takes long. Pure.

The structure of a letter that is built to be expensive (parts within parts within parts) is not read at all: such a
letter keeps its headers and its bytes, and says why it has no text.
"""

import re
from collections.abc import Iterator, Mapping
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr

from notifications.inbound import automatic, files, quoting
from notifications.inbound.letter import Attached, Bounced, Read
from notifications.inbound.texts import decoded, header_text, html_text, one_line, storable

MOST_BYTES = 25 * 1024 * 1024
MOST_TEXT = 20_000
MOST_PARTS = 500
MOST_BOUNDARIES = 200
# Reading costs as many steps as there are lines, times how deep they lie.
MOST_STEPS = 20_000_000
MOST_ANSWERS = 40
BOUNDARY = re.compile(rb"boundary\s*=|message/rfc822", re.IGNORECASE)
TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "x-envelope-to", "apparently-to")
TNEF = "application/ms-tnef"


def read(raw: bytes) -> Read:
    """What a letter says, of its first 25 MB."""
    raw = raw[:MOST_BYTES]
    unreadable = _too_expensive(raw)
    message = _parsed(raw, headers_only=bool(unreadable))
    if message is None:
        unreadable = unreadable or "The letter cannot be taken apart."
        message = _parsed(raw, headers_only=True) or Message()
    headers, recipients = _headers(message)
    name, address = sender(headers.get("from", ""))
    subject = one_line(header_text(headers.get("subject", "")), 300)
    text, attachments, left_out = "", list[Attached](), list[str]()
    if not unreadable:
        try:
            text, attachments, left_out = _contents(message)
        except Exception as error:
            unreadable = f"The letter cannot be taken apart: {type(error).__name__}."
    written, quoted = quoting.split(text)
    found = () if unreadable else _report(message, headers, text)
    why = automatic.why_automatic(headers, subject, address)
    return Read(
        message_id=_first_id(headers.get("message-id", "")),
        from_name=name,
        from_address=address,
        recipients=recipients,
        subject=subject,
        answers=_answers(headers),
        text=written[:MOST_TEXT],
        quoted=quoted[:MOST_TEXT],
        attachments=tuple(attachments),
        left_out=tuple(left_out),
        automatic="a delivery report" if found or _is_report(message) else why,
        bounces=found,
        returned_ids=() if unreadable else _returned(message),
        unreadable=unreadable,
    )


def _too_expensive(raw: bytes) -> str:
    boundaries = sum(1 for _ in BOUNDARY.finditer(raw))
    if boundaries > MOST_BOUNDARIES or boundaries * (raw.count(b"\n") + raw.count(b"\r")) > MOST_STEPS:
        return "The letter is nested too deeply to be taken apart."
    return ""


def _parsed(raw: bytes, *, headers_only: bool) -> Message | None:
    try:
        # The plain policy hands headers out as they came: its modern sister parses them, and stumbles.
        return BytesParser(policy=policy.compat32).parsebytes(raw, headersonly=headers_only)
    except Exception:  # RecursionError among others; the caller says so.
        return None


def _headers(message: Message) -> tuple[dict[str, str], tuple[str, ...]]:
    """The first value of each header by lower-case name, and every address that the letter was sent to."""
    found: dict[str, str] = {}
    to: list[str] = []
    for name, value in message.raw_items():
        lowered = name.lower()
        text = str(value)[:8000]
        found.setdefault(lowered, text)
        if lowered in TO and len(to) < 50:
            to.append(text)
    try:
        addresses = [one for _, one in getaddresses(to) if "@" in one][:200]
    except Exception:  # Nested comments end its recursion.
        addresses = []
    return found, tuple(dict.fromkeys(one_line(one, 320) for one in addresses))


def sender(raw: str) -> tuple[str, str]:
    """Name and address of a From header."""
    try:
        name, address = parseaddr(storable(raw[:4000]))
    except Exception:
        name, address = "", ""
    if "@" not in address or " " in address.strip():
        # A name alone, or two addresses in a coat: shown as it stands, matched with nobody.
        return one_line(header_text(raw), 120), ""
    return one_line(header_text(name), 120), one_line(address, 254)


def _first_id(raw: str) -> str:
    found = automatic.MESSAGE_ID.search(header_text(raw))
    return found[0] if found else ""


def _answers(headers: Mapping[str, str]) -> tuple[str, ...]:
    """In-Reply-To first, then the references from the nearest to the farthest."""
    direct = automatic.MESSAGE_ID.findall(headers.get("in-reply-to", ""))
    farther = automatic.MESSAGE_ID.findall(headers.get("references", ""))[::-1]
    return tuple(dict.fromkeys(storable(one) for one in (*direct, *farther)))[:MOST_ANSWERS]


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


def _report(message: Message, headers: Mapping[str, str], text: str) -> tuple[Bounced, ...]:
    try:
        found = automatic.bounces(message) if _is_report(message) else ()
        return found or automatic.failed_recipients(headers, text)
    except Exception:
        return ()


def _returned(message: Message) -> tuple[str, ...]:
    try:
        return automatic.returned_ids(message)
    except Exception:
        return ()


def _contents(message: Message) -> tuple[str, list[Attached], list[str]]:
    plain: list[str] = []
    rich: list[str] = []
    kept: list[Attached] = []
    left_out: list[str] = []
    for number, part in enumerate(_leaves(message)):
        kind = part.get_content_type()
        name = _file_name(part)
        attached = bool(name) or str(part.get("Content-Disposition", ""))[:40].strip().lower().startswith("attachment")
        if kind in ("text/plain", "text/html") and not attached:
            (plain if kind == "text/plain" else rich).append(_text(part))
        else:
            _keep(part, kind, name, number, kept, left_out)
    # Apple's Mail breaks a plain letter around each of its pictures.
    text = "\n\n".join(filter(None, (one.strip() for one in plain)))
    if text:
        return text[: MOST_TEXT * 4], kept, left_out
    text = "\n\n".join(filter(None, (html_text(one) for one in rich)))
    return text[: MOST_TEXT * 4], kept, left_out


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a letter within the letter is one part."""
    waiting: list[Message] = [message]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting += [one for one in reversed(payload[:MOST_PARTS]) if isinstance(one, Message)]
        else:
            yield part


def _file_name(part: Message) -> str:
    try:
        return header_text(part.get_filename("") or "")
    except Exception:  # RFC 2231 in its wilder forms.
        return "attachment"


def _content(part: Message) -> bytes:
    if part.get_content_maintype() == "message" and isinstance(part.get_payload(), list):
        inner = part.get_payload()
        return b"\r\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    try:
        charset = part.get_content_charset() or ""
    except Exception:
        charset = "unknown"
    return decoded(_content(part), charset).replace("\r\n", "\n")


def _keep(part: Message, kind: str, name: str, number: int, kept: list[Attached], left_out: list[str]) -> None:
    if kind in ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"):
        return
    if not name and kind == "application/pgp-signature":
        return
    safe = files.safe_name(name, number + 1, kind)
    try:
        content = _content(part)
    except Exception:
        left_out.append(f"{safe}: cannot be taken out of the letter")
        return
    if not content:
        return
    if len(kept) >= files.MOST_FILES:
        left_out.append(f"{safe}: more than {files.MOST_FILES} files")
    elif len(content) > files.MOST_FILE_BYTES:
        left_out.append(f"{safe}: {len(content) / 1024 / 1024:.1f} MB; at most 10 MB are kept")
    else:
        kept.append(Attached(safe, files.looks_like(content), content))
