"""The doors for machines: no sign-in, no cookie, no Redis. Stored, then answered 202; whatever goes wrong says so."""

import base64
import json
import logging
import math
import time
import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from incidents.detection.intake import changes, parsers, prompting, reports, taking
from incidents.detection.intake.alerts import RESOLVED, Alert, titled
from incidents.detection.intake.routing import Sender, World
from incidents.detection.intake.strict import MOST_BYTES, Unreadable, a_text, an_object, read, storable
from incidents.detection.intake.taking import Parse, TooMany, UnknownKey
from incidents.detection.models import InboundSource, Signal

log = logging.getLogger(__name__)
# Names under which a key is sometimes put into the query string, where every proxy writes it down.
KEY_NAMES = {"key", "token", "apikey", "api_key", "routing_key", "integration_key", "access_token", "authorization"}
SCHEMES = ("bearer", "geniekey", "token")
Kind = InboundSource.Kind
# Grafana can speak as Alertmanager does, and its own webhook has the same shape.
ALIKE = (Kind.ALERTMANAGER, Kind.GRAFANA)
Say = Callable[[int, str], HttpResponse]
Work = Callable[[HttpRequest, bytes], HttpResponse]


def _say(status: int, sentence: str) -> HttpResponse:
    return _json(status, {"error": sentence})


def _say_pagerduty(status: int, sentence: str) -> HttpResponse:
    """Senders written for PagerDuty show `errors` to their users."""
    word = "throttle exceeded" if status == 429 else "invalid event" if status < 500 else "error"
    return _json(status, {"status": word, "message": sentence, "errors": [sentence]})


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def _answered(request: HttpRequest, work: Work, say: Say) -> HttpResponse:
    """Runs `work` on the body of a request that may be read; every failure becomes an answer, and 2xx only a success.

    The order is from cheap to dear: method, address, type and size are refused before a byte of the body is read.
    """
    if request.method != "POST":
        answer = say(405, "Send this with POST.")
        answer["Allow"] = "POST"
        return answer
    if request.META.get("QUERY_STRING") and KEY_NAMES & {name.lower() for name in request.GET}:
        return say(400, "A key never stands in the query string: use the path or the Authorization header.")
    if request.content_type != "application/json":
        return say(415, "Send JSON, with the header Content-Type: application/json.")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return say(400, "The Content-Length is no number.")
    if length > MOST_BYTES:
        return say(413, "The body is larger than 5 MB.")
    try:
        return work(request, request.body)
    except UnknownKey:
        return say(401, taking.UNKNOWN_KEY)
    except TooMany as many:
        answer = say(429, "Too many requests with this key.")
        answer["Retry-After"] = str(math.ceil(many.seconds))
        return answer
    except Unreadable as unreadable:
        return say(unreadable.status, unreadable.sentence)
    except (UnreadablePostError, SuspiciousOperation):
        return say(400, "The request broke off.")
    except (DatabaseError, InterfaceError):
        log.exception("an inbound request could not be stored")
        answer = say(503, "Not stored; send it again.")
        answer["Retry-After"] = "5"
        return answer


def key_of(request: HttpRequest, key: str) -> str:
    """The key of the path, else of the Authorization header; without one it is as unknown as a wrong one."""
    if key:
        return key
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _password(value)
    return value.strip() if scheme.lower() in SCHEMES else ""


def _password(value: str) -> str:
    """Of Basic authorization, which some senders have and nothing else: the key is the password, under any name."""
    try:
        return base64.b64decode(value.strip(), validate=True).decode("ascii").partition(":")[2]
    except ValueError:
        return ""


def _webhook(request: HttpRequest, key: str, parse: Parse, kinds: Collection[str]) -> HttpResponse:
    def work(request: HttpRequest, body: bytes) -> HttpResponse:
        shown, kind = key_of(request, key), request.content_type or ""
        told = taking.take(shown, body, kind, parse, kinds=kinds, at=timezone.now())
        text = f'{{"status":"stored","delivery":{told.taken.delivery_id},"alerts":{len(told.alerts)}}}'
        return HttpResponse(text, status=202, content_type="application/json")

    return _answered(request, work, _say)


@csrf_exempt
@login_not_required
def alertmanager(request: HttpRequest, key: str = "") -> HttpResponse:
    return _webhook(request, key, lambda payload, sender, world: parsers.alertmanager(payload), ALIKE)


@csrf_exempt
@login_not_required
def grafana(request: HttpRequest, key: str = "") -> HttpResponse:
    return _webhook(request, key, lambda payload, sender, world: parsers.grafana(payload), ALIKE)


@csrf_exempt
@login_not_required
def generic(request: HttpRequest, key: str = "") -> HttpResponse:
    def parse(payload: Any, sender: Sender, world: World) -> list[Alert]:
        return parsers.generic(payload, sender.mapping)

    return _webhook(request, key, parse, (Kind.GENERIC,))


