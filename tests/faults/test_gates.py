"""A gate that machines ask while Redis is gone: it answers all the same (A-09, A-19)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.faults.installation import Installation, installation

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
def test_it_answers_without_redis(house: Installation) -> None:
    one = house
    token = one.do(READY)
    one.web()
    one.broker.stop()
    assert (_ask(one, token, "sender-pool").status_code, _ask(one, token, "free").status_code) == (423, 200)
    assert _ask(one, token, "sender-pool", "HEAD").status_code == 423
    assert _ask(one, token, "free", "HEAD").headers["ETag"] == _ask(one, token, "free").headers["ETag"]
