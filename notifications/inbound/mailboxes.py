"""`INBOUND_IMAP_URL` taken apart: `imaps://user:password@host/INBOX?move=Done`. Pure."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


@dataclass(frozen=True, slots=True)
class Address:
    """Where letters are fetched. `security` is imaps, imap+tls (STARTTLS) or imap (in the clear); with `move` a letter
    that is kept here goes to that folder, else it is only marked as read."""

    security: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    move: str

    @property
    def name(self) -> str:
        """What may be shown and stored: everything but the password."""
        return f"{self.user}@{self.host}/{self.folder}"[:200]


def address(url: str) -> Address:
    """ValueError with a sentence when the URL is none of a mailbox; the sentence never holds the password."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("INBOUND_IMAP_URL begins with imaps://, imap+tls:// or imap://.")
    if not parts.hostname or not parts.username:
        raise ValueError("INBOUND_IMAP_URL names a user and a host: imaps://user:password@host/INBOX.")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("The port in INBOUND_IMAP_URL is no number.") from None
    folder, user = unquote(parts.path.lstrip("/")) or "INBOX", unquote(parts.username)
    move = parse_qs(parts.query).get("move", [""])[0]
    password = unquote(parts.password or "")
    if any(ord(one) < 32 for one in folder + move + user + password):
        raise ValueError("INBOUND_IMAP_URL holds a control character.")
    return Address(parts.scheme, parts.hostname, port or PORTS[parts.scheme], user, password, folder, move)
