"""Bodies as a web server hands them over: without a length, longer than anything, or with a length that is none."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from config.bodies import MOST, measured
from incidents.detection.models import Delivery, Heartbeat, Ping
from tests.detection.senders import AM, Sender, alert, webhook
from tests.factories import after

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-28", "B-114")]
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """The handler would close the connection in which the test's transaction is."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


class Endless(io.RawIOBase):
    """A sender that never stops; it counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.taken += size
        return b"a" * size


def _ask(path: str, stream: Any, **environ: Any) -> tuple[str, bytes]:
    said: list[str] = []
    answer = measured(get_wsgi_application())(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/json",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": stream,
            "wsgi.errors": io.StringIO(),
            **environ,
        },
        lambda status, headers, error=None: said.append(status),
    )
    return said[0], b"".join(answer)


def test_a_sender_that_streams_is_read_to_its_end() -> None:
    body = json.dumps(webhook(alert())).encode()
    status, _ = _ask(f"{AM}/{Sender().key}", io.BytesIO(body), **CHUNKED)
    assert status.startswith("202") and bytes(Delivery.objects.get().body) == body


def test_a_job_that_streams_its_output_has_it_kept() -> None:
    job = Heartbeat.objects.create(name="Sync", slug="sync", registered_at=after())
    status, _ = _ask(f"/ping/{job.code}/1", io.BytesIO(b"no space left"), **CHUNKED)
    assert status.startswith("200") and bytes(Ping.objects.get().body) == b"no space left"


def test_a_stream_that_never_ends_is_refused() -> None:
    endless = Endless()
    status, said = _ask(f"{AM}/{Sender().key}", endless, **CHUNKED)
    assert status.startswith("413") and b"5 MB" in said
    assert MOST < endless.taken < MOST + 1_000_000


@pytest.mark.parametrize("length", ["ten", "-5", "1e3", "٣", "9" * 400])
def test_a_length_that_is_none_is_refused_on_pages_too(length: str) -> None:
    status, said = _ask("/tell-us/x/", io.BytesIO(b"a=1"), CONTENT_LENGTH=length)
    assert (status, said) == ("400 Bad Request", b"The Content-Length is no number.")
