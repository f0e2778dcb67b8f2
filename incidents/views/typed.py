"""A text that somebody typed into a page without a form of its own: kept whole, and refused when it is too long."""

from django.http import HttpRequest

from incidents.refusals import Refused

MOST = 2000


def typed(request: HttpRequest, name: str, filled: str = "") -> str:
    """What was typed, as it goes back into its field when it is refused; `filled` stood there before."""
    return request.POST.get(name, filled).replace("\x00", "")


def short_enough(text: str, field: str = "reason", most: int = MOST) -> None:
    """Refuses a text that would not fit, instead of keeping its beginning and losing the rest without a word."""
    if len(text) > most:
        raise Refused(f"At most {most:,} characters fit; this has {len(text):,}.", field)
