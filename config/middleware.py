"""What every request and answer gets: an id, security headers, the viewer's time zone."""

import uuid
import zoneinfo
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from config.health import healthz
from config.logs import request_id

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)


class RequestId:
    """Gives each request an id that stands in its log lines and in the `X-Request-ID` header."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex[:12])
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class SecurityHeaders:
    """One constant policy without nonces: no page of ours has an inline script or style."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Alive:
    """Answers `/healthz` before anything reads the session of whoever asks, for that would ask the database."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == "/healthz" else self.get_response(request)


class Machines:
    """Answers what only machines ask for at once: their doors need no session, cookie, sign-in or time zone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(("/api/v1/", "/v2/")):
            try:
                match = resolve(request.path_info, "config.machines")
            except Resolver404:
                return JsonResponse({"error": "There is nothing at this address."}, status=404)
            request.resolver_match = match
            try:
                answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
            except OperationalError:
                # Machines read JSON in every case, and a gate says in words that anything but a 200 is a hold.
                held = {"decision": "hold"} if request.path_info.startswith("/api/v1/gates/") else {}
                answer = JsonResponse({"error": "The database does not answer; nothing was done.", **held}, status=503)
                answer["Retry-After"], answer["Cache-Control"] = "10", "no-store"
            answer["Content-Length"] = str(len(answer.content))
            return answer
        return self.get_response(request)


class ViewerZone:
    """Activates the signed-in responder's time zone; everybody else reads UTC."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "time_zone", "") or "UTC"
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            return self.get_response(request)
