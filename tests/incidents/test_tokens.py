"""Tokens: made once, shown once, revoked for ever."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import ApiToken, ConfigurationChange
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_its_secret_is_stored_nowhere() -> None:
    admin = ResponderFactory(role="administrator")
    browser = Client()
    browser.force_login(admin, backend=BACKEND)
    told = {"name": "ci", "responder": admin.pk, "scopes": ["gates:read"]}
    page = browser.post(reverse("incidents:add_token"), told)
    row = ApiToken.objects.get()
    secret = next(word for word in page.content.decode().split() if word.startswith('secret">alc_')).split(">")[1]
    secret = secret.split("<")[0]
    assert secret.startswith(row.prefix) and page["Cache-Control"] == "no-store"
    assert secret not in browser.get(reverse("incidents:tokens")).content.decode()
    assert secret not in str(ConfigurationChange.objects.get().after)
    head = {"Authorization": f"Bearer {secret}"}
    assert browser.get("/api/v1/gates/none", headers=head).status_code == 404
    browser.post(reverse("incidents:revoke_token", args=[row.pk]))
    assert browser.get("/api/v1/gates/none", headers=head).status_code == 401


def test_a_token_without_a_scope_is_refused_beside_its_field_and_keeps_what_was_typed() -> None:
    admin = ResponderFactory(role="administrator")
    browser = Client()
    browser.force_login(admin, backend=BACKEND)
    page = browser.post(reverse("incidents:add_token"), {"name": "ci", "responder": admin.pk})
    assert page.status_code == 200 and 'value="ci"' in page.content.decode() and not ApiToken.objects.exists()


def _page(browser: Client) -> str:
    text = browser.get(reverse("incidents:add_token")).content.decode()
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[-1]


def _secret(page: str) -> str:
    found = re.search(r'aria-label="The secret">(alc_[\w-]{43})<', page)
    return found[1] if found else ""


def test_a_form_that_comes_twice_makes_one_token_and_shows_its_secret_both_times() -> None:
    admin = ResponderFactory(role="administrator")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin, backend=BACKEND)
    told = {"name": "ci", "responder": admin.pk, "scopes": ["gates:read"], "csrfmiddlewaretoken": _page(browser)}
    shown = [browser.post(reverse("incidents:add_token"), told).content.decode() for _ in range(2)]
    secret = _secret(shown[0])
    assert secret and _secret(shown[1]) == secret and ApiToken.objects.count() == 1
    assert ConfigurationChange.objects.count() == 1
    head = {"Authorization": f"Bearer {secret}"}
    assert browser.get("/api/v1/gates/none", headers=head).status_code == 404
    # Another page, or other words on the same one, is another token.
    for again in ({**told, "csrfmiddlewaretoken": _page(browser)}, {**told, "name": "ci-2"}):
        other = _secret(browser.post(reverse("incidents:add_token"), again).content.decode())
        assert other and other != secret
    assert ApiToken.objects.count() == 3
    # A page that is loaded anew later on shows no secret any more.
    ApiToken.objects.update(created_at=ApiToken.objects.latest("pk").created_at - timedelta(minutes=2))
    late = browser.post(reverse("incidents:add_token"), told).content.decode()
    assert not _secret(late) and "has made its token already" in late and ApiToken.objects.count() == 3


def test_what_names_no_page_makes_a_token_each_time() -> None:
    admin = ResponderFactory(role="administrator")
    browser = Client()
    browser.force_login(admin, backend=BACKEND)
    told = {"name": "ci", "responder": admin.pk, "scopes": ["gates:read"]}
    secrets = {_secret(browser.post(reverse("incidents:add_token"), told).content.decode()) for _ in range(2)}
    assert len(secrets) == 2 == ApiToken.objects.count()
