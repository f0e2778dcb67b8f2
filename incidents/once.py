"""A request that comes twice is done once: what was answered is kept for a day under the key that came with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from incidents.models import ApiToken, KeptAnswer

MOST_KEY = 200
KEPT_FOR = timedelta(days=1)
BATCH = 5_000


class Turn:
    """Whose turn it is: `answered` when the same was asked before, `other` when the key came with something else."""

    def __init__(self, answered: KeptAnswer | None, *, other: bool) -> None:
        self.answered = answered
        self.other = other
        self.kept: tuple[int, str] | None = None
        self.refused = False

    def keep(self, status: int, content: str) -> None:
        """The answer to give from now on; without it the key is free again, and nothing of this request stays."""
        self.kept = (status, content)

    def let_go(self) -> None:
        """It was refused: the key is free again, and what the refusal itself put on the record stays."""
        self.refused = True


@contextmanager
def asking(token: ApiToken, key: str, asked: str, *, at: datetime) -> Iterator[Turn]:
    """One transaction around one request. A second one with the same key waits for the first to commit.

    `asked` is the digest of the whole request. After a refusal the key may be used for it again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO incidents_keptanswer (token_id, key, asked, status, content, made_at) "
                "VALUES (%s, %s, %s, 0, '', %s) ON CONFLICT (token_id, key) DO NOTHING",
                [token.pk, key, asked, at],
            )
            first = cursor.rowcount == 1
        if first:
            turn = Turn(None, other=False)
        else:
            found = KeptAnswer.objects.get(token=token, key=key)
            turn = Turn(found, other=found.asked != asked)
        yield turn
        mine = KeptAnswer.objects.filter(token=token, key=key)
        if first and turn.kept is not None:
            mine.update(status=turn.kept[0], content=turn.kept[1])
        elif first and turn.refused:
            mine.delete()
        elif first:
            transaction.set_rollback(True)


def sweep(*, now: datetime) -> int:
    """Forgets answers that are older than a day; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM incidents_keptanswer WHERE id IN (SELECT id FROM incidents_keptanswer "
            "WHERE made_at < %s ORDER BY made_at LIMIT %s FOR UPDATE SKIP LOCKED)",
            [now - KEPT_FOR, BATCH],
        )
        return int(cursor.rowcount)
