"""A letter as it is shown while it is written: marks in their places, and what Markdown would look like to a client."""

import pytest

from incidents.proofs import first_mark, pieces, without_marks


def _shown(letter: str, *found: tuple[str, int, int, bool]) -> str:
    return "".join(f"[{one.mark}|{one.text}]" if one.mark else one.text for one in pieces(letter, found))


def test_what_is_found_is_marked_where_its_field_stands_in_the_letter() -> None:
    words = "  HubSpot broke. Soon back."
    letter = "Hi,\n\nHubSpot broke. Soon back.\n\nBye"
    assert _shown(letter, (words, 2, 9, False)) == "Hi,\n\n[found|HubSpot] broke. Soon back.\n\nBye"
    assert _shown(letter, (words, 2, 27, False), (words, 9, 15, True)) == (
        "Hi,\n\n[found|HubSpot][stops| broke][found|. Soon back.]\n\nBye"
    )


def test_words_that_the_letter_does_not_hold_are_marked_nowhere() -> None:
    assert _shown("Hi there", ("Hello there", 0, 5, True), ("", 0, 1, True)) == "Hi there"
    assert pieces("", [("x", 0, 1, True)]) == []


@pytest.mark.parametrize(
    ("typed", "mark", "plain"),
    [
        ("It is **paused** now.", "**paused**", "It is paused now."),
        ("It is *paused* and __late__.", "*paused*", "It is paused and late."),
        ("## What we know\nIt is paused.", "## What we know", "What we know\nIt is paused."),
        ("See [it](https://status.example.org/a).", "[it](https://status.example.org/a)", "See it (https://status.example.org/a)."),
        ("Run `sync now`.", "`sync now`", "Run sync now."),
        ("***Both*** at once", "**Both**", "Both at once"),
    ],
)  # fmt: skip
def test_marks_of_markdown_are_noticed_and_taken_out(typed: str, mark: str, plain: str) -> None:
    assert first_mark(typed) == mark and without_marks(typed) == plain
    assert not first_mark(plain)


@pytest.mark.parametrize(
    "typed",
    [
        "5 * 3 * 2 contacts",
        "user_name_id",
        "- paused\n- late",
        "2 ** 8",
        "INC #57 is open",
        "a_b and c_d",
        "*",
        "****",
        "",
    ],
)
def test_what_only_looks_a_little_like_it_is_left_alone(typed: str) -> None:
    assert without_marks(typed) == typed and not first_mark(typed)
