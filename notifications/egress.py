"""What Allclear may be made to call by an address that somebody typed (reliability.md, egress).

A name is resolved once, every address that it has must be a global one, and the connection goes to that very address: a
name that answers differently the second time gains nothing. Redirects go through the same gate. Hosts that the
installation names in ALLCLEAR_EGRESS_HOSTS may be internal, and only they may be spoken to without TLS.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
from django.conf import settings

CONNECT = 3.0
MOST_REDIRECTS = 3
MOST_BYTES = 64 * 1024
# Of IPv6 only what is handed out for the Internet, without what wraps or relays another address.
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
WRAPPED = [ipaddress.ip_network(one) for one in ("2001::/23", "2002::/16", "192.88.99.0/24", "3fff::/20")]


class Forbidden(Exception):
    """That address is not for Allclear to call; the sentence is for whoever typed it."""


class Failed(Exception):
    """Nobody answered as HTTP has it, or not in time. `sent` says whether the request may have been read."""

    def __init__(self, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """At most `MOST_BYTES` of the body are read."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def is_global(address: str) -> bool:
    """Whether an address belongs to the Internet. `is_private` alone misses shared space, NAT64, 6to4 and multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.is_multicast or not ip.is_global or any(ip in net for net in WRAPPED if net.version == ip.version):
        return False
    return ip.version == 4 or ip in GLOBAL_V6


def checked(url: str) -> SplitResult:
    """The parts of an address that may be called, as far as one can tell without asking for its host."""
    if any(ord(one) <= 32 or ord(one) == 127 for one in url):
        raise Forbidden("An address holds no blanks and no control characters.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden("That is no address.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Forbidden("Give an address that begins with https://.")
    if parts.username or parts.password:
        raise Forbidden("Leave user name and password out of the address.")
    if port == 0:
        raise Forbidden("That is no address.")
    if parts.scheme == "http" and not is_named(host):
        raise Forbidden("Give an https:// address; plain http is for hosts that ALLCLEAR_EGRESS_HOSTS names.")
    if not is_named(host) and not all(map(is_global, _spelled_out(host))):
        raise Forbidden(f"{host[:100]} is no address on the Internet.")
    return parts


def _spelled_out(host: str) -> list[str]:
    """The address that a host is, however it is written (`127.1`, `0x7f000001`, `2130706433`); none for a name."""
    try:
        return [str(row[4][0]) for row in socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)]
    except (OSError, UnicodeError):
        return []


def is_named(host: str) -> bool:
    """Whether the installation itself names this host as one that may be internal."""
    return host.lower() in {one.strip().lower() for one in settings.EGRESS_HOSTS if one.strip()}


def resolved(parts: SplitResult) -> tuple[str, int]:
    """The one address to connect to, asked for once. Forbidden when any address of the name is not a global one."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Failed(f"{host[:100]} is not known to the name servers", sent=False) from None
    addresses = [str(row[4][0]) for row in found]
    if not is_named(host) and not all(is_global(one) for one in addresses):
        raise Forbidden(f"{host[:100]} leads to an address that is not on the Internet.")
    return addresses[0], port


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
    """Posts to an address that somebody typed; all of it, redirects included, within so many seconds.

    Only redirects that keep the method are followed (307, 308), three at most, each through the same gate; any other
    answer is returned as it is.
    """
    end = time.monotonic() + seconds
    for _ in range(MOST_REDIRECTS + 1):
        answer = _once(checked(url), body, headers, end)
        if answer.status not in (307, 308) or not answer.headers.get("location"):
            return answer
        url = urljoin(url, answer.headers["location"])
    raise Failed(f"more than {MOST_REDIRECTS} redirects", sent=True)


def _once(parts: SplitResult, body: bytes, headers: Mapping[str, str], end: float) -> Answer:
    address, port = resolved(parts)
    sent = False
    try:
        with _connected(parts, address, port, end) as connection:
            sent = True
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, response.read(MOST_BYTES))
    except ssl.SSLError as error:
        raise Failed(f"no secure connection: {error.reason or type(error).__name__}", sent=sent) from error
    except (OSError, http.client.HTTPException) as error:
        late = time.monotonic() >= end or isinstance(error, TimeoutError)
        what = "no answer in time" if late else f"no answer: {str(error) or type(error).__name__}"[:200]
        raise Failed(what, sent=sent) from error


@contextmanager
def _connected(parts: SplitResult, address: str, port: int, end: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to that very address, under the name that was asked for, cut off when the time is up."""
    left = max(0.1, end - time.monotonic())
    raw = socket.create_connection((address, port), timeout=min(CONNECT, left))
    # One byte every second would outlast any limit on a single read.
    alarm = threading.Timer(left, _cut, [raw])
    alarm.daemon = True
    alarm.start()
    connection = http.client.HTTPConnection(parts.hostname or "", port)
    try:
        raw.settimeout(left)
        secure = parts.scheme == "https"
        connection.sock = _trusted().wrap_socket(raw, server_hostname=parts.hostname) if secure else raw
        if secure:
            connection.default_port = 443
        yield connection
    finally:
        alarm.cancel()
        connection.close()
        raw.close()


def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _cut(raw: socket.socket) -> None:
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        """It is over already."""
