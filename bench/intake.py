"""What is measured of intake: real HTTP at the web server that the house runs, durable commits, 8 connections."""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import django
import psutil

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from incidents.detection.intake import arranging  # noqa: E402
from incidents.detection.models import Delivery, InboundSource, Signal, SignalTally  # noqa: E402
from incidents.models import Escalation, Incident  # noqa: E402
from incidents.sample.world import settle_world  # noqa: E402

CONNECTIONS = 8
SECONDS = float(os.environ.get("ALLCLEAR_BENCH_SECONDS", "10"))
Made = Callable[[int], bytes]


def say(name: str, value: str, target: str = "") -> None:
    print(f"{name:<58} {value:>16}   {target}", flush=True)


def web(port: int) -> subprocess.Popen[bytes]:
    """The web server with the words of the house: a process for each of two cores, sixteen threads each."""
    processes = str(min(2, os.cpu_count() or 1))
    words = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.listening", "-k", "gthread"]
    words += ["-w", processes, "--threads", "16"]
    words += ["-b", f"127.0.0.1:{port}", "--log-level", "error", "--no-control-socket", "--preload"]
    process = subprocess.Popen([*words, "--worker-tmp-dir", "/dev/shm"])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("the web process did not start")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _whole(answer: bytes) -> bool:
    head, between, body = answer.partition(b"\r\n\r\n")
    return bool(between) and len(body) >= int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])


class Load:
    """`CONNECTIONS` senders, each with a connection of its own that it keeps; every answer must be 202."""

    def __init__(self, port: int, path: str, made: Made) -> None:
        self.port, self.path, self.made = port, path, made
        self.taken: list[float] = []
        self.refused: list[bytes] = []
        self.next = 0
        self.lock = threading.Lock()

    def run(self, *, rate: float = 0.0, seconds: float = 0.0, requests: int = 0) -> float:
        """Paced at `rate` a second, or as fast as answers come; for so long, or so many. Returns the seconds."""
        self.taken, self.refused, self.next = [], [], 0
        began = time.perf_counter()
        each = [
            threading.Thread(target=self._send, args=(n, began, rate, seconds, requests)) for n in range(CONNECTIONS)
        ]
        for one in each:
            one.start()
        for one in each:
            one.join()
        assert not self.refused, self.refused[0]
        return time.perf_counter() - began

    def _send(self, mine: int, began: float, rate: float, seconds: float, requests: int) -> None:
        taken = []
        with socket.create_connection(("127.0.0.1", self.port), 30) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            count = 0
            while True:
                due = began + (mine + count * CONNECTIONS) / rate if rate else 0.0
                now = time.perf_counter()
                if due > now:
                    time.sleep(due - now)
                with self.lock:
                    number, self.next = self.next, self.next + 1
                if (requests and number >= requests) or (seconds and time.perf_counter() - began > seconds):
                    break
                body = self.made(number)
                head = f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                # From when it was due: a sender that had to wait has waited.
                start = due if rate else time.perf_counter()
                line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                answer = line.recv(65536)
                while not _whole(answer):
                    answer += line.recv(65536)
                taken.append(time.perf_counter() - start)
                if b" 202 " not in answer[:20]:
                    self.refused.append(answer[:300])
                    break
                count += 1
        with self.lock:
            self.taken += taken


def alert(number: int, name: str = "Down") -> dict[str, object]:
    return {
        "status": "firing",
        "labels": {"alertname": name, "instance": f"host-{number}", "severity": "critical", "job": "node"},
        "annotations": {"summary": f"{name} on host-{number}", "description": "It does not answer."},
        "startsAt": STARTED,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
        "fingerprint": f"{name}{number:012x}",
    }


STARTED = datetime.now(UTC).isoformat().replace("+00:00", "Z")


def posted(alerts: list[dict[str, object]]) -> bytes:
    return json.dumps({"version": "4", "groupKey": "{}", "status": "firing", "alerts": alerts}).encode()


def percentile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=1000)[int(share * 10) - 1] * 1000


def counted(source: InboundSource) -> int:
    own = Signal.objects.filter(source=source).aggregate(n=Sum("count"))["n"] or 0
    slots = SignalTally.objects.filter(signal__source=source).aggregate(n=Sum("count"))["n"] or 0
    return int(own + slots)


def accounted(source: InboundSource, sent: int, incidents: int = 1) -> None:
    """Each alert is counted once, in one incident with one escalation."""
    assert counted(source) == sent, (counted(source), sent)
    assert (Delivery.objects.filter(source=source).aggregate(n=Sum("alerts"))["n"] or 0) == sent
    ids = set(Signal.objects.filter(source=source).values_list("incident", flat=True))
    assert len(ids) == incidents and None not in ids, ids
    assert not Signal.objects.filter(source=source, due_at__isnull=False).exists()


