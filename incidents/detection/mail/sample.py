"""The mail of the sample workspace: an answer that waits, a machine’s, a letter that came back, and a stranger’s."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.db import transaction

from incidents.detection.intake import arranging
from incidents.detection.mail.sorting import sort
from incidents.detection.models import InboundSource
from notifications.inbound.keeping import keep
from notifications.models import InboundMail, OutboundMessage

ANSWER = (
    "Hi Rick,\n\nthanks for the quick note. We still see no enriched leads this morning, and our team sits idle.\n"
    "When can we tell them to start again? If this goes on we will be looking at alternatives.\n\nAnil\n"
)
AWAY = "I am travelling until Monday and read mail in the evening.\n\nOmar Haddad"
OFFER = "Dear Sir or Madam,\n\nwe offer verified lists of dentists in forty countries. Reply for a sample.\n"
FULL = "552 5.2.2 mailbox full"


def load(*, now: datetime) -> None:
    """Four letters, kept and sorted as any others; a second call changes nothing."""
    if InboundMail.objects.exists():
        return
    if not InboundSource.objects.filter(kind=InboundSource.Kind.EMAIL).exists():
        values = {"name": "Support mailbox", "kind": "email", "severity": 3}
        arranging.save_source(None, values, by=None, at=now - timedelta(days=60))
    answered, away, full = _letter("anil@"), _letter("omar@"), _letter("maria@")
    log = ("enrichment-errors.txt", b"08:02:11 POST /v1/people 401\n08:02:14 POST /v1/people 401\n")
    if answered:
        mail = _mail("Anil Rao", answered, f"Re: {answered.subject}", ANSWER, now - timedelta(minutes=50), log)
        _arrive(mail, now - timedelta(minutes=50))
    if away:
        mail = _mail("Omar Haddad", away, f"Automatic reply: {away.subject}", AWAY, now - timedelta(hours=3))
        mail["Auto-Submitted"] = "auto-replied"
        _arrive(mail, now - timedelta(hours=3))
    if full:
        _arrive(_report(full, now - timedelta(hours=2)), now - timedelta(hours=2))
    offer = _mail("List broker", None, "Verified lists for your outreach", OFFER, now - timedelta(hours=5))
    _arrive(offer, now - timedelta(hours=5))


def _letter(recipient: str) -> OutboundMessage | None:
    """The newest letter to a client that has left to this person."""
    sent = OutboundMessage.objects.filter(kind__startswith="incident-", state="sent", recipient__startswith=recipient)
    return sent.order_by("-pk").first()


def _mail(
    name: str,
    to: OutboundMessage | None,
    subject: str,
    text: str,
    at: datetime,
    file: tuple[str, bytes] | None = None,
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{name} <{to.recipient if to else 'offers@lists.example'}>"
    mail["To"] = "support@leadspanther.example"
    mail["Subject"], mail["Date"] = subject, format_datetime(at)
    mail["Message-ID"] = f"<{name.split()[0].lower()}.{int(at.timestamp())}@mail.example>"
    quoted = ""
    if to:
        mail["In-Reply-To"] = to.message_id
        lines = "\n".join(f"> {line}" for line in to.body_text.splitlines()[:8])
        quoted = f"\n\nOn {at:%A} at 09:00, LeadsPanther <support@leadspanther.example> wrote:\n{lines}\n"
    mail.set_content(text + quoted)
    if file:
        mail.add_attachment(file[1], maintype="text", subtype="plain", filename=file[0])
    return mail


def _report(letter: OutboundMessage, at: datetime) -> EmailMessage:
    """A delivery report, as a mail server writes it."""
    status = (
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {letter.recipient}\nAction: failed\n"
        f"Status: 5.2.2\nDiagnostic-Code: smtp; {FULL}\n"
    )
    report = EmailMessage()
    report["From"], report["To"] = "MAILER-DAEMON@mx.example", "support@leadspanther.example"
    report["Subject"], report["Date"] = "Undelivered Mail Returned to Sender", format_datetime(at)
    report["Message-ID"], report["Auto-Submitted"] = f"<{int(at.timestamp())}@mx.example>", "auto-replied"
    parts = (
        ("text/plain", "Your message could not be delivered: the mailbox is full.\n"),
        ("message/delivery-status", status),
        ("text/rfc822-headers", f"Message-ID: {letter.message_id}\nTo: {letter.recipient}\n"),
    )
    body = "".join(f"--report\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    report["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="report"'
    report.set_payload(f"{body}--report--\n")
    return report


@transaction.atomic
def _arrive(mail: EmailMessage, at: datetime) -> None:
    mail_id, _ = keep(mail.as_bytes(), door=InboundMail.Door.MAILBOX, origin="sample", at=at)
    sort(mail_id, at=at)
