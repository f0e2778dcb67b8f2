"""E-mail through Django's SMTP backend, one connection for a batch."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notifications.channels.outcomes import Ambiguous, Refused, Unreachable
from notifications.models import OutboundMessage


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
        """The server's last word decides: 4xx comes back later, 5xx never, a broken connection is ambiguous."""
        try:
            self.connection.send_messages([self._mail(message)])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(code, text) from error
        except smtplib.SMTPResponseException as error:
            self._reopen()
            if error.smtp_code == 421:
                raise Unreachable(f"SMTP 421: {_text(error.smtp_error)}") from error
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (TimeoutError, smtplib.SMTPServerDisconnected, OSError) as error:
            self._reopen()
            raise Ambiguous(f"SMTP connection broke off: {_plain(error)}") from error
        except smtplib.SMTPException as error:
            raise Refused(f"SMTP: {_plain(error)}", permanent=True) from error
        return message.message_id

    def _mail(self, message: OutboundMessage) -> EmailMultiAlternatives:
        headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
        if message.in_reply_to:
            headers |= {"In-Reply-To": message.in_reply_to, "References": message.in_reply_to}
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=message.body_text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.recipient],
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


def _refused(code: int, text: bytes | str) -> Refused:
    return Refused(f"SMTP {code}: {_text(text)}", permanent=code >= 500)


def _text(raw: bytes | str) -> str:
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw)[:300]


def _plain(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:300]
