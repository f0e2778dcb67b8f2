"""E-mail through Django's SMTP backend, one connection for a batch."""

import re
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection

from notifications.channels.mail import Mail
from notifications.channels.outcomes import Ambiguous, Refused, Unreachable
from notifications.models import OutboundMessage

# What says that nobody will ever read that address (RFC 3463, and how servers without its codes put it). A full
# mailbox, a message that is too large and a refusal by policy say nothing about the address.
CLOSING = 421
DEAD_CODE = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
ANY_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
DEAD_WORDS = re.compile(
    r"no such (?:user|mailbox|recipient|address)|(?:user|mailbox|recipient|address) (?:is )?unknown"
    r"|unknown (?:user|mailbox|recipient|address)|does(?: not|n't) exist"
    r"|(?:mailbox|account|address) (?:has been |is )?(?:disabled|deactivated|closed|not found)"
    r"|user not found|invalid (?:recipient|mailbox)",
    re.IGNORECASE,
)


class Email:
    def __init__(self) -> None:
        self.connection = get_connection(fail_silently=False)

    def open(self) -> None:
        """Unreachable when the server cannot be reached, greets with a refusal or rejects our credentials."""
        try:
            self.connection.open()
        except smtplib.SMTPException as error:
            raise Unreachable(f"SMTP: {_plain(error)}") from error
        except OSError as error:
            raise Unreachable(f"SMTP server not reachable: {error.strerror or type(error).__name__}") from error

    def send(self, message: OutboundMessage) -> str:
        """The server's last word decides: 4xx comes back later, 5xx never, a broken connection is ambiguous.

        After a session that ended, a server that is gone has been handed nothing: Unreachable.
        """
        self.open()
        try:
            self.connection.send_messages([self._mail(message)])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            if code == CLOSING:
                self._reopen()
            raise _refused(code, text, of_address=True) from error
        except smtplib.SMTPResponseException as error:
            self._reopen()
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (TimeoutError, smtplib.SMTPServerDisconnected, OSError) as error:
            self._reopen()
            raise Ambiguous(f"SMTP connection broke off: {_plain(error)}") from error
        except smtplib.SMTPException as error:
            raise Refused(f"SMTP: {_plain(error)}", permanent=True) from error
        return message.message_id

    def _mail(self, message: OutboundMessage) -> Mail:
        headers = {"Message-ID": message.message_id}
        if not message.by_person:
            # What a person wrote must not say this of itself: whoever is away answers it, and filters take it for bulk.
            headers["Auto-Submitted"] = "auto-generated"
        if message.in_reply_to:
            headers |= {"In-Reply-To": message.in_reply_to, "References": message.in_reply_to}
        mail = Mail(
            subject=message.subject,
            body=message.body_text,
            from_email=_sent_by(message),
            to=[_named(message.recipient_name, message.recipient)],
            reply_to=[message.reply_to] if message.reply_to else None,
            headers=headers,
            connection=self.connection,
        )
        if message.body_html:
            mail.attach_alternative(message.body_html, "text/html")
        return mail

    def _reopen(self) -> None:
        # A session that failed is in an unknown state; the next message gets a fresh one.
        self.close()

    def close(self) -> None:
        try:
            self.connection.close()
        except (smtplib.SMTPException, OSError):
            if hasattr(self.connection, "connection"):
                self.connection.connection = None


def _sent_by(message: OutboundMessage) -> str:
    """Whoever the message names; the installation where it names nobody, and its address for a name alone."""
    if not message.sender and not message.sender_name:
        return str(settings.DEFAULT_FROM_EMAIL)
    return _named(message.sender_name, message.sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def _named(name: str, address: str) -> str:
    """`"Dana Whitfield" <dana@…>`, as the preview has it; whatever stands in a name, it stays one address."""
    name = "".join(one if one.isprintable() else " " for one in name)
    name = " ".join(name.replace("\\", " ").replace('"', " ").split())
    return f'"{name}" <{address}>' if name else address


def _refused(code: int, text: bytes | str, *, of_address: bool = False) -> Refused:
    said = _text(text)
    dead = of_address and code >= 500 and says_that_address_is_dead(said)
    return Refused(f"SMTP {code}: {said}", permanent=code >= 500, address_is_dead=dead, closes=code == CLOSING)


def says_that_address_is_dead(said: str) -> bool:
    """Whether a server's permanent refusal is about the address itself: by its enhanced code, else by its words."""
    if ANY_CODE.search(said):
        return DEAD_CODE.search(said) is not None
    return DEAD_WORDS.search(said) is not None


def _text(raw: bytes | str) -> str:
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw)[:300]


def _plain(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:300]
