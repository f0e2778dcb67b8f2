"""Engines killed while a review is written: what was saved stays, what was typed comes back, nothing is half."""

import html
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installation
from tests.faults.processes import children_of, kill, until

pytestmark = [pytest.mark.django_db(transaction=True)]
RESOLVED = """
from tests.postmortems.factories import Learners
from postmortems import reviews
team = Learners()
incident, _ = team.reviewed()
result = incident.pk
"""
# A disk so slow that a save can be caught between its first row and its last.
SLOW = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$;
CREATE TRIGGER slow AFTER INSERT ON postmortems_reviewchange FOR EACH ROW EXECUTE FUNCTION slowly();
"""
STANDS = """
from postmortems.models import Review
review = Review.objects.get()
result = [review.edition, review.changes.count(), review.root_cause, review.what_failed]
"""
FIRST = {"root_cause": "The first words, saved.", "what_failed": "The pool."}
SECOND = {"root_cause": "The second words, all of them.", "what_failed": "The pool, and its limit."}


@pytest.fixture
def house(template: Path) -> Iterator[Installation]:
    with installation(template, ALLCLEAR_STATEMENT_TIMEOUT="4") as one:
        yield one


def _saving(one: Installation) -> bool:
    """Whether a save stands in the middle: its change is inserted and waits, the review is not yet updated."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT%postmortems_reviewchange%' AND state = 'active'"
    )
    return bool(one.do(f'c = connection.cursor(); c.execute("""{busy}"""); result = c.fetchone()[0]'))


@pytest.mark.requirement("A-02", "A-15")
def test_nothing_is_half_written_whichever_engine_dies_in_the_middle_of_a_save(house: Installation) -> None:
    one = house
    pk = one.do(RESOLVED)
    web = one.web()
    page = f"/incidents/{pk}/review/"
    status, _, text = one.post(page, **FIRST)
    assert status == 302, text[:300] + one.log.read_text()[-3000:]
    first = one.do(STANDS)
    assert first[2:] == list(FIRST.values())
    one.do(f"connection.cursor().execute('''{SLOW}''')")

    # PostgreSQL goes down in the middle: the page says that it could not, and the save is gone as a whole.
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(one.post, page, **SECOND)
        until(lambda: _saving(one), 15, "a save is in the middle")
        one.postgres.stop()
        assert answer.result()[0] == 503
    one.do("connection.close()")
    one.postgres.start()
    until(lambda: one.get(page)[0] == 200, 20, "the pages come back")
    assert one.do(STANDS) == first

    # The web process is killed in the middle: PostgreSQL takes the save back, and the next process has the first words.
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(one.post, page, **SECOND)
        until(lambda: _saving(one), 15, "a save is in the middle")
        for number in (web.pid, *children_of(web.pid)):
            kill(number)
        assert answer.result()[0] == 0
    time.sleep(2)
    assert one.do(STANDS) == first

    one.do("connection.cursor().execute('DROP TRIGGER slow ON postmortems_reviewchange')")
    one.web()
    assert "The first words, saved." in html.unescape(one.get(page)[2])
    # The browser still has what was typed in its open form; sent again, it is saved, once.
    assert one.post(page, **SECOND)[0] == 302
    last = one.do(STANDS)
    assert last == [first[0] + 1, first[1] + 1, *SECOND.values()]
    one.do("call_command('verify_record')")
