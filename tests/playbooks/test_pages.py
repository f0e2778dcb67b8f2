"""The pages: each answers, says what it should, keeps what was typed, and asks a fixed number of questions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.models import Incident
from incidents.playbooks import verbs
from incidents.playbooks.models import Draft, IncidentType, Playbook, PlaybookVersion, Run
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory, Team, after
from tests.playbooks.factories import Following, playbook

pytestmark = pytest.mark.django_db


def signed_in(role: str = "administrator") -> Browser:
    browser = Browser()
    browser.force_login(ResponderFactory(role=role), backend=BACKEND)
    return browser


def words(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def address(run: Following, *more: str) -> str:
    return "/".join(["", "incidents", str(run.incident.pk), "playbooks", str(run.run.pk), *more, ""])


@pytest.mark.requirement("B-03", "B-83")
def test_a_suggestion_is_shown_with_its_reason_and_started_with_it() -> None:
    team = Team()
    incident = team.report(2, title="Bounce rate 5.1% on the Tuesday sequence")
    browser = signed_in("resolver")
    page = words(browser.get(f"/incidents/{incident.pk}/playbooks/"))
    assert "because the bounce rate read 5.1%, over 5% (the report)" in page
    spike = playbook("email-bounce-spike")
    response = browser.post(f"/incidents/{incident.pk}/playbooks/start/", {"playbook": spike.pk}, follow=True)
    assert "Suggested because the bounce rate read 5.1%, over 5%" in words(response)
    assert Run.objects.get(incident=incident).because.startswith("the bounce rate read 5.1%")


@pytest.mark.requirement("B-84", "B-106", "C-25")
def test_urgent_steps_stand_first_and_keep_their_numbers() -> None:
    run = Following("outreach-suspension")
    page = signed_in("resolver").get(address(run)).content.decode()
    titles = re.findall(r'(?:<span class="sn">(\d)</span>)?<h3>([^<]+)</h3>', page)
    assert [number for number, _ in titles] == ["1", "6", "2", "3", "4", "5"]
    assert titles[1][1] == "Notify affected clients immediately"
    assert page.count("Do first") == 2


@pytest.mark.requirement("B-103")
def test_a_prohibition_has_no_box_and_a_post_to_it_changes_nothing() -> None:
    run = Following("outreach-suspension")
    browser = signed_in("resolver")
    page = browser.get(address(run)).content.decode()
    item = page[page.index('id="no-new-account"') : page.index('id="appeal"')]
    assert "I have read this" in item and "checkbox" not in item and "Save and tick" not in item
    response = browser.post(address(run, "steps", "no-new-account"), {"done": "1", "note": "made one"}, follow=True)
    assert "never ticked" in words(response)
    assert run.step("no-new-account").state == "todo"
    response = browser.post(address(run, "steps", "no-new-account", "read"), follow=True)
    assert "you have read it" in words(response)
    assert run.step("no-new-account").reads.count() == 1


def test_a_refused_answer_is_kept_and_the_sentence_stands_beside_it() -> None:
    run = Following("email-bounce-spike")
    browser = signed_in("resolver")
    typed = {"done": "1", "a-sent": "614", "a-hard": "sixty", "note": "Counted twice"}
    response = browser.post(address(run, "steps", "review-bounces"), typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Write a number." in page and 'value="sixty"' in page and "Counted twice" in page
    assert run.step("review-bounces").answers == {}


@pytest.mark.requirement("B-86")
def test_numbers_are_drawn_as_shares_of_their_whole() -> None:
    run = Following("email-bounce-spike")
    run.read("no-resume")
    run.do("review-bounces", sent="614", hard="61", soft="9")
    page = words(signed_in("resolver").get(address(run)))
    assert "70 of 614, 11.4% · 87% hard bounces, 13% soft bounces" in page


@pytest.mark.requirement("B-89")
def test_a_hold_shows_its_limit_its_readings_and_what_each_did() -> None:
    run = Following("email-bounce-spike")
    run.read("no-resume")
    for rate in ("3.1", "2.0", "1.9"):
        run.save("under-two", rate=rate, read_at=after(minutes=4), source="Test batch")
    page = words(signed_in("resolver").get(address(run)))
    assert page.count("Kept the hold") == 2 and page.count("Opened it") == 1
    assert "Bounce rate must be under 2%" in page
    run.save("under-two", rate="2.0", read_at=after(minutes=4), source="Test batch")
    page = words(signed_in("resolver").get(address(run)))
    assert "2% is not under it" in page and "held" in page


def test_what_is_followed_already_is_not_suggested_again() -> None:
    run = Following("outreach-suspension", title="Senders suspended")
    page = signed_in("resolver").get(f"/incidents/{run.incident.pk}/playbooks/")
    assert run.playbook.pk not in [one.candidate.pk for one in page.context["suggestions"]]
    panel = words(signed_in("resolver").get(f"/incidents/{run.incident.pk}/"))
    assert "Start Outreach tool suspension" not in panel and "Outreach tool suspension version 1" in panel


@pytest.mark.requirement("B-78")
def test_the_status_page_of_each_affected_system_is_linked() -> None:
    team = Team()
    team.system.status_page = "https://status.example.com/api"
    team.system.save()
    incident = team.triage(team.report(2), at=after(minutes=1))
    run = verbs.start(incident.pk, playbook("api-down").pk, by=team.resolver, at=after(minutes=2))
    page = signed_in("resolver").get(f"/incidents/{incident.pk}/playbooks/{run.pk}/").content.decode()
    assert 'href="https://status.example.com/api"' in page


@pytest.mark.requirement("B-98")
def test_the_system_is_filled_in_from_the_report() -> None:
    run = Following("client-report")
    page = signed_in("resolver").get(address(run)).content.decode()
    area = re.search(r'<textarea name="a-system"[^>]*>\s*([^<]*)</textarea>', page)
    assert area is not None and area[1] == run.team.system.name


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("pause", {"a-sender": "a\x00b", "done": "1"}),
        ("pause", {"a-sender": "x" * 20_000, "done": "1"}),
        ("check-domain", {"a-spf": "<script>", "done": "1"}),
        ("verification", {"checks": ["pipeline", "' OR 1=1"], "done": "1"}),
        ("under-two", {"a-rate": "1e400", "a-read-at": "0001-01-01T00:00", "done": "1"}),
        ("under-two", {"a-rate": "-0", "a-read-at": "9999-99-99", "a-source": "\udcff".encode("utf-8", "replace")}),
        ("nothing-like-it", {"done": "1"}),
    ],
)
def test_hostile_answers_are_never_an_error_of_ours(key: str, typed: dict[str, Any]) -> None:
    run = Following("email-bounce-spike")
    browser = signed_in("resolver")
    response = browser.post(address(run, "steps", key), typed)
    assert response.status_code in (200, 302, 404)
    for verb in ("skip", "untick", "assign", "read"):
        many = {"reason": "\x00", "assignee": "9" * 40}
        assert browser.post(address(run, "steps", key, verb), many).status_code in (302, 404)
    assert browser.post(f"/incidents/{run.incident.pk}/playbooks/start/", {"playbook": "9" * 30}).status_code == 302


def test_a_run_of_another_incident_and_a_restricted_one_are_not_found() -> None:
    run, other = Following("api-down"), Following("api-down")
    browser = signed_in("resolver")
    assert browser.get(f"/incidents/{other.incident.pk}/playbooks/{run.run.pk}/").status_code == 404
    Incident.objects.filter(pk=run.incident.pk).update(is_restricted=True)
    assert browser.get(address(run)).status_code == 404
    assert browser.post(address(run, "stop"), {"reason": "x"}).status_code == 404


def _queries(browser: Browser, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(path).status_code == 200
    return len(found)


def test_the_number_of_queries_does_not_grow() -> None:
    run = Following("email-bounce-spike")
    browser = signed_in()
    paths = (address(run), f"/incidents/{run.incident.pk}/playbooks/", "/playbooks/", f"/playbooks/{run.playbook.pk}/")
    browser.get("/playbooks/")
    before = [_queries(browser, path) for path in paths]
    for number in range(4):
        person = ResponderFactory(role="resolver")
        verbs.acknowledge_prohibition(run.run.pk, "no-resume", by=person, at=after(minutes=4))
        run.save("under-two", rate=f"3.{number}", note=f"Reading {number}")
        more = Following("email-bounce-spike", title=f"Another {number}")
        verbs.stop(more.run.pk, reason="Test", by=more.by, at=after(minutes=9))
        verbs.start(
            run.incident.pk,
            Playbook.objects.create(name=f"Copy {number}", newest=run.playbook.newest).pk,
            by=run.by,
            at=after(minutes=6),
        )
    after_all = [_queries(browser, path) for path in paths]
    assert after_all == before
    assert max(after_all) <= 32


@pytest.mark.requirement("B-124", "B-125")
def test_the_library_names_what_is_unused_old_or_missing() -> None:
    old = timezone.now() - timedelta(days=200)
    first = playbook("api-down")
    made = PlaybookVersion.objects.create(playbook=first, number=2, body=first.newest.body, created_at=old, by_name="x")
    first.newest = made
    first.save()
    verbs.save_type(None, name="A printer burns", words=(), by=ResponderFactory(role="administrator"), at=after())
    now = timezone.now()
    team = Team()
    strange = team.report(3, at=now, title="The printer burns", description="Smoke.")
    known = team.report(2, at=now, title="Senders suspended", description="Suspended.")
    page = words(signed_in().get("/playbooks/"))
    assert page.count("not changed in 180 days") == 1
    assert page.count("never used") == 5
    assert "A printer burns no playbook" in page
    unmatched = page[page.index("No playbook fitted") :]
    assert strange.reference in unmatched and known.reference not in unmatched


def test_a_playbook_is_edited_as_a_draft_and_published_in_the_browser() -> None:
    browser = signed_in()
    spike = playbook("email-bounce-spike")
    edit = f"/playbooks/{spike.pk}/edit/"
    page = browser.get(f"{edit}steps/change/review-bounces/")
    form = page.context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() not in (None, False, "")}
    typed |= {"title": "Review every bounced address", "f3-label": "Blocked", "f3-kind": "number"}
    assert browser.post(f"{edit}steps/change/review-bounces/", typed).status_code == 302
    draft = Draft.objects.get(playbook=spike).content.step("review-bounces")
    assert draft is not None
    assert [one.key for one in draft.fields] == ["sent", "hard", "soft", "blocked"]
    assert draft.fields[1].part_of == "sent" and draft.fields[1].required
    assert "Review every bounced address" not in words(browser.get(f"/playbooks/{spike.pk}/"))
    browser.post(f"{edit}publish/", {"note": "Blocked ones too"})
    page_words = words(browser.get(f"/playbooks/{spike.pk}/history/"))
    assert "Version 2" in page_words and "Blocked ones too" in page_words
    assert "Review bounced addresses → Review every bounced address" in page_words


def test_every_step_of_every_shipped_playbook_survives_its_form_unchanged() -> None:
    browser = signed_in()
    for one in Playbook.objects.select_related("newest"):
        assert one.newest is not None
        for step in one.newest.content.steps:
            path = f"/playbooks/{one.pk}/edit/steps/change/{step.key}/"
            form = browser.get(path).context["form"]
            typed = {f.html_name: f.value() for f in form if f.value() not in (None, False, "")}
            for name in ("checks", "links"):
                typed[name] = form[name].as_widget() and form.fields[name].prepare_value(form[name].value())
            assert browser.post(path, typed).status_code == 302, (one, step.key)
        assert Draft.objects.get(playbook=one).body == one.newest.body, one


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"title": "x" * 5000, "kind": "step"},
        {"title": "a\x00", "kind": "step"},
        {"title": "Links", "kind": "step", "links": "Click | javascript:alert(1)"},
        {"title": "Choice", "kind": "step", "f0-label": "Which?", "f0-kind": "choice"},
        {"title": "When", "kind": "step", "w0-subject": "pause.sender", "w0-operator": "is"},
        {"title": "When", "kind": "step", "w0-subject": "no.such", "w0-operator": "is", "w0-value": "1"},
    ],
)
def test_a_step_that_cannot_be_kept_is_refused_with_what_was_typed(typed: dict[str, str]) -> None:
    spike = playbook("email-bounce-spike")
    response = signed_in().post(f"/playbooks/{spike.pk}/edit/steps/add/", typed)
    assert response.status_code == 200
    assert "alert-danger" in response.content.decode()
    assert not Draft.objects.exists()


def test_a_new_playbook_needs_a_step_before_it_is_published() -> None:
    browser = signed_in()
    kind = IncidentType.objects.get(key="crm_sync")
    typed = {"name": "Printer", "words": "printer\nsmoke", "incident_type": kind.pk, "unit": "%"}
    response = browser.post("/playbooks/add/", typed, follow=True)
    made = Playbook.objects.get(name="Printer")
    assert "No step yet" in words(response)
    assert "at least one step" in words(browser.post(f"/playbooks/{made.pk}/edit/publish/", follow=True))
    browser.post(f"/playbooks/{made.pk}/edit/steps/add/", {"title": "Put it out", "kind": "step", "numbered": "on"})
    browser.post(f"/playbooks/{made.pk}/edit/publish/", {"note": ""})
    made.refresh_from_db()
    assert made.newest is not None and made.newest.content.cues.words == ("printer", "smoke")


def test_only_who_may_configure_edits_and_only_who_may_note_acts() -> None:
    run = Following("api-down")
    resolver = signed_in("resolver")
    assert resolver.get(f"/playbooks/{run.playbook.pk}/edit/").status_code == 403
    assert resolver.post(f"/playbooks/{run.playbook.pk}/restore/").status_code == 403
    nobody = Browser()
    nobody.force_login(ResponderFactory(), backend=BACKEND)
    assert nobody.get(address(run)).status_code == 403
    assert nobody.post(address(run, "steps", "status-page"), {"done": "1"}).status_code == 403


@pytest.mark.parametrize(("key", "act"), [("schema", "skip"), ("end", "stop")])
def test_a_reason_that_is_too_long_comes_back_whole_and_is_taken_when_it_is_shorter(key: str, act: str) -> None:
    run = Following("crm-sync-break")
    browser = signed_in("resolver")
    page = browser.get(address(run)).content.decode()
    assert 'name="note"' in page and not re.search(r"<textarea[^>]*maxlength", page)
    url = address(run, "steps", key, act) if act == "skip" else address(run, act)
    reason = "No schema was touched. " * 500
    answer = browser.post(url, {"reason": reason})
    assert f"At most 10,000 characters fit; this has {len(reason.strip()):,}." in words(answer)
    assert answer.content.decode().count("No schema was touched.") == 500
    assert browser.post(url, {"reason": "No schema was touched."}).status_code == 302
