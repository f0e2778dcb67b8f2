"""What `./allclear` can be asked to do. Standard library only."""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import engines, testing
from .house import House
from .supervise import Supervisor
from .venv import fail, say

USAGE = """Allclear: self-hosted incident management.

  ./allclear up [--demo] [--port N] [--host H]   start everything and print the address
  ./allclear test [pytest arguments]             lint, types, contracts, migrations, tests, browser tests
  ./allclear manage COMMAND …                    any management command, against the running engines
  ./allclear backup FILE                         write the whole database to FILE
  ./allclear restore FILE                        replace the database by FILE; letters are held until released
  ./allclear bench [names]                       measure, with the machine's own floors beside

DATABASE_URL, REDIS_URL and EMAIL_URL switch to real servers."""

# A backup names the role in its grants, so it stands before the backup is read in.
ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'allclear_app') THEN CREATE ROLE allclear_app LOGIN; END IF;
END $$;
"""


def up(root: Path, words: list[str]) -> int:
    """Starts everything, waits until it answers, prints where, and stays until Ctrl-C."""
    parser = ArgumentParser(prog="./allclear up")
    parser.add_argument("--demo", action="store_true", help="load the sample workspace; listens on loopback only")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args(words)
    if options.demo and options.host not in ("127.0.0.1", "localhost", "::1"):
        fail("The sample workspace signs anybody in, so it listens on loopback only.")
    house = House(root)
    lock = _lock(house)
    try:
        return _up(house, options)
    except engines.Missing as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or house.run}.")
    finally:
        lock.close()
    return 1


def _up(house: House, options: Any) -> int:
    if shutil.disk_usage(house.run).free < 300_000_000:
        fail(f"The disk that holds {house.run} has less than 300 MB left; PostgreSQL would stop in the middle of work.")
    port = _free_port(options.host, options.port)
    if port != options.port:
        say(f"Port {options.port} is in use; taking {port}.")
    shown = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    url = os.environ.get("ALLCLEAR_URL", f"http://{shown}:{port}")
    more = {"ALLCLEAR_URL": url, **({"ALLCLEAR_DEMO": "1"} if options.demo else {})}
    if "ALLCLEAR_HOSTS" not in os.environ and options.host not in ("127.0.0.1", "localhost"):
        more["ALLCLEAR_HOSTS"] = f"localhost,127.0.0.1,{options.host},{socket.gethostname()}"
    if house.own_postgres:
        engines.initialise(house.run / "pg")
    supervisor = Supervisor(house, house.environment(more))
    supervisor.write(host=options.host, port=port)
    supervisor.start()
    _stop_on_signals()
    try:
        _prepare(house, more, demo=options.demo)
        supervisor.start_all(("web", "clocks", "mail", "chores", "beat", "watch"))
        _wait_for(f"http://{shown}:{port}/healthz", supervisor)
        _welcome(house, more, url, demo=options.demo)
        while supervisor.process and supervisor.process.poll() is None:
            time.sleep(0.5)
        fail(f"The supervisor ended by itself; {house.run}/supervisord.log says why.")
    except KeyboardInterrupt:
        say("\nStopping …")
        return 0
    finally:
        supervisor.stop()
    return 1


def _prepare(house: House, more: dict[str, str], *, demo: bool) -> None:
    if house.own_postgres:
        engines.wait_for_postgres(house.sockets)
        engines.create_database(house.sockets)
    say("Bringing the database up to date …")
    if _manage(house, ["migrate", "--verbosity", "0"], more).returncode:
        raise engines.Missing("The database could not be brought up to date; the lines above say why.")
    if house.own_postgres and _manage(house, ["grant_runtime_role", "--verbosity", "0"], more).returncode:
        raise engines.Missing("The role that runs Allclear could not be set up; the lines above say why.")
    _collect_static(house, more)
    if demo:
        empty = _manage(house, ["load_sample", "--if-empty", "--demo"], more)
        if empty.returncode:
            raise engines.Missing("The sample workspace could not be loaded; the lines above say why.")


def _collect_static(house: House, more: dict[str, str]) -> None:
    """Skipped while no file under static/ has changed and the lock is the same."""
    digest = hashlib.sha256((house.root / "requirements.lock").read_bytes())
    for path in sorted((house.root / "static").rglob("*")):
        if path.is_file():
            digest.update(f"{path}{path.stat().st_mtime_ns}{path.stat().st_size}".encode())
    stamp = house.run / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    if _manage(house, ["collectstatic", "--noinput", "--verbosity", "0"], more).returncode:
        raise engines.Missing("The static files could not be collected; the lines above say why.")
    stamp.write_text(digest.hexdigest())


def _welcome(house: House, more: dict[str, str], url: str, *, demo: bool) -> None:
    say(f"\n  Allclear is at {url}\n")
    if demo:
        say("  Sample workspace: choose a person on the sign-in page. Ctrl-C stops everything; the data stays.")
    else:
        link = _manage(house, ["first_sign_in_link"], more, capture=True).stdout.strip()
        if link:
            say(f"  First administrator (works once, for one day): {link}\n")
    if not os.environ.get("EMAIL_URL"):
        say(f"  No mail server is set (EMAIL_URL), so letters are written to {house.run}/mail")
    say(f"  Logs are in {house.run}")


def manage(root: Path, words: list[str]) -> int:
    """Runs a management command; starts the engines for it when they do not run."""
    house = House(root)
    if not house.own_postgres or _answers(house):
        return int(_manage(house, words, {}).returncode)
    with _engines_alone(house):
        return int(_manage(house, words, {}).returncode)


def backup(root: Path, words: list[str]) -> int:
    """Writes the database to a file in PostgreSQL's custom format, readable by `restore` and by pg_restore."""
    if len(words) != 1:
        fail("Say where to: ./allclear backup FILE")
    house, target = House(root), Path(words[0])
    partial = target.with_suffix(target.suffix + ".part")
    with _engines_alone(house):
        command = [str(engines.postgres_bin() / "pg_dump"), "-Fc", "-d", _dsn(house), "-f", str(partial)]
        if subprocess.run(command, check=False).returncode:
            partial.unlink(missing_ok=True)
            fail("The backup failed; the lines above say why. Nothing was written.")
    partial.replace(target)
    say(f"Written to {target} ({target.stat().st_size / 1_000_000:.1f} MB). Keep .run/secret_key with it.")
    return 0


