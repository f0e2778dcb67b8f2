"""What machines ask and post: gates, readings, runs of checks. Answered from PostgreSQL alone; fails closed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from incidents import tokens
from incidents.detection.models import Metric
from incidents.detection.readings import recording
from incidents.models import ApiToken
from incidents.refusals import Refused
from notifications.signatures import Unsigned
from postmortems import checks, confirming
from postmortems.checks import Run
from postmortems.decision import decide
from postmortems.measuring import spellings
from postmortems.models import RegressionCheck

MOST_BYTES = 256 * 1024
MOST_READINGS = 1000
SIGNATURE = "Allclear-Signature"


def _refused(status: int, error: str, **more: Any) -> JsonResponse:
    answer = JsonResponse({"error": error, **more}, status=status)
    answer["Cache-Control"] = "no-store"
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Allclear"'
    return answer


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD"])
def gate(request: HttpRequest, key: str) -> HttpResponse:
    """200 `go` or 423 `hold` for one piece of work; 401 without a token that may ask, 404 for an unknown key.

    503, and never `go`, when PostgreSQL does not answer; Redis is not asked at all.
    """
    try:
        if tokens.bearer(request, "gates:read", now=timezone.now()) is None:
            return _refused(401, "Show a token that may ask gates: Authorization: Bearer …", decision="hold")
        decision = decide(key)
    except (OperationalError, InterfaceError):
        gone = _refused(503, "The database does not answer; nothing may run until it does.", decision="hold", gate=key)
        gone["Retry-After"] = "10"
        return gone
    if decision is None:
        return _refused(404, f"Nobody registered “{key}”.", decision="hold", gate=key)
    body = json.dumps(decision.body, ensure_ascii=False).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag and decision.go:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, status=200 if decision.go else 423, content_type="application/json")
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    if not decision.go:
        answer["Retry-After"] = "60"
    return answer


def _body(request: HttpRequest) -> Any:
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES or len(request.body) > MOST_BYTES:
        raise ValueError(f"at most {MOST_BYTES // 1024} kB")
    try:
        # As decimals 10.1 is 10.1, and five thousand digits cost nothing.
        return json.loads(request.body, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


@dataclass(frozen=True, slots=True)
class Told:
    """One reading as a machine posts it; `sample` is of how many, `subject` what it was measured for."""

    metric: str
    value: Decimal
    taken_at: datetime
    source: str
    sample: int | None
    subject: str


PARTS = ("metric", "value", "taken_at", "source", "sample", "subject")


def _reading(row: Any, now: datetime) -> Told:
    if not isinstance(row, dict):
        raise ValueError("each reading is an object")
    unknown = sorted(row.keys() - set(PARTS))
    if unknown:
        raise ValueError(f"{unknown[0][:40]}: not a part of a reading, which are {', '.join(PARTS)}")
    metric, raw = row.get("metric"), row.get("value")
    if not isinstance(metric, str) or not 0 < len(metric) <= 80 or "\0" in metric:
        raise ValueError("metric: a name of at most 80 characters")
    if not isinstance(raw, Decimal):
        raise ValueError("value: a number")
    value = raw
    if not value.is_finite() or value.adjusted() >= 12:
        raise ValueError("value: a number below a million million")
    taken_at, source = row.get("taken_at"), row.get("source", "api")
    when = now
    if taken_at is not None:
        parsed = parse_datetime(taken_at) if isinstance(taken_at, str) and len(taken_at) < 40 else None
        if parsed is None or parsed.tzinfo is None:
            raise ValueError("taken_at: an instant with a time zone, such as 2026-07-20T13:05:00Z")
        when = parsed.astimezone(UTC)
    if when > now and (when - now).total_seconds() > 120:
        raise ValueError("taken_at: that is in the future")
    subject, sample = row.get("subject", ""), row.get("sample")
    if not isinstance(source, str) or "\0" in source:
        raise ValueError("source: a text")
    if not isinstance(subject, str) or len(subject) > 120 or "\0" in subject:
        raise ValueError("subject: a text of at most 120 characters, such as the sending domain")
    if sample is not None and not _whole(sample):
        raise ValueError("sample: a whole number, 0 or more")
    return Told(metric, value, when, source[:120], None if sample is None else int(sample), subject)


def _whole(sample: Any) -> bool:
    if not isinstance(sample, Decimal) or not sample.is_finite() or not 0 <= sample.adjusted() + 1 <= 18:
        return False
    return sample >= 0 and sample == sample.to_integral_value()


@csrf_exempt
@login_not_required
@require_POST
def readings(request: HttpRequest) -> HttpResponse:
    """Takes one reading or a list under `readings`; all of them or, with 400 and the place of the fault, none.

    What can be read and yet not be kept is named under `refused`, and reaches no gate. A sample that is too small to
    judge by is kept and opens no gate either (C-01).
    """
    now = timezone.now()
    token = tokens.bearer(request, "readings:write", now=now)
    if token is None:
        return _refused(401, "Show a token that may post readings: Authorization: Bearer …")
    try:
        body = _body(request)
        listed = isinstance(body, dict) and "readings" in body
        rows = body["readings"] if listed else [body]
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_READINGS:
            raise ValueError(f"readings: a list of 1 to {MOST_READINGS}")
        told = []
        for place, row in enumerate(rows):
            try:
                told.append(_reading(row, now))
            except ValueError as error:
                raise ValueError(f"readings[{place}].{error}" if listed else str(error)) from error
    except (ValueError, OverflowError, InvalidOperation) as error:
        return _refused(400, str(error)[:300])
    taken, refused = 0, []
    for one in told:
        try:
            taken += _take(one, token, now)
        except Refused as error:
            refused.append({"metric": one.metric, "error": error.sentence})
    accepted = len(told) - len(refused)
    return JsonResponse({"accepted": accepted, "criteria": taken, "refused": refused}, status=202)


def _take(one: Told, token: ApiToken, now: datetime) -> int:
    """Keeps a reading under its metric and brings it to the gates that wait for it; how many those were."""
    named = f"{one.source} ({token.name})"[:80]
    metric = Metric.objects.filter(key__in=spellings(one.metric), is_active=True).first()
    if metric is None and not confirming.waited_for(one.metric, one.subject):
        of = f" of {one.subject}" if one.subject else ""
        raise Refused(f"There is no metric “{one.metric[:40]}”, and no gate waits for it{of}.")
    if metric is not None:
        kept = recording.record(
            metric.key,
            one.value,
            taken_at=one.taken_at,
            source=named,
            at=now,
            sample=one.sample,
            subject=one.subject,
            by=token.responder,
        )
        if not kept.counted:
            return 0
    return confirming.read(one.metric, one.value, taken_at=one.taken_at, source=named, at=now, subject=one.subject)


@csrf_exempt
@login_not_required
@require_POST
def check_run(request: HttpRequest, key: str) -> HttpResponse:
    """The result of a run from CI: a token that may post runs, or the check's own signature over time and body.

    A signature is good for five minutes and for one run; the form without a time, which could be replayed, is refused.
    """
    now = ran_at = timezone.now()
    check = RegressionCheck.objects.filter(key=key, is_retired=False).first()
    token, mark = tokens.bearer(request, "checks:write", now=now), ""
    if token is None:
        if request.headers.get("X-Allclear-Signature") and not request.headers.get(SIGNATURE):
            return _refused(401, f"A signature without its time is not taken any more: send {SIGNATURE}: t=…,v1=….")
        given = request.headers.get(SIGNATURE, "")
        if not given:
            return _refused(401, f"Sign the body ({SIGNATURE}: t=…,v1=…), or show a token that may post runs.")
        try:
            ran_at, mark = checks.signed(check, request.body[:MOST_BYTES], given, now=now)
        except Unsigned as unsigned:
            return _refused(401, str(unsigned))
    if check is None:
        return _refused(404, "There is no such check.")
    try:
        body = _body(request)
        if not isinstance(body, dict) or not isinstance(body.get("passed"), bool):
            raise ValueError("passed: true or false")
        evidence, link = body.get("evidence", ""), body.get("url", "")
        if not isinstance(evidence, str) or not isinstance(link, str) or "\0" in evidence + link:
            raise ValueError("evidence and url: texts")
        if link and not link.startswith(("https://", "http://")):
            raise ValueError("url: a link that begins with https://")
        source = body.get("source", "CI")
        if not isinstance(source, str) or "\0" in source:
            raise ValueError("source: a text")
    except (ValueError, OverflowError, InvalidOperation) as error:
        return _refused(400, str(error)[:300])
    try:
        by = token.responder if token else None
        told = Run(body["passed"], evidence, ran_at, source, link[:1000], mark)
        row = checks.run(check.incident_id, check.pk, told, by=by, at=now)
    except Refused as refused:
        return _refused(409, refused.sentence, field=refused.field)
    return JsonResponse({"run": row.pk, "passed": row.passed}, status=201)
