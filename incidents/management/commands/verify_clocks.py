"""`manage.py verify_clocks`: is every stored clock what the record says? The cache must equal the function (S0)."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents import clocks
from incidents.clocks.events import ENGINE_KIND
from incidents.models import Clock, Incident


class Command(BaseCommand):
    help = "Recompute each clock from its incident's record and compare; nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--open", action="store_true", help="only incidents that are open")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 1 and names each clock that differs in due time, stop or breach."""
        chosen = Incident.objects.order_by("pk")
        if options["open"]:
            chosen = chosen.filter(is_open=True)
        now, count = datetime.now(UTC), 0
        differing: list[str] = []
        for incident in chosen.defer("search").iterator():
            entries = clocks.moving_entries(incident)
            for clock in Clock.objects.filter(incident=incident, kind__in=list(ENGINE_KIND)):
                count += 1
                standing = clocks.standing_of(entries, clock.kind, as_of=now, cycle=clock.cycle)
                for name in ("due_at", "stopped_at"):
                    if getattr(standing, name) != getattr(clock, name):
                        differing.append(
                            f"{incident.reference} {clock.kind} {clock.cycle}: {name} is {getattr(clock, name)}, "
                            f"the record says {getattr(standing, name)}"
                        )
        for line in differing:
            self.stderr.write(line)
        if differing:
            raise CommandError(f"{len(differing)} of {count} clocks differ from their record")
        self.stdout.write(f"{count} clocks are what the record says.")
