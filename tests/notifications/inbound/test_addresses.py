"""Signed reply addresses cannot be guessed, cut or moved to another thread."""

import pytest

from notifications.inbound.addresses import is_ours, reply_address, token_of

MAILBOX, KEY = "replies@brand.example", "a key"


@pytest.mark.requirement("B-51")
def test_an_answer_finds_its_thread() -> None:
    address = reply_address(MAILBOX, "2041", KEY)
    assert address.startswith("replies+2041.")
    assert len(address.partition("@")[0]) <= 64
    assert token_of(["else@brand.example", address.upper()], MAILBOX, [KEY]) == "2041"
    assert token_of([address], MAILBOX, ["a newer key", KEY]) == "2041"


@pytest.mark.parametrize("number", ["2042", "1", "20410"])
def test_the_signature_of_one_thread_opens_no_other(number: str) -> None:
    address = reply_address(MAILBOX, "2041", KEY).replace("+2041.", f"+{number}.")
    assert token_of([address], MAILBOX, [KEY]) == ""


@pytest.mark.parametrize(
    "address",
    [
        "replies@brand.example",
        "replies+2041@brand.example",
        "replies+2041.@brand.example",
        "replies+2041.aaaaaaaaaaaaaaaa@brand.example",
        reply_address(MAILBOX, "2041", KEY)[:-1],
        reply_address(MAILBOX, "2041", "another key"),
        reply_address("replies@evil.example", "2041", KEY),
        "+",
        "",
        "@",
    ],
)
def test_what_is_not_signed_names_nothing(address: str) -> None:
    assert token_of([address], MAILBOX, [KEY]) == ""


def test_what_we_wrote_ourselves() -> None:
    assert is_ours("Replies+2041.x@BRAND.example", MAILBOX)
    assert is_ours("replies@brand.example", MAILBOX)
    assert not is_ours("replies2@brand.example", MAILBOX)
    assert not is_ours("replies@brand.example", "")
