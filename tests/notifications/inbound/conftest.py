"""The IMAP server of the tests that need one; where it cannot run they are skipped, and `./allclear test` says so."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.inbound import dovecot
from tests.notifications.inbound.dovecot import Dovecot


@pytest.fixture
def imap(settings: Any) -> Iterator[Dovecot]:
    """Dovecot with one mailbox, which is the one that the settings name."""
    if not dovecot.available():
        pytest.skip("no IMAP server: install dovecot-imapd, and run as root")
    with dovecot.serving() as server:
        settings.INBOUND_IMAP_URL = server.url
        yield server
