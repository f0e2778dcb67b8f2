"""What docs/api.md and the page of a gate tell a script to run: a go and nothing else lets it pass."""

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

from incidents import tokens
from incidents.sign_in import BACKEND
from postmortems import gates
from postmortems.models import RestartGate
from tests.factories import after
from tests.postmortems.factories import Learners
from tests.postmortems.test_gate import _ready

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "http://127.0.0.1:9"


class SignInFirst(BaseHTTPRequestHandler):
    """A front that sends whoever asks to a page where people sign in."""

    def do_GET(self) -> None:
        here = self.path == "/sign-in"
        self.send_response(200 if here else 302)
        if not here:
            self.send_header("Location", "/sign-in")
        self.end_headers()
        self.wfile.write(b"<html>Please sign in</html>" if here else b"")

    def log_message(self, *args: object) -> None:
        """Silent."""


@contextmanager
def front() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), SignInFirst)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _blocks(language: str) -> list[str]:
    told = (Path(settings.ROOT) / "docs" / "api.md").read_text()
    part = told.split("## May I run?")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


def _shell(lines: str) -> Callable[[str, str], bool]:
    def asks(url: str, secret: str) -> bool:
        env = {"ALLCLEAR_URL": url, "ALLCLEAR_TOKEN": secret, "PATH": "/usr/bin:/bin"}
        return subprocess.run(["bash", "-e", "-c", lines], env=env, capture_output=True, check=False).returncode == 0

    return asks


def _cron() -> Callable[[str, str], bool]:
    line = _blocks("sh")[0].splitlines()[-1].removeprefix("*/15 * * * * ")
    assert "%" not in line, "cron reads a percent sign as the end of the line"
    return _shell(line.replace("run-the-sender", "true"))


def _action() -> Callable[[str, str], bool]:
    (step,) = yaml.safe_load(_blocks("yaml")[0])
    assert set(step["env"]) == {"ALLCLEAR_URL", "ALLCLEAR_TOKEN"}
    return _shell(step["run"])


def _python() -> Callable[[str, str], bool]:
    def asks(url: str, secret: str) -> bool:
        named: dict[str, Any] = {"URL": url, "TOKEN": secret}
        exec(_blocks("python")[0], named)
        return bool(named["may_run"]("sender-pool"))

    return asks


def _page(gate: RestartGate, team: Learners) -> Callable[[str, str], bool]:
    browser = Client()
    browser.force_login(team.lead, backend=BACKEND)
    text = browser.get(f"/gates/{gate.pk}/").content.decode()
    return _shell(unescape(text.partition('aria-label="Ask from a shell">')[2].partition("</pre>")[0]))


@pytest.mark.requirement("A-09", "A-19")
def test_only_a_go_lets_what_is_documented_pass(live_server: Any) -> None:
    team = Learners()
    gate = _ready(team)
    _, secret = tokens.create("ci", ["gates:read"], team.admin, at=after())
    ways = {"cron": _cron(), "script": _shell(_blocks("sh")[1]), "action": _action(), "python": _python()}
    ways["page"] = _page(gate, team)
    for name, asks in ways.items():
        assert not asks(live_server.url, secret), f"{name} ran on a hold"
    gates.restart(gate.incident_id, gate.pk, stage="partial", by=team.coordinator, at=after(hours=40))
    with front() as elsewhere:
        for name, asks in ways.items():
            assert asks(live_server.url, secret), f"{name} did not run on a go"
            assert not asks(live_server.url, "alc_wrong"), f"{name} ran with a wrong token"
            assert not asks(f"{live_server.url}/nowhere", secret), f"{name} ran at an unknown address"
            assert not asks(NOBODY, secret), f"{name} ran without an answer"
            assert not asks(elsewhere, secret), f"{name} took a sign-in page for a go"
