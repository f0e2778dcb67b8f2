"""`manage.py outbox hold REASON | release`: after a restore nothing leaves until a person has looked."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import outbox


class Command(BaseCommand):
    help = "Hold the outbox, or release it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("hold", "release"))
        parser.add_argument("reason", nargs="?", default="held by hand")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "hold":
            outbox.hold(reason=options["reason"], at=timezone.now())
            self.stdout.write("Nothing leaves until you release it.")
        else:
            outbox.release()
            self.stdout.write("Letters leave again.")
