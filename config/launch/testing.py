"""`./allclear test`: everything that must be true of the code, cheapest first, all of it even when one part fails."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from .venv import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CODE = ["allclear", "manage.py", "config", "incidents", "notifications", "postmortems", "tests", "bench"]


def find_browser() -> str | None:
    """A Chromium on this machine, or the one that ALLCLEAR_CHROMIUM names."""
    named = os.environ.get("ALLCLEAR_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def install_browser() -> None:
    """In CI, as root on a Debian, Chromium is installed; elsewhere the last lines say what did not run."""
    if find_browser() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if not (os.environ.get("CI") or os.environ.get("ALLCLEAR_REQUIRE_BROWSER")):
        return
    say("Installing Chromium for the browser tests …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
    subprocess.run(["apt-get", *wait, "update"], env=environment, check=False, stdout=subprocess.DEVNULL)
    packages = ["chromium", "fonts-liberation"]
    subprocess.run(
        ["apt-get", *wait, "install", "-y", "--no-install-recommends", *packages],
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
    )


def test(root: Path, words: list[str]) -> int:
    """Runs each check in turn; returns 1 when any failed, and says in the last lines what could not run."""
    install_browser()
    binaries = root / ".venv" / "bin"
    environment = {
        **os.environ,
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "PYTHONPATH": str(root),
        "SECRET_KEY": "only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ALLCLEAR_POOL": "false",
    }
    browser = find_browser()
    if browser:
        environment["ALLCLEAR_CHROMIUM"] = browser
    present = [name for name in CODE if (root / name).exists()]
    steps = {
        "ruff": ["ruff", "check", *present],
        "ruff format": ["ruff", "format", "--check", "--quiet", *present],
        "import contracts": ["lint-imports"],
        "mypy": ["mypy", "config", "incidents", "notifications", "postmortems"],
        "djlint": ["djlint", "--lint", "--quiet", "templates"],
        "pytest": ["python", "-m", "pytest", *words],
    }
    if words:
        steps = {"pytest": steps["pytest"]}
    failed = []
    for name, command in steps.items():
        say(f"── {name}")
        began = time.monotonic()
        done = subprocess.run([str(binaries / command[0]), *command[1:]], cwd=root, env=environment, check=False)
        say(f"── {name}: {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s")
        if done.returncode:
            failed.append(name)
    if not browser:
        say("The browser tests did NOT run: no Chromium was found. Install it, or set ALLCLEAR_CHROMIUM.")
        if os.environ.get("CI") or os.environ.get("ALLCLEAR_REQUIRE_BROWSER"):
            failed.append("browser tests")
    say(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0
