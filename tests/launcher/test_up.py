"""`./allclear up` with real processes: it starts, restarts what dies, refuses a second start, backs up and restores."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNWANTED = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLCLEAR_POOL", "ALLCLEAR_TEST_ENGINES", "SECRET_KEY")


class House:
    """One installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {key: value for key, value in os.environ.items() if key not in UNWANTED}
        self.environment |= {"ALLCLEAR_RUN": str(folder), "ALLCLEAR_INSIDE": str(ROOT)}
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self.said = ""

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(ROOT / "allclear"), *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, cwd=ROOT)

    def up(self) -> None:
        command = [sys.executable, str(ROOT / "allclear"), "up", "--port", "18080"]
        log = (self.folder.parent / "up.log").open("w+")
        self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, text=True, cwd=ROOT)
        until(lambda: "Logs are in" in self._read(log.name), 90)
        self.said = self._read(log.name)
        found = re.search(r"Allclear is at (\S+)", self.said)
        assert found, self.said
        self.url = found[1]

    @staticmethod
    def _read(name: str) -> str:
        return Path(name).read_text()

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def children(self, word: str) -> list[int]:
        """Pids of our processes whose command line holds the word."""
        listing = subprocess.run(["ps", "-eww", "-o", "pid,args"], capture_output=True, text=True, check=True).stdout
        lines = [line for line in listing.splitlines() if word in line and "ps -eww" not in line]
        return [int(line.split()[0]) for line in lines]

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)


def until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    # Deep enough that the sockets must move to a short folder.
    folder = tmp_path_factory.mktemp("installation-with-a-rather-long-name-that-goes-on-and-on-and-on") / "run"
    one = House(folder)
    for parent in folder.parents:
        if parent == Path("/tmp"):
            break
        parent.chmod(0o755)
    one.up()
    yield one
    one.stop()


def test_it_answers_and_prints_the_first_administrators_link(house: House) -> None:
    assert house.get("/healthz") == 200
    link = re.search(r"First administrator .*: (\S+)", house.said)
    assert link
    assert house.get(link[1].removeprefix(house.url)) == 200
    until(lambda: house.get("/readyz") == 200, 30)


def test_a_second_start_is_refused_in_one_sentence(house: House) -> None:
    again = house.run("up")
    assert again.returncode == 1
    assert "already running" in again.stderr
    assert len(again.stderr.strip().splitlines()) == 1


def test_workers_redis_and_postgresql_come_back(house: House) -> None:
    for word in ("-n clocks@", "unixsocket:", f"-D {house.folder}/pg"):
        killed = [pid for pid in house.children(word) if _ours(pid, house)]
        assert killed, word
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda word=word, killed=killed: _anew(house, word, killed), 20)  # type: ignore[misc]
        until(lambda: house.get("/readyz") == 200, 60)


def _anew(house: House, word: str, killed: list[int]) -> bool:
    return any(_ours(pid, house) for pid in set(house.children(word)) - set(killed))


def _ours(pid: int, house: House) -> bool:
    """Whether the process descends from this installation's supervisord; a title can hide its command line."""
    ours = int((house.folder / "supervisord.pid").read_text())
    while pid > 1:
        if pid == ours:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def test_a_backup_is_restored_with_the_letters_held(house: House, tmp_path: Path) -> None:
    target = tmp_path / "allclear.dump"
    assert house.run("backup", str(target)).returncode == 0
    assert target.stat().st_size > 10_000
    assert "stop it first" in house.run("restore", str(target)).stderr
    house.stop()
    until(lambda: not house.children(str(house.folder)), 30)
    done = house.run("restore", str(target))
    assert done.returncode == 0, done.stderr
    assert "Letters are held" in done.stdout
    assert "every chain holds" in house.run("manage", "verify_record").stdout
    assert "leave again" in house.run("manage", "outbox", "release").stdout
