"""What signs the runs of a check lies sealed: in the table, through the migration, when the key has changed (A-25)."""

import importlib
import json
import time
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from incidents.refusals import Refused
from notifications import sealed, signatures
from postmortems import checks, protected
from postmortems.models import RegressionCheck
from tests.factories import after
from tests.postmortems.factories import Learners

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A-25")]
BODY = json.dumps({"passed": True, "evidence": "6 of 6"})
TABLE = "postmortems_regressioncheck"


def _check() -> RegressionCheck:
    team = Learners()
    return team.check(team.resolved(), by_machine=True)


def _row(check: RegressionCheck) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(t)::text FROM {TABLE} t WHERE id = %s", [check.pk])
        return str(cursor.fetchone()[0])


def _post(check: RegressionCheck, secret: str) -> Any:
    header = signatures.sign(BODY.encode(), [secret], int(time.time()))
    url = f"/api/v1/checks/{check.key}/runs"
    return Client().post(url, BODY, content_type="application/json", headers={"Allclear-Signature": header})


def test_no_column_of_the_row_holds_it_in_clear() -> None:
    check = _check()
    assert len(check.secret) >= 40 and check.secret not in _row(check)
    assert sealed.unseal(json.loads(_row(check))["sealed_secret"]) == check.secret
    assert check.secret in protected.secrets()


def test_the_migrations_seal_what_lay_plain_drop_its_column_and_go_back() -> None:
    check, plain = _check(), "plain-" + "x" * 37
    seal = importlib.import_module("postmortems.migrations.0014_seal_what_signs_a_run")
    drop = importlib.import_module("postmortems.migrations.0016_drop_what_lay_plain")
    assert "secret" not in json.loads(_row(check))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(drop.AGAIN)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"UPDATE {TABLE} SET sealed_secret = '', secret = %s WHERE id = %s", [plain, check.pk])
    with connection.schema_editor() as editor:
        seal.seal(apps, editor)
    check.refresh_from_db()
    assert check.secret == plain and plain not in _row(check)
    assert _post(check, plain).status_code == 201
    with connection.schema_editor() as editor:
        seal.unseal(apps, editor)
    assert json.loads(_row(check))["secret"] == plain
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(drop.DROP)
    assert "secret" not in json.loads(_row(check))


def test_after_the_secret_key_changed_nothing_is_taken_until_there_is_a_new_secret() -> None:
    check = _check()
    before = check.secret
    with override_settings(SECRET_KEY="another-key-0123456789abcdefghijklmnopqrstuvwxyz"):
        with pytest.raises(sealed.Lost):
            assert check.secret
        assert [_post(check, before).status_code, _post(check, "").status_code] == [401, 401]
        assert "cannot be read" in _post(check, before).json()["error"]
        page = Client()
        page.force_login(Learners().lead)
        assert "cannot be read" in page.get(f"/regression-checks/{check.pk}/").content.decode()
        checks.renew_secret(check.incident_id, check.pk, by=check.owner, at=timezone.now())
        check.refresh_from_db()
        assert _post(check, check.secret).status_code == 201


def test_a_new_secret_ends_the_old_one_and_stands_on_the_record_without_it() -> None:
    check = _check()
    old = check.secret
    page = Client()
    page.force_login(Learners().lead)
    assert page.post(f"/regression-checks/{check.pk}/renew-secret/").status_code == 302
    check.refresh_from_db()
    assert check.secret != old and len(check.secret) >= 40
    assert [_post(check, old).status_code, _post(check, check.secret).status_code] == [401, 201]
    told = check.incident.timeline.filter(facts__did="renewed").get()
    assert check.secret not in told.text and old not in told.text


def test_a_check_by_hand_has_no_secret_to_renew() -> None:
    team = Learners()
    check = team.check(team.resolved())
    assert check.sealed_secret == ""
    with pytest.raises(Refused, match="by hand"):
        checks.renew_secret(check.incident_id, check.pk, by=team.lead, at=after(hours=40))
