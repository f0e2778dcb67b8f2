"""A sender for the tests: a source with a key, and its requests through the real doors."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from incidents.detection.intake import arranging
from incidents.detection.models import InboundSource, Signal
from incidents.models import Incident

AM = "/api/v1/inbound/alertmanager"
PD = "/api/v1/inbound/events/v2/enqueue"


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Sender:
    """One source and its key."""

    def __init__(self, kind: str = "alertmanager", *, systems: Any = (), **values: Any) -> None:
        now = ago(days=2)
        values = {"name": f"Monitor {InboundSource.objects.count() + 1}", "kind": kind, **values}
        burst = values.pop("burst_seconds", None)
        self.source = arranging.save_source(None, values, system_ids=[one.pk for one in systems], by=None, at=now)
        if burst is not None:
            InboundSource.objects.filter(pk=self.source.pk).update(burst_seconds=burst)
        self.key = arranging.issue_key(self.source.pk, by=None, at=now)[1] if kind != "email" else ""

    def post(self, path: str, payload: Any, **headers: Any) -> HttpResponse:
        body = payload if isinstance(payload, bytes | str) else json.dumps(payload)
        headers = {"content_type": "application/json", **headers}
        return Browser().post(path, body, **headers)  # type: ignore[return-value]

    def alerts(self, *alerts: dict[str, Any]) -> HttpResponse:
        return self.post(f"{AM}/{self.key}", webhook(*alerts))

    def event(self, action: str, dedup: str = "", summary: str = "Bounce rate 11.4 %", **payload: Any) -> HttpResponse:
        body: dict[str, Any] = {"routing_key": self.key, "event_action": action}
        if dedup:
            body["dedup_key"] = dedup
        if action == "trigger":
            body["payload"] = {"summary": summary, "source": "mailer", "severity": "error", **payload}
        return self.post(PD, body)

    def signals(self) -> list[Signal]:
        return list(Signal.objects.filter(source=self.source).counted().order_by("pk"))

    def incidents(self) -> list[Incident]:
        ids = Signal.objects.filter(source=self.source, incident__isnull=False).values("incident")
        return list(Incident.objects.filter(pk__in=ids).order_by("pk"))


def alert(
    name: str = "SyncStale",
    status: str = "firing",
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
    **labels: str,
) -> dict[str, Any]:
    tags = {"alertname": name, "severity": "critical", **labels}
    return {
        "status": status,
        "labels": tags,
        "annotations": {"summary": f"{name}: last sync 26 h ago", "description": "No record since 08:00."},
        "startsAt": iso(starts or ago(minutes=5)),
        "endsAt": iso(ends) if ends else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": hashlib.sha256(json.dumps(tags, sort_keys=True).encode()).hexdigest()[:16],
    }


def webhook(*alerts: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": '{}:{alertname="x"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "allclear",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "alerts": list(alerts),
    }
