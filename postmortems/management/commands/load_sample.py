"""`manage.py load_sample --demo`, or `--incidents N --open M` for volume."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from incidents import clocks, figures
from incidents.detection import sample as watch
from incidents.detection.mail import sample as mail
from incidents.models import Incident
from incidents.sample.channels import open_channels
from incidents.sample.scene import give_link, set_scene
from incidents.sample.story import Storyteller
from incidents.sample.volume import load
from incidents.sample.world import settle_world
from postmortems import sample as learned
from postmortems.reports import cells


class Teller(Storyteller):
    """Tells what was learned, too."""

    def learn(self, incident: Incident, over: datetime) -> None:
        learned.Learner(self.world.people).learn(incident, over)


class Command(BaseCommand):
    help = "Load the sample workspace (--demo), or many incidents for measuring (--incidents N --open M)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="the SOP's world with history and a scene in progress")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are incidents")
        parser.add_argument("--history", type=int, default=48, help="how many incidents of history the demo tells")
        parser.add_argument("--incidents", type=int, default=0, help="how many incidents to write in bulk")
        parser.add_argument("--open", type=int, default=0, help="how many of them are open")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses the demo on a database that has incidents; volume may be added to any sample."""
        if options["if_empty"] and Incident.objects.exists():
            return
        now = timezone.now()
        world = settle_world()
        if options["demo"]:
            if Incident.objects.exists():
                raise CommandError("There are incidents already; the sample is for an empty workspace.")
            with transaction.atomic():
                teller = Teller(world, now)
                teller.history(options["history"], days=95)
                set_scene(teller)
                address = give_link(teller)
                learned.set_scene(teller)
                learned.explain(world.people, now)
            open_channels(world, now=now)
            watch.load(now=now)
            mail.load(now=now)
            clocks.sweep(now=timezone.now())
            figures.refresh(now=timezone.now())
            cells.rebuild()
            self.stdout.write(f"What Northwind Dental sees by its link: {address}")
            self.stdout.write(f"{Incident.objects.count()} incidents, {Incident.objects.open().count()} of them open.")
        if options["incidents"]:
            if options["open"] > options["incidents"]:
                raise CommandError("More open than there are incidents.")
            seconds = load(world, incidents=options["incidents"], still_open=options["open"], now=now)
            self.stdout.write(f"{options['incidents']} incidents in {seconds:.1f} s")
            began = time.monotonic()
            cells.rebuild()
            self.stdout.write(f"counted for the reports in {time.monotonic() - began:.1f} s")
        if not options["demo"] and not options["incidents"]:
            raise CommandError("Say --demo, or --incidents N --open M.")
