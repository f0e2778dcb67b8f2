"""`manage.py verify_record [INC-n …]`: recompute every hash chain, and print the anchor to keep outside."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from incidents import timeline
from incidents.models import Incident
from incidents.timeline import Fault


class Command(BaseCommand):
    help = "Verify that no entry of any incident's record was changed, taken away or put between others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("incidents", nargs="*", help="INC-numbers; all when none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 1 and names each fault; otherwise prints one anchor over all heads, to be kept elsewhere."""
        chosen = Incident.objects.order_by("pk").only("pk", "entry_count", "head")
        if options["incidents"]:
            chosen = chosen.filter(pk__in=[int(name.upper().removeprefix("INC-")) for name in options["incidents"]])
        anchor, incidents, entries = hashlib.sha256(), 0, 0
        faults: list[str] = []
        for incident in chosen.iterator():
            found = timeline.verify(incident) and _again(incident)
            faults += [f"INC-{f.incident_id} entry {f.seq}: {f.sentence}" for f in found]
            anchor.update(f"{incident.pk}:{incident.entry_count}:{incident.head}\n".encode())
            incidents, entries = incidents + 1, entries + incident.entry_count
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in {incidents} incidents")
        self.stdout.write(f"{incidents} incidents, {entries} entries: every chain holds. Anchor {anchor.hexdigest()}")


@transaction.atomic
def _again(incident: Incident) -> list[Fault]:
    """What was written while we read looks like a fault and is none: the incident is locked and read once more."""
    locked = Incident.objects.select_for_update(no_key=True).only("pk", "entry_count", "head")
    return timeline.verify(locked.get(pk=incident.pk))
