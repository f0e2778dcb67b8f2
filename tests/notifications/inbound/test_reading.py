"""What is read from a letter, and what no letter can do to whoever reads it."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.inbound.files import safe_name
from notifications.inbound.reading import MOST_TEXT, read
from tests.notifications.inbound.letters import HOSTILE, OOO, bounce, letter, raw


@pytest.mark.requirement("B-51")
def test_a_plain_answer() -> None:
    found = read(
        raw(
            "Still broken here.\n\nDana\n\nOn Tue, 3 Feb 2026 at 10:10, Brand <us@brand.example> wrote:\n> We look.\n",
            in_reply_to="<ours@brand.example>",
            references="<first@brand.example> <ours@brand.example>",
            delivered_to="replies+42.abcdefghijklmnop@brand.example",
        )
    )
    assert (found.from_name, found.from_address) == ("Dana Whitfield", "dana@northwind.example")
    assert found.text == "Still broken here.\n\nDana"
    assert found.quoted.startswith("On Tue, 3 Feb")
    assert found.answers == ("<ours@brand.example>", "<first@brand.example>")
    assert "replies+42.abcdefghijklmnop@brand.example" in found.recipients
    assert (found.automatic, found.bounces, found.attachments) == ("", (), ())


@pytest.mark.parametrize(
    ("introduction", "below"),
    [
        ("Am Di., 3. Feb. 2026 um 10:10 Uhr schrieb Brand <support@brand.example>:", "> Wir schauen."),
        ("Le mar. 3 févr. 2026 à 10:10, Brand <support@brand.example> a écrit :", "> Nous regardons."),
        ("-----Original Message-----", "From: Brand\nSent: Tuesday\nTo: Dana\nSubject: Paused\n\nWe look."),
        ("________________________________", "From: Brand\n\nWe look."),
        (
            "From: Brand <support@brand.example>",
            "Sent: Tuesday, 3 February 2026\nTo: Dana\nSubject: Paused\n\nWe look.",
        ),
        ("On Tue, 3 Feb 2026 at 10:10, Brand Support Team\n<support@brand.example> wrote:", "> We look."),
    ],
)
def test_what_is_quoted_is_folded(introduction: str, below: str) -> None:
    found = read(raw(f"It is back.\n\n{introduction}\n{below}\n"))
    assert found.text == "It is back."
    assert introduction.split("\n")[0] in found.quoted
    assert "look" in found.quoted or "schauen" in found.quoted or "regardons" in found.quoted


def test_answers_between_the_lines_stay_written() -> None:
    below = "> When did it stop?\nAt nine.\n> Anything changed?\nNo.\n"
    text = f"See below.\n\nOn Tue, 3 Feb 2026 at 10:10, Brand wrote:\n{below}"
    found = read(raw(text))
    assert "At nine." in found.text
    assert "No." in found.text
    assert "> When did it stop?" in found.quoted


def test_a_letter_of_quotations_alone_loses_nothing() -> None:
    found = read(raw("> all\n> of it\n"))
    assert found.text == "> all\n> of it"


def test_html_alone_is_read_as_text() -> None:
    page = (
        "<html><head><style>p{color:red}</style><title>x</title></head><body><p>It&rsquo;s <b>back</b>.</p>"
        "<script>steal()</script><div>Dana</div><blockquote><p>We look.</p></blockquote></body></html>"
    )
    mail = EmailMessage()
    mail["From"] = "dana@northwind.example"
    mail.set_content(page, subtype="html")
    found = read(mail.as_bytes())
    assert found.text == "It’s back.\n\nDana"
    assert found.quoted == "> We look."


def test_plain_text_comes_before_html() -> None:
    assert read(raw("Plain.", html="<p>Rich.</p>")).text == "Plain."


def test_files_are_kept_under_safe_names_and_by_what_they_look_like() -> None:
    mail = letter("See the files.")
    mail.add_attachment(b"%PDF-1.7 x", maintype="text", subtype="html", filename="../../etc/passwd.pdf")
    mail.add_attachment(
        b"<html><script>x</script>", maintype="image", subtype="png", filename="..\\..\\logo\u202egnp.exe"
    )
    mail.add_attachment(b"BEGIN:VCALENDAR\r\n", maintype="text", subtype="calendar")
    mail.add_attachment(b"\x78\x9f\x3e\x22\x00", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail.add_attachment(letter("inner"))
    found = read(mail.as_bytes())
    assert found.text == "See the files."
    assert [(one.name, one.content_type) for one in found.attachments] == [
        ("passwd.pdf", "application/pdf"),
        ("logo gnp.exe", "text/html"),
        ("attachment-4.ics", "text/calendar"),
        ("winmail.dat", "application/ms-tnef"),
        ("attachment-6.eml", "text/plain"),
    ]
    assert b"inner" in found.attachments[-1].content


@pytest.mark.parametrize(
    "claimed", ["", "...", "/", "\\", "a/../../b/", "\x00\x01", "a" * 5000, "con:?*|<>.txt", " . "]
)
def test_no_name_is_a_path(claimed: str) -> None:
    name = safe_name(claimed, 3, "text/plain")
    assert name
    assert len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|\x00')
    assert not name.startswith(".")


def test_no_more_files_than_there_is_room_for() -> None:
    mail = letter("Many.")
    for number in range(12):
        mail.add_attachment(b"x%d" % number, maintype="a", subtype="b", filename=f"{number}.bin")
    mail.add_attachment(b"x" * (10 * 1024 * 1024 + 1), maintype="a", subtype="b", filename="big.bin")
    found = read(mail.as_bytes())
    assert len(found.attachments) == 10
    assert [one.partition(":")[0] for one in found.left_out] == ["10.bin", "11.bin", "big.bin"]


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "auto-generated (rejected)"},
        {"x_autoreply": "yes"},
        {"precedence": "auto_reply"},
        {"precedence": "bulk"},
        {"list_id": "<news.example>"},
        {"return_path": "<>"},
        {"subject": "Automatic reply: Outreach paused"},
        {"subject": "Out of Office: Dana"},
        {"subject": "Abwesenheitsnotiz: Outreach paused"},
        {"sender": "no-reply@northwind.example"},
        {"sender": "MAILER-DAEMON@mx.example"},
    ],
)
def test_what_a_program_wrote_is_recognised(headers: dict[str, str]) -> None:
    assert read(raw(OOO, **headers)).automatic


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto_submitted": "no"},
        {"x_auto_response_suppress": "All"},
        {"subject": "Re: Out of office hours support"},
        {"subject": "Autopilot stopped"},
        {"precedence": "first-class"},
    ],
)
def test_what_a_person_wrote_is_not_taken_for_automatic(headers: dict[str, str]) -> None:
    assert read(raw(**headers)).automatic == ""


def test_a_delivery_report() -> None:
    found = read(
        bounce("<ours@brand.example>", "gone@northwind.example", status="5.0.0", said="550 5.1.1 User unknown")
    )
    (one,) = found.bounces
    assert (one.recipient, one.action, one.status, one.is_dead) == ("gone@northwind.example", "failed", "5.1.1", True)
    assert found.returned_ids == ("<ours@brand.example>",)
    assert found.automatic == "a delivery report"


@pytest.mark.parametrize(("status", "dead"), [("5.1.1", True), ("5.2.1", True), ("5.2.2", False), ("5.7.1", False)])
def test_a_full_mailbox_is_no_dead_address(status: str, dead: bool) -> None:
    (one,) = read(bounce("<a@b>", "c@d.example", status=status, said=f"{status} refused")).bounces
    assert one.is_dead is dead


def test_a_delay_is_no_failure() -> None:
    (one,) = read(bounce("<a@b>", "c@d.example", status="4.4.1", action="delayed")).bounces
    assert (one.failed, one.is_dead) == (False, False)


def test_exim_names_whom_it_could_not_reach() -> None:
    mail = raw("550 5.1.1 no such user", x_failed_recipients="gone@northwind.example", auto_submitted="auto-replied")
    (one,) = read(mail).bounces
    assert (one.recipient, one.failed) == ("gone@northwind.example", True)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_letter_raises_or_takes_long(name: str) -> None:
    began = time.process_time()
    found = read(HOSTILE[name])
    assert time.process_time() - began < 8, "bounded, with room for a slow machine"
    words = [found.from_name, found.from_address, found.subject, found.text, found.quoted, *found.left_out]
    for one in words:
        assert "\x00" not in one
        one.encode()
    assert "\n" not in found.subject + found.from_name + found.from_address
    assert "\r" not in found.subject + found.from_name + found.from_address
    assert len(found.text) <= MOST_TEXT
    assert len(found.attachments) <= 10


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=b", "message/rfc822"]),
)
def test_whatever_the_bytes_they_are_read(body: bytes, kind: str) -> None:
    read(f"From: a@b.example\r\nContent-Type: {kind}\r\n\r\n".encode() + body)
    read(body)
