"""A real SMTP server on loopback that does what a test tells it: accept, refuse, hang up."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Sink:
    """What arrived; `answers` maps a recipient to what the server says to RCPT, `data` says what DATA is answered,
    and `slow` how many seconds after it the letter is taken and answered. `hang_after_data` is how long a letter that
    was taken is not answered, `slow_domains` the same for one domain."""

    port: int
    arrived: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data: str = "250 accepted"
    hang_up_after_data: int = 0
    slow: float = 0.0
    slow_domains: dict[str, float] = field(default_factory=dict)
    hang_after_data: float = 0.0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.get(address, "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if not self.data.startswith("250"):
            return self.data
        if self.slow:
            await asyncio.sleep(self.slow)
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        domain = envelope.rcpt_tos[0].partition("@")[2].lower()
        await asyncio.sleep(self.slow_domains.get(domain, self.hang_after_data))
        if self.hang_up_after_data:
            self.hang_up_after_data -= 1
            server.transport.abort()
        return self.data


@contextmanager
def serving() -> Iterator[Sink]:
    """Runs the server."""
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@contextmanager
def smtp(settings: Any) -> Iterator[Sink]:
    """Runs the server and points Django's mail at it."""
    with serving() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink
