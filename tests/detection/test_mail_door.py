"""The webhook for providers that post mail: stored before it is answered, the same letter once, never a 500."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client as Browser

from incidents.detection.intake import arranging, world
from incidents.detection.mail import sorting
from incidents.detection.models import InboundSource
from incidents.detection.views import inbound_mail
from incidents.models import Incident
from notifications.models import InboundMail
from tests.factories import Team, after
from tests.notifications.inbound.letters import HOSTILE, raw

pytestmark = pytest.mark.django_db
AT = "/api/v1/inbound/mail"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def source(team: Team) -> InboundSource:
    return arranging.save_source(None, {"name": "Provider", "kind": "email"}, by=team.coordinator, at=after())


@pytest.fixture
def key(team: Team, source: InboundSource) -> str:
    return arranging.issue_key(source.pk, by=team.coordinator, at=after())[1]


def _post(key: str, body: Any, kind: str = "message/rfc822", **more: Any) -> Any:
    return Browser().post(f"{AT}/{key}", body, content_type=kind, **more)


@pytest.mark.requirement("B-28", "B-51")
def test_a_letter_as_it_is_is_stored_before_the_answer(key: str, team: Team) -> None:
    sender = team.client.contacts.get().email
    answer = _post(key, raw("Sync stopped.", sender=sender, subject="Sync"))
    assert (answer.status_code, answer.json()["status"]) == (202, "stored")
    mail = InboundMail.objects.get()
    assert (mail.pk, mail.door, mail.state) == (answer.json()["letter"], "webhook", "waiting")
    assert bytes(mail.raw) == raw("Sync stopped.", sender=sender, subject="Sync")
    assert sorting.sweep(now=mail.received_at) == 1
    assert Incident.objects.get().title == "Sync"


def test_a_letter_that_is_sent_again_is_the_same(key: str) -> None:
    first, second = _post(key, raw()), _post(key, raw())
    assert (second.status_code, second.json()["status"]) == (202, "stored before")
    assert first.json()["letter"] == second.json()["letter"]
    assert InboundMail.objects.count() == 1


@pytest.mark.parametrize("field", ["email", "body-mime", "message"])
def test_a_form_with_the_letter_in_a_field(key: str, field: str) -> None:
    content = raw("Grüße", sender="=?utf-8?q?D=C3=A4na?= <d@x.example>").replace(b"\n", b"\r\n")
    fields = urlencode({field: content.decode("latin-1"), "spam": "no"}, encoding="latin-1")
    assert _post(key, fields, FORM).status_code == 202
    assert bytes(InboundMail.objects.get().raw) == content


def test_a_multipart_form_and_a_file_in_it(key: str) -> None:
    assert Browser().post(f"{AT}/{key}", {"email": raw("One.").decode(), "to": "x"}).status_code == 202
    upload = SimpleUploadedFile("m.eml", raw("Two.", message_id="<2@x>"))
    assert Browser().post(f"{AT}/{key}", {"message": upload}).status_code == 202
    assert InboundMail.objects.count() == 2


def test_json_with_the_letter_in_a_field(key: str) -> None:
    body = json.dumps({"From": "x", "RawEmail": raw().decode()})
    assert _post(key, body, "application/json").status_code == 202
    assert bytes(InboundMail.objects.get().raw) == raw()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_are_stored_or_refused(key: str, name: str) -> None:
    answer = _post(key, HOSTILE[name])
    assert answer.status_code == (202 if HOSTILE[name].strip() else 415)
    assert InboundMail.objects.count() == (1 if HOSTILE[name].strip() else 0)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b" \r\n", "message/rfc822", 400),
        (b"x=1", FORM, 400),
        (b"[1, 2]", "application/json", 400),
        (b'{"email": 5}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"x", "image/png", 415),
        (b"x", "multipart/form-data", 400),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", 400),
        (b"&".join(b"a%d=1" % one for one in range(2000)), FORM, 400),
        (b"email=" + b"x" * (26 * 1024 * 1024), FORM, 413),
        (b"x" * (26 * 1024 * 1024), "message/rfc822", 413),
    ],
)
def test_what_is_no_letter_is_refused_with_a_sentence(key: str, body: bytes, kind: str, status: int) -> None:
    answer = _post(key, body, kind)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
    assert not InboundMail.objects.exists()


def test_wrong_ended_and_foreign_keys_and_sources_that_are_off_read_the_same(
    key: str, source: InboundSource, team: Team
) -> None:
    other = arranging.save_source(None, {"name": "Monitor", "kind": "generic"}, by=team.coordinator, at=after())
    foreign = arranging.issue_key(other.pk, by=team.coordinator, at=after())[1]
    answers = [_post("wrong", raw()), _post(foreign, raw()), Browser().post(AT, raw(), content_type="message/rfc822")]
    arranging.switch_source(source.pk, on=False, by=team.coordinator, at=after())
    world.forget()
    answers.append(_post(key, raw()))
    assert {(one.status_code, one.content) for one in answers} == {(401, answers[0].content)}
    assert not InboundMail.objects.exists()


def test_a_key_in_the_query_string_and_another_method_are_refused(key: str) -> None:
    assert Browser().post(f"{AT}?key={key}", raw(), content_type="message/rfc822").status_code == 400
    answer = Browser().get(f"{AT}/{key}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_what_cannot_be_stored_is_not_accepted(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(inbound_mail, "keep", broken)
    answer = _post(key, raw())
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_so_many_letters_a_minute(key: str, source: InboundSource) -> None:
    InboundSource.objects.update(limit_per_minute=2)
    world.forget()
    assert [_post(key, raw()).status_code for _ in range(3)] == [202, 202, 429]
