"""What may come of handing one message over, besides its arrival."""

from typing import Protocol

from notifications.models import OutboundMessage


class Refused(Exception):
    """The other side said no to this message; `permanent` when saying it again cannot help. `wait` is in seconds.

    `address_is_dead` says that it said no to the address, for good: no other message will arrive there either.
    `closes` says that it hung up with its answer: whether on this message only or on everybody, the next one shows.
    """

    def __init__(
        self,
        sentence: str,
        *,
        permanent: bool,
        wait: float | None = None,
        address_is_dead: bool = False,
        closes: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.wait = wait
        self.address_is_dead = address_is_dead
        self.closes = closes


class Unreachable(Exception):
    """The channel as a whole cannot be used now; nothing was handed over. It rests `wait` seconds at the least."""

    def __init__(self, sentence: str, *, wait: float = 0) -> None:
        super().__init__(sentence)
        self.wait = wait


class Ambiguous(Exception):
    """The connection broke after hand-over: it may have arrived or not."""


class Channel(Protocol):
    """Opened for a batch and closed after it. `send` returns the provider's reference."""

    def open(self) -> None: ...

    def send(self, message: OutboundMessage) -> str: ...

    def close(self) -> None: ...
