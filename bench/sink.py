"""An SMTP server in a process of its own, as the world's are: takes everything, says at the end how much that was."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tests.notifications.sink import free_port


class Counting:
    """Takes each letter and keeps nothing of it."""

    taken = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken += 1
        return "250 accepted"


@contextmanager
def sink(settings: Any) -> Iterator[int]:
    """Runs the server beside us and points Django's mail at its port, which it yields."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)], stdout=subprocess.PIPE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        assert process.stdout is not None and process.stdout.readline() == b"listening\n"
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=10)[0].decode().strip()
        print(f"{'letters that arrived at the server':<58} {told:>16}", flush=True)


def main() -> None:
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    counting = Counting()
    controller = Controller(counting, hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("listening", flush=True)
    while not over.is_set():
        time.sleep(0.1)
    controller.stop()
    print(counting.taken, flush=True)


if __name__ == "__main__":
    main()
