"""What lets somebody in, however it is said in a letter, and what only looks like it (B-133)."""

import pytest

from notifications.guard import check


def _secrets(text: str, known: tuple[str, ...] = ()) -> list[str]:
    return [one.text for one in check(text, secrets=known) if one.kind == "secret"]


@pytest.mark.requirement("B-133")
@pytest.mark.parametrize(("text", "known"), [
    # Of a provider's shape, and called a key.
    ("A new API key has been issued for your integration: sk_live_51Hc8aQz0vTn.", ()),
    ("Your recovery key is 4H7Q-PLM2-99XD-VV1A.", ()),
    # One of ours inside another of ours, and in the words around it.
    ("Use ghp-Lantern-9931-oboe, please.", ("ghp-Lantern-9931", "Lantern-9931-oboe")),
    ("The password is Lantern-9931-oboe.", ("Lantern-9931-oboe",)),
])  # fmt: skip
def test_a_secret_of_two_shapes_is_shown_once(text: str, known: tuple[str, ...]) -> None:
    assert len(_secrets(text, known)) == 1
