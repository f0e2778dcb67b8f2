"""What is measured: pages, sweeps, a storm of deadlines, letters. Each prints its own lines."""

import gc
import os
import smtplib
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines as templates  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.sink import sink  # noqa: E402
from incidents import clocks, lifecycle, stuck  # noqa: E402
from incidents.facts import Acknowledgement, Letter, Report  # noqa: E402
from incidents.models import Clock, EscalationRule, Incident, Responder  # noqa: E402
from incidents.sample.volume import load  # noqa: E402
from incidents.sample.world import World, settle_world  # noqa: E402
from notifications import delivery, outbox  # noqa: E402
from notifications.models import OutboundMessage  # noqa: E402

INCIDENTS = int(os.environ.get("ALLCLEAR_BENCH_INCIDENTS", "1000000"))
OPEN = int(os.environ.get("ALLCLEAR_BENCH_OPEN", "100000"))


RUNS, WARM = 15, 3


def median_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median of `runs` after three that warm up, in milliseconds."""
    for _ in range(WARM):
        work()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def spent(since: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Seconds of processor time, ours and that of the PostgreSQL backends: on a busy machine the clock says nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        pids = [pid for (pid,) in cursor.fetchall()]
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() - since[0], ticks / os.sysconf("SC_CLK_TCK") - since[1]


def say(name: str, value: str, target: str = "") -> None:
    print(f"{name:<58} {value:>16}   {target}", flush=True)


def pages(size: str) -> dict[str, float]:
    browser = Browser(raise_request_exception=True, headers={"host": "localhost"})
    browser.force_login(Responder.objects.get(email="ada@leadspanther.example"))
    one = Incident.objects.filter(is_open=True, status="investigating").order_by("pk").values_list("pk", flat=True)[0]
    client = Incident.objects.filter(is_open=True).values_list("client_ids", flat=True)[0][0]
    addresses = {
        "board": "/",
        "board, SEV-1": "/?severity=1",
        "board, one client": f"/?client={client}",
        "board, to acknowledge": "/?view=acknowledge",
        "board, client and severity": f"/?client={client}&severity=2",
        "search a frequent word": "/?view=all&q=outreach",
        "search a rare word among the open": "/?q=duplicate+companies",
        "search INC-number": f"/?view=all&q=INC-{one}",
        "incident page": f"/incidents/{one}/",
    }
    found = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200, address
        # The next request empties the log that this looks at.
        asked = len(queries)
        reset_queries()
        before = spent()
        found[name] = median_ms(lambda address=address: browser.get(address), RUNS)
        work = [1000 * one / (RUNS + WARM) for one in spent(before)]
        more = f"{work[0]:.1f} ms of Python and {work[1]:.1f} of PostgreSQL; {asked} queries; at most 15 ms"
        say(f"{name} ({size})", f"{found[name]:.1f} ms", more)
    return found


def floor_page() -> None:
    rows = templates["django"].from_string(
        "<table>{% for r in rows %}"
        "<tr><td>{{ r.pk }}</td><td>{{ r.title }}</td><td>{{ r.status }}</td></tr>{% endfor %}"
    )

    def page(request: HttpRequest) -> HttpResponse:
        chosen = Incident.objects.only("pk", "title", "status").order_by("-pk")[:50]
        return HttpResponse(rows.render({"rows": chosen}, request))

    request = HttpRequest()
    say("floor: 50 rows selected and rendered, no middleware", f"{median_ms(lambda: page(request)):.1f} ms")


def idle_sweep(size: str) -> None:
    now = timezone.now() - timedelta(days=2000)
    say(f"sweep with nothing due ({size})", f"{median_ms(lambda: clocks.sweep(now=now)):.2f} ms", "under 5 ms")
    say(f"is anything stuck? ({size})", f"{median_ms(lambda: stuck.look(now=timezone.now())):.2f} ms", "under 5 ms")


class Timed:
    """Notes when the first batch was committed, and does the batch."""

    def __init__(self, plain: Callable[[datetime, int], int], first: list[float], began: float) -> None:
        self.plain, self.first, self.began = plain, first, began

    def __call__(self, now: datetime, size: int) -> int:
        # The batch before has committed when this one begins.
        if self.done and not self.first:
            self.first.append(time.perf_counter() - self.began)
        self.done = self.plain(now, size)
        return self.done

    done = 0


def storm(count: int = 10_000) -> None:
    """`count` resolve clocks fall due at once, each with an escalation and its messages."""
    EscalationRule.objects.filter(situation="resolve_breached").update(is_enabled=True)
    for _ in range(3):
        now = timezone.now()
        due = now - timedelta(seconds=5)
        chosen = Clock.objects.filter(kind="resolve", state="running", incident__is_open=True).order_by("pk")
        ids = list(chosen.values_list("pk", flat=True)[:count])
        Clock.objects.filter(pk__in=ids).update(due_at=due, next_check_at=due, level=90)
        before = OutboundMessage.objects.count()
        first: list[float] = []
        plain = clocks.sweep.__globals__["_batch"]
        work = spent()
        began = time.perf_counter()

        clocks.sweep.__globals__["_batch"] = Timed(plain, first, began)
        swept = clocks.sweep(now=now)
        clocks.sweep.__globals__["_batch"] = plain
        taken = time.perf_counter() - began
        work = spent(work)
        enforced = Clock.objects.filter(pk__in=ids, state="breached").count()
        written = OutboundMessage.objects.count() - before
        value = f"{taken:.2f} s"
        say(
            f"{enforced} of {count} deadlines at once, {written} messages",
            value,
            f"first {first[0]:.2f} s; {work[0]:.2f} s of Python, {work[1]:.2f} of PostgreSQL; at most 2 s, first 0.5 s",
        )
        assert swept.enforced >= count


def verbs(world: World) -> None:
    ids = (next(iter(world.clients.values())).pk,), (next(iter(world.systems.values())).pk,)
    by = world.people["rick"]

    def report() -> Incident:
        now = timezone.now()
        return lifecycle.report(
            Report("Bench", "Bench", 2, "agent", now, client_ids=ids[0], system_ids=ids[1]), by=by, at=now
        )

    say("report (verb)", f"{median_ms(report):.1f} ms", "under 25 ms")
    waiting = [report() for _ in range(20)]

    def acknowledge() -> None:
        now = timezone.now()
        letter = Letter("Bench", "It is slow.", next_update_by=now + timedelta(hours=1))
        lifecycle.acknowledge(waiting.pop().pk, Acknowledgement(letter=letter), by=by, at=now)

    say("acknowledge with its letters (verb)", f"{median_ms(acknowledge):.1f} ms", "under 25 ms")


def letters(count: int = 2000) -> None:
    OutboundMessage.objects.filter(state__in=("pending", "claimed", "handoff")).update(state="suppressed", due_at=None)

    with sink(settings) as port:
        for _ in range(3):
            now = timezone.now()
            outgoing = [_letter(f"{now.timestamp()}:{number}") for number in range(count)]
            began = time.perf_counter()
            outbox.enqueue(outgoing, at=now)
            written = time.perf_counter() - began
            began = time.perf_counter()
            sent = 0
            # A sweep ends after five seconds and the next one goes on, as the workers do.
            while sent < count:
                sent += delivery.sweep("email", now=timezone.now(), limit=count - sent)
            taken = time.perf_counter() - began
            assert sent == OutboundMessage.objects.filter(state="sent", kind="bench", sent_at__gte=now).count() == count
            say(f"{count} letters over one SMTP connection", f"{sent / taken:.0f} a second", "at least 400 a second")
            say(f"{count} letters written down", f"{count / written:.0f} a second")
        _floor_smtp(port)


def _letter(key: str) -> outbox.Outgoing:
    text = "Hi Dana,\n\nWe've identified an issue with your outreach emails.\n" * 3
    return outbox.Outgoing(
        key, "email", "dana@client.example", "Dana", "Subject", text, f"<p>{text}</p>", "bench", "bench"
    )


def _floor_smtp(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        began = time.perf_counter()
        for _ in range(500):
            server.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\n" + "text\r\n" * 20)
        say("floor: mail on one reused connection", f"{500 / (time.perf_counter() - began):.0f} a second")


def main(names: list[str]) -> None:
    gc.freeze()  # as the web server and the workers do
    call_command("migrate", verbosity=0)
    world = settle_world()
    wanted = set(names) or {"pages", "sweeps", "storm", "verbs", "letters"}
    load(world, incidents=1000, still_open=1000, now=timezone.now())
    small: dict[str, float] = {}
    if "pages" in wanted:
        small = pages("1,000 incidents")
    if "sweeps" in wanted:
        idle_sweep("1,000 incidents")
    seconds = load(world, incidents=INCIDENTS, still_open=OPEN, now=timezone.now())
    say(f"load {INCIDENTS:,} incidents, {OPEN:,} open", f"{seconds:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    if "pages" in wanted:
        floor_page()
        large = pages(f"{INCIDENTS:,} incidents, {OPEN:,} open")
        for name, taken in large.items():
            if name in small:
                say(f"ratio: {name}", f"{taken / small[name]:.2f}", "at most 1.3")
    if "sweeps" in wanted:
        idle_sweep(f"{INCIDENTS:,} incidents")
    if "verbs" in wanted:
        verbs(world)
    if "storm" in wanted:
        storm()
    if "letters" in wanted:
        letters()


if __name__ == "__main__":
    main(sys.argv[1:])
