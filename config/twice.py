"""A form that comes twice, by a double click without a script or by reloading, is done once.

Each page that is drawn has a token of its own: `{% csrf_token %}` masks the secret of the session anew. Who sent it,
that token, the address and all that was typed name one sending of one form. So a form needs nothing further, and a page
that was opened again, or other words on the same page, are another sending.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from incidents import once

# Buttons and addresses that show a form anew and write nothing.
ASKS = frozenset({"preview", "repair"})
TWICE = "This form came twice and was done once: here is what came of it."


class DoneOnce:
    """Around each view that changes something (each of them has a `permission`), in the transaction of what it does.

    What leads on to another page was done, and leads there again. What shows its form again, or says that it was
    refused, was not, and may be sent once more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Does the view, or leads to where the same form led before; None for everything that is no such form."""
        route = request.resolver_match.url_name if request.resolver_match else ""
        if request.method != "POST" or not hasattr(view, "permission") or "preview" in (route or ""):
            return None
        if not once.names_a_page(request.POST) or ASKS & request.POST.keys():
            return None
        with once.sending(_digest(request), at=timezone.now()) as form:
            if form.led_to:
                messages.info(request, TWICE)
                return redirect(form.led_to)
            response = view(request, *args, **kwargs)
            # A cookie of the view holds what is shown once, such as a new key: the repeat could not show it again.
            if 300 <= response.status_code < 400 and not response.cookies and not _refused(request):
                form.done(response["Location"])
        return response


def _digest(request: HttpRequest) -> str:
    said = hashlib.sha256()
    files = [(name, one.name, one.size) for name, some in sorted(request.FILES.lists()) for one in some]
    for part in (request.user.pk, request.get_full_path(), sorted(request.POST.lists()), files):
        said.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    return said.hexdigest()


def _refused(request: HttpRequest) -> bool:
    """Whether a button that leads back says that nothing was done. What was queued has no reader but the next page."""
    queued = getattr(messages.get_messages(request), "_queued_messages", [])
    return any(one.level >= messages.ERROR for one in queued)
