"""Run everything under supervisord: ordered start and stop, restart with back-off, logs in `.run/`.

Each child dies with supervisord (`setpriv --pdeathsig`), and supervisord with the launcher. Standard library only.
"""

import importlib
import os
import signal
import subprocess
import time
import xmlrpc.client
from collections.abc import Iterable
from pathlib import Path

from . import engines
from .house import House

ENGINES, APPLICATION = "engines", "application"


class Supervisor:
    """One supervisord and its programs. `environment` is what the application's processes see."""

    def __init__(self, house: House, environment: dict[str, str]) -> None:
        self.house = house
        self.environment = environment
        self.config = house.run / "supervisord.conf"
        self.socket = house.sockets / "control"
        self.process: subprocess.Popen[bytes] | None = None

    def write(self, *, host: str, port: int) -> None:
        """Writes the configuration; programs of the application wait until they are started."""
        house = self.house
        sections = [
            "[supervisord]\nnodaemon=true\nsilent=true\nuser=root\n"
            if _is_root()
            else "[supervisord]\nnodaemon=true\nsilent=true\n",
        ]
        sections[0] += f"logfile={house.run}/supervisord.log\npidfile={house.run}/supervisord.pid\n"
        sections[0] += f"childlogdir={house.run}\nlogfile_maxbytes=5MB\n"
        sections.append(f"[unix_http_server]\nfile={self.socket}\nchmod=0700\n")
        sections.append(
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
        )
        sections.append(f"[supervisorctl]\nserverurl=unix://{self.socket}\n")
        if house.own_postgres:
            command = engines.postgres_command(house.run / "pg", house.sockets)
            sections.append(self._program("postgres", command, 1, stop="INT", start=True))
        if house.own_redis:
            redis = house.run / "redis"
            redis.mkdir(exist_ok=True)
            command = engines.redis_command(redis, house.sockets / "redis.sock")
            sections.append(self._program("redis", command, 1, start=True))
        celery = [house.program("celery"), "-A", "config"]
        # One process uses one core; two keep an inbound storm and the pages apart. Each holds up to twenty connections.
        # They are forked from one that has read the code: half the start, and most of the memory is shared.
        processes = str(min(2, os.cpu_count() or 1))
        gunicorn = [house.program("gunicorn"), "config.wsgi", "-c", "python:config.listening"]
        gunicorn += ["-k", "gthread", "-w", processes, "--threads", "16"]
        gunicorn += ["-b", f"{host}:{port}", "--graceful-timeout", "10", "--no-control-socket", "--preload"]
        gunicorn += ["--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"]
        worker = ["worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        schedule = ["-s", str(house.run / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"]
        programs = {
            "web": gunicorn,
            "clocks": [*celery, *worker, "-c", "2", "-Q", "clocks", "-n", "clocks@%%h"],
            "chores": [*celery, *worker, "-c", "1", "-Q", "chores", "-n", "chores@%%h"],
            # As many as all channels may keep busy (bulkheads.SLOTS): one that hangs leaves the others theirs.
            "mail": [*celery, *worker, "-c", "7", "-Q", "mail", "-n", "mail@%%h"],
            "beat": [*celery, "beat", *schedule],
            "watch": [house.python, "manage.py", "watch"],
        }
        for name, command in programs.items():
            wrapped = [*engines.dying_with_us("TERM"), *command]
            sections.append(self._program(name, wrapped, 10 if name == "web" else 20))
        self.config.write_text("\n".join(sections))

    def _program(self, name: str, command: list[str], priority: int, *, stop: str = "TERM", start: bool = False) -> str:
        return (
            f"[program:{name}]\ncommand={' '.join(map(_quoted, command))}\ndirectory={self.house.root}\n"
            f"priority={priority}\nautostart={'true' if start else 'false'}\nautorestart=true\nstartsecs=1\n"
            f"startretries=30\nstopsignal={stop}\nstopwaitsecs=20\nstopasgroup=false\nkillasgroup=true\n"
            f"redirect_stderr=true\nstdout_logfile={self.house.run}/{name}.log\nstdout_logfile_maxbytes=5MB\n"
            "stdout_logfile_backups=2\n"
        )

    def start(self) -> None:
        """Starts supervisord with the engines."""
        self.reap()
        command = [*engines.dying_with_us("TERM"), self.house.program("supervisord"), "-c", str(self.config)]
        log = (self.house.run / "supervisord.out").open("ab")
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=log, start_new_session=True, cwd=self.house.root
        )
        until = time.monotonic() + 15
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise engines.Missing(f"The supervisor did not start; {self.house.run}/supervisord.out says why.")
            time.sleep(0.05)

    def reap(self) -> None:
        """Ends what an earlier start left behind: its supervisord, if it still lives, and its socket."""
        pid_file = self.house.run / "supervisord.pid"
        if pid_file.exists() and pid_file.read_text().strip().isdigit():
            pid = int(pid_file.read_text())
            if engines.alive(pid) and "supervisord" in _command_of(pid):
                subprocess.run(["kill", "-TERM", str(pid)], check=False)
                _wait_gone(pid, 25)
        self.socket.unlink(missing_ok=True)
        _wait_unlocked(self.house.run / "pg" / "postmaster.pid")

    def start_all(self, names: Iterable[str]) -> None:
        """Starts the application's programs at once; supervisord itself waits for none of them."""
        # supervisor is in the virtual environment that the launcher runs in by now, not in the standard library.
        transport = importlib.import_module("supervisor.xmlrpc").SupervisorTransport(
            None, None, f"unix://{self.socket}"
        )
        server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        for name in names:
            server.supervisor.startProcess(name, False)

    def control(self, *words: str) -> str:
        command = [self.house.program("supervisorctl"), "-c", str(self.config), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def stop(self) -> None:
        """Stops in the reverse order of starting and waits until everything is gone."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(45)
            except subprocess.TimeoutExpired:
                self.process.kill()


def _is_root() -> bool:
    return os.geteuid() == 0


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word or word == "" else word


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout


def _wait_gone(pid: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while engines.alive(pid) and time.monotonic() < until:
        time.sleep(0.1)


def _wait_unlocked(postmaster: Path) -> None:
    """Waits for a PostgreSQL that is still closing its files after its parent died."""
    if not postmaster.exists():
        return
    first = postmaster.read_text().split()[:1]
    if first and first[0].isdigit() and "postgres" in _command_of(int(first[0])):
        _wait_gone(int(first[0]), 20)
