"""Run as a process of its own: so many mail workers at once, each replaced as soon as something kills it.

`python -m tests.faults.mail_workers COUNT LEASE_SECONDS`; forks share the start of Django, so that thirty kills take
seconds. A short lease stands in for the minutes that a real one waits.
"""

import importlib
import os
import sys
import time
from datetime import timedelta

import django
from django.utils import timezone


def work(parent: int) -> None:
    """Sweeps until the parent is gone; as beat would ring, only faster."""
    delivery = importlib.import_module("notifications.delivery")
    while os.getppid() == parent:
        delivery.sweep("email", now=timezone.now())
        time.sleep(0.02)


def main() -> None:
    django.setup()
    # Models can only be imported once Django is set up.
    delivery = importlib.import_module("notifications.delivery")
    lease = timedelta(seconds=float(sys.argv[2]))
    vars(delivery).update(LEASE=lease, CLAIMED_FOR=lease, BATCH=20)
    parent = os.getpid()
    living: set[int] = set()
    while True:
        while len(living) < int(sys.argv[1]):
            pid = os.fork()
            if pid == 0:
                work(parent)
                os._exit(0)
            living.add(pid)
        died, _ = os.waitpid(-1, 0)
        living.discard(died)


if __name__ == "__main__":
    main()
