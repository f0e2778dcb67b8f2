"""Who of those that a letter is shown for will not get it: their address is suppressed."""

from collections.abc import Sequence

from django import template

from notifications import suppression
from notifications.outbox import Outgoing

register = template.Library()


@register.simple_tag
def not_written_to(letters: Sequence[Outgoing]) -> set[str]:
    """The suppressed addresses among the recipients; one query."""
    return set(suppression.among(one.to for one in letters))
