"""How gunicorn listens: whoever begins a request and does not go on with it holds no thread for ever.

A thread waits for the rest of a head or a body without an end of its own, and two processes have thirty-two of them:
as many connections that fall silent half-way would stop the product. What gunicorn accepts inherits this from what it
listens on.
"""

import socket
import struct
from typing import Any

# Between two pieces of one request. A phone in a tunnel takes a few; whoever takes more comes again.
RECEIVE_SECONDS = 10


def when_ready(server: Any) -> None:
    """Called by gunicorn (`-c python:config.listening`) once it listens, before it accepts."""
    for listener in server.LISTENERS:
        limit = struct.pack("ll", RECEIVE_SECONDS, 0)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