@csrf_exempt
@login_not_required
def report(request: HttpRequest, key: str = "") -> HttpResponse:
    """An agent or a script reports; the answer names the incident when it is open already."""

    def work(request: HttpRequest, body: bytes) -> HttpResponse:
        shown, kind = key_of(request, key), request.content_type or ""
        told = taking.take(shown, body, kind, reports.parse, kinds=(Kind.REPORT,), at=timezone.now())
        one = told.alerts[0]
        known = Signal.objects.filter(source_id=told.sender.id, fingerprint=one.fingerprint)
        incident_id, outcome = known.values_list("incident_id", "outcome").get()
        answer = {"status": "stored", "outcome": outcome, "dedup_key": one.key}
        return _json(202, {**answer, "incident": f"INC-{incident_id}" if incident_id else None})

    return _answered(request, work, _say)


@csrf_exempt
@login_not_required
def pagerduty(request: HttpRequest) -> HttpResponse:
    """Events API v2: the key stands in the body, and the answer is the one that PagerDuty gives."""

    def work(request: HttpRequest, body: bytes) -> HttpResponse:
        found = an_object(read(body), "The event")
        key = _routing_key(request, found)
        parsed: dict[str, Any] = {}

        def parse(payload: Any, sender: Sender, world: World) -> list[Alert]:
            parsed["action"], parsed["dedup"], alert = parsers.pagerduty(payload)
            return [alert] if alert else []

        now = timezone.now()
        kind = request.content_type or ""
        told = taking.take(key, body, kind, parse, kinds=(Kind.PAGERDUTY,), at=now, payload=found)
        if parsed["action"] == "acknowledge":
            _mention_acknowledged(told.sender, parsed["dedup"])
        answer = {"status": "success", "message": "Event processed", "dedup_key": parsed["dedup"]}
        return _json(202, answer)

    return _answered(request, work, _say_pagerduty)


def _routing_key(request: HttpRequest, found: dict[str, Any]) -> str:
    key = found.get("routing_key") or request.headers.get("X-Routing-Key", "")
    return key if isinstance(key, str) else ""


def _mention_acknowledged(sender: Sender, dedup: str) -> None:
    """Somebody acknowledged it in the monitor: said on the record. Ours is a letter to the client, not this."""
    print_of = Alert(key=dedup, title="").fingerprint
    known = Signal.objects.filter(source_id=sender.id, fingerprint=print_of, incident__is_open=True).first()
    if known is not None and known.incident_id and known.lines < prompting.MOST_LINES:
        Signal.objects.filter(pk=known.pk).update(lines=known.lines + 1)
        text = f"Acknowledged in {sender.name}: {known.title}. The client has not heard of it from that."
        _after_storing(lambda: prompting.mention(known.incident_id or 0, text, now=timezone.now(), monitor="seen"))


def _after_storing(work: Callable[[], object]) -> None:
    """What follows from a stored event but is not part of it never turns its 202 into a failure."""
    try:
        work()
    except Exception:
        log.exception("an event is stored; its line on the record is missing")


@csrf_exempt
@login_not_required
def pagerduty_change(request: HttpRequest) -> HttpResponse:
    def work(request: HttpRequest, body: bytes) -> HttpResponse:
        found = an_object(read(body), "The event")
        key = _routing_key(request, found)
        parsed: list[tuple[World, str, str, dict[str, str]]] = []

        def parse(payload: Any, sender: Sender, world: World) -> list[Alert]:
            parsed.append((world, *parsers.pagerduty_change(payload)))
            return []

        kind = request.content_type or ""
        told = taking.take(key, body, kind, parse, kinds=(Kind.PAGERDUTY,), at=timezone.now(), payload=found)
        world, summary, origin, tags = parsed[0]
        _after_storing(lambda: changes.tell(told.sender, world, summary, origin, tags, at=timezone.now()))
        return _json(202, {"status": "success", "message": "Change event processed"})

    return _answered(request, work, _say_pagerduty)


@csrf_exempt
@login_not_required
def opsgenie(request: HttpRequest, key: str = "") -> HttpResponse:
    def parse(payload: Any, sender: Sender, world: World) -> list[Alert]:
        return [parsers.opsgenie(payload)]

    return _opsgenie(request, key, parse)


@csrf_exempt
@login_not_required
def opsgenie_close(request: HttpRequest, identifier: str, key: str = "") -> HttpResponse:
    """Close by alias, the name that the sender gave; its body says at most who and why."""
    name = storable(identifier)

    def parse(payload: Any, sender: Sender, world: World) -> list[Alert]:
        note = a_text(an_object(payload, "The payload").get("note"), "“note”")
        return [Alert(key=name, title=titled(name), text=note[:2000], status=RESOLVED)]

    return _opsgenie(request, key, parse)


def _opsgenie(request: HttpRequest, key: str, parse: Parse) -> HttpResponse:
    began = time.perf_counter()

    def work(request: HttpRequest, body: bytes) -> HttpResponse:
        shown, kind = key_of(request, key), request.content_type or ""
        taking.take(shown, body or b"{}", kind, parse, kinds=(Kind.OPSGENIE,), at=timezone.now())
        took = round(time.perf_counter() - began, 3)
        return _json(202, {"result": "Request will be processed", "took": took, "requestId": str(uuid.uuid4())})

    return _answered(request, work, _say)
