"""Ids as names."""

from collections.abc import Iterable, Mapping

from django import template

register = template.Library()


@register.filter
def named(ids: Iterable[int], names: Mapping[int, str]) -> str:
    """The names of these ids, separated by commas; of one that is no longer offered nothing is said."""
    return ", ".join(names[pk] for pk in ids if pk in names)