def restore(root: Path, words: list[str]) -> int:
    """Replaces the database by a backup, and holds the outbox: some of its letters may have left already."""
    if len(words) != 1 or not Path(words[0]).is_file():
        fail("Say from where: ./allclear restore FILE")
    house = House(root)
    if house.own_postgres and _running(house):
        fail("Allclear is running; stop it first, so that nothing is written while the database is replaced.")
    with _engines_alone(house):
        if house.own_postgres:
            engines.create_database(house.sockets)
            _psql(house, ROLE)
        command = [
            str(engines.postgres_bin() / "pg_restore"),
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
        ]
        if subprocess.run([*command, "-d", _dsn(house), words[0]], check=False).returncode:
            fail("The restore failed and changed nothing; the lines above say why.")
        _manage(house, ["migrate", "--verbosity", "0"], {})
        if house.own_postgres:
            _manage(house, ["grant_runtime_role", "--verbosity", "0"], {})
        _manage(house, ["outbox", "hold", "restored from a backup"], {})
    say("Restored. Letters are held: look at them under Letters, then run “./allclear manage outbox release”.")
    return 0


def bench(root: Path, words: list[str]) -> int:
    return subprocess.run([str(root / ".venv/bin/python"), "-m", "bench", *words], cwd=root, check=False).returncode


class _engines_alone:  # noqa: N801 (reads as a verb where it is used)
    """The embedded engines for one command, unless they run already."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> None:
        house = self.house
        if not house.own_postgres or _answers(house):
            return
        try:
            engines.initialise(house.run / "pg")
            log = (house.run / "postgres.log").open("ab")
            commands = [engines.postgres_command(house.run / "pg", house.sockets)]
            if house.own_redis:
                (house.run / "redis").mkdir(exist_ok=True)
                commands.append(engines.redis_command(house.run / "redis", house.sockets / "redis.sock"))
            for command in commands:
                self.processes.append(
                    subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, cwd="/")
                )
            engines.wait_for_postgres(house.sockets, process=self.processes[0])
            engines.create_database(house.sockets)
        except engines.Missing as error:
            fail(str(error))

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGINT)
        for process in self.processes:
            process.wait(30)


def _manage(house: House, words: list[str], more: dict[str, str], *, capture: bool = False) -> Any:
    command = [house.python, "manage.py", *words]
    environment = house.environment({"ALLCLEAR_POOL": "false", **more}, owner=True)
    return subprocess.run(command, cwd=house.root, env=environment, text=True, check=False, capture_output=capture)


def _psql(house: House, statements: str) -> None:
    psql = [str(engines.postgres_bin() / "psql"), "-qAt", "-v", "ON_ERROR_STOP=1", "-d", _dsn(house)]
    subprocess.run(psql, input=statements, text=True, check=True)


def _dsn(house: House) -> str:
    return house.environment(owner=True)["DATABASE_URL"]


def _answers(house: House) -> bool:
    ready = [str(engines.postgres_bin() / "pg_isready"), "-q", "-h", str(house.sockets)]
    return subprocess.run(ready, check=False).returncode == 0


def _running(house: House) -> bool:
    with (house.run / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def _lock(house: House) -> Any:
    lock = (house.run / "up.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        fail(f"Allclear is already running from {house.root}; stop that one with Ctrl-C first.")
    return lock


def _free_port(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + 50):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    fail(f"No port from {wanted} to {wanted + 49} is free; say another with --port.")
    return wanted


def _stop_on_signals() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell that starts us in the background has it ignored.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)


def _wait_for(url: str, supervisor: Supervisor) -> None:
    # Six processes read the code at once: on a small machine that is busy with other things it takes minutes.
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise engines.Missing(f"The pages did not come up; {supervisor.house.run}/web.log says why.")


COMMANDS: dict[str, Callable[[Path, list[str]], int]] = {
    "up": up,
    "test": testing.test,
    "manage": manage,
    "backup": backup,
    "restore": restore,
    "bench": bench,
}
