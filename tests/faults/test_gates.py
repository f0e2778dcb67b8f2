"""A gate that machines ask while engines are gone: no Redis is fine, no PostgreSQL is hold (A-09, A-19)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.faults.installation import Installation, installation
from tests.faults.processes import until

pytestmark = [pytest.mark.django_db(transaction=True)]
READY = """
from incidents import tokens
from postmortems import gates
from postmortems.gates import Pause
pk = team.report(1, at=timezone.now()).pk
who = ResponderFactory(name='Kim', role='administrator')
gates.pause(pk, Pause(reason='Bounces', name='Sender pool', kind='tool', owner=who), by=who, at=timezone.now())
gates.register(key='free', name='Nothing holds it', kind='tool', client=None, owner=who)
result = tokens.create('ci', ['gates:read'], who, at=timezone.now())[1]
"""


@pytest.fixture
def house(template: Path) -> Iterator[Installation]:
    with installation(template, ALLCLEAR_STATEMENT_TIMEOUT="2") as one:
        one.do("team = Team()")
        yield one


def _ask(one: Installation, token: str, key: str, method: str = "GET") -> requests.Response:
    address = f"http://127.0.0.1:{one.port}/api/v1/gates/{key}"
    return requests.request(method, address, headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.mark.requirement("A-09", "A-19")
def test_it_answers_without_redis_and_says_hold_without_postgresql(house: Installation) -> None:
    one = house
    token = one.do(READY)
    one.web()
    one.broker.stop()
    assert (_ask(one, token, "sender-pool").status_code, _ask(one, token, "free").status_code) == (423, 200)
    assert _ask(one, token, "sender-pool", "HEAD").status_code == 423
    assert _ask(one, token, "free", "HEAD").headers["ETag"] == _ask(one, token, "free").headers["ETag"]
    with one.frozen_postgres():
        frozen = _ask(one, token, "free")
        assert (frozen.status_code, frozen.headers["Retry-After"]) == (503, "10")
        assert "does not answer" in frozen.json()["error"] and frozen.json()["decision"] == "hold"
    one.postgres.stop()
    for key in ("free", "sender-pool", "nobody"):
        gone = _ask(one, token, key)
        assert (gone.status_code, gone.json()["decision"], gone.headers["Cache-Control"]) == (503, "hold", "no-store")
        assert _ask(one, token, key, "HEAD").status_code == 503
    one.postgres.start()
    until(lambda: _ask(one, token, "free").status_code == 200, 15, "the gate answers again")
