"""What leaves is, byte for byte of what anybody reads, what Django's own message would have been."""

from email import message_from_bytes, policy
from email.message import Message
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.channels.mail import LINE, UNFOLDED, Mail

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n"), max_size=2 * LINE)


@given(st.sampled_from(["Subject", "To", "X", "Auto-Submitted"]), TEXT)
@example("Subject", " two  spaces \tand a tab ")
@example("X", "a" * (LINE - 3))
@example("X", "a" * (LINE - 2))
@example("To", '"Dana, of the mailers" <dana@client.example>, other@client.example')
def test_a_header_is_folded_as_the_library_folds_it(name: str, value: str) -> None:
    for linesep in ("\n", "\r\n"):
        ours, theirs = (one.clone(linesep=linesep) for one in (UNFOLDED, policy.compat32))
        assert ours.fold_binary(name, value) == theirs.fold_binary(name, value)


def _written(kind: type[EmailMultiAlternatives], **more: Any) -> Message:
    mail = kind(
        **{
            "subject": "SEV-1: Outreach paused for Müller & Söhne, and for everybody else who sends through it",
            "body": "Grüße,\n\n" + "long " * 400 + "\n.\nFrom here on\n",
            "from_email": '"Allclear, Köln" <allclear@example.org>',
            "to": ['"Dana" <dana@client.example>'],
            "reply_to": ["incident+abc@reply.example.org"],
            "headers": {"Message-ID": "<1.a@example.org>", "Date": "Fri, 27 Nov 2026 12:00:00 +0000"},
            **more,
        }
    )
    mail.attach_alternative("<p>Grüße</p>", "text/html")
    raw: bytes = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    return message_from_bytes(raw)


def test_a_letter_is_what_django_writes_but_for_its_boundary() -> None:
    ours, theirs = _written(Mail), _written(EmailMultiAlternatives)
    assert ours.get_boundary() and ours.get_boundary() != _written(Mail).get_boundary()
    for ours_part, theirs_part in zip(ours.walk(), theirs.walk(), strict=True):
        kept = [(name, value) for name, value in ours_part.items() if "boundary" not in value]
        assert kept == [(name, value) for name, value in theirs_part.items() if "boundary" not in value]
        if not ours_part.is_multipart():
            assert ours_part.get_payload() == theirs_part.get_payload()
    assert ours.get_content_type() == theirs.get_content_type() == "multipart/alternative"


def test_a_line_break_in_a_header_is_refused() -> None:
    with pytest.raises(ValueError, match="newlines"):
        _written(Mail, subject="Outreach paused\nBcc: everybody@example.org")
