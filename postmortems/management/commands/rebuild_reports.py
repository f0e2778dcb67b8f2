"""`manage.py rebuild_reports`: write everything that reports are counted from again, from the record."""

from typing import Any

from django.core.management.base import BaseCommand

from postmortems.reports import cells


class Command(BaseCommand):
    help = "Count every incident again for the reports; needed after ALLCLEAR_TIME_ZONE changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction: the pages show the old figures until it is done."""
        self.stdout.write(f"{cells.rebuild()} incidents are counted.")
