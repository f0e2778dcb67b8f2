"""How much is found, and how much is left alone: on the texts the rules were tuned to, and on texts they never saw."""

from types import ModuleType

import pytest

from notifications.redaction import kinds, redact
from tests.notifications.redaction import (
    corpus_again,
    corpus_blind_a,
    corpus_blind_b,
    corpus_fresh,
    corpus_held,
    corpus_tuned,
    corpus_wide_machines,
    corpus_wide_mixed,
    corpus_wide_people,
)
from tests.notifications.redaction.mint import Sample

SETS = {
    "tuned": corpus_tuned,
    "held out": corpus_held,
    "fresh": corpus_fresh,
    "again": corpus_again,
    "machines": corpus_wide_machines,
    "people": corpus_wide_people,
    "mixed": corpus_wide_mixed,
    "blind a": corpus_blind_a,
    "blind b": corpus_blind_b,
}
HALVES = pytest.mark.parametrize("half", SETS.values(), ids=SETS)


def _missed(samples: list[Sample], default_deny: bool) -> list[Sample]:
    """Samples of which any secret is left whole, or that are withheld: withholding is no finding."""
    missed = []
    for sample in samples:
        done = redact(sample.text, default_deny=default_deny)
        if done.withheld or any(secret in done.text for secret in sample.secrets):
            missed.append(sample)
    return missed


def _say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    with capsys.disabled():
        print(f"\n  {words}", end="")  # noqa: T201 - the figure is the result


@pytest.mark.requirement("A-18", "A-25")
@HALVES
def test_patterns_find_nine_of_ten(half: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    samples = half.secrets()
    missed = _missed(samples, default_deny=False)
    _say(capsys, f"patterns: {1 - len(missed) / len(samples):.1%} of {len(samples)} secrets found")
    assert len(missed) <= len(samples) * 0.10, [sample.text for sample in missed]


@pytest.mark.requirement("A-18")
@HALVES
def test_default_deny_finds_ninety_nine_of_a_hundred(half: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    samples = half.secrets()
    missed = _missed(samples, default_deny=True)
    _say(capsys, f"default-deny: {1 - len(missed) / len(samples):.1%} of {len(samples)} secrets found")
    assert len(missed) <= len(samples) * 0.01, [sample.text for sample in missed]


@HALVES
def test_clean_texts_stay_as_they_are(half: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    samples = half.clean()
    altered = [sample.text for sample in samples if redact(sample.text).text != sample.text]
    _say(capsys, f"patterns: {len(altered) / len(samples):.1%} of {len(samples)} clean texts altered")
    assert len(altered) <= len(samples) * 0.05, altered


@HALVES
def test_default_deny_leaves_prose_readable(half: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Texts may be altered, but only odd tokens go: most of the words of the clean half are still there."""
    before = after = 0
    for sample in half.clean():
        done = redact(sample.text, default_deny=True)
        if any(finding.kind == kinds.LOG for finding in done.findings):
            continue  # raw log goes as a whole
        shown = done.text
        words = [word for word in sample.text.split() if word.isalpha()]
        before += len(words)
        after += sum(word in shown.split() for word in words)
    _say(capsys, f"default-deny: {after / before:.1%} of the plain words of clean texts left")
    assert after >= before * 0.95


def test_the_corpus_is_large_enough() -> None:
    assert len(corpus_tuned.secrets()) + len(corpus_held.secrets()) >= 600
    assert len(corpus_tuned.clean()) + len(corpus_held.clean()) >= 400
    assert len({sample.text for half in (corpus_tuned, corpus_held) for sample in half.secrets()}) >= 600
