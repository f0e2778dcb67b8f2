"""What a gate that machines ask costs the server, beside a hundred thousand incidents and two hundred gates."""

import os
from datetime import timedelta

from django.core.management import call_command
from django.test import Client as Browser
from django.utils import timezone

from bench.run import median_ms, say
from incidents import lifecycle, tokens
from incidents.facts import Report
from incidents.models import Incident, Responder
from incidents.sample.volume import load
from incidents.sample.world import settle_world
from postmortems import gates
from postmortems.gates import Pause

INCIDENTS = int(os.environ.get("ALLCLEAR_BENCH_INCIDENTS", "100000"))
HELD = 200


def _hold(who: Responder) -> None:
    """Two hundred pieces of work, each with the nine criteria of a fresh gate."""
    now = timezone.now()
    known = Incident.objects.exclude(client_ids=[]).order_by("pk")[0]
    for number in range(HELD):
        told = Report(f"Held {number}", "Bounces.", 2, "agent", now, tuple(known.client_ids), tuple(known.system_ids))
        incident = lifecycle.report(told, by=who, at=now)
        pause = Pause(reason="Bounces", name=f"Bench pool {number}", kind="tool", owner=who)
        gates.pause(incident.pk, pause, by=who, at=now + timedelta(seconds=1))
    gates.register(key="bench-free", name="Nothing holds it", kind="tool", client=None, owner=who)


def main() -> None:
    call_command("migrate", verbosity=0)
    load(settle_world(), incidents=INCIDENTS, still_open=1000, now=timezone.now())
    who = Responder.objects.get(email="ada@leadspanther.example")
    _hold(who)
    _, secret = tokens.create("bench", ["gates:read"], who, at=timezone.now())
    browser = Browser(headers={"host": "localhost", "Authorization": f"Bearer {secret}"})
    tag = browser.get("/api/v1/gates/bench-free")["ETag"]
    for name, status, key, headers in (
        ("gate that holds", 423, "bench-pool-7", {}),
        ("gate that lets through", 200, "bench-free", {}),
        ("the same from its tag", 304, "bench-free", {"If-None-Match": tag}),
        ("unknown gate", 404, "nobody", {}),
    ):

        def question(key: str = key, status: int = status, headers: dict[str, str] = headers) -> None:
            assert browser.get(f"/api/v1/gates/{key}", headers=headers).status_code == status

        say(name, f"{median_ms(question, 300):.2f} ms", "under 5 ms")


if __name__ == "__main__":
    main()
