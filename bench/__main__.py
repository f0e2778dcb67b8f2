"""`./allclear bench [names]`: medians of at least three runs on this machine, with its own floors beside.

Starts throwaway engines as the tests do, with durable settings (fsync on), loads the sample at full size
(ALLCLEAR_BENCH_INCIDENTS, default 1,000,000, of which ALLCLEAR_BENCH_OPEN, default 100,000, are open), and prints.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.launch import engines

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="allclear-bench-"))
    folder.chmod(0o755)
    sockets = folder / "s"
    sockets.mkdir()
    if os.geteuid() == 0:
        os.chown(sockets, engines.NOBODY, engines.NOBODY)
    engines.initialise(folder / "pg")
    log = (folder / "log").open("wb")
    command = engines.postgres_command(folder / "pg", sockets)
    # The write-ahead log of the bulk load would otherwise still be checkpointed while we measure.
    # When a row was committed says more than when its transaction began to write it.
    command += ["-c", "max_wal_size=8GB", "-c", "track_commit_timestamp=on"]
    postgres = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
    try:
        engines.wait_for_postgres(sockets, process=postgres)
        engines.create_database(sockets)
        environment = {
            **os.environ,
            "DATABASE_URL": engines.database_url(sockets),
            "REDIS_URL": "unix:///nowhere?db=0",
            "SECRET_KEY": "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz-ABC",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ALLCLEAR_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "ALLCLEAR_LOG_LEVEL": "ERROR",
            "ALLCLEAR_UNDO_SECONDS": "0",
        }
        # The doors are measured from outside, through the web server that the house runs.
        alone = {name: f"bench.{name}" for name in ("intake", "steady", "reports", "gates", "wording")}
        module = alone.get(" ".join(sys.argv[1:]), "bench.run")
        words = [sys.executable, "-W", "ignore", "-m", module, *sys.argv[1:]]
        return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
    finally:
        postgres.send_signal(signal.SIGINT)
        postgres.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
