"""Real processes of ours on the servers of a test, and what a test does to them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from config.launch import engines

ROOT = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    """What a process needs to work on the database of the running test; addresses may be given instead."""
    name = connection.settings_dict["NAME"]
    found = {
        **os.environ,
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        "ALLCLEAR_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    return {**found, **more}


@contextmanager
def running(*words: str, env: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """One process of Python, ended with all its children when the test leaves, however it leaves."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *words], env=env, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        for pid in [*children_of(process.pid), process.pid]:
            kill(pid)
        process.wait(10)


def celery_worker(queue: str, *, children: int = 1) -> list[str]:
    """The command of a worker as the launcher starts it, for `running`."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return ["-m", "celery", "-A", "config", "worker", "-c", str(children), "-Q", queue, *quiet]


def children_of(pid: int) -> list[int]:
    """The pids of its children now, as the system tells them."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listing.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def kill(pid: int, sign: signal.Signals = signal.SIGKILL) -> None:
    """Sends the signal, unless the process is gone already."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


@contextmanager
def frozen(pids: Iterable[int]) -> Iterator[None]:
    """These processes stand still (SIGSTOP): they hold their connections, and answer nothing."""
    chosen = list(pids)
    for pid in chosen:
        kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in chosen:
            kill(pid, signal.SIGCONT)


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


class Redis:
    """A Redis of one test, on a socket in a short folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="allclear-redis-"))
        self.socket = self.folder / "redis.sock"
        self.url = engines.redis_url(self.socket)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        command = engines.redis_command(self.folder, self.socket, durable=False)
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        until(self.socket.exists, 10, "Redis starts")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(10)


@contextmanager
def redis() -> Iterator[Redis]:
    one = Redis()
    one.start()
    try:
        yield one
    finally:
        one.stop()
        for path in one.folder.iterdir():
            path.unlink()
        one.folder.rmdir()
