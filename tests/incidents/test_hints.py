"""What a client's words sound like: suggested by what is said, never by a bare noun."""

import pytest

from incidents.hints import situations_in

SAID = [
    ("client_leaving", "We are going to cancel our contract at the end of the month."),
    ("client_leaving", "Honestly, we're looking at alternatives."),
    ("client_leaving", "We will not renew in March."),
    ("client_leaving", "This was the last straw."),
    ("client_leaving", "We are moving to another provider next week."),
    ("client_leaving", "We are leaving."),
    ("payment_dispute", "I want a refund for October."),
    ("payment_dispute", "Please refund us for the lost week."),
    ("payment_dispute", "We won't pay this invoice."),
    ("payment_dispute", "I will open a chargeback with my bank."),
    ("payment_dispute", "We are disputing the October invoice."),
    ("payment_dispute", "We are considering a refund."),
    ("payment_dispute", "You owe us a credit note."),
    ("payment_dispute", "How will you credit us?"),
    ("legal_threat", "Our lawyers will be in touch."),
    ("legal_threat", "We are considering legal action."),
    ("legal_threat", "This is a breach of contract."),
    ("legal_threat", "I have spoken to my attorney."),
    ("legal_threat", "We reserve all rights."),
    ("data_breach", "I can see another client's leads in my CRM."),
    ("data_breach", "Somebody else's contacts show up in our CRM!"),
    ("data_breach", "Another client’s leads are in our list."),
    ("data_breach", "Is this a data breach?"),
    ("data_breach", "Our contact list was leaked."),
    ("data_breach", "Somebody else has access to our inbox."),
    ("data_breach", "I think our account was hacked."),
]
CLEAN = [
    "The refund page of our shop is slow.",
    "I am leaving the office at five, call me before.",
    "Please cancel my meeting of Tuesday.",
    "Thanks, no lawyers needed!",
    "We do not want a refund, just a date.",
    "Please do not cancel our contract over this.",
    "Legal is one of our segments.",
    "Can you leave a comment on the deal?",
    "Which contacts were affected?",
    "We will pay attention to it.",
    "Emails still bounce since nine.",
    "The payment integration fails with 401.",
    "Mark this incident as resolved and close it.",
    "unsubscribe",
    "We owe you an answer about the refund page.",
    "Our client's contacts are not synced.",
    "When will it be back?",
    "Everything works again, thank you.",
    "We switched the campaign to another list.",
    "Our legal newsletter did not go out.",
]


@pytest.mark.requirement("B-108", "B-109", "B-110", "B-113")
@pytest.mark.parametrize(("situation", "text"), SAID)
def test_what_is_said_is_heard(situation: str, text: str) -> None:
    found = situations_in(f"Hello Rick,\n\n{text}\n\nDana")
    assert [one.situation for one in found] == [situation]
    assert found[0].sign.lower() in text.lower()
    assert found[0].words == text


@pytest.mark.parametrize("text", CLEAN)
def test_what_only_names_a_thing_suggests_nothing(text: str) -> None:
    assert situations_in(f"Hello Rick,\n\n{text}\n\nDana") == []


def test_several_things_at_once_once_each() -> None:
    text = "We want a refund. Our lawyers will call. I said: refund us!"
    assert [one.situation for one in situations_in(text)] == ["payment_dispute", "legal_threat"]
