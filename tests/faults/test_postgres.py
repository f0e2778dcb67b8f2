"""Fault 10: PostgreSQL frozen, stopped and restarted; pages say so in time, and what is due is done once afterwards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installation
from tests.faults.processes import until

pytestmark = [pytest.mark.django_db(transaction=True)]
PAGES = ("/", "/incidents/{pk}/", "/incidents/report/", "/readyz")
# A disk so slow that a sweep can be caught in the middle.
SLOW_DISK = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE INSERT ON incidents_clockfact FOR EACH ROW EXECUTE FUNCTION slowly();
"""


@pytest.fixture
def house(template: Path) -> Iterator[Installation]:
    with installation(template, ALLCLEAR_STATEMENT_TIMEOUT="2") as one:
        one.do("team = Team()")
        yield one


def _statuses(one: Installation, pk: int) -> dict[str, tuple[int, float]]:
    """Status and seconds of each page, asked for all at once."""
    with ThreadPoolExecutor(len(PAGES)) as pool:
        answers = pool.map(lambda path: one.get(path.format(pk=pk))[:2], PAGES)
        return dict(zip(PAGES, answers, strict=True))


@pytest.mark.requirement("B-40")
def test_frozen_or_stopped_the_pages_say_so_in_time_and_come_back(house: Installation) -> None:
    """Fault 10: connections stand still for longer than a statement may take; then the server is gone, and back."""
    one = house
    pk = one.do("result = team.report(1, at=timezone.now()).pk")
    one.web()
    assert {status for status, _ in _statuses(one, pk).values()} <= {200}
    with one.frozen_postgres():
        found = _statuses(one, pk)
        assert {status for status, _ in found.values()} == {503}, found
        assert max(seconds for _, seconds in found.values()) < 9, found
        assert one.get("/healthz")[0] == 200
    until(lambda: {status for status, _ in _statuses(one, pk).values()} == {200}, 10, "the pages come back")
    one.postgres.stop()
    status, _, text = one.get("/")
    assert (status, "Nothing is lost" in text) == (503, True)
    one.postgres.start()
    until(lambda: {status for status, _ in _statuses(one, pk).values()} == {200}, 10, "the pages come back")


@pytest.mark.requirement("B-40", "B-131")
def test_restarted_in_mid_sweep_each_deadline_is_enforced_once(house: Installation) -> None:
    """Fault 10: PostgreSQL dies while a sweep is open and comes back; the same sweeper goes on by itself."""
    one = house
    one.do("for _ in range(40): team.report(1, at=timezone.now() - timedelta(hours=2))")
    one.do(f"connection.cursor().execute('''{SLOW_DISK}'''); connection.close()")
    one.run("manage.py", "watch", "--every", "0.5")
    until(lambda: _sweeping(one), 15, "a sweep is in the middle")
    one.postgres.stop()
    one.do("connection.close()")
    one.postgres.start()
    breached = "TimelineEntry.objects.filter(kind='breached', facts__clock_kind='acknowledge')"
    assert one.do(f"result = {breached}.count()") == 0
    until(lambda: one.do(f"result = {breached}.count()") == 40, 20, "the sweeper goes on by itself")
    assert one.do(f"result = {breached}.values('incident').distinct().count()") == 40
    assert one.do("result = ClockFact.objects.filter(level=100, clock__kind='acknowledge').count()") == 40
    one.do("call_command('verify_record')")


def _sweeping(one: Installation) -> bool:
    busy = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE query LIKE '%INSERT INTO incidents_clockfact%' AND state = 'active' AND pid <> pg_backend_pid()"
    )
    code = f'c = connection.cursor(); c.execute("""{busy}"""); result = c.fetchone()[0]'
    return bool(one.do(code))
