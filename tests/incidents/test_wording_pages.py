"""The pages of wordings: variables offered, a preview of a real incident, two editors at once, versions used again."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import configuration, digests, wordings
from incidents.configuration import Place
from incidents.models import Brand, Incident, Wording, WordingVersion
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, ResponderFactory, Team, after
from tests.incidents.test_digests import WORDS, _minor

pytestmark = pytest.mark.django_db
KIND = wordings.BY_KIND["incident-notification"]
AT = "/settings/wordings/incident-notification/everybody/"


@pytest.fixture
def browser() -> Browser:
    one = Browser()
    one.force_login(ResponderFactory(role="administrator", name="Ada Lind"), backend=BACKEND)
    return one


def _typed(greeting: str = "Hello", **more: Any) -> dict[str, Any]:
    body = KIND.shipped.body.replace("Hi {{ name }}", f"{greeting} {{{{ name }}}}")
    return {"subject": KIND.shipped.subject, "body": body, "note": "Warmer", "started_from": "0", **more}


def _acknowledged(team: Team) -> Incident:
    incident = team.triage(team.report(1), at=after(minutes=3))
    return team.acknowledge(incident, at=after(minutes=5), happening="Your mails wait. <b>None</b> is lost.")


@pytest.mark.requirement("C-19")
def test_the_list_says_what_is_from_the_sop_and_what_is_worded_otherwise(browser: Browser) -> None:
    own = ClientFactory(name="Lumen Labs")
    facts = _typed()
    configuration.write_wording(
        KIND.key,
        Place(client_id=own.pk),
        subject=facts["subject"],
        body=facts["body"],
        note="Theirs",
        expected=0,
        by=ResponderFactory(role="administrator"),
        at=after(),
    )
    page = browser.get("/settings/wordings/").content.decode()
    assert page.count(">from the SOP") == sum(kind.from_sop for kind in wordings.KINDS)
    assert page.count("not from the SOP") == sum(not kind.from_sop for kind in wordings.KINDS)
    assert f'<a class="u" href="/settings/wordings/incident-notification/client-{own.pk}/">Lumen Labs</a>' in page


def test_variables_are_offered_and_the_text_in_force_stands_in_the_form(browser: Browser) -> None:
    page = browser.get(f"{AT}change/").content.decode()
    for variable in KIND.variables:
        assert f'data-variable="{{{{ {variable.name} }}}}"' in page
    assert "We&#x27;ve identified an issue with {{ system }}." in page


def test_saving_puts_the_next_version_in_force(browser: Browser) -> None:
    response = browser.post(f"{AT}change/", _typed(), follow=True)
    assert "Version 1 is in force." in response.content.decode()
    version = WordingVersion.objects.get()
    assert (version.by_name, version.note) == ("Ada Lind", "Warmer")
    assert "<del>Hi</del><ins>Hello</ins>" in response.content.decode()


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(browser: Browser) -> None:
    typed = _typed(body="Dear {{ nmae }}, {% now %}", subject="[{{ prefix }}] {{ brief }}\r\nBcc: a@b.org")
    page = browser.post(f"{AT}change/", typed).content.decode()
    assert "There is no variable {{ nmae }} in this letter." in page
    assert "is code of a template language" in page and "The subject stands on one line." in page
    assert "Dear {{ nmae }}, {% now %}" in page
    assert not WordingVersion.objects.exists()


@pytest.mark.parametrize("text", ["x" * 100_000, "a\x00b", "\u202eabc", "<script>alert(1)</script>", "", "{{" * 5000])
def test_bad_input_is_answered_in_words(browser: Browser, text: str) -> None:
    for address in ("change/", "preview/"):
        response = browser.post(AT + address, _typed(subject=text, body=text, note=text, reference=text))
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
    assert not WordingVersion.objects.exists()


@pytest.mark.parametrize("started", ["", "x", "-1", "99", "٣", "9" * 400])
def test_a_form_that_does_not_say_where_it_started_does_not_overwrite(browser: Browser, started: str) -> None:
    browser.post(f"{AT}change/", _typed())
    page = browser.post(f"{AT}change/", _typed("Dear", started_from=started)).content.decode()
    assert "saved version 1" in page
    assert WordingVersion.objects.count() == 1


def test_of_two_who_edit_at_once_the_second_sees_the_first_and_saves_on_top(browser: Browser) -> None:
    browser.post(f"{AT}change/", _typed("Hello"))
    page = browser.post(f"{AT}change/", _typed("Dear", note="Formal")).content.decode()
    assert "Ada Lind saved version 1 while you wrote" in page
    assert "<del>Hello</del><ins>Dear</ins>" in page
    assert "Dear {{ name }}" in page and 'value="Formal"' in page
    assert 'name="started_from" value="1"' in page
    browser.post(f"{AT}change/", _typed("Dear", started_from="1"))
    assert WordingVersion.objects.latest("number").body.startswith("Dear")


@pytest.mark.requirement("C-19")
def test_the_preview_is_a_real_incident_in_text_and_html(browser: Browser) -> None:
    team = Team(name="Northwind", time_zone="America/New_York")
    incident = _acknowledged(team)
    page = browser.post(f"{AT}preview/", _typed(against=f"{incident.pk}-{team.client.pk}")).content.decode()
    assert "Hello Dana,\n\nWe&#x27;ve identified an issue with your outreach emails." in page
    assert "Your mails wait. &lt;b&gt;None&lt;/b&gt; is lost." in page
    assert "<strong>What's happening</strong>: Your mails wait. &lt;b&gt;None&lt;/b&gt; is lost." in page
    assert "We'll update you by 06:05 on Tuesday 3 February (EST)." in page
    assert f"to Dana 0 at Northwind, about {incident.reference}" in page
    assert "sample words" not in page.lower()
    sampled = browser.post(f"{AT}preview/", _typed()).content.decode()
    assert "Sample words stand for" in sampled and "happening" in sampled


def test_only_incidents_that_the_administrator_may_see_are_offered(browser: Browser) -> None:
    team = Team(name="Northwind")
    incident = _acknowledged(team)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    limited = ResponderFactory(role="administrator")
    role = limited.holdings.get().role
    role.permissions = [one for one in role.permissions if one != "view_restricted"]
    role.save()
    browser.force_login(limited, backend=BACKEND)
    assert f"{incident.reference} for Northwind" not in browser.get(f"{AT}change/").content.decode()
    typed = _typed(reference=incident.reference, against=f"{incident.pk}-{team.client.pk}")
    page = browser.post(f"{AT}preview/", typed).content.decode()
    assert "There is no incident" in page and "Your mails wait" not in page


def test_an_older_incident_is_found_by_its_number(browser: Browser) -> None:
    team = Team(name="Northwind")
    incident = _acknowledged(team)
    page = browser.post(f"{AT}preview/", _typed(reference=f"inc-{incident.pk}")).content.decode()
    assert "at Northwind" in page
    assert "Write it like INC-2041" in browser.post(f"{AT}change/", _typed(reference="abc")).content.decode()
    assert "Write it like INC-2041" in browser.post(f"{AT}preview/", _typed(reference="abc")).content.decode()


@pytest.mark.requirement("C-19", "B-107")
def test_a_notice_to_responders_is_previewed_with_the_clients_and_deadlines_of_a_real_incident() -> None:
    team = Team(name="Northwind Dental")
    incident = team.report(1, at=timezone.now())
    admin = ResponderFactory(name="Yui Arai", role="administrator", time_zone="Asia/Tokyo")
    browser = Browser()
    browser.force_login(admin, backend=BACKEND)
    for channel in ("email", "telegram", "in-app"):
        page = browser.get(f"/settings/wordings/escalation-{channel}/everybody/change/").content.decode()
        specimen = page.split('id="specimen"')[1]
        assert incident.reference in specimen and "Clients: Northwind Dental" in specimen
        assert "Deadline: Notify the client by " in specimen and "(JST)" in specimen
        assert "to whoever the matrix names, about" in specimen and "to Dana" not in specimen


@pytest.mark.requirement("C-19", "C-04")
def test_a_scheduled_update_is_previewed_with_the_line_and_the_day_of_its_own_client(browser: Browser) -> None:
    team = Team(name="Cedar Legal", time_zone="America/Chicago")
    incident = _minor(team)
    digests.sweep(now=after(hours=1))
    page = browser.get("/settings/wordings/client-digest/everybody/change/").content.decode()
    specimen = page.split('id="specimen"')[1]
    assert incident.reference in specimen and f"{WORDS} We are looking into it." in specimen
    assert "Scheduled update, Monday 9 February" in specimen
    assert "Next scheduled update: 09:00 on Monday 16 February (CST)." in specimen


def test_an_earlier_version_and_the_built_in_text_can_return(browser: Browser) -> None:
    browser.post(f"{AT}change/", _typed("Hello"))
    browser.post(f"{AT}change/", _typed("Dear", started_from="1"))
    page = browser.post(f"{AT}1/use/", {"started_from": "2"}, follow=True).content.decode()
    assert "Version 1 is in force again, as version 3." in page
    page = browser.post(f"{AT}restore/", {"started_from": "3"}, follow=True).content.decode()
    assert "The built-in text is in force again." in page
    assert Wording.objects.get().newest.is_withdrawn
    page = browser.post(f"{AT}restore/", {"started_from": "3"}, follow=True).content.decode()
    assert "saved version 4" in page and "look at it before you choose again" in page and "Yours stands" not in page
    assert browser.post(f"{AT}9/use/", {"started_from": "3"}).status_code == 404


def test_a_brand_and_a_client_get_texts_of_their_own(browser: Browser) -> None:
    brand, client = Brand.objects.get(), ClientFactory(name="Lumen Labs")
    for place in (f"brand-{brand.pk}", f"client-{client.pk}"):
        response = browser.get(f"{AT}own/", {"for": place})
        assert response["Location"] == f"/settings/wordings/incident-notification/{place}/change/"
        assert browser.get(response["Location"]).status_code == 200
        browser.post(response["Location"], _typed())
        page = browser.get(f"/settings/wordings/incident-notification/{place}/").content.decode()
        assert "Use the wider text again" in page
    assert browser.get(f"{AT}own/", {"for": "x"})["Location"] == AT


@pytest.mark.parametrize("place", ["client-999", "brand-999", "nobody", "client-x", "client-" + "9" * 30])
def test_a_place_that_is_none_is_not_found(browser: Browser, place: str) -> None:
    assert browser.get(f"/settings/wordings/incident-notification/{place}/").status_code == 404
    assert browser.get(f"/settings/wordings/nothing/{place}/").status_code == 404


def test_queries_do_not_grow_with_versions_and_texts(browser: Browser) -> None:
    counts = {}
    for number in range(2):
        for address in ("/settings/wordings/", AT, f"{AT}change/"):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            counts.setdefault(address, []).append(len(queries))
        if number:
            break
        for index in range(5):
            team = Team()
            _acknowledged(team)
            browser.post(f"{AT}change/", _typed(f"Hello {index}", started_from=str(index)))
            browser.post(f"/settings/wordings/incident-notification/client-{team.client.pk}/change/", _typed())
    assert all(second <= first + 4 for first, second in counts.values()), counts


def test_the_letter_page_names_the_text_that_it_was_made_from(browser: Browser) -> None:
    first, second = Team(), Team(name="Lumen Labs")
    _acknowledged(first)
    browser.post(f"/settings/wordings/{KIND.key}/client-{second.client.pk}/change/", _typed())
    _acknowledged(second)
    shipped, own = OutboundMessage.objects.filter(kind=KIND.key).order_by("pk")
    assert "<dt>Made from</dt><dd>the built-in text</dd>" in browser.get(f"/letters/{shipped.pk}/").content.decode()
    page = browser.get(f"/letters/{own.pk}/").content.decode()
    assert f'/client-{second.client.pk}/#v1">the text for Lumen Labs, version 1</a>' in page
