"""The door for mail that a provider posts: the letter as it is, or in a field of a form; kept, then answered 202."""

import json
import logging
import math
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from incidents.detection.intake import limits, taking
from incidents.detection.intake.strict import Unreadable, read
from incidents.detection.intake.taking import UnknownKey
from incidents.detection.models import InboundSource
from incidents.detection.views.inbound import KEY_NAMES, key_of
from notifications.inbound.keeping import keep
from notifications.inbound.reading import MOST_BYTES
from notifications.models import InboundMail

log = logging.getLogger(__name__)
LETTERS = ("message/rfc822", "application/octet-stream", "text/plain")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# Where providers put the letter as it came: SendGrid, Mailgun, CloudMailin, Postmark, and what others call it.
FIELDS = ("email", "body-mime", "message", "RawEmail", "raw", "rfc822", "mime")
MOST_FIELDS = 200
NO_LETTER = f"There is no letter here: send message/rfc822, or a form with one of {', '.join(FIELDS)}."


@csrf_exempt
@login_not_required
def mail(request: HttpRequest, key: str = "") -> HttpResponse:
    """202 once the letter is stored, also for one that was stored before; a refusal says what to change."""
    if request.method != "POST":
        answer = _say(405, "Send this with POST.")
        answer["Allow"] = "POST"
        return answer
    if request.META.get("QUERY_STRING") and KEY_NAMES & {name.lower() for name in request.GET}:
        return _say(400, "A key never stands in the query string: use the path or the Authorization header.")
    try:
        return _kept(request, key)
    except UnknownKey:
        return _say(401, taking.UNKNOWN_KEY)
    except Unreadable as unreadable:
        return _say(unreadable.status, unreadable.sentence)
    except RequestDataTooBig:
        return _say(413, "A form holds a letter of at most 12 MB; send larger ones as message/rfc822.")
    except (UnreadablePostError, SuspiciousOperation, MultiPartParserError):
        return _say(400, "The request broke off, or is no form that can be read.")
    except (DatabaseError, InterfaceError):
        log.exception("a letter could not be stored")
        answer = _say(503, "Not stored; send it again.")
        answer["Retry-After"] = "5"
        return answer


def _kept(request: HttpRequest, key: str) -> HttpResponse:
    sender, _ = taking.whose(key_of(request, key))
    if sender.kind != InboundSource.Kind.EMAIL:
        raise UnknownKey
    wait = limits.requests.take(sender.id, sender.limit_per_minute)
    if wait:
        answer = _say(429, "Too many letters with this key.")
        answer["Retry-After"] = str(math.ceil(wait))
        return answer
    raw = _letter(request)
    with transaction.atomic():
        origin, at = f"source:{sender.id}", timezone.now()
        mail_id, new = keep(raw, door=InboundMail.Door.WEBHOOK, origin=origin, at=at)
    return _json(202, {"status": "stored" if new else "stored before", "letter": mail_id})


def _letter(request: HttpRequest) -> bytes:
    """The bytes of the letter, wherever in the request they are; refused are none, and more than 25 MB."""
    kind = (request.content_type or "").lower()
    if kind not in (*LETTERS, *FORMS, "application/json"):
        raise Unreadable(NO_LETTER, 415)
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise Unreadable("The Content-Length is no number.") from error
    # What is written in percent signs is three times as long.
    if length > MOST_BYTES * (3 if kind in FORMS else 1) + 100_000:
        raise Unreadable("A letter has at most 25 MB.", 413)
    if kind in FORMS:
        found = _of_form(request)
    elif kind == "application/json":
        payload = read(request.body)
        values = payload if isinstance(payload, dict) else {}
        sent = next((one for name in FIELDS if isinstance(one := values.get(name), str) and one.strip()), "")
        found = sent.encode("utf-8", "replace")
    else:
        found = request.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise Unreadable("A letter has at most 25 MB.", 413)
    if not found.strip():
        raise Unreadable(NO_LETTER)
    return found


def _of_form(request: HttpRequest) -> bytes:
    """Read so that each byte is one character: the letter says itself in which charset it is written."""
    if request.content_type == "application/x-www-form-urlencoded":
        body = request.read(MOST_BYTES * 3 + 1)
        try:
            fields = dict(parse_qsl(body.decode("latin-1"), encoding="latin-1", max_num_fields=MOST_FIELDS))
        except ValueError as error:
            raise Unreadable(f"The form has more than {MOST_FIELDS} fields.") from error
        return next((one for name in FIELDS if (one := fields.get(name, "")).strip()), "").encode("latin-1", "replace")
    request.encoding = "latin-1"
    found = next((one for name in FIELDS if (one := request.POST.get(name, "")) and one.strip()), "")
    if found:
        return found.encode("latin-1", "replace")
    for name in FIELDS:
        sent = request.FILES.get(name)
        if sent is not None:
            return bytes(sent.read(MOST_BYTES + 1))
    return b""


def _say(status: int, sentence: str) -> HttpResponse:
    return _json(status, {"error": sentence})


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")
