"""A click on “say instead” leaves a letter that the guard finds clean."""

import pytest

from notifications.guard import check
from notifications.guard.repair import repaired
from tests.notifications.guard.weigh import HERE, sentences

NAMES = sorted(
    {
        name.strip()
        for path in HERE.glob("blind*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("names|")
        for name in line.removeprefix("names|").split(",")
    }
)
SUGGESTED = ("promise", "speculation", "blame", "jargon")


@pytest.mark.requirement("B-132", "B-133")
@pytest.mark.parametrize(
    ("text", "put_right"),
    [
        ("HubSpot broke.", "An upstream service we rely on broke."),
        ("The HubSpot sync stopped. We are sorry.", "The upstream sync stopped. We are sorry."),
        ("We looked at Mailgun's logs.", "We looked at an upstream service's logs."),
        ("Because of a HubSpot outage your mails are late.", "Because of a service outage your mails are late."),
        ("HubSpot webhooks are late.", "Upstream webhooks are late."),
        ("We found a stack trace in the log.", "We found an error message in the log."),
        ("Your payload was lost.", "Your data was lost."),
        ("The export died of a deadlock.", "The export died of a clash of two steps."),
        ("Sorry. The fault lies with our supplier. We test.", "Sorry. We are working on it. We test."),
        ("It works. It will be back by 5 p.m. today. Thanks.", "It works. We'll update you by [time]. Thanks."),
    ],
)
def test_a_repair_leaves_a_sentence(text: str, put_right: str) -> None:
    (one,) = check(text)
    assert repaired(text, one) == put_right


@pytest.mark.requirement("B-132")
def test_of_several_names_that_are_joined_the_second_becomes_another() -> None:
    said = "HubSpot, Mailgun and Twilio answer again."
    while found := check(said):
        said = repaired(said, found[0])
    assert said == "An upstream service we rely on, another and another answer again."


@pytest.mark.requirement("B-43", "B-44", "B-132", "B-133")
def test_whatever_is_suggested_for_the_kept_sentences_is_clean_once_it_stands_there() -> None:
    left, tried = [], 0
    for text, kinds in sentences():
        if not kinds & set(SUGGESTED):
            continue
        said = text
        for _ in range(8):
            offered = [one for one in check(said, third_parties=NAMES) if one.kind in SUGGESTED]
            if not offered:
                break
            tried += 1
            assert offered[0].suggestion
            said = repaired(said, offered[0])
        left += [(text, said, one) for one in check(said, third_parties=NAMES) if one.kind in SUGGESTED]
    assert tried > 1500 and not left, left[:10]
