"""A wording filled in: whatever stands in it or in what fills it is text."""

import pytest

from notifications.wording import Unfilled, Wording, render

WORDING = Wording("x", "{{ brief }} at 100%", "**Now**: {{ brief }} is 50%s done, 5 %(brief)s.\n\n{{ more }}\n\nBye %")


def test_a_per_cent_sign_is_a_per_cent_sign() -> None:
    rendered = render(WORDING, {"brief": "%s and %(more)s <b>", "more": "20 %"})
    assert rendered.subject == "%s and %(more)s <b> at 100%"
    assert rendered.text == "Now: %s and %(more)s <b> is 50%s done, 5 %(brief)s.\n\n20 %\n\nBye %\n"
    assert "%s and %(more)s &lt;b&gt; is 50%s done, 5 %(brief)s." in rendered.html


def test_what_may_be_lacking_goes_with_its_line() -> None:
    rendered = render(WORDING, {"brief": "It"}, optional=frozenset({"more"}))
    assert rendered.text == "Now: It is 50%s done, 5 %(brief)s.\n\nBye %\n"
    with pytest.raises(Unfilled, match="more"):
        render(WORDING, {"brief": "It"})
