"""Keys change: what is sealed follows by itself, what no key opens is named, and no empty secret is ever used."""

import importlib
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from incidents import resealing, stuck
from incidents.models import Responder
from incidents.sign_in import BACKEND
from notifications import sealed
from notifications.models import Destination, SetAside, WebhookEndpoint
from postmortems import protected
from tests.factories import ResponderFactory, after
from tests.incidents.test_sign_in import PASSWORD, code, enter, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A-18")]
NEW, OTHER = "new-key-" * 8, "other-key-" * 8
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def ada() -> Responder:
    person: Responder = ResponderFactory(name="Ada Brandt", email="ada@allclear.example", role="administrator")
    person.set_password(PASSWORD)
    person.save()
    cache.clear()
    return person


def _room(url: str = "slack://a/b/c") -> Destination:
    return Destination.objects.create(
        name="#incidents", scheme="slack", shown="…", made_at=after(), sealed_url=sealed.seal(url)
    )


def _told(person: Responder) -> str:
    """All that the database keeps of somebody's second factors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator WHERE user_id = %s", [person.pk])
        return str(cursor.fetchone()[0])


def test_another_key_opens_nothing_and_is_never_an_empty_secret(settings: Any) -> None:
    kept = sealed.seal("whsec_kestrel")
    settings.SECRET_KEY = OTHER
    for text in (kept, "", "gAAAAA", "no such thing", "x\x00y"):
        with pytest.raises(sealed.Lost, match="another SECRET_KEY"):
            sealed.unseal(text)


def test_after_a_change_of_key_all_of_it_is_sealed_anew_and_the_old_key_can_go(ada: Responder, settings: Any) -> None:
    room = _room()
    hook = WebhookEndpoint.objects.create(
        name="Ops", shown="…", made_at=after(), sealed_url=sealed.seal("https://a"), sealed_secret=sealed.seal("s")
    )
    TOTP.activate(ada, SEED)
    codes = RecoveryCodes.activate(ada).get_unused_codes()
    assert resealing.sweep(now=timezone.now()) == 0
    old, settings.SECRET_KEY = settings.SECRET_KEY, NEW
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sealed.unseal(room.sealed_url) == "slack://a/b/c"
    assert resealing.sweep(now=timezone.now()) == 4
    assert resealing.sweep(now=timezone.now()) == 0
    settings.SECRET_KEY_FALLBACKS = []
    for row, column, plain in ((room, "sealed_url", "slack://a/b/c"), (hook, "sealed_url", "https://a")):
        row.refresh_from_db()
        assert sealed.unseal(getattr(row, column)) == plain
    assert hook.sealed_old_secret == "" and sealed.unseal(hook.sealed_secret) == "s"
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code(SEED))
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes
    assert not SetAside.objects.exists()


def test_a_lost_secret_is_named_where_people_look_until_it_is_entered_anew(ada: Responder, settings: Any) -> None:
    room, other = _room(), _room()
    was, settings.SECRET_KEY = settings.SECRET_KEY, NEW
    other.sealed_url = sealed.seal("slack://d/e/f")
    other.save()
    now = timezone.now()
    for _ in range(5):
        assert resealing.sweep(now=now) == 0
        now += timedelta(seconds=30)
    look = stuck.look(now=now)
    assert [row.row for row in SetAside.objects.all()] == [room.pk]
    assert "url of #incidents" in look.put_aside[0] and "another SECRET_KEY" in look.put_aside[0]
    browser = Browser()
    browser.force_login(ada, backend=BACKEND)
    assert "sealed destinations" in browser.get("/my-work/").content.decode()
    assert browser.get("/settings/chat/").content.decode().count("Its address cannot be read") == 1
    told = StringIO()
    with pytest.raises(CommandError, match="url of #incidents"):
        call_command("reseal", stdout=told)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = was, [NEW]
    assert "1 sealed anew" in _command()
    resealing.sweep(now=now)
    assert not SetAside.objects.exists() and not stuck.look(now=now).put_aside


def _command() -> str:
    told = StringIO()
    call_command("reseal", stdout=told)
    return told.getvalue()


def test_seeds_lie_sealed_and_whoever_reads_the_database_can_make_no_code(ada: Responder) -> None:
    TOTP.activate(ada, SEED)
    codes = RecoveryCodes.activate(ada).get_unused_codes()
    kept = _told(ada)
    assert SEED not in kept and kept.count(sealed.BEGINS) == 2 and len(codes) == 10
    assert not any(one in kept for one in codes)
    assert SEED in protected.secrets()
    browser = Browser()
    enter(browser)
    browser.post(reverse("mfa_authenticate"), {"code": code(SEED)})
    assert signed_in(browser)
    cache.clear()
    browser = Browser()
    enter(browser)
    browser.post(reverse("mfa_authenticate"), {"code": codes[3]})
    assert signed_in(browser)


def test_with_a_lost_seed_no_code_is_right_and_the_form_says_why(ada: Responder, settings: Any) -> None:
    TOTP.activate(ada, SEED)
    RecoveryCodes.activate(ada)
    settings.SECRET_KEY = OTHER
    browser = Browser()
    enter(browser)
    # What an empty seed would give: anybody could compute it.
    empty = format_hotp_value(hotp_value("", int(timezone.now().timestamp()) // 30))
    for given in (empty, code(SEED)):
        page = browser.post(reverse("mfa_authenticate"), {"code": given})
        assert page.status_code == 200 and not signed_in(browser)
        assert "Your second factor cannot be read" in page.content.decode()


def test_a_page_that_needs_a_lost_seed_says_so_and_is_no_fault(ada: Responder, settings: Any) -> None:
    TOTP.activate(ada, SEED)
    RecoveryCodes.activate(ada)
    settings.SECRET_KEY = OTHER
    browser = Browser(raise_request_exception=False)
    browser.force_login(ada, backend=BACKEND)
    asked = browser.get(reverse("mfa_view_recovery_codes"))
    browser.post(asked["Location"], {"password": PASSWORD})
    page = browser.get(reverse("mfa_view_recovery_codes"))
    assert page.status_code == 503
    assert "Your second factor cannot be read" in page.content.decode()


def test_the_migration_seals_what_lay_plain_and_goes_back(ada: Responder) -> None:
    plain = {"secret": SEED}
    Authenticator.objects.create(user=ada, type="totp", data=plain)
    other: Responder = ResponderFactory(name="Bea")
    migrated = {"migrated_codes": ["11112222", "33334444"], "used_mask": 0}
    Authenticator.objects.create(user=other, type="recovery_codes", data=migrated)
    key = {"name": "YubiKey", "credential": {"secret": "no seed"}}
    Authenticator.objects.create(user=other, type="webauthn", data=key)
    move = importlib.import_module("incidents.migrations.0028_seal_second_factors")
    for _ in (1, 2):  # Once more changes nothing.
        with connection.schema_editor() as editor:
            move.seal(apps, editor)
    assert SEED not in _told(ada) and "11112222" not in _told(other)
    assert Authenticator.objects.get(user=ada).wrap().validate_code(code(SEED))
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == ["11112222", "33334444"]
    with connection.schema_editor() as editor:
        move.unseal(apps, editor)
    found = dict(Authenticator.objects.values_list("type", "data"))
    assert found == {"totp": plain, "recovery_codes": migrated, "webauthn": key}


def test_a_plain_seed_of_the_version_before_is_read_and_sealed_by_the_sweep(ada: Responder) -> None:
    factor = Authenticator.objects.create(user=ada, type="totp", data={"secret": SEED})
    assert factor.wrap().validate_code(code(SEED))
    assert resealing.sweep(now=timezone.now()) == 1
    assert SEED not in _told(ada)
    cache.clear()
    assert Authenticator.objects.get().wrap().validate_code(code(SEED))
