"""Tokens: made once, shown once, revoked for ever."""

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
