"""What stands in for a channel in the sample workspace: nothing leaves the machine, and the pages show what would."""

import hashlib

from notifications.models import OutboundMessage


class Rehearsed:
    def open(self) -> None:
        """Always open."""

    def send(self, message: OutboundMessage) -> str:
        """A reference that looks like one, the same for the same message."""
        return str(int(hashlib.sha256(message.key.encode()).hexdigest()[:11], 16))

    def close(self) -> None:
        """Nothing to close."""
