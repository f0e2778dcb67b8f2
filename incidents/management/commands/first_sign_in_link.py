"""Prints the one-time link for the first administrator."""

from typing import Any

from django.core.management.base import BaseCommand

from incidents.configuration import administrators_exist
from incidents.sign_in import first_sign_in_address


class Command(BaseCommand):
    help = "Print a one-time link for the first administrator; nothing when there is one. It makes nothing until used."

    def handle(self, *args: Any, **options: Any) -> None:
        if not administrators_exist():
            self.stdout.write(first_sign_in_address())
