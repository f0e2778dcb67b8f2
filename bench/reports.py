"""What a report costs with every incident that there is: each period, each filter, its lists and its CSV."""

import os
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.run import INCIDENTS, OPEN, median_ms, say  # noqa: E402
from incidents.models import Client, Incident, Responder, System  # noqa: E402
from incidents.sample.volume import load  # noqa: E402
from incidents.sample.world import settle_world  # noqa: E402
from postmortems.reports import cells  # noqa: E402
from postmortems.reports.sweep import sweep  # noqa: E402


def pages() -> None:
    browser = Browser(raise_request_exception=True, headers={"host": "localhost"})
    browser.force_login(Responder.objects.get(email="ada@leadspanther.example"))
    client, system = Client.objects.order_by("pk")[0].pk, System.objects.order_by("pk")[0].pk
    addresses = {
        "7 days": "?period=7",
        "30 days": "?period=30",
        "90 days": "?period=90",
        "this year": "?period=year",
        "everything": "?period=all",
        "odd dates over two years": "?from=2024-11-07&to=2026-09-23",
        "everything, SEV-1": "?period=all&severity=1",
        "everything, one client": f"?period=all&client={client}",
        "everything, one system": f"?period=all&system={system}",
        "everything, client, system and severity": f"?period=all&client={client}&system={system}&severity=2",
        "90 days, client and system": f"?period=90&client={client}&system={system}",
    }
    for name, query in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/reports/{query}").status_code == 200, query
        count = len(queries)
        reset_queries()
        taken = median_ms(lambda query=query: browser.get(f"/reports/{query}"), 7)
        say(f"report: {name}", f"{taken:.0f} ms", f"{count} queries; under 100 ms")
    for name, query in {"all": "?period=all", "missed": "?period=all&what=ack_missed"}.items():
        taken = median_ms(lambda query=query: browser.get(f"/reports/incidents/{query}"), 7)
        say(f"report: list of incidents, {name}", f"{taken:.0f} ms", "under 100 ms")


def counting() -> None:
    """What the sweep costs: nothing due, and a thousand incidents that changed."""
    say("counting with nothing due", f"{median_ms(lambda: sweep(now=timezone.now())):.2f} ms", "under 5 ms")
    ids = list(Incident.objects.filter(is_open=True).order_by("pk").values_list("pk", flat=True)[:1000])

    def changed() -> None:
        # Acknowledged a minute later than it was: each fact and its sums change.
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE incidents_incident SET acknowledged_at = acknowledged_at + interval '1 minute' "
                "WHERE id = ANY(%s)",
                [ids],
            )
            cursor.execute("INSERT INTO postmortems_factdue (incident_id) SELECT unnest(%s::bigint[])", [ids])
        sweep(now=timezone.now())

    say("counting 1,000 incidents that changed", f"{median_ms(changed, 5):.0f} ms")


def main() -> None:
    call_command("migrate", verbosity=0)
    world = settle_world()
    seconds = load(world, incidents=INCIDENTS, still_open=OPEN, now=timezone.now())
    say(f"load {INCIDENTS:,} incidents, {OPEN:,} open", f"{seconds:.0f} s")
    began = time.perf_counter()
    cells.rebuild()
    say("rebuild_reports: all of them, from the record", f"{time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
        for table in ("postmortems_incidentfact", "postmortems_reportcell"):
            cursor.execute(
                "SELECT reltuples::bigint, pg_total_relation_size(oid) FROM pg_class WHERE relname = %s", [table]
            )
            rows, size = cursor.fetchone()
            say(f"{table}, with indexes", f"{rows:,} rows", f"{size / 2**20:.0f} MB")
    if not os.environ.get("ALLCLEAR_BENCH_ONLY_COUNTING"):
        pages()
    counting()
    began = time.perf_counter()
    call_command("verify_reports")
    say("verify_reports: all of them, against the record", f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
