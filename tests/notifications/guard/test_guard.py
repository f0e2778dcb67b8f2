"""The guard on sentences that break a rule and on clean ones close to the line (B-43, B-44, B-132, B-133)."""

import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.guard import check
from notifications.guard.judging import forget
from tests.factories import T0

HERE = Path(__file__).parent
NAMES = ("HubSpot", "Instantly", "OpenRouter", "Apollo", "Smartlead")
OTHERS = ("Harbor & Vine", "Atlas Freight")
BROKEN = [tuple(line.split("|", 1)) for line in (HERE / "broken.txt").read_text().splitlines()]
CLEAN = (HERE / "clean.txt").read_text().splitlines()
# Sets that were written by somebody who had not seen the rules, each after the rules had been improved by the one
# before it: what the guard found of them at first sight, and what it flagged of the clean ones, in per cent.
BLIND = {
    "blind1": (83.2, 3.2),
    "blind2": (76.4, 4.2),
    "blind3": (78.7, 6.6),
    "blind4": (88.9, 2.0),
    "blind5": (82.0, 8.0),
    # From here on the rules are those of the grammar.
    "blind6": (89.3, 7.3),
    "blind7": (94.7, 3.3),
    "blind8": (95.8, 5.0),
    # In voices far from each other: plain, wordy, of other trades (a school, a ward, a depot), and in
    # pairs that differ by a word. The first three were written before any rule was read.
    "blind9": (97.7, 3.1),
    "blind10": (89.9, 8.5),
    "blind11": (83.2, 9.5),
    "blind12": (85.7, 5.6),
    "blind13": (91.7, 1.8),
    # The first that the second reader had not counted (see weighing); by the rules alone 85.1 and 5.4.
    "blind14": (87.1, 7.1),
    # Letters of several sentences and single ones; the figures are those of whole clean letters. Here each sentence
    # that breaks a rule is a line, and so is what stands around it.
    "blind15": (92.2, 6.0),
    "blind16": (91.5, 4.5),
    # With any finding at all; with one of the kind that is expected 94.5.
    "blind17": (95.5, 2.5),
    # Of three, the first before any rule was read; letters of six to ten sentences, status lines, many trades. Here too
    # each sentence of a letter is a line.
    "blind18": (99.2, 0.7),
    "blind19": (95.9, 5.7),
    "blind20": (96.4, 4.0),
    # After the rules had been improved by these three: short sentences in a plain voice, of places and things.
    "blind21": (90.3, 6.6),
    "blind22": (93.4, 2.3),
    # Six at once, each of another voice: an agency's support, whole letters of many firms, pairs that differ by little,
    # wordy native writers, status pages, and blunt, legal or non-native English.
    "blind23": (92.0, 0.0),
    "blind24": (93.0, 1.5),
    "blind25": (94.5, 3.5),
    "blind26": (86.5, 2.5),
    "blind27": (97.0, 1.0),
    "blind28": (91.5, 2.5),
    # After these six and the wide sets up to 12 had been counted: an agency again, whole letters, pairs that differ by
    # little, three voices far from each other.
    "blind29": (98.0, 1.0),
    "blind30": (95.0, 2.1),
    "blind31": (95.5, 7.5),
    "blind32": (95.0, 3.0),
}
# Sets that are wide rather than blind, written to be counted: every way of breaking a rule, or not, that came to mind.
# What the guard found of them before it had counted them says how much there was to learn.
WIDE = {
    "wide": (71.7, 7.6),
    # Promises; speculation; blame without a name, and secrets; ordinary letters.
    "wide2": (71.7, 8.3),
    "wide3": (79.0, 11.3),
    "wide4": (62.1, 3.8),
    "wide5": (87.1, 2.2),
    # Promises of wordy native writers, of non-native, legal and very short ones, and of software firms.
    "wide6": (65.1, 4.6),
    "wide7": (72.3, 4.6),
    "wide8": (69.7, 3.5),
    # Speculation in three voices; blame and secrets again; pairs and triples that differ by a word.
    "wide9": (76.4, 10.0),
    "wide10": (52.3, 2.9),
    "wide11": (81.2, 6.4),
    # Written for what all of these lacked.
    "wide12": (61.9, 8.0),
    # Pairs and triples, whole letters, three voices, what is nearly all clean, promises that nobody notices.
    "wide13": (91.0, 11.2),
    "wide14": (88.7, 1.9),
    "wide15": (83.1, 5.8),
    "wide16": (92.0, 9.2),
    "wide17": (84.0, 4.3),
    # Once more pairs and triples, whole letters, three voices.
    "wide18": (87.5, 8.3),
    "wide19": (94.4, 2.4),
    "wide20": (85.2, 2.8),
    # Short ones that say how things stand, as subjects do, and what they may not say.
    "wide21": (91.7, 8.9),
}
WORDS_TOO = ("Clay", "Close", "Make", "Front", "Segment", "Notion", "Slack", "Stripe", "Google Workspace")
# Every third sentence was kept aside while the rules were written.
PARTS = {"kept aside": slice(0, None, 3), "first": slice(1, None, 3), "second": slice(2, None, 3)}


