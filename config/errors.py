"""Error pages: a person is told what happened and what to do; none of them needs the database."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the sentence that the refusal gave, if it gave one."""
    return HttpResponse(get_template("403.html").render({"sentence": str(exception)}), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(get_template("404.html").render(), status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_template("500.html").render(), status=500)
