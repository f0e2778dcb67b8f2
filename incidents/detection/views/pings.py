"""The door for pings: the addresses of healthchecks.io, one statement, no session, no Redis."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from incidents.detection import heartbeats
from incidents.detection.heartbeats.pinging import MOST_BODY, Signal

MOST_EXIT = 255


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "GET", "POST"])
def ping_code(request: HttpRequest, code: uuid.UUID, kind: str = "ok", exit_status: str = "") -> HttpResponse:
    """Answers “OK”, or 404 for an id that is not known."""
    signal = _signal(request, kind, exit_status)
    if signal is None:
        return _plain("invalid url format", 400)
    known = heartbeats.ping(signal, at=timezone.now(), code=code)
    return _plain("OK") if known else _plain("not found", 404)


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "GET", "POST"])
def ping_slug(request: HttpRequest, ping_key: str, slug: str, kind: str = "ok", exit_status: str = "") -> HttpResponse:
    """The same by key and slug; `?create=1` registers a job that is not known."""
    signal = _signal(request, kind, exit_status)
    if signal is None:
        return _plain("invalid url format", 400)
    if "\x00" in ping_key + slug:
        return _plain("not found", 404)
    now = timezone.now()
    if heartbeats.ping(signal, at=now, key=ping_key, slug=slug):
        return _plain("OK")
    if request.GET.get("create") == "1" and heartbeats.register_by_ping(ping_key, slug, at=now):
        heartbeats.ping(signal, at=now, key=ping_key, slug=slug)
        return _plain("Created", 201)
    return _plain("not found", 404)


def _signal(request: HttpRequest, kind: str, exit_status: str) -> Signal | None:
    """What the request says; None when its exit code or run id cannot be one."""
    status = None
    if exit_status:
        if len(exit_status) > 3 or int(exit_status) > MOST_EXIT:
            return None
        status = int(exit_status)
        kind = "fail" if status else "ok"
    rid = None
    if given := request.GET.get("rid"):
        try:
            rid = uuid.UUID(given)
        except ValueError:
            return None
    # Only what is kept is read; a long body never becomes one in memory.
    body = request.read(MOST_BODY + 1) if request.method == "POST" else b""
    return Signal(
        kind=kind,
        exit_status=status,
        method=request.method or "",
        remote=request.META.get("REMOTE_ADDR") or "",
        agent=request.headers.get("User-Agent", ""),
        rid=rid,
        body=body,
    )


def _plain(text: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Ping-Body-Limit"] = str(MOST_BODY)
    response["Access-Control-Allow-Origin"] = "*"
    return response
