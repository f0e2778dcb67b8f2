"""Changing the settings: what is refused, what is written down, and what the pages keep of what was typed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import configuration
from incidents.models import (
    Absence,
    Brand,
    Calendar,
    Client,
    ConfigurationChange,
    Contact,
    EscalationRule,
    Responder,
    Role,
    RoleHolding,
    Severity,
    System,
    Tier,
)
from incidents.permissions import MATRIX, PERMISSIONS
from incidents.refusals import Refused
from incidents.sign_in import BACKEND

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ada(db: None) -> Responder:
    values = {"name": "Ada Lindqvist", "email": "ada@allclear.example", "time_zone": "Europe/London"}
    return configuration.found(values, password=PASSWORD, at=AT)


@pytest.fixture
def browser(ada: Responder) -> Browser:
    client = Browser()
    client.force_login(ada, backend=BACKEND)
    return client


def responder(ada: Responder, email: str, *roles: str) -> Responder:
    ids = Role.objects.filter(key__in=roles).values_list("pk", flat=True)
    values = {"name": email.split("@")[0].title(), "email": email, "time_zone": "UTC"}
    return configuration.save_responder(None, values, role_ids=list(ids), by=ada, at=AT)


def client_values(**more: Any) -> dict[str, Any]:
    return {"name": "Northwind", "tier": Tier.objects.get(key="premium"), "time_zone": "America/New_York", **more}


def newest_change() -> ConfigurationChange:
    change = ConfigurationChange.objects.first()
    assert change is not None
    return change


def test_a_change_is_recorded_with_before_and_after(ada: Responder) -> None:
    client = configuration.save_client(None, client_values(), by=ada, at=AT)
    added = newest_change()
    assert (added.action, added.name, added.by, added.before) == ("added", "Northwind", ada, {})
    configuration.save_client(client.pk, client_values(time_zone="Europe/Paris"), by=ada, at=AT)
    changed = newest_change()
    assert changed.before == {"time_zone": "America/New_York"}
    assert changed.after == {"time_zone": "Europe/Paris"}
    assert changed.by_name == "Ada Lindqvist"


def test_saving_the_same_again_records_nothing(ada: Responder) -> None:
    client = configuration.save_client(None, client_values(), by=ada, at=AT)
    count = ConfigurationChange.objects.count()
    configuration.save_client(client.pk, client_values(), by=ada, at=AT)
    assert ConfigurationChange.objects.count() == count


def test_the_record_of_changes_cannot_be_altered(ada: Responder) -> None:
    configuration.save_client(None, client_values(), by=ada, at=AT)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        ConfigurationChange.objects.update(by_name="Nobody")


def test_a_password_is_never_on_the_record(ada: Responder) -> None:
    text = str(list(ConfigurationChange.objects.values_list("before", "after")))
    assert "argon2" not in text and 'password":' not in text


@pytest.mark.parametrize("name", ["North\r\nBcc: x@y.example", "North\x00wind", "North\twind"])
def test_control_characters_are_refused_in_names(ada: Responder, name: str) -> None:
    with pytest.raises(Refused) as refused:
        configuration.save_client(None, client_values(name=name), by=ada, at=AT)
    assert refused.value.field == "name"
    assert not Client.objects.exists()


def test_a_name_is_taken_whatever_its_case(ada: Responder) -> None:
    configuration.save_client(None, client_values(), by=ada, at=AT)
    with pytest.raises(Refused, match="already a client with this name"):
        configuration.save_client(None, client_values(name="NORTHWIND"), by=ada, at=AT)


def test_a_contact_of_another_client_is_refused(ada: Responder) -> None:
    one = configuration.save_client(None, client_values(), by=ada, at=AT)
    two = configuration.save_client(None, client_values(name="Cedar"), by=ada, at=AT)
    values = {"name": "Dana", "email": "dana@northwind.example", "receives_letters": True}
    contact = configuration.save_contact(one.pk, None, values, by=ada, at=AT)
    with pytest.raises(Refused):
        configuration.remove_contact(two.pk, contact.pk, by=ada, at=AT)
    configuration.remove_contact(one.pk, contact.pk, by=ada, at=AT)
    assert not Contact.objects.exists()
    assert newest_change().action == "removed"


def test_one_brand_is_always_the_default(ada: Responder) -> None:
    values = {"name": "Panther", "subject_prefix": "LeadsPanther", "signature": "LeadsPanther Team"}
    brand = configuration.save_brand(None, {**values, "is_default": True}, by=ada, at=AT)
    assert list(Brand.objects.filter(is_default=True)) == [brand]
    with pytest.raises(Refused, match="always the default"):
        configuration.save_brand(brand.pk, {**values, "is_default": False}, by=ada, at=AT)


def test_the_key_of_a_tier_stays(ada: Responder) -> None:
    tier = Tier.objects.get(key="premium")
    with pytest.raises(Refused):
        configuration.save_tier(tier.pk, {"name": "Gold", "key": "gold"}, by=ada, at=AT)
    configuration.save_tier(tier.pk, {"name": "Gold"}, by=ada, at=AT)
    tier.refresh_from_db()
    assert (tier.key, tier.name) == ("premium", "Gold")


def test_the_last_administrator_cannot_be_removed(ada: Responder) -> None:
    role = Role.objects.get(key="administrator")
    with pytest.raises(Refused):
        configuration.set_holders(role.pk, [], by=ada, at=AT)
    with pytest.raises(Refused):
        configuration.deactivate_responder(ada.pk, by=responder(ada, "eve@x.example"), at=AT)
    with pytest.raises(Refused):
        configuration.set_permissions({role.pk: ["configure"]}, by=ada, at=AT)
    with pytest.raises(Refused):
        configuration.save_responder(ada.pk, {}, role_ids=[], by=ada, at=AT)
    assert configuration.administrators_exist()
    second = responder(ada, "bo@x.example", "administrator")
    configuration.deactivate_responder(ada.pk, by=second, at=AT)
    assert not Responder.objects.get(pk=ada.pk).is_active


@pytest.mark.requirement("B-126", "B-127", "B-128", "B-129")
def test_the_matrix_ships_as_the_sop_has_it_and_is_editable(ada: Responder, browser: Browser) -> None:
    for role in Role.objects.all():
        assert set(role.permissions) == MATRIX[role.key]
    resolver = Role.objects.get(key="resolver")
    ticks = {f"{role.pk}:{name}": "1" for role in Role.objects.all() for name in role.permissions}
    ticks[f"{resolver.pk}:triage_incident"] = "1"
    browser.post(reverse("incidents:roles"), ticks)
    resolver.refresh_from_db()
    assert "triage_incident" in resolver.permissions
    assert newest_change().subject == "role"


def test_an_unknown_permission_cannot_be_granted(ada: Responder) -> None:
    role = Role.objects.get(key="resolver")
    with pytest.raises(Refused):
        configuration.set_permissions({role.pk: ["become_god"]}, by=ada, at=AT)
    assert "become_god" not in PERMISSIONS


@pytest.mark.requirement("B-02", "C-28")
def test_holders_stand_in_order_and_pass_over_whoever_is_away(ada: Responder) -> None:
    one, two = responder(ada, "one@x.example"), responder(ada, "two@x.example")
    role = Role.objects.get(key="communicator")
    configuration.set_holders(role.pk, [two.pk, one.pk], by=ada, at=AT)
    present = [holding.responder for holding in RoleHolding.objects.present("communicator", AT)]
    assert present == [two, one]
    configuration.be_away(two.pk, starts_at=AT, ends_at=AT + timedelta(days=2), reason="", by=ada, at=AT)
    assert [one_.responder for one_ in RoleHolding.objects.present("communicator", AT)] == [one]
    assert [one_.responder for one_ in RoleHolding.objects.present("communicator", AT + timedelta(days=2))] == [
        two,
        one,
    ]


def test_an_absence_can_be_taken_back(ada: Responder, browser: Browser) -> None:
    absence = configuration.be_away(ada.pk, starts_at=AT, ends_at=AT + timedelta(days=9999), reason="", by=ada, at=AT)
    browser.post(reverse("incidents:be_back", args=[absence.pk]))
    assert not Absence.objects.exists()


def test_a_changed_address_leaves_no_other_way_in(ada: Responder) -> None:
    bo = responder(ada, "bo@x.example")
    values = {"name": "Bo", "email": "bo.new@x.example", "time_zone": "UTC"}
    bo.emailaddress_set.create(email="bo@x.example", verified=True, primary=True)  # type: ignore[attr-defined]
    configuration.save_responder(bo.pk, values, role_ids=[], by=ada, at=AT)
    assert not bo.emailaddress_set.exists()  # type: ignore[attr-defined]


@pytest.mark.requirement("B-107", "B-108", "B-109", "B-110", "B-111", "B-112", "B-113", "C-11", "C-18")
def test_the_shipped_matrix_is_on_the_page_with_its_rows_off_and_on(browser: Browser) -> None:
    text = browser.get(reverse("incidents:escalation_rules")).content.decode()
    for rule in EscalationRule.objects.all():
        assert rule.name.replace(">", "&gt;") in text
    assert EscalationRule.objects.filter(from_sop=True, is_enabled=True).count() >= 7
    assert EscalationRule.objects.filter(is_enabled=False).count() >= 3


@pytest.mark.requirement("C-18")
def test_a_rule_names_recipients_channels_urgency_and_repeat(ada: Responder, browser: Browser) -> None:
    role = Role.objects.get(key="legal_contact")
    typed = {
        "name": "Refund over 1,000",
        "situation": "payment_dispute",
        "severities": ["1", "2"],
        "roles": [role.pk],
        "responders": [ada.pk],
        "channels": ["email", "in_app"],
        "urgency": "immediate",
        "repeat_minutes": "20",
        "repeat_limit": "3",
        "is_enabled": "on",
    }
    browser.post(reverse("incidents:add_rule"), typed)
    rule = EscalationRule.objects.get(name="Refund over 1,000")
    assert (rule.severities, rule.channels, rule.repeat_minutes) == ([1, 2], ["email", "in_app"], 20)
    assert list(rule.roles.all()) == [role] and list(rule.responders.all()) == [ada]
    browser.post(reverse("incidents:switch_rule", args=[rule.pk]), {"on": "no"})
    rule.refresh_from_db()
    assert not rule.is_enabled
    assert newest_change().after == {"is_enabled": False}


def test_a_rule_that_tells_nobody_is_refused_and_keeps_what_was_typed(browser: Browser) -> None:
    typed = {
        "name": "Silent",
        "situation": "legal_threat",
        "channels": ["email"],
        "urgency": "normal",
        "repeat_limit": 1,
    }
    response = browser.post(reverse("incidents:add_rule"), typed)
    text = response.content.decode()
    assert "tells somebody" in text and 'value="Silent"' in text
    assert not EscalationRule.objects.filter(name="Silent").exists()


@pytest.mark.requirement("B-05", "B-06", "B-07", "B-12", "B-13", "B-17", "B-18", "B-22", "B-23", "B-04")
def test_the_words_of_a_severity_are_shown_and_editable(browser: Browser) -> None:
    for severity in Severity.objects.all():
        assert severity.definition.split(".")[0] in browser.get(reverse("incidents:severities")).content.decode()
    typed = {"name": "Critical", "definition": "All is lost.", "examples": "a, b", "communication": "At once."}
    browser.post(reverse("incidents:change_severity", args=[1]), {**typed, "review_required": "on"})
    assert "All is lost." in browser.get(reverse("incidents:severities")).content.decode()
    assert newest_change().before["definition"].startswith("Client’s core automation")


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("add_client", {"name": "x" * 121, "time_zone": "UTC"}, "name"),
        ("add_client", {"name": "a\x00b", "time_zone": "UTC"}, "name"),
        ("add_client", {"name": "Fine", "time_zone": "Mars/Olympus"}, "time_zone"),
        ("add_system", {"name": "S", "client_name": "a\r\nb", "owner": "ours", "alias": "x"}, "client_name"),
        ("add_brand", {"name": "B", "subject_prefix": "p\nBcc: all", "signature": "s"}, "subject_prefix"),
        ("invite_responder", {"name": "N", "email": "not an address", "time_zone": "UTC"}, "email"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(browser: Browser, name: str, typed: dict[str, str], field: str) -> None:
    response = browser.post(reverse(f"incidents:{name}"), typed)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Client.objects.exists() and not System.objects.exists()


def test_a_duplicate_client_is_told_beside_the_name(ada: Responder, browser: Browser) -> None:
    client = configuration.save_client(None, client_values(), by=ada, at=AT)
    typed = {"name": "northwind", "tier": client.tier_id, "time_zone": "UTC"}
    response = browser.post(reverse("incidents:add_client"), typed)
    assert "already a client with this name" in response.context["form"].errors["name"][0]
    assert 'value="northwind"' in response.content.decode()


def test_pages_cost_the_same_however_many_rows(ada: Responder, browser: Browser) -> None:
    def cost() -> dict[str, int]:
        found = {}
        for name in ("clients", "systems", "tiers", "responders", "roles", "escalation_rules", "calendars", "changes"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser.get(reverse(f"incidents:{name}")).status_code == 200
            found[name] = len(queries)
        return found

    body = {"tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}, "holidays": [], "overrides": {}}
    configuration.save_calendar(None, name="First", body=body, by=ada, at=AT)
    configuration.save_client(None, client_values(), by=ada, at=AT)
    values = {"name": "First", "client_name": "it", "owner": "ours", "alias": "x"}
    configuration.save_system(None, values, by=ada, at=AT)
    before = cost()
    for number in range(12):
        configuration.save_client(None, client_values(name=f"Client {number}"), by=ada, at=AT)
        responder(ada, f"r{number}@x.example", "resolver", "communicator")
        configuration.save_calendar(None, name=f"Calendar {number}", body=body, by=ada, at=AT)
        values = {"name": f"System {number}", "client_name": "it", "owner": "ours", "alias": "x"}
        configuration.save_system(None, values, by=ada, at=AT)
    assert cost() == before
    assert Calendar.objects.count() == 13


def test_the_record_of_changes_is_filtered_by_subject(ada: Responder, browser: Browser) -> None:
    configuration.save_client(None, client_values(), by=ada, at=AT)
    values = {"name": "CRM", "client_name": "your CRM", "owner": "ours", "alias": "x"}
    configuration.save_system(None, values, by=ada, at=AT)
    text = browser.get(reverse("incidents:changes"), {"subject": "system"}).content.decode()
    assert "<b>CRM</b>" in text and "<b>Northwind</b>" not in text


def test_preferences_are_ones_own(ada: Responder, browser: Browser) -> None:
    typed = {"name": "Ada L.", "time_zone": "Asia/Tokyo", "telegram_chat": "42"}
    browser.post(reverse("incidents:preferences"), typed)
    ada.refresh_from_db()
    assert (ada.name, ada.time_zone, ada.telegram_chat, ada.single_keys) == ("Ada L.", "Asia/Tokyo", "42", False)


def test_a_theme_is_chosen_without_a_script_and_nonsense_changes_nothing(browser: Browser) -> None:
    page = browser.post(reverse("incidents:choose_theme"), {"theme": "dark"}, follow=True).content.decode()
    assert '<html lang="en" data-theme="dark" data-bs-theme="dark">' in page
    assert 'value="dark" aria-pressed="true"' in page and 'value="light" aria-pressed="false"' in page
    browser.post(reverse("incidents:choose_theme"), {"theme": "';alert(1)"})
    assert 'data-theme="dark"' in browser.get(reverse("incidents:board")).content.decode()
    browser.post(reverse("incidents:choose_theme"), {"theme": "system"})
    assert "data-bs-theme" not in browser.get(reverse("incidents:board")).content.decode()
    assert browser.get(reverse("incidents:choose_theme")).status_code == 405
