"""An early pytest plugin: a throwaway PostgreSQL and Redis, started before the settings are read (`-p`, in pyproject).

It never touches the engines of `./allclear up` and works while they run. With ALLCLEAR_TEST_DATABASE_URL and
ALLCLEAR_TEST_REDIS_URL set, tests run on those servers instead.
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from config.launch import engines
from tests import template


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: Any, parser: Any, args: Any) -> Generator[None, None, None]:
    """Starts the engines and exports their addresses; workers of xdist inherit them."""
    os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    os.environ["ALLCLEAR_POOL"] = "false"
    # Nothing is collected for tests, which name static files as they lie: an empty folder, so that nobody misses one.
    nothing = Path(__file__).resolve().parents[1] / ".pytest_cache" / "static"
    nothing.mkdir(parents=True, exist_ok=True)
    os.environ["ALLCLEAR_STATIC_ROOT"] = str(nothing)
    os.environ["EMAIL_URL"] = "memorymail://"
    # A test that is not about taking letters back does not wait for them.
    os.environ["ALLCLEAR_UNDO_SECONDS"] = "0"
    if "ALLCLEAR_TEST_ENGINES" not in os.environ and _start():
        # The database stands migrated already; a run that asks for a new one still gets it.
        args.insert(0, "--reuse-db")
    return (yield)


def _start() -> bool:
    """Whether the tests' database was made from the template."""
    if os.environ.get("ALLCLEAR_TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["ALLCLEAR_TEST_DATABASE_URL"]
        os.environ["REDIS_URL"] = os.environ.get("ALLCLEAR_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
        return False
    folder = Path(tempfile.mkdtemp(prefix="allclear-test-"))
    folder.chmod(0o755)
    sockets = folder / "s"
    sockets.mkdir()
    if os.geteuid() == 0:
        os.chown(sockets, engines.NOBODY, engines.NOBODY)
    template.copy(folder / "pg")
    log = (folder / "log").open("wb")
    processes = [
        subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        for command in (
            engines.postgres_command(folder / "pg", sockets, fast=True),
            engines.redis_command(folder, folder / "redis.sock", durable=False),
        )
    ]
    atexit.register(_stop, processes, folder, os.getpid())
    engines.wait_for_postgres(sockets, process=processes[0])
    psql = [str(engines.postgres_bin() / "psql"), "-h", str(sockets), "-U", "allclear_owner", "-qAt", "-d", "postgres"]
    subprocess.run([*psql, "-c", "CREATE DATABASE test_postgres TEMPLATE allclear"], check=True)
    os.environ["DATABASE_URL"] = engines.database_url(sockets, "postgres")
    os.environ["REDIS_URL"] = engines.redis_url(folder / "redis.sock")
    os.environ["ALLCLEAR_TEST_ENGINES"] = str(folder)
    return True


def _stop(processes: "list[subprocess.Popen[bytes]]", folder: Path, owner: int) -> None:
    if os.getpid() != owner:
        return
    # Nothing in them is worth a clean end; PostgreSQL still frees its shared memory on SIGQUIT.
    postgres, redis = processes
    redis.kill()
    postgres.send_signal(signal.SIGQUIT)
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)
