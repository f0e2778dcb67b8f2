"""The ways in: passwords, second factors, links that work once, single sign-on, and the sample workspace's buttons."""

import base64
import hashlib
import hmac
import os
import re
import struct
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse

from incidents import configuration, sign_in
from incidents.models import ConfigurationChange, Responder, RoleHolding
from incidents.refusals import Refused

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> None:
    cache.clear()


@pytest.fixture
def ada(db: None) -> Responder:
    values = {"name": "Ada Lindqvist", "email": "ada@allclear.example", "time_zone": "Europe/London"}
    return configuration.found(values, password=PASSWORD, at=AT)


@pytest.fixture
def bo(ada: Responder) -> Responder:
    values = {"name": "Bo", "email": "bo@allclear.example", "time_zone": "UTC"}
    return configuration.save_responder(None, values, role_ids=[], by=ada, at=AT)


def signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def enter(browser: Browser, password: str = PASSWORD, email: str = "ada@allclear.example", **more: str) -> Any:
    return browser.post(LOGIN, {"login": email, "password": password, **more})


def code(secret: str, at: float | None = None) -> str:
    """RFC 6238, written here so that the product's own code is not its own witness."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def test_a_password_is_kept_as_argon2_and_lets_one_in(ada: Responder) -> None:
    assert ada.password.startswith("argon2$argon2id$")
    browser = Browser()
    response = enter(browser)
    assert response.status_code == 302 and response["Location"] == "/"
    assert signed_in(browser)


def test_the_address_is_read_whatever_its_case(ada: Responder) -> None:
    browser = Browser()
    enter(browser, email="ADA@allclear.EXAMPLE")
    assert signed_in(browser)


def test_a_wrong_password_and_an_unknown_address_read_the_same(ada: Responder) -> None:
    def said(email: str) -> str:
        text = enter(Browser(), "wrong", email).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|value="[^"]*@[^"]*"', "", text)

    assert said("ada@allclear.example") == said("nobody@allclear.example")


def test_asking_for_a_new_password_does_not_tell_who_exists(ada: Responder) -> None:
    known = Browser().post(reverse("account_reset_password"), {"email": "ada@allclear.example"})
    unknown = Browser().post(reverse("account_reset_password"), {"email": "nobody@allclear.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_too_many_wrong_passwords_are_refused_even_the_right_one(ada: Responder) -> None:
    for _ in range(5):
        enter(Browser(), "wrong")
    browser = Browser()
    response = enter(browser)
    assert not signed_in(browser)
    assert "Too many" in response.content.decode()


def test_wrong_passwords_of_others_do_not_push_out_what_was_counted(ada: Responder) -> None:
    """All of it is counted in PostgreSQL, so for every process; what Django keeps there by itself is 300 rows."""
    browser = Browser()
    for _ in range(5):
        browser.post(LOGIN, {"login": ada.email, "password": "wrong"})
    for number in range(700):
        cache.set(f"another:{number}", [0.0], 300)
    answer = browser.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert "Too many" in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(ada: Responder, target: str) -> None:
    response = enter(Browser(), next=target)
    assert response.status_code == 302 and response["Location"] == "/"


def test_the_session_is_a_new_one_after_signing_in(ada: Responder) -> None:
    browser = Browser()
    session = browser.session
    session["planted"] = "yes"
    session.save()
    browser.cookies["sessionid"] = planted = session.session_key or ""
    enter(browser)
    assert signed_in(browser)
    assert browser.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_second_factor_is_asked_for_and_a_code_works_once(ada: Responder) -> None:
    browser = Browser()
    enter(browser)
    asked = browser.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate")), "the password is asked for again first"
    browser.post(asked["Location"], {"password": PASSWORD})
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert browser.post(reverse("mfa_activate_totp"), {"code": code(secret)}).status_code == 302
    assert Authenticator.objects.filter(user=ada, type="totp").exists()
    cache.clear()

    first = Browser()
    response = enter(first)
    assert response["Location"].startswith(reverse("mfa_authenticate")) and not signed_in(first)
    now = code(secret)
    wrong = first.post(reverse("mfa_authenticate"), {"code": f"{(int(now) + 1) % 10**6:06d}"})
    assert wrong.status_code == 200 and not signed_in(first)
    first.post(reverse("mfa_authenticate"), {"code": now})
    assert signed_in(first)

    second = Browser()
    enter(second)
    again = second.post(reverse("mfa_authenticate"), {"code": now})
    assert again.status_code == 200 and not signed_in(second)

    assert configuration.remove_factors(ada.pk, by=ada, at=AT) >= 1
    third = Browser()
    enter(third)
    assert signed_in(third)
    change = ConfigurationChange.objects.first()
    assert change is not None and "totp" in change.before["second_factors"]


def test_a_link_for_a_new_password_works_once(ada: Responder) -> None:
    Browser().post(reverse("account_reset_password"), {"email": "ada@allclear.example"})
    body = str(mail.outbox[0].body)
    address = re.search(r"https?://\S+/password/reset/key/\S+", body)
    assert address is not None
    path = path_of(address.group())
    browser = Browser()
    form = browser.get(path, follow=True)
    action = form.request["PATH_INFO"]
    new = "another good long password"
    browser.post(action, {"password1": new, "password2": new})
    ada.refresh_from_db()
    assert ada.check_password(new)
    again = Browser().get(path, follow=True)
    assert again.context["token_fail"]


def test_a_deactivated_responder_is_out_at_once(ada: Responder, bo: Responder) -> None:
    configuration.join(bo.pk, password=PASSWORD, at=AT)
    browser = Browser()
    enter(browser, email="bo@allclear.example")
    assert browser.get(reverse("incidents:preferences")).status_code == 200
    configuration.deactivate_responder(bo.pk, by=ada, at=AT)
    assert browser.get(reverse("incidents:preferences")).status_code == 302
    late = Browser()
    enter(late, email="bo@allclear.example")
    assert not signed_in(late)


def test_an_invitation_sets_the_password_once(ada: Responder, bo: Responder) -> None:
    path = path_of(sign_in.invitation_address(bo))
    assert Browser().get(path).status_code == 200
    browser = Browser()
    refused = browser.post(path, {"password": "12345", "again": "12345"})
    assert refused.status_code == 200 and "password" in refused.context["form"].errors
    differ = browser.post(path, {"password": PASSWORD, "again": "other"})
    assert "again" in differ.context["form"].errors
    browser.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert signed_in(browser)
    assert Browser().get(path).status_code == 410
    assert Browser().post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 410


def test_a_new_link_ends_the_old_password(ada: Responder, bo: Responder) -> None:
    configuration.join(bo.pk, password=PASSWORD, at=AT)
    configuration.renew_access(bo.pk, by=ada, at=AT)
    browser = Browser()
    enter(browser, email="bo@allclear.example")
    assert not signed_in(browser)
    bo.refresh_from_db()
    assert Browser().get(path_of(sign_in.invitation_address(bo))).status_code == 200


def test_a_link_of_somebody_else_or_of_nobody_opens_nothing(ada: Responder, bo: Responder) -> None:
    path = path_of(sign_in.invitation_address(bo))
    _, _, key, token, _ = path.split("/")
    for other in (f"/join/1/{token}/", f"/join/zz/{token}/", f"/join/{key}/x/", "/join/-1/x-x/"):
        assert Browser().get(other).status_code == 410, other


def first_link() -> str:
    out = StringIO()
    call_command("first_sign_in_link", stdout=out)
    return out.getvalue().strip()


def test_the_first_administrator_comes_by_a_link_that_works_once(db: None) -> None:
    before = (Responder.objects.count(), ConfigurationChange.objects.count())
    path = path_of(first_link())
    browser = Browser()
    assert browser.get(path).status_code == 200
    assert (Responder.objects.count(), ConfigurationChange.objects.count()) == before
    typed = {
        "name": "Ada",
        "email": "Ada@Allclear.example",
        "time_zone": "Europe/London",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    after = browser.post(path, typed, follow=True)
    assert signed_in(browser) and "<h2>First steps</h2>" in after.content.decode()
    ada = Responder.objects.get()
    assert ada.email == "ada@allclear.example"
    assert RoleHolding.objects.filter(responder=ada).count() == 7
    assert first_link() == ""
    assert Browser().get(path).status_code == 410
    assert Browser().post(path, {**typed, "email": "eve@x.example"}).status_code == 410
    assert Responder.objects.count() == 1


def test_a_false_first_link_opens_nothing(db: None) -> None:
    path = path_of(first_link())
    assert Browser().get(path[:-3] + "xx/").status_code == 410


def test_there_is_one_first_administrator(ada: Responder) -> None:
    with pytest.raises(Refused):
        configuration.found({"name": "Eve", "email": "eve@x.example"}, password=PASSWORD, at=AT)


def test_the_sample_buttons_are_nowhere_but_in_the_sample_workspace(ada: Responder, settings: Any) -> None:
    door = reverse("incidents:demo_sign_in")
    assert "come in as" not in Browser().get(LOGIN).content.decode()
    assert Browser().post(door, {"responder": ada.pk}).status_code == 404
    settings.DEMO = True
    assert "come in as" in Browser().get(LOGIN).content.decode()
    afar = Browser(REMOTE_ADDR="192.0.2.7")
    assert "come in as" not in afar.get(LOGIN).content.decode()
    assert afar.post(door, {"responder": ada.pk}).status_code == 404
    assert Browser().get(door).status_code == 405
    assert Browser().post(door, {"responder": "x"}).status_code == 404
    browser = Browser()
    browser.post(door, {"responder": ada.pk})
    assert signed_in(browser)


def test_nobody_signs_up(db: None) -> None:
    typed = {"email": "eve@x.example", "password1": PASSWORD, "password2": PASSWORD}
    Browser().post(reverse("account_signup"), typed)
    assert not Responder.objects.exists()


OIDC = {
    "OIDC_CLIENT_ID": "allclear",
    "OIDC_CLIENT_SECRET": "s",
    "OIDC_SERVER_URL": "https://id.example",
    "OIDC_NAME": "Panther ID",
}
APP = {
    "provider_id": "oidc",
    "name": "Panther ID",
    "client_id": "allclear",
    "secret": "s",
    "settings": {"server_url": "https://id.example"},
}
PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [APP]}}


def test_single_sign_on_from_the_environment_appears(db: None, settings: Any) -> None:
    assert "Panther ID" not in Browser().get(LOGIN).content.decode()
    asked = "from config import settings as s; print(s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]['name'])"
    environment = {**os.environ, **OIDC}
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "Panther ID"
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDERS
    assert "Sign in with Panther ID" in Browser().get(LOGIN).content.decode()


@pytest.mark.parametrize(("verified", "connected"), [(True, True), (False, False)])
def test_single_sign_on_connects_only_a_verified_known_address(
    bo: Responder, settings: Any, verified: bool, connected: bool
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDERS
    account = SocialAccount(provider="oidc", uid="42", extra_data={})
    address = EmailAddress(email="bo@allclear.example", verified=verified, primary=True)
    login = SocialLogin(user=Responder(email="bo@allclear.example"), account=account, email_addresses=[address])
    request = RequestFactory().get("/")
    request.session = Browser().session
    sign_in.SocialAccountAdapter().pre_social_login(request, login)
    assert SocialAccount.objects.filter(user=bo, uid="42").exists() is connected


def test_leaving_needs_a_post(ada: Responder) -> None:
    browser = Browser()
    enter(browser)
    browser.get(reverse("account_logout"))
    assert signed_in(browser)
    browser.post(reverse("account_logout"))
    assert not signed_in(browser)