def new_source(name: str) -> tuple[InboundSource, str]:
    now = timezone.now()
    values = {"name": name, "kind": "alertmanager", "limit_per_minute": 10_000_000}
    source = arranging.save_source(None, values, by=None, at=now)
    return source, "/api/v1/inbound/alertmanager/" + arranging.issue_key(source.pk, by=None, at=now)[1]


def processor() -> tuple[float, float]:
    """Seconds of processor time so far: of the web server, and of PostgreSQL with all its children."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
        postgres = psutil.Process(cursor.fetchone()[0]).parent()
    assert postgres is not None
    return _seconds(psutil.Process().children(recursive=True)), _seconds([postgres, *postgres.children()])


def _seconds(processes: list[psutil.Process]) -> float:
    times = [one.cpu_times() for one in processes]
    return float(sum(one.user + one.system for one in times))


def singles(port: int, name: str, made: Made) -> None:
    source, path = new_source(name)
    load = Load(port, path, made)
    load.run(requests=200)
    before = processor()
    taken = load.run(rate=1000, seconds=SECONDS)
    web_time, postgres_time = (
        (after - earlier) / len(load.taken) * 1000 for earlier, after in zip(before, processor(), strict=True)
    )
    sent = 200 + len(load.taken)
    say(
        "  processor time of each",
        f"{web_time + postgres_time:.2f} ms",
        f"web {web_time:.2f}, PostgreSQL {postgres_time:.2f}",
    )
    words = f"p50 {percentile(load.taken, 50):.1f} p95 {percentile(load.taken, 95):.1f} ms"
    say(f"{name}, paced, 8 connections", f"{len(load.taken) / taken:.0f} a second", f"{words}; 1,000, p95 under 15 ms")
    taken = load.run(seconds=SECONDS)
    sent += len(load.taken)
    words = f"p50 {percentile(load.taken, 50):.1f} p95 {percentile(load.taken, 95):.1f} ms"
    say(f"{name}, as fast as it goes", f"{len(load.taken) / taken:.0f} a second", words)
    accounted(source, sent)


def groups(port: int, name: str, made: Made, at_most: str) -> None:
    source, path = new_source(name)
    load = Load(port, path, made)
    taken = load.run(seconds=SECONDS)
    say(name, f"{len(load.taken) * 100 / taken:.0f} a second", f"p95 {percentile(load.taken, 95):.0f} ms; {at_most}")
    accounted(source, len(load.taken) * 100)


def storm(port: int, name: str, size: int) -> None:
    """10,000 alerts that nobody has seen before, until they stand in one incident with one escalation."""
    source, path = new_source(name)
    load = Load(port, path, lambda n: posted([alert(n * size + k, f"Storm{k % 5}") for k in range(size)]))
    taken = load.run(requests=10_000 // size)
    accounted(source, 10_000)
    incident = Incident.objects.filter(signals__source=source).distinct().get()
    assert Escalation.objects.filter(incident=incident).values("cause").distinct().count() == 1
    say(name, f"{taken:.2f} s", "folded into one incident, one escalation; at most 3 s" if size > 1 else "")


def floor() -> None:
    """What the machine gives: durable commits of one small row, eight at a time."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (id int)")
    done: list[int] = []

    def commit() -> None:
        end, n = time.perf_counter() + 3, 0
        with connection.cursor() as cursor:
            while time.perf_counter() < end:
                cursor.execute("INSERT INTO bench_floor VALUES (1)")
                n += 1
        done.append(n)
        connection.close()

    each = [threading.Thread(target=commit) for _ in range(CONNECTIONS)]
    for one in each:
        one.start()
    for one in each:
        one.join()
    say("floor: one-row commits from 8 threads of one process", f"{sum(done) / 3:.0f} a second")


def main() -> None:
    call_command("migrate", verbosity=0)
    settle_world()
    port = free_port()
    floor()
    process = web(port)
    try:
        singles(port, "one alert again and again", lambda n: posted([alert(1)]))
        singles(port, "1,000 alerts in turn", lambda n: posted([alert(n % 1000)]))
        unseen = iter(range(10**9))
        singles(port, "alerts never seen before", lambda n: posted([alert(next(unseen), "New")]))
        groups(
            port,
            "groups of 100, repeated",
            lambda n: posted([alert(n % 50 * 100 + k) for k in range(100)]),
            "at least 5,000 a second",
        )
        groups(port, "groups of 100, never seen before", lambda n: posted([alert(n * 100 + k) for k in range(100)]), "")
        storm(port, "storm of 10,000 in groups of 100", 100)
        storm(port, "storm of 10,000, one by one", 1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


if __name__ == "__main__":
    main()
