"""Two people who change people at the same moment, with real threads and real commits."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connections

from incidents import configuration
from incidents.models import Responder, Role
from incidents.refusals import Refused

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Does the acts at the same moment; `done`, or the sentence of each refusal."""
    start, found = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            found.append("done")
        except Refused as refused:
            found.append(refused.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_deactivate_each_other() -> None:
    ada = configuration.found({"name": "Ada", "email": "ada@x.example"}, password=PASSWORD, at=AT)
    role = Role.objects.get(key="administrator")
    values = {"name": "Bo", "email": "bo@x.example", "time_zone": "UTC"}
    bo = configuration.save_responder(None, values, role_ids=[role.pk], by=ada, at=AT)
    found = at_once(
        lambda: configuration.deactivate_responder(bo.pk, by=ada, at=AT),
        lambda: configuration.deactivate_responder(ada.pk, by=bo, at=AT),
    )
    assert found.count("done") == 1
    assert Responder.objects.filter(is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_uses_of_the_first_link_make_one_administrator() -> None:
    found = at_once(
        lambda: configuration.found({"name": "Ada", "email": "ada@x.example"}, password=PASSWORD, at=AT),
        lambda: configuration.found({"name": "Eve", "email": "eve@x.example"}, password=PASSWORD, at=AT),
    )
    assert found.count("done") == 1
    assert Responder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_uses_of_an_invitation_set_one_password() -> None:
    ada = configuration.found({"name": "Ada", "email": "ada@x.example"}, password=PASSWORD, at=AT)
    values = {"name": "Bo", "email": "bo@x.example", "time_zone": "UTC"}
    bo = configuration.save_responder(None, values, role_ids=[], by=ada, at=AT)
    found = at_once(
        lambda: configuration.join(bo.pk, password="one long password here", at=AT),
        lambda: configuration.join(bo.pk, password="two long passwords here", at=AT),
    )
    assert found.count("done") == 1
