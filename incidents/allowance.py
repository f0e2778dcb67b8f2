"""So many a minute for each name, over all processes and machines: counted in PostgreSQL, spent from here.

A process borrows a few at a time and spends them within a second, so that a busy sender costs some statements a second
and not one each. What it did not spend it gives back with the next loan. How much it borrows follows what it spent, at
most a second's worth of the limit; of a small limit that is one, and each request is asked for by itself.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

# Within this a loan is spent; `incidents_allow` looks back so much longer than a minute.
GOOD_FOR = 1.0
# Who was refused is refused from here for as long, whatever comes: a flood asks PostgreSQL once a second.
ASK_AGAIN = 1.0
FIRST = 5
MOST_NAMES = 10_000
IDLE = 120.0


@dataclass(slots=True)
class _Loan:
    """What this process holds of one name; times are seconds of one clock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    left: int = 0
    spent: int = 0
    # The second of PostgreSQL's clock in which it was granted.
    second: int = 0
    until: float = 0.0
    refused_until: float = 0.0
    passes_at: float = 0.0
    seen: float = 0.0


class Allowance:
    """Never more than the limit of a name in any sixty seconds, and up to three per cent less over a long time.

    `kind` tells the names of one door from those of another. Names are made of what is stored here (a key, a token, a
    link), so that their rows are as many as these. What is counted does not outlive a crash of PostgreSQL.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._lock = threading.Lock()
        self._loans: dict[str, _Loan] = {}

    def take(self, name: object, per_minute: int, *, at: datetime | None = None) -> float:
        """0.0 when the request may pass, else the seconds until the next one may.

        Never inside a transaction of a verb: others with the same name would wait for its end. `at` is for tests;
        otherwise PostgreSQL's clock counts, which is the same for all machines.
        """
        now = time.monotonic() if at is None else at.timestamp()
        loan = self._of(f"{self.kind}:{name}", now)
        with loan.lock:
            loan.seen = now
            if loan.left and now < loan.until:
                loan.left, loan.spent = loan.left - 1, loan.spent + 1
                return 0.0
            if now < loan.refused_until:
                return max(loan.passes_at - now, 0.001)
            return self._borrow(f"{self.kind}:{name}", loan, per_minute, now, at)

    def _borrow(self, name: str, loan: _Loan, per_minute: int, now: float, at: datetime | None) -> float:
        # All of it and within its time: more would have been of use.
        wanted = loan.spent * 2 if not loan.left and now < loan.until else loan.spent
        # Whoever begins to call calls again at once: a page of several questions, a script.
        wanted = max(1, min(wanted or FIRST, per_minute // 60))
        granted, second, wait = _ask(name, per_minute, wanted, loan.left, loan.second, at)
        if not granted:
            loan.left = loan.spent = 0
            loan.passes_at, loan.refused_until = now + wait, now + min(wait, ASK_AGAIN)
            return max(wait, 0.001)
        loan.left, loan.spent, loan.second, loan.until = granted - 1, 1, second, now + GOOD_FOR
        return 0.0

    def _of(self, name: str, now: float) -> _Loan:
        with self._lock:
            loan = self._loans.get(name)
            if loan is None:
                if len(self._loans) >= MOST_NAMES:
                    self._loans = {key: one for key, one in self._loans.items() if now - one.seen < IDLE}
                loan = self._loans[name] = _Loan(seen=now)
            return loan

    def forget(self) -> None:
        """Gives up what was borrowed, unspent; what was counted stays counted. For tests."""
        with self._lock:
            self._loans.clear()


def _ask(
    name: str, per_minute: int, wanted: int, back: int, back_second: int, at: datetime | None
) -> tuple[int, int, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT granted, second, wait FROM incidents_allow(%s, %s, %s, %s, %s, %s)",
            [name, per_minute, wanted, back, back_second, at],
        )
        granted, second, wait = cursor.fetchone()
    return granted, second, wait
