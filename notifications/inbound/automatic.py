"""Was this letter written by a person? RFC 3834, what mail programs add of their own, and delivery reports. Pure."""

import re
from collections.abc import Mapping
from email.message import Message

from notifications.inbound.letter import Bounced
from notifications.inbound.texts import header_text, one_line

# At the very beginning of a subject only: “Re: Out of office hours” is a person's.
AWAY = re.compile(
    r"(auto(matic|mated)?[ -]?(reply|response)|autoreply|autoresponder|out of( the)? office\b|ooo\s?:|"
    r"abwesenheits(notiz|meldung)?|automatische antwort|réponse automatique|absence du bureau|"
    r"respuesta automática|risposta automatica|automatisch antwoord|resposta automática|autosvar)",
    re.IGNORECASE,
)
BULK = {"bulk", "junk", "list", "auto_reply"}
ROBOTS = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply)([+._-].*)?", re.IGNORECASE)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
ADDRESS = re.compile(r"[^\s@,;<>\"()]{1,64}@[^\s@,;<>\"()]{1,255}")
MOST_RECIPIENTS = 50


def why_automatic(headers: Mapping[str, str], subject: str, sender: str) -> str:
    """Why no person wrote it, as words that follow “Automatic:”; "" when one may have.

    `headers` has the first value of each, by lower-case name. What only asks others not to answer automatically
    (X-Auto-Response-Suppress) says nothing: people's mail programs add it as well.
    """
    submitted = headers.get("auto-submitted", "").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "an automatic answer" if submitted.startswith("auto-replied") else "sent by a program"
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-vacation")):
        return "an automatic answer"
    if AWAY.match(subject.strip()):
        return "an out-of-office answer"
    if headers.get("return-path", "").strip() == "<>":
        return "a report of a mail server"
    if headers.get("precedence", "").strip().lower() in BULK:
        return "bulk mail"
    if "list-id" in headers or "list-unsubscribe" in headers:
        return "a mailing list"
    if ROBOTS.fullmatch(sender.partition("@")[0]):
        return "sent by a program"
    return ""


def bounces(report: Message) -> tuple[Bounced, ...]:
    """What a multipart/report says of each recipient; empty when it is no delivery report."""
    found: list[Bounced] = []
    for part in _parts(report):
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and (one := _bounced(block)):
                found.append(one)
    return tuple(found[:MOST_RECIPIENTS])


def _bounced(block: Message) -> Bounced | None:
    recipient = _field(block, "Final-Recipient") or _field(block, "Original-Recipient")
    address = ADDRESS.search(recipient.rpartition(";")[2])
    action = _field(block, "Action").lower()
    if address is None or not action:
        return None
    # “smtp; 550 …”: which kind of diagnosis it is says nothing to those who read it.
    said = one_line(re.sub(r"^[\w-]{1,20}\s*;\s*", "", _field(block, "Diagnostic-Code")), 300)
    # The diagnosis often knows better than the status, which many servers leave at 5.0.0.
    stated = STATUS.search(_field(block, "Status"))
    status = stated[1] if stated else ""
    if not status or status.endswith(".0.0"):
        better = STATUS.search(said)
        status = better[1] if better else status
    return Bounced(address[0], action, status, said or status)


def failed_recipients(headers: Mapping[str, str], text: str) -> tuple[Bounced, ...]:
    """The report of a mail server that writes none of RFC 3464: Exim names whom it could not reach in a header."""
    named = ADDRESS.findall(headers.get("x-failed-recipients", ""))[:MOST_RECIPIENTS]
    code = STATUS.search(text)
    return tuple(Bounced(one, "failed", code[1] if code else "", one_line(text, 300)) for one in named)


def returned_ids(report: Message) -> tuple[str, ...]:
    """The Message-IDs of the letter that a delivery report gives back, whole or its headers only."""
    found: list[str] = []
    for part in _parts(report):
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            inner = part.get_payload(0)
            if isinstance(inner, Message):
                found += MESSAGE_ID.findall(_field(inner, "Message-ID"))
        elif kind in ("text/rfc822-headers", "text/rfc822-header"):
            payload = part.get_payload(decode=True)
            text = payload[:100_000].decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            for line in text.splitlines():
                if line.lower().startswith("message-id:"):
                    found += MESSAGE_ID.findall(line)
    return tuple(dict.fromkeys(found))[:10]


def _parts(report: Message) -> list[Message]:
    """The parts of a report themselves, never what is inside the letter that it gives back."""
    payload = report.get_payload()
    if report.get_content_maintype() != "multipart" or not isinstance(payload, list):
        return []
    return [part for part in payload[:20] if isinstance(part, Message)]


def _field(message: Message, name: str) -> str:
    value = {key.lower(): raw for key, raw in message.raw_items()}.get(name.lower(), "")
    return header_text(str(value)).strip()
