"""A request that comes twice is done once: what was answered is kept for a day under the key that came with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import connection, transaction

from incidents.models import ApiToken, KeptAnswer, SentForm

MOST_KEY = 200
KEPT_FOR = timedelta(days=1)
BATCH = 5_000
PAGE = "csrfmiddlewaretoken"
MASKED = 64
# How deep in savepoints the transaction of the form that is on its way stands.
_entered: ContextVar[int | None] = ContextVar("entered", default=None)


def names_a_page(typed: Mapping[str, object]) -> bool:
    """Whether a form says which drawing of a page it was typed into: each masks the secret of the session anew. The
    bare secret, as a script takes it out of its cookie, is shorter and names none."""
    return len(str(typed.get(PAGE, ""))) == MASKED


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


class Sending:
    """One form on its way: `led_to` is set when the very same was sent and done before."""

    def __init__(self, led_to: str = "") -> None:
        self.led_to = led_to
        self.leads_to = ""

    def done(self, leads_to: str) -> None:
        """It was done and leads there; without this the same form may be sent again, as when it was refused."""
        self.leads_to = leads_to


@contextmanager
def sending(digest: str, *, at: datetime) -> Iterator[Sending]:
    """One transaction around what a form does. The same form once more waits for the first to commit.

    What was not `done` leaves no trace of the form; what a refusal put on the record stays. An exception undoes all.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO incidents_sentform (digest, led_to, sent_at) VALUES (%s, '', %s) "
                "ON CONFLICT (digest) DO NOTHING",
                [digest, at],
            )
            first = cursor.rowcount == 1
        mine = SentForm.objects.filter(pk=digest)
        if not first:
            yield Sending(mine.values_list("led_to", flat=True).get())
            return
        form = Sending()
        entered = _entered.set(len(connection.savepoint_ids))
        try:
            yield form
        finally:
            _entered.reset(entered)
        if form.leads_to:
            mine.update(led_to=form.leads_to)
        else:
            mine.delete()


def holds_more() -> bool:
    """Whether the open transaction, if there is one, may hold more than a form that is on its way.

    Where it does not, a verb that PostgreSQL chose as the victim of a deadlock may be done again within it.
    """
    return connection.in_atomic_block and _entered.get() != len(connection.savepoint_ids)


def sweep(*, now: datetime) -> int:
    """Forgets answers and forms that are older than a day; returns how many."""
    return _forget("keptanswer", "id", "made_at", now) + _forget("sentform", "digest", "sent_at", now)


def _forget(table: str, key: str, aged: str, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM incidents_{table} WHERE {key} IN (SELECT {key} FROM incidents_{table} "  # noqa: S608 (names of ours)
            f"WHERE {aged} < %s ORDER BY {aged} LIMIT %s FOR UPDATE SKIP LOCKED)",
            [now - KEPT_FOR, BATCH],
        )
        return int(cursor.rowcount)
