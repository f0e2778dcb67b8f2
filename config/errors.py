"""Error pages: a person is told what happened and what to do; none of them needs the database."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from notifications import sealed


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the sentence that the refusal gave, if it gave one."""
    return HttpResponse(get_template("403.html").render({"sentence": str(exception)}), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(get_template("404.html").render(), status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500; or 503 when it was the database, wherever it was asked: a session is read before any view is reached.

    503 with its sentence, too, when something was wanted that lies sealed under a key that is gone.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError):
        return unavailable()
    if isinstance(error, sealed.Lost):
        return HttpResponse(get_template("lost.html").render({"sentence": str(error)}), status=503)
    return HttpResponse(get_template("500.html").render(), status=500)


def unavailable() -> HttpResponse:
    """The static 503 page; it reads no database and asks the browser to come back in ten seconds."""
    response = HttpResponse(get_template("503.html").render(), status=503)
    response["Retry-After"] = "10"
    return response
