"""A mailbox that cannot be meant is refused with a sentence at the start."""

from typing import Any

import pytest

from config.checks import mailbox


@pytest.mark.parametrize(
    ("url", "reply", "ids"),
    [
        ("", "", []),
        ("imaps://u:p@imap.example/INBOX", "replies@brand.example", []),
        ("https://u:p@imap.example", "", ["allclear.E002"]),
        ("", "replies at brand", ["allclear.E003"]),
        ("", "a@x.example, b@y.example", ["allclear.E003"]),
    ],
)
def test_what_is_set_is_looked_at(settings: Any, url: str, reply: str, ids: list[str]) -> None:
    settings.INBOUND_IMAP_URL, settings.REPLY_ADDRESS = url, reply
    assert [one.id for one in mailbox(None)] == ids
