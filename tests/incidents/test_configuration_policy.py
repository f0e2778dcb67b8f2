"""Versions of policies, calendars, what a change would have meant, and trying the engine."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from incidents import configuration, lifecycle
from incidents.calendar_words import example
from incidents.facts import Report
from incidents.forms.configuration.look import read_duration, write_duration
from incidents.models import (
    Calendar,
    ConfigurationChange,
    Incident,
    PolicyVersion,
    Responder,
    SlaPolicy,
    System,
    Tier,
)
from incidents.policy import SHIPPED, Policy
from incidents.policy_preview import concerns, preview
from incidents.refusals import Refused
from incidents.sign_in import BACKEND

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OFFICE: dict[str, Any] = {
    "tz": "Europe/London",
    "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [],
    "overrides": {},
}


@pytest.fixture
def ada(db: None) -> Responder:
    values = {"name": "Ada Lindqvist", "email": "ada@allclear.example", "time_zone": "UTC"}
    return configuration.found(values, password="correct horse battery staple", at=AT)


@pytest.fixture
def browser(ada: Responder) -> Browser:
    client = Browser()
    client.force_login(ada, backend=BACKEND)
    return client


@pytest.fixture
def policy(ada: Responder) -> SlaPolicy:
    return SlaPolicy.objects.get(is_default=True)


def reported(ada: Responder, at: datetime, severity: int = 3, name: str = "CRM") -> Incident:
    system, _ = System.objects.get_or_create(name=name, client_name="your CRM")
    told = Report(
        title="Duplicate records",
        description="Rows appear twice.",
        severity=severity,
        source="agent",
        detected_at=at,
        system_ids=(system.pk,),
        is_internal=True,
    )
    return lifecycle.report(told, by=ada, at=at)


def typed(browser: Browser, policy: SlaPolicy, **more: str) -> dict[str, str]:
    """What the page itself would send back, with some answers changed."""
    form = browser.get(reverse("incidents:change_policy", args=[policy.pk])).context["form"]
    values = {}
    for field in form:
        value = field.value()
        if value is True:
            values[field.html_name] = "on"
        elif value not in (False, None):
            values[field.html_name] = str(field.field.prepare_value(value))
    return {**values, "note": "They asked for it", "step": "preview", **more}


def changed(body: dict[str, Any], severity: str, kind: str, **more: Any) -> dict[str, Any]:
    body = copy.deepcopy(body)
    body["severities"][severity][kind].update(more)
    return body


@pytest.mark.requirement("B-04", "B-14", "B-15", "B-19", "B-20", "B-24", "B-25", "B-08", "B-09", "C-05")
def test_the_shipped_policy_is_the_sops(browser: Browser) -> None:
    text = browser.get(reverse("incidents:severities")).content.decode()
    for figure in ("1 h", "4 h", "24 h", "72 h", "168 h"):
        assert f"<b>{figure}</b>" in text
    assert "or a workaround in place" in text


def test_an_edit_writes_a_version_and_keeps_the_old_one(ada: Responder, policy: SlaPolicy) -> None:
    body = changed(SHIPPED, "SEV-3", "resolve", target_seconds=48 * 3600)
    version = configuration.add_version(policy.pk, body, note="Renewed", by=ada, at=AT)
    assert version.number == 2
    assert policy.versions.get(number=1).body == SHIPPED
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        PolicyVersion.objects.filter(number=1).update(note="forged")
    change = ConfigurationChange.objects.filter(subject="SLA policy").first()
    assert change is not None and change.after["version"] == 2


def test_an_edit_on_top_of_an_older_version_is_refused(ada: Responder, policy: SlaPolicy) -> None:
    body = changed(SHIPPED, "SEV-3", "resolve", target_seconds=48 * 3600)
    configuration.add_version(policy.pk, body, note="One", by=ada, at=AT, expected=1)
    with pytest.raises(Refused, match="Version 2 was written meanwhile"):
        configuration.add_version(policy.pk, SHIPPED, note="Two", by=ada, at=AT, expected=1)


def test_the_same_again_and_what_cannot_be_read_are_refused(ada: Responder, policy: SlaPolicy) -> None:
    with pytest.raises(Refused, match="Nothing is different"):
        configuration.add_version(policy.pk, SHIPPED, note="x", by=ada, at=AT)
    with pytest.raises(Refused, match="cannot be read"):
        body = changed(SHIPPED, "SEV-1", "acknowledge", target_seconds=0)
        configuration.add_version(policy.pk, body, note="x", by=ada, at=AT)
    with pytest.raises(Refused, match="no longer exists"):
        body = changed(SHIPPED, "SEV-3", "resolve", calendar="Nowhere")
        configuration.add_version(policy.pk, body, note="x", by=ada, at=AT)


def test_the_form_gives_back_the_body_it_was_given(browser: Browser, policy: SlaPolicy) -> None:
    response = browser.post(reverse("incidents:change_policy", args=[policy.pk]), typed(browser, policy))
    assert "Nothing is different" in response.content.decode()


def test_nothing_is_saved_before_its_consequences_were_shown(browser: Browser, policy: SlaPolicy) -> None:
    address = reverse("incidents:change_policy", args=[policy.pk])
    values = typed(browser, policy, s3_resolve="30 h", step="save")
    assert browser.post(address, values).status_code == 200
    assert policy.versions.count() == 1
    shown = browser.post(address, {**values, "step": "preview"})
    digest = shown.context["digest"]
    other = browser.post(address, {**values, "s3_resolve": "20 h", "previewed": digest})
    assert other.status_code == 200 and policy.versions.count() == 1
    saved = browser.post(address, {**values, "previewed": digest})
    assert saved.status_code == 302
    assert configuration.newest(policy).body["severities"]["SEV-3"]["resolve"]["target_seconds"] == 30 * 3600


def test_the_preview_names_who_would_have_been_late(ada: Responder, policy: SlaPolicy) -> None:
    now = timezone.now().replace(microsecond=0)
    late = reported(ada, now - timedelta(hours=20))
    reported(ada, now - timedelta(hours=2))
    body = changed(SHIPPED, "SEV-3", "acknowledge", target_seconds=8 * 3600)
    found = preview(policy, current=Policy.from_body(SHIPPED), draft=Policy.from_body(body), seen_by=ada, now=now)
    assert [one.incident.pk for one in found.newly_late] == [late.pk]
    assert found.newly_late[0].over_seconds == 12 * 3600
    tally = next(one for one in found.tallies if (one.kind, one.severity) == ("acknowledge", 3))
    assert (tally.counted, tally.late_now, tally.late_then) == (2, 0, 1)
    assert {(move.incident.pk, move.late) for move in found.moves if move.kind == "acknowledge"} >= {(late.pk, True)}
    assert found.late_incidents == 1


def test_the_preview_counts_nothing_when_no_promise_differs(ada: Responder, policy: SlaPolicy) -> None:
    now = timezone.now()
    reported(ada, now - timedelta(hours=20))
    shipped = Policy.from_body(SHIPPED)
    found = preview(policy, current=shipped, draft=shipped, seen_by=ada, now=now)
    assert (found.tallies, found.newly_late, found.moves) == ((), (), ())


def test_running_clocks_move_only_when_ticked(ada: Responder, browser: Browser, policy: SlaPolicy) -> None:
    now = timezone.now().replace(microsecond=0)
    ticked, left = reported(ada, now - timedelta(hours=1)), reported(ada, now - timedelta(hours=1))
    before = left.clocks.get(kind="resolve").due_at
    address = reverse("incidents:change_policy", args=[policy.pk])
    values = typed(browser, policy, s3_resolve="30 h")
    digest = browser.post(address, values).context["digest"]
    browser.post(address, {**values, "step": "save", "previewed": digest, "rebaseline": str(ticked.pk)})
    assert ticked.clocks.get(kind="resolve").due_at == now + timedelta(hours=29)
    assert left.clocks.get(kind="resolve").due_at == before
    assert ticked.timeline.filter(kind="rebaselined").count() == 1


def test_tiers_are_promised_more_in_the_form(browser: Browser, policy: SlaPolicy) -> None:
    address = reverse("incidents:change_policy", args=[policy.pk])
    values = typed(browser, policy, t_premium_1_ack="30 min")
    digest = browser.post(address, values).context["digest"]
    browser.post(address, {**values, "step": "save", "previewed": digest})
    body = configuration.newest(policy).body
    assert body["tiers"] == {"premium": {"SEV-1": {"acknowledge": {"target_seconds": 1800}}}}
    assert Tier.objects.filter(key="premium").exists()


@pytest.mark.requirement("B-41")
def test_a_severity_or_a_tier_may_ask_for_a_second_person(browser: Browser, policy: SlaPolicy) -> None:
    address = reverse("incidents:change_policy", args=[policy.pk])
    values = typed(browser, policy, s1_approval="on", t_premium_2_approval="yes", t_premium_1_approval="no")
    shown = browser.post(address, values)
    assert "SEV-1 a second person approves letters" in shown.content.decode()
    browser.post(address, {**values, "step": "save", "previewed": shown.context["digest"]})
    found = Policy.from_body(configuration.newest(policy).body)
    assert [found.needs_approval(rank, ["standard"]) for rank in (1, 2, 3, 4)] == [True, False, False, False]
    assert [found.needs_approval(rank, ["premium"]) for rank in (1, 2, 3, 4)] == [False, True, False, False]
    page = browser.get(reverse("incidents:policy", args=[policy.pk])).content.decode()
    assert "Letters approved" in page and "A second person approves letters" in page
    again = typed(browser, policy)
    assert (again["s1_approval"], again["t_premium_2_approval"]) == ("on", "yes")
    assert "Nothing is different" in browser.post(address, again).content.decode()
    off = {name: value for name, value in again.items() if name != "s1_approval"}
    digest = browser.post(address, off).context["digest"]
    browser.post(address, {**off, "step": "save", "previewed": digest})
    assert not Policy.from_body(configuration.newest(policy).body).needs_approval(1, ["standard"])
    bad = browser.post(address, {**again, "t_premium_2_approval": "perhaps"})
    assert bad.status_code == 200 and bad.context["form"].errors["t_premium_2_approval"]


@pytest.mark.requirement("C-22")
def test_what_is_probably_not_meant_is_said(ada: Responder) -> None:
    assert concerns(SHIPPED) == []
    longer = copy.deepcopy(SHIPPED)
    longer["severities"]["SEV-1"]["verification_seconds"] = 86400
    assert any("longer than it may take" in sentence for sentence in concerns(longer))
    office = changed(SHIPPED, "SEV-2", "resolve", calendar="Office")
    assert any("SEV-2 counts in opening hours" in sentence for sentence in concerns(office))


@pytest.mark.requirement("C-05")
def test_a_calendar_says_what_counted_hours_mean() -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    said = example(OFFICE, 24 * 3600, now=now)
    assert said == "24 counted hours = 3 working days; opened Friday 16:00 → due Wednesday 16:00"


@pytest.mark.requirement("C-05")
def test_saving_a_calendar_writes_versions_of_the_policies_that_use_it(ada: Responder, policy: SlaPolicy) -> None:
    saved = configuration.save_calendar(None, name="Office", body=OFFICE, by=ada, at=AT)
    assert saved.versions == ()
    body = changed(SHIPPED, "SEV-3", "resolve", calendar="Office")
    configuration.add_version(policy.pk, body, note="Office hours", by=ada, at=AT)
    other = {**OFFICE, "holidays": ["2026-12-25"]}
    again = configuration.save_calendar(saved.calendar.pk, name="Office", body=other, by=ada, at=AT)
    assert [version.number for version in again.versions] == [3]
    assert policy.versions.get(number=2).body["calendars"]["Office"] == OFFICE
    assert policy.versions.get(number=3).body["calendars"]["Office"] == other
    renamed = configuration.save_calendar(saved.calendar.pk, name="London", body=other, by=ada, at=AT)
    newest = renamed.versions[0].body
    assert newest["severities"]["SEV-3"]["resolve"]["calendar"] == "London"
    assert list(newest["calendars"]) == ["London"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"mon": "09:00-17:00, 16:00-18:00"}, "mon"),
        ({"mon": "9-17"}, "mon"),
        ({"mon": "25:00-26:00"}, "mon"),
        ({"holidays": "Christmas"}, "holidays"),
        ({"overrides": "2026-12-24 noon"}, "overrides"),
        ({"tz": "Nowhere/Land"}, "tz"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_the_field(browser: Browser, more: dict[str, str], field: str) -> None:
    values = {"name": "Office", "tz": "Europe/London", "mon": "09:00-17:00", **more}
    response = browser.post(reverse("incidents:add_calendar"), values)
    assert response.status_code == 200
    assert response.context["form"].errors, more
    assert not Calendar.objects.exists()
    assert field in response.context["form"].errors or response.context["form"].non_field_errors()


def test_a_night_shift_and_exceptions_are_read(browser: Browser) -> None:
    values = {
        "name": "Nights",
        "tz": "Europe/London",
        "fri": "22:00-06:00",
        "holidays": "2026-12-25\r\n2026-01-01\r\n",
        "overrides": "2026-12-24: 09:00-12:00\n2026-12-31: closed",
    }
    assert browser.post(reverse("incidents:add_calendar"), values).status_code == 302
    body = Calendar.objects.get().body
    assert body["weekly"] == {"fri": [["22:00", "06:00"]]}
    assert body["holidays"] == ["2026-01-01", "2026-12-25"]
    assert body["overrides"] == {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []}


def test_a_calendar_of_severe_incidents_is_warned_of(ada: Responder, browser: Browser, policy: SlaPolicy) -> None:
    calendar = configuration.save_calendar(None, name="Office", body=OFFICE, by=ada, at=AT).calendar
    body = changed(SHIPPED, "SEV-1", "resolve", calendar="Office")
    configuration.add_version(policy.pk, body, note="Why not", by=ada, at=AT)
    page = browser.get(reverse("incidents:change_calendar", args=[calendar.pk])).content.decode()
    assert "nobody is late at night" in page
    assert "nobody is late at night" in browser.get(reverse("incidents:severities")).content.decode()


def test_a_policy_for_one_client_starts_as_a_copy(ada: Responder, browser: Browser, policy: SlaPolicy) -> None:
    browser.post(reverse("incidents:add_policy"), {"name": "Northwind", "like": policy.pk})
    copy_ = SlaPolicy.objects.get(name="Northwind")
    assert configuration.newest(copy_).body == SHIPPED
    browser.post(reverse("incidents:make_default", args=[copy_.pk]))
    assert list(SlaPolicy.objects.filter(is_default=True)) == [copy_]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4", 14400),
        ("4 h", 14400),
        ("90 min", 5400),
        ("1 week", 604800),
        ("1 h 30 min", 5400),
        ("1.5h", 5400),
        ("45s", 45),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(text: str, seconds: int) -> None:
    assert read_duration(text) == seconds
    assert read_duration(write_duration(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "soon", "4 x", "h", "-4 h", "1 2 3"])
def test_other_lengths_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_duration(text)


def test_the_trial_counts_rows_and_lines_alike(browser: Browser, policy: SlaPolicy) -> None:
    address = reverse("incidents:trial")
    rows = {
        "version": str(configuration.newest(policy).pk),
        "kind": "ack",
        "query": "2026-11-24T15:00",
        "e1_type": "opened",
        "e1_t": "2026-11-24T10:00",
        "e1_severity": "SEV-2",
    }
    answer = browser.post(address, rows)
    assert answer.context["result"]["due_at"] == "2026-11-24T14:00:00Z"
    assert answer.context["result"]["state"] == "breached"
    line = answer.context["line_form"].initial["line"]
    again = browser.post(address, {"line": line})
    assert again.context["result"] == answer.context["result"]


@pytest.mark.parametrize("line", ["{", "[]", "null", '{"policy": 1}', "[" * 5000, json.dumps({"id": 1})])
def test_a_line_that_is_not_of_the_form_is_a_sentence(browser: Browser, line: str) -> None:
    response = browser.post(reverse("incidents:trial"), {"line": line})
    assert response.status_code == 200
    assert response.context["line_form"].errors


def test_a_version_can_be_downloaded(browser: Browser, policy: SlaPolicy) -> None:
    address = reverse("incidents:policy_version", args=[policy.pk, 1])
    assert json.loads(browser.get(address, {"as": "json"}).content) == SHIPPED
    assert browser.get(reverse("incidents:policy_version", args=[policy.pk, 99])).status_code == 404
