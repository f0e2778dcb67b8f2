"""CI posts the result of a regression check: with a token, or signed by the check's secret, now and once (A-19)."""

import json
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from incidents import tokens
from notifications import signatures
from postmortems import checks
from postmortems.checks import Run
from postmortems.models import CheckRun, RegressionCheck
from tests.factories import after
from tests.postmortems.factories import Learners

BODY = json.dumps({"passed": True, "evidence": "6 of 6", "source": "CI"})
FAILED = json.dumps({"passed": False, "evidence": "5 of 6", "source": "CI"})


def _check() -> RegressionCheck:
    team = Learners()
    return team.check(team.resolved(), by_machine=True)


def _post(check: RegressionCheck, header: str, body: str = BODY, name: str = "Allclear-Signature") -> Any:
    url = f"/api/v1/checks/{check.key}/runs"
    return Client().post(url, body, content_type="application/json", headers={name: header})


def _signed(check: RegressionCheck, body: str = BODY, off: int = 0) -> str:
    return signatures.sign(body.encode(), [check.secret], int(time.time()) + off)


@pytest.mark.requirement("A-19")
@pytest.mark.django_db
def test_a_signed_run_is_recorded_and_moves_the_check() -> None:
    check = _check()
    told = _post(check, _signed(check))
    assert (told.status_code, told.json()["passed"]) == (201, True)
    check.refresh_from_db()
    assert check.standing == "passed" and CheckRun.objects.get().source == "CI"


@pytest.mark.requirement("A-19")
@pytest.mark.django_db
def test_the_same_signature_is_taken_once_and_the_second_is_told_when() -> None:
    check = _check()
    header = _signed(check)
    assert _post(check, header).status_code == 201
    again = _post(check, header)
    assert again.status_code == 409 and "taken before" in again.json()["error"]
    # However it is dressed up: with a second mark, in another order, with spaces.
    mark = header.partition(",")[2]
    stamp = header.partition(",")[0]
    assert _post(check, f"{mark}, v1=00,{stamp}").status_code == 409
    assert CheckRun.objects.count() == 1
    other = _signed(check, FAILED)
    assert _post(check, other, FAILED).status_code == 201


@pytest.mark.django_db
def test_postgresql_refuses_a_second_run_under_one_mark() -> None:
    check = _check()
    assert _post(check, _signed(check)).status_code == 201
    row = CheckRun.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="signed_run_is_taken_once"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.requirement("A-19")
@pytest.mark.parametrize("off", [-301, -86_400, 302])
@pytest.mark.django_db
def test_an_old_signature_is_refused_and_one_from_the_future_too(off: int) -> None:
    check = _check()
    told = _post(check, _signed(check, off=off))
    assert told.status_code == 401 and "minutes" in told.json()["error"]
    assert not CheckRun.objects.exists()


@pytest.mark.parametrize("off", [-290, 290])
@pytest.mark.django_db
def test_clocks_may_differ_and_no_run_is_in_the_future(off: int) -> None:
    check = _check()
    assert _post(check, _signed(check, off=off)).status_code == 201
    assert CheckRun.objects.get().at <= timezone.now()


@pytest.mark.requirement("A-19")
@pytest.mark.django_db
def test_a_pass_that_was_held_back_does_not_cover_a_later_failure() -> None:
    check = _check()
    held = _signed(check, off=-120)
    assert _post(check, _signed(check, FAILED), FAILED).status_code == 201
    assert _post(check, held).status_code == 201
    check.refresh_from_db()
    assert check.standing == "failed"


@pytest.mark.django_db
def test_the_form_without_a_time_is_refused_with_what_to_send() -> None:
    check = _check()
    told = _post(check, "sha256=" + "0" * 64, name="X-Allclear-Signature")
    assert told.status_code == 401 and "Allclear-Signature: t=" in told.json()["error"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=",
        "v1=00",
        "t=1,v1=00",
        "t=x,v1=00",
        "t=NaN,v1=0",
        "t=-5,v1=00",
        "t=9999999999999999,v1=00",
        "t=1,t=2,v1=0",
        "t=\u0661,v1=00",
        "t=1,v1=\u00e4",
        ",,,",
        "=" * 5000,
        "t=1," + "v1=0," * 5000,
    ],
)
@pytest.mark.django_db
def test_hostile_signatures_are_refused_and_never_break(header: str) -> None:
    told = Client().post(
        f"/api/v1/checks/{_check().key}/runs", BODY, content_type="application/json", HTTP_ALLCLEAR_SIGNATURE=header
    )
    assert told.status_code == 401 and told.json()["error"]


@pytest.mark.django_db
def test_another_secret_another_body_and_an_unknown_check_are_refused_alike() -> None:
    check = _check()
    wrong = signatures.sign(BODY.encode(), ["another"], int(time.time()))
    told = [_post(check, wrong), _post(check, _signed(check), FAILED), _post(RegressionCheck(key="none"), wrong)]
    assert [one.status_code for one in told] == [401, 401, 401]
    assert len({one.json()["error"] for one in told}) == 1
    by_hand = checks.add(
        check.incident_id,
        checks.Scenario("By hand", "It must not.", check.owner),
        by=check.owner,
        at=after(hours=35),
    )
    empty = signatures.sign(BODY.encode(), [""], int(time.time()))
    assert _post(by_hand, empty).status_code == 401


@pytest.mark.requirement("A-19")
@pytest.mark.django_db
def test_a_token_that_may_post_runs_needs_no_signature() -> None:
    check = _check()
    _, secret = tokens.create("ci", ["checks:write"], check.owner, at=after())
    head, url = {"Authorization": f"Bearer {secret}"}, f"/api/v1/checks/{check.key}/runs"

    def post(body: str, to: str = url) -> int:
        return Client().post(to, body, content_type="application/json", headers=head).status_code

    assert [post(BODY), post(BODY)] == [201, 201]
    assert post('{"passed": "yes"}') == 400 and post('{"passed": false}') == 409
    assert post(BODY, "/api/v1/checks/none/runs") == 404


@pytest.mark.requirement("A-19")
@pytest.mark.django_db(transaction=True)
def test_two_that_post_one_signature_at_once_record_one_run() -> None:
    check = _check()
    header = _signed(check)

    def post(_: int) -> int:
        try:
            return _post(check, header).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(post, range(4)))
    assert told == [201, 409, 409, 409] and CheckRun.objects.count() == 1


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("curl")), reason="needs openssl and curl")
@pytest.mark.requirement("A-19")
@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_page_work_as_they_stand(live_server: Any) -> None:
    check = _check()
    page = Client()
    page.force_login(check.owner)
    text = unescape(page.get(f"/regression-checks/{check.pk}/").content.decode())
    lines = text.partition('aria-label="Command with a signature">')[2].partition("</pre>")[0]
    assert check.key in lines
    env = {"ALLCLEAR_URL": live_server.url, "CHECK_SECRET": check.secret, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", "-ec", lines], env=env, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"] is True and CheckRun.objects.count() == 1


@pytest.mark.django_db
def test_a_run_that_is_refused_may_be_posted_again_under_its_signature() -> None:
    """Only what was taken is remembered."""
    check = _check()
    told = Run(True, "", timezone.now(), "CI", "", "a" * 64)
    with pytest.raises(checks.Refused):
        checks.run(check.incident_id, check.pk, told, by=None, at=timezone.now())
    full = Run(True, "6 of 6", timezone.now(), "CI", "", "a" * 64)
    assert checks.run(check.incident_id, check.pk, full, by=None, at=timezone.now()).mark == "a" * 64
