"""Who of those that a letter is shown for will not get it: their address is suppressed."""

from collections.abc import Container, Sequence

from django import template

from incidents import letterbook
from incidents.models import Client
from notifications import suppression
from notifications.outbox import Outgoing

register = template.Library()


@register.simple_tag
def not_written_to(letters: Sequence[Outgoing]) -> set[str]:
    """The suppressed addresses among the recipients; one query."""
    return set(suppression.among(one.to for one in letters))


@register.simple_tag
def told_nothing(letters: Sequence[Outgoing], dead: Container[str]) -> list[str]:
    """The clients none of whose addresses works, so that nothing reaches them; a query only where there are such."""
    clients = {letterbook.client_of(one.key) for one in letters}
    reached = {letterbook.client_of(one.key) for one in letters if one.to not in dead}
    lost = clients - reached
    return list(Client.objects.filter(pk__in=lost).values_list("name", flat=True)) if lost else []


@register.simple_tag
def dead_among(addresses: Sequence[str]) -> list[str]:
    """Those to which nothing goes, in their order; one query."""
    dead = suppression.among(addresses)
    return [one for one in dict.fromkeys(addresses) if one in dead]
