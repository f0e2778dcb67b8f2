"""The virtual environment: made once, brought up to the lock when that changes. Standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAST = (3, 11)


def say(text: str) -> None:
    print(text, flush=True)


def fail(sentence: str) -> "None":
    """Ends the launcher with one sentence."""
    print(f"allclear: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def _wanted(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + str(sys.version_info[:2]).encode()).hexdigest()


def current(root: Path, name: str) -> bool:
    """Whether `.venv` holds what the tests' lock names now, and so also what the runtime's does."""
    stamp = root / ".venv" / f".{name}"
    return stamp.exists() and stamp.read_text() == _wanted(root / "tests" / "requirements.lock")


def ensure(root: Path, lock: Path, *, name: str = "lock") -> None:
    """Makes `.venv` with what the lock names, by hash; a second call with the same lock costs nothing."""
    if sys.version_info < LEAST:
        fail(f"Python {'.'.join(map(str, LEAST))} or newer is needed; this is {sys.version.split()[0]}.")
    folder = root / ".venv"
    interpreter = folder / "bin" / "python"
    stamp = folder / f".{name}"
    wanted = _wanted(lock)
    if interpreter.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if shutil.disk_usage(root).free < 1_500_000_000 and not interpreter.exists():
        fail(f"The disk that holds {root} has less than 1.5 GB left; Allclear needs that much to install.")
    if not interpreter.exists():
        say("Making the virtual environment …")
        _make(folder)
    say("Installing what the lock names (about a minute the first time) …")
    if _install(interpreter, lock):
        fail("Some packages could not be installed; the lines above say which. Is there a connection to the index?")
    stamp.write_text(wanted)


def _make(folder: Path) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    shutil.rmtree(folder, ignore_errors=True)
    bare = subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=False)
    outer = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if bare.returncode or outer.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        fail(
            "This Python has neither venv with pip nor pip itself: install python3-venv (or python3-pip) and try again."
        )


def _install(interpreter: Path, lock: Path) -> int:
    pip = [str(interpreter), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        pip = [sys.executable, "-m", "pip", "--python", str(interpreter)]
    command = [*pip, "install", "-qq", "--require-hashes", "--no-deps", "--disable-pip-version-check"]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run([*command, "-r", str(lock)], env=environment, check=False).returncode
