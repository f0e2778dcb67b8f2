"""A text that somebody typed into a page without a form of its own: kept whole, and refused when it is too long."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from incidents.refusals import Refused

MOST = 2000


def typed(request: HttpRequest, name: str, filled: str = "") -> str:
    """What was typed, as it goes back into its field when it is refused; `filled` stood there before."""
    return request.POST.get(name, filled).replace("\x00", "")


def short_enough(text: str, field: str = "reason", most: int = MOST) -> None:
    """Refuses a text that would not fit, instead of keeping its beginning and losing the rest without a word."""
    if len(text) > most:
        raise Refused(f"At most {most:,} characters fit; this has {len(text):,}.", field)


def reasoned(
    request: HttpRequest,
    do: Callable[[str], object],
    *,
    done: str,
    back: str,
    context: Mapping[str, object],
    template: str = "incidents/reason.html",
    filled: str = "",
) -> HttpResponse:
    """A page that asks for a reason and does something with it: then says `done` at `back` (an address, or its name).

    A refusal stands beside the field, and what was typed stays in it; `filled` stands there at first.
    """
    error, reason = "", typed(request, "reason", filled)
    if request.method == "POST":
        try:
            short_enough(reason)
            do(reason)
        except Refused as refused:
            error = refused.sentence
        else:
            messages.success(request, done)
            return redirect(back)
    return render(request, template, {**context, "error": error, "reason": reason})
