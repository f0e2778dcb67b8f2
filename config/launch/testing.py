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


def find_imap_server() -> str | None:
    """The IMAP server that letters are fetched from in the tests; it must be root's to start."""
    return shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") if os.geteuid() == 0 else None


def find_alertmanager() -> str | None:
    """The Alertmanager that really posts to us in the tests."""
    return shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


def install_what_tests_need() -> None:
    """In CI, as root on a Debian, what the tests need is installed; elsewhere the last lines say what did not run."""
    packages = [] if find_browser() else ["chromium", "fonts-liberation"]
    packages += [] if find_imap_server() else ["dovecot-imapd"]
    packages += [] if find_alertmanager() else ["prometheus-alertmanager"]
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if not (os.environ.get("CI") or os.environ.get("ALLCLEAR_REQUIRE_BROWSER")):
        return
    say(f"Installing {', '.join(packages)} for the tests …")
    # At run level 1 a package starts no service: the tests start a server of their own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    wait = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
    subprocess.run(["apt-get", *wait, "update"], env=environment, check=False, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["apt-get", *wait, "install", "-y", "--no-install-recommends", *packages],
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
    )


def test(root: Path, words: list[str]) -> int:
    """Runs each check in turn; returns 1 when any failed, and says in the last lines what could not run."""
    install_what_tests_need()
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
    if not find_imap_server():
        say("The IMAP tests did NOT run: install dovecot-imapd, and run them as root.")
        if os.environ.get("CI"):
            failed.append("IMAP tests")
    if not find_alertmanager():
        say("The tests with a real Alertmanager did NOT run: install prometheus-alertmanager.")
        if os.environ.get("CI"):
            failed.append("Alertmanager tests")
    say(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0
