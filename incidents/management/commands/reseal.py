"""`manage.py reseal`: seals everything that lies sealed under the present SECRET_KEY, and names what no key opens."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents import resealing


class Command(BaseCommand):
    help = "Seal everything anew under the present SECRET_KEY; exit 1 while something cannot be opened."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = resealing.renew_all()
        self.stdout.write(f"{done} sealed anew.")
        if lost:
            raise CommandError("\n".join(["Enter these anew, or give the old key back:", *lost]))
        self.stdout.write("All of it lies under the present SECRET_KEY; what is sealed needs no older one.")
