"""Kinds of action, procedures, destinations and environment sets are arranged in the browser, and on the record."""

from typing import Any

import pytest
from django.test import Client as Browser

from incidents.models import ConfigurationChange, Tier
from incidents.sign_in import BACKEND
from postmortems import support
from postmortems.models import ActionKind, Destination, EnvironmentSet, Procedure
from tests.factories import SystemFactory
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Learners:
    return Learners()


@pytest.fixture
def admin(team: Learners) -> Browser:
    browser = Browser()
    browser.force_login(team.admin, backend=BACKEND)
    return browser


@pytest.mark.requirement("A-07", "A-16")
def test_a_further_kind_of_action_can_be_added_and_switched_off(admin: Browser, team: Learners) -> None:
    told = {"name": "Vendor contract", "key": "vendor-contract", "position": "60", "is_active": "on"}
    assert admin.post("/settings/action-kinds/add/", told).status_code == 302
    kind = ActionKind.objects.get(key="vendor-contract")
    incident, _ = team.reviewed()
    assert ">Vendor contract<" in admin.get(f"/incidents/{incident.pk}/plan-action/").content.decode()
    admin.post(f"/settings/action-kinds/{kind.pk}/", {"name": "Vendor contract", "position": "60", "key": "other"})
    kind.refresh_from_db()
    assert (kind.key, kind.is_active) == ("vendor-contract", False)
    assert ">Vendor contract<" not in admin.get(f"/incidents/{incident.pk}/plan-action/").content.decode()
    assert list(
        ConfigurationChange.objects.filter(subject="action kind").order_by("pk").values_list("action", flat=True)
    ) == ["added", "changed"]
    again = admin.post("/settings/action-kinds/add/", told)
    assert again.status_code == 200 and b"already exists" in again.content and b"Vendor contract" in again.content


@pytest.mark.requirement("A-08", "A-26", "A-28", "A-31")
def test_a_procedure_is_shown_with_its_link_at_its_moment(admin: Browser, team: Learners) -> None:
    for moment in ("report", "production"):
        row = Procedure.objects.get(key="incident-response-runbook", moment=moment)
        told = {"name": f"Runbook at {moment}", "key": row.key, "moment": moment, "position": 0, "is_active": "on"}
        told["url"] = f"https://wiki.example.com/{moment}"
        assert admin.post(f"/settings/procedures/{row.pk}/", told).status_code == 302
    page = admin.get("/incidents/report/").content.decode()
    assert 'href="https://wiki.example.com/report"' in page and "/production" not in page
    quiet, loud = team.report(2, production_affected=False), team.report(2, production_affected=True)
    assert "/production" not in admin.get(f"/incidents/{quiet.pk}/").content.decode()
    assert 'href="https://wiki.example.com/production"' in admin.get(f"/incidents/{loud.pk}/").content.decode()
    bad = admin.post(f"/settings/procedures/{row.pk}/", {**told, "url": "javascript:alert(1)"})
    assert bad.status_code == 200
    row.refresh_from_db()
    assert row.url == "https://wiki.example.com/production"


def test_a_tick_is_asked_for_only_where_something_waits_for_it(admin: Browser) -> None:
    told = {"name": "Handbook", "key": "handbook", "position": 1, "is_active": "on", "must_tick": "on"}
    refused = admin.post("/settings/procedures/add/", {**told, "moment": "report"})
    assert b"Nothing waits for it at that moment" in refused.content
    assert admin.post("/settings/procedures/add/", {**told, "moment": "routing"}).status_code == 302
    assert support.to_read() == "“Contacting Support” and “Handbook”"


@pytest.mark.requirement("A-22", "C-23")
def test_destinations_and_environment_sets_are_kept_with_their_systems(admin: Browser) -> None:
    told = {"name": "Registrar", "key": "registrar", "help": "When the domain itself is gone.", "position": 9}
    assert admin.post("/settings/destinations/add/", {**told, "is_outside": "on"}).status_code == 302
    place = Destination.objects.get(key="registrar")
    assert place.is_outside and not place.is_active
    shop = SystemFactory(name="Shop")
    environment = {"product": "Shop", "fields_named": "Shop version\r\n\r\nTheme", "systems": [shop.pk]}
    assert admin.post("/settings/environment-sets/add/", {**environment, "is_default": "on"}).status_code == 302
    row = EnvironmentSet.objects.get(product="Shop")
    assert row.fields == ["Shop version", "Theme"] and list(row.systems.all()) == [shop]
    assert EnvironmentSet.objects.filter(is_default=True).count() == 1
    twice = admin.post(f"/settings/environment-sets/{row.pk}/", {**environment, "fields_named": "A\na"})
    assert b"named twice" in twice.content
    assert ConfigurationChange.objects.filter(subject="environment set", action="changed").count() == 1
    page = admin.get("/settings/learning/").content.decode()
    assert "Shop version, Theme" in page and "Registrar" in page


@pytest.mark.requirement("B-75")
def test_the_severities_after_which_a_tier_is_owed_the_postmortem_letter_are_chosen(admin: Browser) -> None:
    tier = Tier.objects.first()
    assert tier is not None
    typed = {"name": tier.name, "postmortem_severities": ["1", "2"], "digest_days": ["1"], "digest_hour": "9"}
    admin.post(f"/settings/tiers/{tier.pk}/", typed)
    tier.refresh_from_db()
    assert tier.postmortem_severities == [1, 2]
    assert admin.post(f"/settings/tiers/{tier.pk}/", {"name": "x", "postmortem_severities": ["7"]}).status_code == 200


def test_only_who_may_configure_gets_at_them(team: Learners) -> None:
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    assert browser.get("/settings/learning/").status_code == 403
    assert browser.post("/settings/procedures/add/", {}).status_code == 403


@pytest.mark.requirement("A-03")
def test_the_review_can_be_read_as_markdown_before_it_is_saved(team: Learners, django_assert_num_queries: Any) -> None:
    incident, review = team.reviewed()
    browser = Browser()
    browser.force_login(team.lead, backend=BACKEND)
    typed = {"root_cause": "The **pool** <script>alert(1)</script>", "edition": review.edition}
    fragment = browser.post(f"/incidents/{incident.pk}/review/preview/", typed).content.decode()
    assert "<strong>pool</strong>" in fragment and "<script" not in fragment
    page = browser.post(f"/incidents/{incident.pk}/review/", {**typed, "preview": "1"}).content.decode()
    assert "<strong>pool</strong>" in page and "The **pool**" in page
    review.refresh_from_db()
    assert "pool" not in review.root_cause