def _kinds(sentence: str, names: Sequence[str] = NAMES) -> set[str]:
    found = check(sentence, third_parties=names, client="Northwind Dental", other_clients=OTHERS)
    return {one.kind for one in found}


@pytest.mark.requirement("B-43", "B-44", "B-132", "B-133", "C-10")
@pytest.mark.parametrize("part", PARTS)
def test_what_breaks_a_rule_is_found(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = BROKEN[PARTS[part]]
    missed = [(kind, sentence) for kind, sentence in rows if kind not in _kinds(sentence)]
    share = 1 - len(missed) / len(rows)
    with capsys.disabled():
        print(f"\nguard, {part}: {share:.1%} of {len(rows)} sentences that break a rule are found")  # noqa: T201
    assert share >= 0.95, missed


@pytest.mark.parametrize("part", PARTS)
def test_what_is_clean_is_left_alone(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = CLEAN[PARTS[part]]
    flagged = [(sentence, _kinds(sentence)) for sentence in rows if _kinds(sentence)]
    share = len(flagged) / len(rows)
    with capsys.disabled():
        print(f"\nguard, {part}: {share:.1%} of {len(rows)} clean sentences are flagged")  # noqa: T201
    assert share <= 0.03, flagged


def _blind(name: str) -> tuple[list[str], list[tuple[set[str], str]]]:
    """The names and the sentences of a set: “promise,blame|…”, “clean|…”; its first line may hold the names."""
    rows = [line.split("|", 1) for line in (HERE / f"{name}.txt").read_text().splitlines()]
    named = [one.strip() for kinds, text in rows if kinds == "names" for one in text.split(",")]
    return named, [(set(kinds.split(",")) - {"clean"}, text) for kinds, text in rows if kinds != "names"]


@pytest.mark.requirement("B-43", "B-44", "B-132", "B-133", "C-10")
@pytest.mark.parametrize("name", BLIND)
def test_what_was_written_blind_is_found_and_left_alone(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is asked of letters that nobody here has seen is 95 % found and 3 % flagged. `BLIND` says how each set stood
    when it was first read; the lines that are printed say how it stands now.

    Found is what has a finding of a kind that is expected; flagged is a clean one with any finding at all."""
    at_first = "at first sight {} % and {} %".format(*BLIND[name])
    _measure(name, at_first, capsys)


@pytest.mark.parametrize("name", WIDE)
def test_what_was_written_to_be_counted_is_found_and_left_alone(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _measure(name, "before it was counted {} % and {} %".format(*WIDE[name]), capsys)


# Sets from which no weight was counted and nothing mended: what they say is what a new letter can expect. When the
# sentences that fail are looked at, a set belongs among the blind ones, and another has to be written.
ASIDE = {
    "business": 0.03,
    "letters": 0.03,
    # A third wordy natives, a third status pages and chats, a third legal or not native.
    "voices": 0.04,
    # Two more of the kinds before, written when all others had been counted.
    "writers": 0.03,
    "trades": 0.04,
    # Pairs that differ by a word or two, written to fool whoever knows words and not meaning: nearly each of the clean
    # ones stands on the line.
    "pairs": 0.08,
}


@pytest.mark.requirement("B-43", "B-44", "B-132", "B-133", "C-10")
@pytest.mark.parametrize("name", ASIDE)
def test_what_is_kept_aside_is_found_and_left_alone(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """95 % found and 3 % flagged of letters new to the guard. Only figures are told, so that nobody reads them."""
    names, rows = _blind(f"aside/{name}")
    read = [(kinds, _kinds(text, names=names)) for kinds, text in rows]
    broken, clean = [one for one in read if one[0]], [got for kinds, got in read if not kinds]
    found, wrongly = sum(bool(kinds & got) for kinds, got in broken) / len(broken), sum(map(bool, clean)) / len(clean)
    with capsys.disabled():
        print(f"\nguard, kept aside, {name}: {found:.1%} of {len(broken)} found, ", end="")  # noqa: T201
        print(f"{wrongly:.1%} of {len(clean)} clean flagged")  # noqa: T201
    assert found >= 0.95 and wrongly <= ASIDE[name], (found, wrongly)


def _measure(name: str, at_first: str, capsys: pytest.CaptureFixture[str]) -> None:
    names, rows = _blind(name)
    read = [(kinds, text, _kinds(text, names=(*NAMES, *WORDS_TOO, *names))) for kinds, text in rows]
    missed = [(kinds, text) for kinds, text, got in read if kinds and not kinds & got]
    lacking = [(kinds - got, text) for kinds, text, got in read if kinds - got]
    flagged = [(text, got) for kinds, text, got in read if not kinds and got]
    broken, clean = sum(bool(kinds) for kinds, _ in rows), sum(not kinds for kinds, _ in rows)
    found, each, wrongly = 1 - len(missed) / broken, 1 - len(lacking) / broken, len(flagged) / clean
    with capsys.disabled():
        print(f"\nguard, {name}: {found:.1%} of {broken} found ({each:.1%} in each kind), ", end="")  # noqa: T201
        print(f"{wrongly:.1%} of {clean} clean flagged; {at_first}")  # noqa: T201
    assert found >= 0.95 and each >= 0.93 and wrongly <= 0.03, (lacking, flagged)


@pytest.mark.requirement("B-43", "B-44", "B-132")
@pytest.mark.parametrize(("sentence", "kinds"), [
    # A cause that nobody has checked, and what else is not checked.
    ("The delay comes from the nightly export, but nobody has verified this so far.", {"speculation"}),
    ("Not tested yet, but it was the switch to the new number that cut the calls.", {"speculation"}),
    ("We have not checked the October figures yet, but the September ones are complete.", set()),
    # What is usual, of a cause and of the service.
    ("Usually, when calls drop like this, a certificate has expired.", {"speculation"}),
    ("Usually, when you send an order, you get a receipt at once.", set()),
    # How many, and how it came about.
    ("The old prices appear to have reached only a handful of visitors.", set()),
    ("The old prices appear to have come from a cached list.", {"speculation"}),
    # A time that points back to another, and a verb that is past though its time reaches as far as it.
    ("We write at six, and every order will be in place before that.", {"promise"}),
    ("We will call you before that.", set()),
    ("By Friday noon your team will have every order back.", {"promise"}),
    ("By Friday noon your team had every order back.", set()),
    # A lead that is followed, and those that a client sells to; the trail of a fault, and of a button.
    ("One lead that we are following is a full disk.", {"speculation"}),
    ("A lead that is marked twice was saved once.", set()),
    ("The trail leads back to our update.", {"speculation"}),
    ("The button leads back to the start page.", set()),
    # What somebody outside left undone, and what they did not harm.
    ("Our subcontractor did not do theirs.", {"blame"}),
    ("Our subcontractor did not lose any of your data.", set()),
    # What cannot be is inferred, what cannot be done is known.
    ("It can't be a coincidence.", {"speculation"}),
    ("The lost minutes can't be recorded again.", set()),
    # Who is sure and who is nearly so; since when, and after what.
    ("We are now sure what happened: our importer read a comma wrongly.", set()),
    ("We are fairly sure what happened: our importer read a comma wrongly.", {"speculation"}),
    ("It looks like the problem started on Saturday at two.", set()),
    ("It looks like the problem started with the release on Saturday.", {"speculation"}),
    # A regret, and a guess.
    ("This could have been caught by a test.", set()),
    ("This could have been caused by a test.", {"speculation"}),
    # What is maintained, what lasts at present, and what is promised.
    ("The controller will be serviced on 3 December between 06:00 and 08:00.", set()),
    ("The controller will be repaired on 3 December between 06:00 and 08:00.", {"promise"}),
    ("Right now a search takes about nine minutes.", set()),
    ("The repair takes about nine minutes.", {"promise"}),
    ("The wait on the phone is about ten minutes.", set()),
    ("Start: 06:11. End: 07:40.", set()),
    # Clients do again what was broken; we do what we always do.
    ("Your guests will be able to check in by the weekend.", {"promise"}),
    ("We will be able to check in with you by the weekend.", set()),
    # Our own people, and others.
    ("All our database people are on this.", set()),
    ("The database people broke it.", {"blame"}),
    ("Nobody outside our company saw your files.", set()),
    ("The fault lies outside our company.", {"blame"}),
    ("The mistake was the night team's doing.", set()),
    ("The mistake was the print shop's doing.", {"blame"}),
])  # fmt: skip
def test_a_word_decides(sentence: str, kinds: set[str]) -> None:
    assert _kinds(sentence) == kinds


def test_the_corpus_is_large_enough_and_half_of_it_is_clean() -> None:
    assert len(BROKEN) + len(CLEAN) >= 400 and min(len(BROKEN), len(CLEAN)) >= 190
    assert len({sentence for _, sentence in BROKEN} | set(CLEAN)) == len(BROKEN) + len(CLEAN)


@pytest.mark.requirement("B-132", "C-10")
def test_a_finding_marks_its_span_and_offers_what_to_say() -> None:
    text = "Hi Dana,\n\nSorry: HubSpot broke."
    (one,) = check(text, third_parties=NAMES)
    assert text[one.start : one.end] == one.text == "HubSpot"
    assert one.suggestion == "an upstream service we rely on" and "working on it" in one.why and not one.stops


@pytest.mark.requirement("B-48", "B-67", "B-68")
@pytest.mark.parametrize(("field", "text", "kinds"), [
    ("happening", "One. Two.", set()),
    ("happening", "One. Two. Three.", {"length"}),
    ("did", "At 9 a.m. we looked. We found it, e.g. in the log.", set()),
    ("", "One. Two. Three. Four.", set()),
])  # fmt: skip
def test_one_or_two_sentences(field: str, text: str, kinds: set[str]) -> None:
    assert {one.kind for one in check(text, field=field)} == kinds


@pytest.mark.requirement("B-50")
def test_a_missing_or_past_next_update_is_found() -> None:
    for due, found in ((None, True), (T0 - timedelta(seconds=1), True), (T0 + timedelta(hours=1), False)):
        kinds = {one.kind for one in check("Hello.", kind="incident-update", next_update_by=due, now=T0)}
        assert ("next_update" in kinds) is found


def test_quoted_words_of_the_client_are_theirs() -> None:
    assert not _kinds("You wrote: “HubSpot broke, it must be fixed by 5 pm”. We are on it.")
    assert not _kinds("> it will be back by tomorrow\nWe are on it.")
    assert _kinds("It will be back by tomorrow.") == {"promise"}


@pytest.mark.requirement("B-133")
def test_a_known_secret_is_found_wherever_it_stands_and_once() -> None:
    secret = "ghp_" + "a1B2" * 6
    found = check(f"Use {secret}, then {secret}.", secrets=(secret,))
    assert [(one.kind, one.text, one.stops) for one in found] == [("secret", secret, True)] * 2
    assert not check("Use the usual one.", secrets=(secret,))


@pytest.mark.requirement("B-133")
@pytest.mark.parametrize(("text", "found"), [
    ("The secret whsec_9fT2kQ7LmP0aZx4Rv8NcYb1D was rotated.", True),
    ("Alerts go to https://hooks.slack.com/services/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.", True),
    ("Your one-time access code for the vault is vk-8841-QTRZ-77xp.", True),
    ("The PIN for the door is 482913.", True),
    ("We use the same PIN, 9921, on all tablets.", True),
    ("Please enter 662914 as the verification code.", True),
    ("The API key for the test is 9f86d081884c7d659a2feaa0c55ad015.", True),
    ('The database password has been set to "Pelican_77".', True),
    ("Log in with demo@client.example / Blue!Kite7.", True),
    ("The access code was sent to your phone.", False),
    ("We changed the passcode on 3 December 2025.", False),
    ("The PIN pads on tills 3 and 4 were offline.", False),
    ("The verification code mails were late by ten minutes.", False),
    ("The discount code SUMMER2025 was rejected at the till.", False),
    ("The commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b was undone.", False),
    ("The job is 550e8400-e29b-41d4-a716-446655440000.", False),
])  # fmt: skip
def test_what_lets_somebody_in_is_a_secret_and_other_numbers_are_none(text: str, found: bool) -> None:
    assert [one.kind for one in check(text)] == ["secret"] * found


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_it_reads_anything_and_its_spans_are_real(text: str) -> None:
    for one in check(text, third_parties=NAMES, other_clients=OTHERS, field="did"):
        assert 0 <= one.start <= one.end <= len(text) and text[one.start : one.end] == one.text


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "it will be " * 5_000, "by " * 20_000, "“" * 20_000, "may be due to " * 3000, "(" * 20_000]
)
def test_hostile_letters_are_read_in_time(text: str) -> None:
    began = time.perf_counter()
    check(text[:50_000], third_parties=NAMES)
    assert time.perf_counter() - began < 10


@pytest.mark.requirement("B-132", "C-10")
@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Make sure that the list is complete.", False),
        ("make has stopped our scenarios.", True),
        ("Close to fifty rows were skipped.", False),
        ("Once Close confirms it, we go on.", True),
        ("Messages leave instantly again.", False),
        ("They were sent via instantly.", True),
        ("Your Close account is connected.", False),
        ("The Slack channel that you share with us is open.", False),
        ("You asked whether HubSpot is down.", False),
        ("Mailgun is not in the catalogue.", True),
    ],
)
def test_names_that_are_words_too_count_as_names_only(sentence: str, named: bool) -> None:
    assert ("blame" in _kinds(sentence, names=(*NAMES, *WORDS_TOO))) is named


def _steps(letter: str) -> int:
    """How many calls it takes to read a letter, of our own functions and of those that they call."""
    steps = 0
    forget()

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        check(letter, third_parties=NAMES, other_clients=OTHERS)
    finally:
        sys.setprofile(None)
    return steps


def test_a_letter_of_two_thousand_characters_takes_few_steps_and_ten_times_the_letter_ten_times_as_many() -> None:
    """The clock of a busy machine says little; `bench` measures it, this counts (5 ms are some 25,000 calls)."""
    for sentences in (CLEAN, [sentence for _, sentence in BROKEN]):
        text = " ".join(sentences)
        check(text, third_parties=NAMES)
        short = max(_steps(text[place : place + 2000]) for place in range(0, 16_000, 4_000))
        assert short < 25_000, short
        assert _steps(text[:20_000]) < short * 12


def test_a_client_may_read_their_own_name() -> None:
    def other(text: str, client: str, *others: str) -> bool:
        return any(one.kind == "other_client" for one in check(text, client=client, other_clients=others))

    assert not other("Hi Atlas Freight GmbH, all is well.", "Atlas Freight GmbH", "Atlas Freight", "Harbor")
    assert other("Hi Atlas Freight GmbH, as at Harbor.", "Atlas Freight GmbH", "Atlas Freight", "Harbor")
    assert not other("Hi atlas freight, all is well.", "Atlas Freight", "Atlas Freight")
