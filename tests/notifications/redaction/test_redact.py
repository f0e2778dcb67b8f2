"""What callers may rely on: kinds and classes, known values, dismissals, pseudonyms, and withholding when in doubt."""

import base64
import json
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.redaction import CLASS_OF, Known, digest_of, engine, redact
from notifications.redaction.rule import Rule
from tests.notifications.redaction import corpus_held, corpus_tuned, mint

KEY = b"a key for tests"
R = Random(5)
PASSWORD = "Kx7!" + "vTq2#m"


def test_each_kind_belongs_to_one_of_the_five_classes() -> None:
    assert set(CLASS_OF.values()) == {
        "provider key",
        "credential",
        "payment",
        "private customer detail",
        "raw log",
    }


@pytest.mark.requirement("A-18")
@pytest.mark.parametrize(
    ("name", "template", "wanted"),
    [
        ("anthropic", "key {} fails", "provider key"),
        ("pw", "the password is {}", "credential"),
        ("one_line", "{}", "credential"),
        ("card", "card {} was declined", "payment"),
        ("iban_spaced", "refund to {}", "payment"),
        ("email", "from {} yesterday", "private customer detail"),
        ("de", "call {}", "private customer detail"),
        ("log", "see\n{}\nthanks", "raw log"),
    ],
)
def test_findings_carry_their_class_and_span(name: str, template: str, wanted: str) -> None:
    secret = corpus_held.EXTRA[name](Random(9))
    text = template.format(secret)
    done = redact(text, default_deny=name == "log")
    assert {finding.class_of for finding in done.findings} == {wanted}
    assert secret in "".join(text[f.start : f.end] for f in done.findings)
    assert secret not in done.text


def test_offsets_are_characters_of_the_original() -> None:
    text = f"Grüße 👋🏽 — Иван: the password is {PASSWORD}, ok?"
    (finding,) = redact(text).findings
    assert text[finding.start : finding.end] == PASSWORD
    assert redact(text).text == "Grüße 👋🏽 — Иван: the password is [redacted: password], ok?"


@pytest.mark.requirement("C-16")
def test_the_same_person_has_the_same_pseudonym() -> None:
    done = redact("a.b@acme.io wrote; c.d@acme.io and A.B@acme.io answered")
    assert done.text == "User-1 wrote; User-2 and User-1 answered"
    assert done.pseudonyms["User-1"] == ("a.b@acme.io", "A.B@acme.io")
    assert "acme" not in repr(done)


@pytest.mark.requirement("C-16")
def test_a_pseudonym_that_is_in_the_text_is_not_given_again() -> None:
    assert redact("User-3 is not a.b@acme.io").text == "User-3 is not User-4"


@pytest.mark.requirement("A-18", "C-16")
def test_known_people_are_found_by_name_address_and_phone() -> None:
    known = Known(people=(("Zofia Brzęczyszczykiewicz", "zb@acme.io", "+48 600 123 456"), ("Ana", "ana@acme.io")))
    text = "Brzęczyszczykiewicz, Zofia (zb@acme.io, 600-123-456) met Ana; banana bread. ZB%40acme.io"
    assert redact(text, known=known).text == "User-1 (User-1, User-1) met User-2; banana bread. User-1"


SECRET = 'Q"u/ü&9 plain\\words'


@pytest.mark.requirement("A-18")
@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"user:" + SECRET.encode() + b"!").decode(),
        base64.urlsafe_b64encode(b"x" + SECRET.encode()).decode(),
        SECRET.encode().hex(),
    ],
)
def test_known_secrets_are_found_however_they_are_written(written: str) -> None:
    done = redact(f"it says {written} there", known=Known(secrets=(SECRET,)))
    assert done.findings
    assert written not in done.text
    assert SECRET not in done.text


def test_a_dismissal_is_kept_without_the_secret() -> None:
    text = f"the password is {PASSWORD} and mail a.b@acme.io"
    finding = redact(text, key=KEY).findings[0]
    assert finding.digest == digest_of(PASSWORD, KEY)
    assert PASSWORD not in finding.digest
    again = redact(text, key=KEY, dismissed=frozenset({finding.digest}))
    assert again.text == f"the password is {PASSWORD} and mail User-1"
    assert redact(text, key=b"another", dismissed=frozenset({finding.digest})).text.count("[redacted") == 1


@pytest.mark.requirement("A-18")
def test_out_of_time_withholds_the_whole_field() -> None:
    done = redact("the password is " + PASSWORD, deadline_seconds=-1)
    assert (done.text, done.withheld) == ("[redacted: withheld]", "out of time")


@pytest.mark.requirement("A-18")
def test_a_rule_that_raises_withholds_the_whole_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 29, with a rule that is really broken: its group is no match of its verdict."""
    broken = Rule("password", r"fine", (), lambda match, flat: bool(match.group("absent")))
    monkeypatch.setattr(engine, "RULES", (*engine.RULES, broken))
    done = redact("all is fine")
    assert (done.text, done.withheld) == ("[redacted: withheld]", "KeyError")


def test_what_is_masked_already_is_left_and_what_only_looks_so_is_not() -> None:
    assert redact("password: [redacted: password] ok").findings == ()
    assert PASSWORD not in redact(f"password: [redacted: {PASSWORD}]").text


def test_a_long_token_in_a_long_line_goes_whole() -> None:
    token = mint.mixed(R, mint.ALNUM, 9000)
    done = redact("word " * 1500 + f"token={token} " + "word " * 1500)
    assert token[-40:] not in done.text
    assert done.text.count("word") == 3000


PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([s.text for s in corpus_tuned.secrets() + corpus_held.secrets()]),
    st.sampled_from(["password is ", "token=", "://", "@", '"', "'", "\\n", "\n", " ", "[redacted: pin]", "User-1"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join), st.booleans())
def test_never_raises_is_idempotent_and_leaves_no_finding(text: str, default_deny: bool) -> None:
    done = redact(text, default_deny=default_deny)
    assert not done.withheld
    again = redact(done.text, default_deny=default_deny)
    assert (again.text, again.findings) == (done.text, ())
    ends = [(f.start, f.end) for f in done.findings]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in ends)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200), st.booleans())
def test_any_characters_at_all(text: str, default_deny: bool) -> None:
    """Also lone surrogates and control characters."""
    done = redact(text, default_deny=default_deny)
    assert not done.withheld
    assert redact(done.text, default_deny=default_deny).text == done.text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(corpus_tuned.secrets() + corpus_held.secrets()), st.text(max_size=40), st.text(max_size=40))
def test_what_was_found_is_not_in_the_output(sample: mint.Sample, before: str, after: str) -> None:
    text = f"{before}\n{sample.text}\n{after}"
    done = redact(text)
    for finding in done.findings:
        value = text[finding.start : finding.end]
        if len(value) > 9 and text.count(value) == 1:
            assert value not in done.text


def test_a_name_that_says_for_whom_its_secret_is_names_a_secret() -> None:
    secret = "Comet" + "35-"
    assert secret not in redact(f"stringData:\n  PASSWORD_FOR_APP: {secret}").text


def test_what_is_asked_for_on_one_line_is_masked_on_the_next_by_default_deny() -> None:
    chat = "bob: what is the pin for the alarm?\nana: {}\nbob: build {} is out"
    assert redact(chat.format("8562", "4711"), default_deny=True).text.count("8562") == 0
    assert "build 4711" in redact(chat.format("8562", "4711"), default_deny=True).text
