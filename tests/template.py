"""A migrated PostgreSQL folder, made once for each state of the migrations and copied by every run of the tests.

Migrating costs more than most test files do. The folder's name is a digest of every migration and of all modules that
migrations read, so one that no longer fits is never used. It lies in `.pytest_cache`, where it may be deleted.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.launch import engines

ROOT = Path(__file__).resolve().parents[1]
OURS = ("config", "incidents", "notifications", "postmortems")
KEPT = 2


def _modules(path: Path) -> Iterator[Path]:
    """The files of ours that one file imports."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.partition(".")[0] in OURS:
                stem = ROOT / name.replace(".", "/")
                yield from (one for one in (stem.with_suffix(".py"), stem / "__init__.py") if one.exists())


def digest() -> str:
    """Names the state of the schema and of what migrations put into it."""
    waiting = [path for app in OURS for path in (ROOT / app).rglob("migrations/*.py")]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _modules(path)
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(seen):
        found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:20]


def folder() -> Path:
    """The folder of a cluster that does not run and holds the migrated database `allclear`; made when there is none."""
    cache = ROOT / ".pytest_cache"
    cache.mkdir(exist_ok=True)
    kept = cache / f"postgres-{digest()}"
    with (cache / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _make(kept)
            older = sorted(cache.glob("postgres-*/"), key=lambda one: one.stat().st_mtime, reverse=True)
            for one in older[KEPT:]:
                shutil.rmtree(one, ignore_errors=True)
    return kept


def copy(to: Path) -> None:
    """Puts a copy of the folder there, as its owner may run it."""
    subprocess.run(["cp", "-a", str(folder()), str(to)], check=True)


def _make(kept: Path) -> None:
    work = Path(tempfile.mkdtemp(prefix="allclear-template-"))
    work.chmod(0o755)
    sockets = work / "s"
    sockets.mkdir()
    if os.geteuid() == 0:
        os.chown(sockets, engines.NOBODY, engines.NOBODY)
    try:
        engines.initialise(work / "pg")
        with (work / "log").open("wb") as log:
            command = engines.postgres_command(work / "pg", sockets, fast=True)
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        try:
            engines.wait_for_postgres(sockets, process=server)
            engines.create_database(sockets)
            url = {"DATABASE_URL": engines.database_url(sockets), "ALLCLEAR_POOL": "false"}
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, env={**os.environ, **url}, cwd=ROOT, check=True)
        finally:
            # In order: a copy that was cut off would have to recover each time.
            server.send_signal(signal.SIGINT)
            server.wait(60)
        subprocess.run(["cp", "-a", str(work / "pg"), f"{kept}.new"], check=True)
        Path(f"{kept}.new").rename(kept)
    finally:
        shutil.rmtree(work, ignore_errors=True)
