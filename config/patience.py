"""A connection to PostgreSQL that does not wait for ever.

PostgreSQL's own limits on statements and locks are kept by its server: when that stands still (a frozen machine, a disk
that hangs) they never strike, and every page would hang with it. So the client looks at its own clock as well.
"""

import select
import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen, Query
from psycopg.pq import TransactionStatus

Found = TypeVar("Found")
# The pool asks an idle connection whether it still lives; an answer takes no time at all.
CHECK = 2.0
# One that answered so many seconds ago, and from which nothing has come since, is not asked.
FRESH = 1.0


class Impatient(psycopg.Connection[Any]):
    """Gives up on an answer `limit` seconds after asking, and closes, for the answer may still come."""

    limit = 31.0
    answered = 0.0

    def execute(self, query: Query, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        """Only the pool's health check comes by here; everything else has a cursor of Django's."""
        if self._is_fresh():
            return self.cursor()
        whole, self.limit = self.limit, CHECK
        try:
            return super().execute(query, *args, **options)
        finally:
            self.limit = whole

    def wait(self, gen: PQGen[Found], interval: float = 0.1, timeout: float | None = None) -> Found:
        try:
            found = super().wait(gen, interval, timeout or self.limit)
            self.answered = time.monotonic()
            return found
        except psycopg.OperationalError:
            # What PostgreSQL refuses is told after the statement; an error in the middle of one is our own time-out.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise

    def _is_fresh(self) -> bool:
        """Answered just now, and its socket is silent: a server that went away has closed it, which reads as a word."""
        if time.monotonic() - self.answered > FRESH:
            return False
        line = select.poll()
        line.register(self.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not line.poll(0)


def impatient(seconds: float) -> type[Impatient]:
    """The class of connections whose statements may take so long; a second more than PostgreSQL allows them itself."""
    return type("Impatient", (Impatient,), {"limit": seconds + 1})
