"""The page that a client opens by their link: no sign-in, no side effect, no word of ours inside."""

from math import ceil

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from incidents import client_links
from incidents.allowance import Allowance
from incidents.client_status import status_of
from incidents.models import Brand

A_MINUTE = 60
looks = Allowance("look")
reports_of_looks = Allowance("looked")


def _closed(answer: HttpResponse) -> HttpResponse:
    """The address is the key: no search engine keeps it, no other site is told of it, no cache holds the page."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def _nothing(request: HttpRequest) -> HttpResponse:
    """Guessed, cut, ended and revoked: the same page, so that it says nothing about which."""
    return _closed(render(request, "incidents/clients/no_status.html", status=404))


def _too_often(request: HttpRequest, wait: float) -> HttpResponse:
    answer = render(request, "incidents/clients/no_status.html", {"wait": max(1, ceil(wait))}, status=429)
    answer["Retry-After"] = str(max(1, ceil(wait)))
    return _closed(answer)


@login_not_required
@require_safe
def client_status(request: HttpRequest, token: str) -> HttpResponse:
    """Reads, and writes nothing; sixty looks a minute for each link."""
    now = timezone.now()
    link = client_links.find(token, now=now)
    if link is None:
        return _nothing(request)
    wait = looks.take(link.pk, A_MINUTE)
    if wait:
        return _too_often(request, wait)
    client = link.client
    with timezone.override(client.zone):
        brand = client.brand or Brand.objects.filter(is_default=True).first()
        context = {
            "client": client,
            "brand": brand.name if brand else "",
            "link": link,
            "token": token,
            "status": status_of(client, now=now),
            "at": now,
        }
        return _closed(render(request, "incidents/clients/status.html", context))


@csrf_exempt
@login_not_required
@require_POST
def client_status_seen(request: HttpRequest, token: str) -> HttpResponse:
    """The page's script says that somebody reads it. No cookie is asked for: the address is the key."""
    now = timezone.now()
    link = client_links.find(token, now=now)
    if link is None:
        return _nothing(request)
    if not reports_of_looks.take(link.pk, A_MINUTE):
        client_links.seen(link, at=now)
    return _closed(HttpResponse(status=204))
