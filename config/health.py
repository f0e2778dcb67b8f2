"""Is it alive, is it ready, how is it doing: for load balancers, for people with a pager, for Prometheus."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from incidents import stuck
from incidents.detection.readings import own_letters
from notifications import heartbeats


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers; it asks nobody else, so that a lost database does not restart the web."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when PostgreSQL answers and no sweep is late; 503 with the reasons otherwise. Serving needs no Redis."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = [f"{beat.name}: last ran {beat.finished_at:%H:%M:%S}" for beat in heartbeats.late(timezone.now())]
    except DatabaseError:
        return JsonResponse({"ready": False, "reasons": ["PostgreSQL does not answer"]}, status=503)
    return JsonResponse({"ready": not late, "reasons": late}, status=503 if late else 200)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges read from the database in three queries. With ALLCLEAR_METRICS_TOKEN set, only with that bearer token."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if settings.METRICS_TOKEN and not hmac.compare_digest(request.headers.get("Authorization", ""), wanted):
        return HttpResponse("Give the metrics token as a bearer token.\n", status=401, content_type="text/plain")
    registry = CollectorRegistry()
    now = timezone.now()
    for name, (text, value) in stuck.look(now=now).gauges().items():
        Gauge(f"allclear_{name}", text, registry=registry).set(value)
    bounced, tried = own_letters.counted(until=now)
    Gauge("allclear_letters_tried", "Letters to clients of 24 hours that were tried", registry=registry).set(tried)
    Gauge("allclear_letters_bounced", "Those of them that came back", registry=registry).set(bounced)
    age = Gauge("allclear_sweep_age_seconds", "Seconds since a sweep last ran", ["sweep"], registry=registry)
    for beat in heartbeats.every():
        age.labels(beat.name).set((now - beat.finished_at).total_seconds())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
