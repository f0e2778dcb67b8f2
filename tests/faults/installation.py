"""A whole installation for one test: its own PostgreSQL, Redis and processes, to freeze, kill and start again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

from config.launch import engines
from tests.faults.processes import ROOT, Redis, children_of, environment, frozen, redis, running, until
from tests.notifications.sink import free_port


class Postgres:
    """A server on a folder, in a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sockets = folder / "s"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return engines.database_url(self.sockets)

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        # As in production, what was committed is on disk: with `synchronous_commit` off a killed server forgets up to
        # 600 ms of it. `fsync` stays off, for the machine itself does not go down here.
        command = engines.postgres_command(self.folder / "pg", self.sockets, fast=True)
        command += ["-c", "synchronous_commit=on"]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        engines.wait_for_postgres(self.sockets, process=self.process)

    def stop(self, sign: signal.Signals = signal.SIGQUIT) -> None:
        """At once and without a checkpoint, as a machine that goes down; SIGINT for an orderly end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sign)
            self.process.wait(20)

    def pids(self) -> list[int]:
        assert self.process is not None
        return [self.process.pid, *children_of(self.process.pid)]


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="allclear-fault-"))
    folder.chmod(0o755)
    (folder / "s").mkdir()
    if os.geteuid() == 0:
        os.chown(folder / "s", engines.NOBODY, engines.NOBODY)
    return folder


class Installation:
    """Everything of one installation that a fault test speaks to."""

    def __init__(self, postgres: Postgres, broker: Redis, stack: ExitStack, **more: str) -> None:
        self.postgres, self.broker, self.stack = postgres, broker, stack
        self.log = postgres.folder / "processes.log"
        self.port = free_port()
        self.env = environment(
            DATABASE_URL=postgres.url, REDIS_URL=broker.url, ALLCLEAR_POOL="true", ALLCLEAR_LOG_LEVEL="WARNING", **more
        )
        self.browser = requests.Session()
        self.kept: list[tuple[tuple[str, ...], subprocess.Popen[bytes]]] = []
        self._console: subprocess.Popen[str] | None = None

    def run(self, *words: str) -> "subprocess.Popen[bytes]":
        """Starts one process of Python; it ends with the test."""
        return self.stack.enter_context(running(*words, env=self.env, log=self.log))

    def keep(self, *words: str) -> None:
        """Starts one that `tend` starts again, as supervisord does, when it has ended."""
        self.kept.append((words, self.run(*words)))

    def tend(self) -> None:
        self.kept = [(words, one if one.poll() is None else self.run(*words)) for words, one in self.kept]

    def web(self) -> "subprocess.Popen[bytes]":
        """Starts the pages and signs this test's browser in as an administrator."""
        words = ["-m", "gunicorn", "config.wsgi", "-k", "gthread", "-w", "1", "--threads", "8", "--no-control-socket"]
        server = self.run(*words, "-b", f"127.0.0.1:{self.port}", "--worker-tmp-dir", "/tmp")
        session = self.do(
            "who = ResponderFactory(name='Ada', role='administrator')\n"
            "browser = Browser(); browser.force_login(who)\n"
            "result = browser.cookies['sessionid'].value"
        )
        self.browser.cookies.set("sessionid", session)
        until(lambda: self.get("/healthz")[0] == 200, 20, "the pages start")
        return server

    def get(self, path: str) -> tuple[int, float, str]:
        """Status, seconds and text of one page; status 0 when nothing answered within 30 s."""
        return self._ask("GET", path, {})

    def post(self, path: str, **fields: str) -> tuple[int, float, str]:
        """The same of a form that is sent, with the token of its page."""
        self.browser.get(f"http://127.0.0.1:{self.port}{path}", timeout=30)
        token = {"csrfmiddlewaretoken": str(self.browser.cookies.get("csrftoken"))}
        return self._ask("POST", path, {**token, **fields})

    def _ask(self, method: str, path: str, fields: dict[str, str]) -> tuple[int, float, str]:
        began = time.monotonic()
        try:
            answer = self.browser.request(
                method, f"http://127.0.0.1:{self.port}{path}", data=fields, timeout=30, allow_redirects=False
            )
        except requests.RequestException as error:
            return 0, time.monotonic() - began, str(error)
        return answer.status_code, time.monotonic() - began, answer.text

    def restart_console(self) -> None:
        """The next `do` sees the environment as it is then."""
        if self._console is not None:
            self._console.kill()
            self._console.wait(10)
        self._console = None

    def do(self, code: str) -> Any:
        """What `code` leaves in `result`, done in a process with this installation's environment."""
        if self._console is None:
            self._console = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.console"],
                env=self.env | {"ALLCLEAR_POOL": "false"},
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log.open("ab"),
                text=True,
            )
            self.stack.callback(self._console.kill)
        assert self._console.stdin
        assert self._console.stdout
        self._console.stdin.write(json.dumps(code) + "\n")
        self._console.stdin.flush()
        answer = json.loads(self._console.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def frozen_postgres(self) -> Any:
        """While this context lasts, PostgreSQL holds its connections and answers nothing."""
        return frozen(self.postgres.pids())


@contextmanager
def installation(template: Path, **more: str) -> Iterator[Installation]:
    """A fresh installation on a copy of the template; nothing of it is left behind."""
    postgres = Postgres(_folder())
    try:
        subprocess.run(["cp", "-a", str(template), str(postgres.folder / "pg")], check=True)
        postgres.start()
        with redis() as broker, ExitStack() as stack:
            one = Installation(postgres, broker, stack, **more)
            yield one
    finally:
        postgres.stop()
        shutil.rmtree(postgres.folder, ignore_errors=True)
