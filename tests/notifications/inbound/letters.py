"""Letters as mail programs, mail servers and vandals write them."""

from email.message import EmailMessage
from email.utils import format_datetime

from tests.factories import T0

OOO = "I am out of the office until Monday."


def letter(
    text: str = "It is back.",
    *,
    sender: str = "Dana Whitfield <dana@northwind.example>",
    to: str = "support@brand.example",
    subject: str = "Re: Outreach paused",
    message_id: str = "<1@northwind.example>",
    html: str = "",
    **headers: str,
) -> EmailMessage:
    """A letter; headers are named like `in_reply_to`."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"], mail["Message-ID"] = format_datetime(T0), message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def raw(text: str = "It is back.", **more: str) -> bytes:
    return letter(text, **more).as_bytes()


def bounce(message_id: str, recipient: str, *, status: str = "5.1.1", action: str = "failed", said: str = "") -> bytes:
    """A delivery report as Postfix writes it (RFC 3464), with the headers of the letter that came back."""
    said = said or f"550 {status} <{recipient}>: Recipient address rejected: User unknown"
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: allclear@localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Message-ID: <report-{abs(hash((message_id, recipient, action)))}@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 3 Feb 2026 10:00:00 +0000

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

From: support@brand.example
To: {recipient}
Message-ID: {message_id}
Subject: [Brand] Outreach paused

--b--
""".replace("\n", "\r\n").encode()


def _nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one) for one in range(depth)
    )


PARTS = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
# Each is kept, read in bounded time, and shown; none is an error.
HOSTILE = {
    "nothing": b"",
    "every byte": bytes(range(256)) * 400,
    "NUL": b"From: a\x00b@c.example\r\nSubject: \x00\x00\r\n\r\n\x00text\x00",
    "100,000 headers": b"".join(b"X-%d: y\r\n" % one for one in range(100_000)) + b"\r\ntext",
    "parts 2,000 deep": _nested(2000),
    "parts 190 deep over many lines": _nested(190) + b"\r\n" + b"x\r\n" * 120_000,
    "letters 3,000 deep": b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"\r\ntext",
    "100,000 parts": PARTS + b"--b\r\n\r\nx\r\n" * 100_000,
    "100,000 files": PARTS + b"--b\r\nContent-Type: a/b\r\n\r\nx\r\n" * 100_000,
    "one line of 5 MB": b"Subject: x\r\n\r\n" + b"A" * 5_000_000,
    "encoded words of 5 MB": b"Subject: " + b"=?utf-8?q?x?= " * 350_000 + b"\r\n\r\nx",
    "nested comments": b"From: " + b"(" * 4000 + b"\r\nTo: " + b"(" * 4000 + b"\r\n\r\nx",
    "a boundary that never ends": PARTS + b"--b\r\nContent-Type: text/plain\r\n\r\nhalf a le",
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"$!\xff\xfe=\r\n" * 1000,
    "unknown charset": b"Content-Type: text/plain; charset=klingon\r\n\r\nna\xefve",
    "charset that takes quadratic time": b"Content-Type: text/plain; charset=punycode\r\n\r\na-" + b"z" * 400_000,
    "charset that is none": b"Content-Type: text/plain; charset=zlib\r\n\r\nx\x9c",
    "charset in RFC 2231 gone wrong": b"Content-Type: text/plain; charset*=\xff'x'%ff%fe\r\n\r\ntext",
    "file name in RFC 2231 gone wrong": b"Content-Disposition: attachment; filename*0*=x''%ff; filename*=\xff\r\n\r\nx",
    "HTML of open tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 900_000,
    "HTML of angles": b"Content-Type: text/html\r\n\r\n" + b"<" * 3_000_000,
    "HTML of comments": b"Content-Type: text/html\r\n\r\n" + b"<!--" * 900_000,
    "HTML of quotations": b"Content-Type: text/html\r\n\r\n" + b"<blockquote>a" * 300_000,
    "introductions": b"\r\n\r\n" + b"On 1 x wrote wrote wrote\n" * 100_000 + b"From: x\n" * 100_000,
    "header injection": b"Subject: =?utf-8?q?a=0D=0ABcc:_x@y.example?=\r\n"
    b"From: =?utf-8?q?a=0D=0Ab?= <a@b.example>\r\n\r\nx",
    "lone surrogates": b"Subject: =?utf-8?b?7aCA?=\r\n\r\n\xed\xa0\x80",
    "a delivery report of nothing": b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nx\r\n--b--\r\n",
}
