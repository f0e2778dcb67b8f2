"""The real Alertmanager of Debian and the official client of PagerDuty, against a server that really listens."""

import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pagerduty
import pytest
import requests
from django.utils import timezone

from incidents.detection.models import Delivery, Signal
from incidents.models import Incident, TimelineEntry
from notifications.models import OutboundMessage
from tests.detection.senders import AM, Sender, iso
from tests.detection.tls import certificate, in_front_of
from tests.factories import Team

pytestmark = pytest.mark.django_db(transaction=True)
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
CONFIGURATION = """
route:
  receiver: allclear
  group_by: ["alertname"]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
receivers:
  - name: allclear
    webhook_configs:
      - url: {url}
        send_resolved: true
        http_config:
          authorization:
            credentials: {key}
"""


def _until(what: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come about in time")


@pytest.fixture
def alertmanager(live_server: Any, tmp_path: Path) -> Iterator[Callable[[Sender], str]]:
    """Starts an Alertmanager that sends to a source of ours; gives its own address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(sender: Sender) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        path = tmp_path / "alertmanager.yml"
        path.write_text(CONFIGURATION.format(url=f"{live_server.url}{AM}", key=sender.key))
        command = [
            str(ALERTMANAGER),
            f"--config.file={path}",
            f"--storage.path={tmp_path}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]
        log = (tmp_path / "alertmanager.log").open("wb")
        started.append(subprocess.Popen(command, stdout=log, stderr=log))
        _until(lambda: _ready(port))
        return f"http://127.0.0.1:{port}"

    yield start
    for one in started:
        one.terminate()
        one.wait(10)


def _ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/-/ready", timeout=1).ok
    except requests.RequestException:
        return False


def _raise_alert(address: str, instance: str, *, ended: bool = False) -> None:
    now = timezone.now()
    alert = {
        "labels": {"alertname": "SyncStale", "severity": "critical", "instance": instance},
        "annotations": {"summary": f"Sync of {instance} is stale"},
        "startsAt": iso(now - timedelta(minutes=5)),
        "endsAt": iso(now - timedelta(seconds=1) if ended else now + timedelta(hours=1)),
    }
    requests.post(f"{address}/api/v2/alerts", json=[alert], timeout=5).raise_for_status()


def test_alertmanager_is_there_where_it_can_be_installed() -> None:
    """Skipped, and loudly, where Debian's package is missing; in CI that is a failure."""
    if not ALERTMANAGER:
        sentence = "The real Alertmanager did NOT run: install prometheus-alertmanager."
        assert not os.environ.get("CI"), sentence
        warnings.warn(sentence, stacklevel=1)
        pytest.skip(sentence)


@pytest.mark.requirement("B-27", "B-31")
@pytest.mark.skipif(not ALERTMANAGER, reason="install prometheus-alertmanager")
def test_the_real_alertmanager_fires_regroups_and_resolves(alertmanager: Callable[[Sender], str]) -> None:
    """Firing opens an incident, the next of its group joins it, the end is a line and a prompt and no resolution."""
    team = Team()
    sender = Sender("alertmanager", systems=[team.system], severity=2)
    address = alertmanager(sender)
    _raise_alert(address, "crm-1")
    incident = _until(Incident.objects.first)
    assert incident.source == Incident.Source.MONITORING and incident.status == "reported"
    assert incident.coordinator == team.coordinator
    assert Delivery.objects.filter(source=sender.source).exists()
    _raise_alert(address, "crm-2")
    _until(lambda: Signal.objects.count() == 2)
    assert set(Signal.objects.values_list("incident", flat=True)) == {incident.pk}
    assert Incident.objects.count() == 1
    for instance in ("crm-1", "crm-2"):
        _raise_alert(address, instance, ended=True)
    _until(lambda: Signal.objects.filter(status="resolved").count() == 2)
    over = _until(lambda: TimelineEntry.objects.filter(incident=incident, facts__monitor="resolved").first())
    assert over.by is None
    assert _until(lambda: OutboundMessage.objects.filter(about=incident.about, channel="in_app").exists())
    incident.refresh_from_db()
    assert incident.is_open and incident.resolved_at is None and incident.status == "reported"


@pytest.fixture
def pagerduty_url(live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The client refuses any address that is not https."""
    shown, kept = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    with in_front_of(urlsplit(live_server.url).port or 0, shown, kept) as address:
        yield address


@pytest.mark.requirement("B-27")
def test_the_official_pagerduty_client_triggers_acknowledges_resolves_and_tells_of_changes(pagerduty_url: str) -> None:
    team = Team()
    sender = Sender("pagerduty", systems=[team.system])
    client = pagerduty.EventsApiV2Client(sender.key, base_url=pagerduty_url)
    key = client.trigger("Bounce rate 11.4 %", "mailer", severity="error", custom_details={"sender": "acme"})
    incident = Incident.objects.get()
    assert incident.title == "Bounce rate 11.4 %" and incident.status == "reported"
    assert client.trigger("Bounce rate 12.0 %", "mailer", dedup_key=key, severity="error") == key
    assert Incident.objects.count() == 1
    client.acknowledge(key)
    seen = TimelineEntry.objects.get(incident=incident, facts__monitor="seen")
    assert "has not heard of it" in seen.text
    incident.refresh_from_db()
    # Acknowledged in PagerDuty's words is not our letter to the client.
    assert incident.acknowledged_at is None
    # Without a timestamp this release of the client fails before it sends anything.
    client.submit("Deployed build 41", source="ci", custom_details={"build": "41"}, timestamp=iso(timezone.now()))
    assert TimelineEntry.objects.filter(incident=incident, text__contains="Deployed build 41").exists()
    client.resolve(key)
    incident.refresh_from_db()
    assert incident.is_open and incident.resolved_at is None
    assert Signal.objects.get().status == "resolved"
    wrong = pagerduty.EventsApiV2Client("0" * 32, base_url=pagerduty_url)
    with pytest.raises(pagerduty.HttpError):
        wrong.trigger("x", "y")
    assert Incident.objects.count() == 1
