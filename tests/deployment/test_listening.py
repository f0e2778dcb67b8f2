"""Senders that fall silent half-way, against the very gunicorn that serves the product, with a short patience."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notifications.sink import free_port

ROOT = Path(__file__).parents[2]
WORDS = ["-k", "gthread", "-w", "1", "--threads", "2", "--no-control-socket"]
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    number = free_port()
    words = [sys.executable, "-m", "gunicorn", "tests.deployment.echoing", "-c", "python:tests.deployment.echoing"]
    server = subprocess.Popen([*words, *WORDS, "-b", f"127.0.0.1:{number}"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(10)


def _begin(port: int, said: bytes) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), 20)
    one.sendall(said)
    return one


@pytest.mark.requirement("B-28")
@pytest.mark.parametrize(
    "half",
    [HEAD[:20], HEAD + b"Content-Length: 9\r\n\r\n12", HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n12"],
    ids=["head", "body", "chunk"],
)
def test_as_many_silent_senders_as_there_are_threads_hold_nobody_up_for_long(port: int, half: bytes) -> None:
    silent = [_begin(port, half) for _ in range(4)]
    other = _begin(port, HEAD + b"Content-Length: 2\r\n\r\nhi")
    assert other.recv(9000).startswith(b"HTTP/1.1 200 OK")
    for one in silent:
        one.close()


def test_whoever_says_the_rest_within_the_patience_is_answered(port: int) -> None:
    slow = _begin(port, HEAD + b"Content-Length: 4\r\n\r\n12")
    time.sleep(0.5)
    slow.sendall(b"34")
    assert slow.recv(9000).startswith(b"HTTP/1.1 200 OK")


def test_every_way_to_start_the_product_listens_so() -> None:
    for name in ("Dockerfile", "config/launch/supervise.py"):
        assert '"-c", "python:config.listening"' in (ROOT / name).read_text(), name
