"""Who asks, how often, and twice or once: what stands before every call of the API."""

import functools
import hashlib
import math
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from incidents import once, tokens
from incidents.allowance import Allowance
from incidents.models import ApiToken, Responder
from incidents.permissions import PERMISSIONS

MOST_BYTES = 1024 * 1024
MOST_FILE_BYTES = 12 * 1024 * 1024
PER_MINUTE = 1200
SAFE = ("GET", "HEAD", "OPTIONS")
NO_TOKEN = "Show a live token: Authorization: Bearer alc_…"  # noqa: S105 (a sentence)


def shown(request: HttpRequest) -> ApiToken | None:
    """The live token of this request, or None."""
    return tokens.shown(request, now=timezone.now())


class Bearer(HttpBearer):
    """Lets in whoever shows a live token that carries the scope: 401 without one, 403 without the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        if scope not in tokens.SCOPES:
            raise ValueError(f"unknown scope {scope}")
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        row = shown(request)
        if row is not None and self.scope not in row.scopes:
            raise HttpError(403, f"This token lacks the scope {self.scope}.")
        return row


def caller(request: HttpRequest) -> Responder:
    """In whose name the call acts; what it does is signed with the name of the token as well."""
    row = shown(request)
    if row is None:
        raise HttpError(401, NO_TOKEN)
    row.responder.through = row.name
    return row.responder


def may(request: HttpRequest, permission: str) -> Responder:
    """The caller, if its roles grant the permission; 403 with the sentence of the pages otherwise."""
    person = caller(request)
    if not person.has_perm(permission):
        raise HttpError(403, f"None of the roles of {person} may do this: “{PERMISSIONS[permission]}”.")
    return person


class Door:
    """Wraps each operation: size, rate and sameness are looked at before anything is read or written."""

    def __init__(self, calls: Allowance) -> None:
        self.calls = calls

    def __call__(self, run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(run)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            refused = self._refused(request)
            if refused is not None:
                return refused
            if request.method in SAFE:
                return _conditional(request, run(request, **kwargs))
            row, key = shown(request), request.headers.get("Idempotency-Key", "")
            if row is None or not key:
                return _plain(run(request, **kwargs))
            return _once(request, row, key, lambda: run(request, **kwargs))

        return guarded

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST_FILE_BYTES if request.content_type == "multipart/form-data" else MOST_BYTES
        if not length.isascii() or not length.isdigit() or int(length[:12]) > most:
            return failed(413, f"The body is larger than {most // 1024 // 1024} MB.")
        row = shown(request)
        wait = self.calls.take(row.pk, PER_MINUTE) if row is not None else 0.0
        if wait:
            answer = failed(429, f"More than {PER_MINUTE} calls in a minute with this token.")
            answer["Retry-After"] = str(math.ceil(wait))
            return answer
        return None


def failed(status: int, sentence: str) -> HttpResponse:
    """The one shape of what went wrong before a verb was asked."""
    answer = JsonResponse({"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Allclear"'
    return _plain(answer)


def _plain(answer: HttpResponse) -> HttpResponse:
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _conditional(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if answer.status_code != 200 or "ETag" in answer.headers:
        return _plain(answer)
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    return answer


def _once(request: HttpRequest, row: ApiToken, key: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    if len(key) > once.MOST_KEY or not key.isascii() or not key.isprintable():
        return failed(422, f"Idempotency-Key: at most {once.MOST_KEY} printable ASCII characters.")
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
    with once.asking(row, key, asked, at=timezone.now()) as turn:
        if turn.other:
            return failed(422, "This Idempotency-Key came with another request before; use a new key.")
        if turn.answered is not None:
            again = HttpResponse(turn.answered.content, status=turn.answered.status, content_type="application/json")
            again["Idempotent-Replayed"] = "true"
            return _plain(again)
        answer = run()
        if 200 <= answer.status_code < 300:
            turn.keep(answer.status_code, answer.content.decode())
        elif answer.status_code == 409:
            turn.let_go()
        return _plain(answer)
