"""The guard's second reader: what it counted, and what it adds to the rules."""

import pytest

from notifications.guard import check
from notifications.guard.check import bounds
from notifications.guard.judging import Judged
from notifications.guard.reading import LOWER, plain
from notifications.guard.weighing import COUNTED, DECIDES, KINDS, weighed
from notifications.guard.words import Text
from tests.notifications.guard.weigh import names, sentences, table

# By how many hundredths another machine's arithmetic may differ.
CLOSE = 3


def _ruled(text: str) -> set[str]:
    """The kinds that the rules alone find."""
    read = plain(text)
    words = Text(read.translate(LOWER))
    judged = (Judged(words.words[low:high]) for low, high in bounds(words, read))
    return {kind for one in judged for kind in KINDS if one.ruled(kind)}


def test_the_weights_are_those_of_the_kept_sentences_and_the_rules_as_they_stand() -> None:
    """When this fails, sentences or rules have changed: `python -m tests.notifications.guard.weigh`."""

    def read(text: str) -> dict[str, tuple[int, ...]]:
        rows = (line.split("\t") for line in text.splitlines())
        return {what: tuple(map(int, hundredths)) for what, *hundredths in rows}

    kept, anew = read(COUNTED.read_text(encoding="utf-8")), read(table(list(sentences())))
    shared = kept.keys() & anew.keys()
    assert len(shared) > 0.99 * max(len(kept), len(anew))
    assert all(abs(a - b) <= CLOSE for what in shared for a, b in zip(kept[what], anew[what], strict=True))


@pytest.mark.requirement("B-43", "B-44")
def test_it_finds_what_the_rules_miss_and_lets_go_what_they_take_wrongly() -> None:
    rows = [(kinds & set(KINDS), text) for text, kinds in sentences() if not kinds - set(KINDS)]
    both = [
        (kinds, {one.kind for one in check(text, third_parties=names())} & set(KINDS), _ruled(text))
        for kinds, text in rows
    ]
    found = sum(bool(kinds & got) for kinds, got, _ in both)
    ruled = sum(bool(kinds & by_rule) for kinds, _, by_rule in both)
    flagged = sum(bool(got) for kinds, got, _ in both if not kinds)
    by_rule = sum(bool(by_rule) for kinds, _, by_rule in both if not kinds)
    assert found > ruled and flagged < by_rule, (found, ruled, flagged, by_rule)


@pytest.mark.requirement("B-44")
@pytest.mark.parametrize(
    "text",
    [
        "Customers can pay by card.",
        "We're sorry for the wait.",
        "The archive is complete.",
        "Thank you for the photos.",
    ],
)
def test_it_alone_takes_no_sentence_without_a_time_for_a_promise(text: str) -> None:
    assert not {one.kind for one in check(text)}


@pytest.mark.parametrize("text", ["Theirs alone", "Our partner", "Vendor", "Couriers", "Their list", "Somebody else"])
def test_a_few_words_that_say_nothing_of_anybody_blame_nobody(text: str) -> None:
    assert not {one.kind for one in check(text)}


def test_what_it_has_never_seen_weighs_nothing() -> None:
    assert tuple(weighed(["qqq", "qqq zzz"])) == (0, 0, 0)
    assert all(light < heavy for heavy, light in DECIDES.values())
