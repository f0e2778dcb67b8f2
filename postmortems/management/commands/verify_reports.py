"""`manage.py verify_reports`: is every figure of the reports what the record says?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from postmortems.reports import cells


class Command(BaseCommand):
    help = "Count every incident again from its record and compare with what the reports show; nothing is changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 1 and names each incident and each sum that differs; what changed a moment ago is due and left out."""
        with cells.unhurried(), transaction.atomic():
            self._compare()

    def _compare(self) -> None:
        cells.lock(wait=True)
        count, wrong = 0, 0
        for ids in cells.chunks():
            count += len(ids)
            for incident_id in cells.differing(ids):
                wrong += 1
                self.stderr.write(f"INC-{incident_id} is not counted as its record says")
        for cell in cells.crooked():
            wrong += 1
            self.stderr.write(f"The sum of {cell} is not that of its incidents")
        if wrong:
            raise CommandError(f"{wrong} differences; `manage.py rebuild_reports` counts everything again")
        self.stdout.write(f"The reports count {count} incidents as their record says.")
