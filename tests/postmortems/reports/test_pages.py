"""The pages of the reports: what they show, to whom, in how many queries, and what they answer to nonsense."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import clocks, lifecycle
from incidents.models import Incident
from incidents.sign_in import BACKEND
from postmortems.counted import COUNTS, TOGETHER
from postmortems.models import IncidentFact
from postmortems.reports.sweep import sweep
from tests.factories import T0, ClientFactory, ResponderFactory, Team, after

DATES = "?period=dates&from=2026-01-01&to=2026-03-31"


@pytest.fixture
def browser(db: None) -> Browser:
    one = Browser()
    one.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    return one


def told(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_empty_workspace_says_so(browser: Browser) -> None:
    page = told(browser, "/reports/")
    assert "No incident opened in this time." in page
    assert "Everything there is" in page


@pytest.mark.requirement("B-03", "C-03")
def test_the_three_measures_stand_for_each_severity(browser: Browser) -> None:
    team = Team()
    team.to_verifying(1)
    team.to_verifying(2)
    sweep(now=after(hours=2))
    page = told(browser, f"/reports/{DATES}")
    assert "Time to acknowledge" in page and "Time to fix" in page and "Time to confirmed resolution" in page
    assert page.count("<b>10m</b>") == 2
    assert page.count("<b>1h</b>") == 2
    assert "2 of 2" in page and "Acknowledged in time" in page
    assert page.count("How is this counted?") == 16


def test_every_figure_lists_its_incidents(browser: Browser) -> None:
    team = Team()
    incident = team.to_verifying(1)
    other = team.report(2, at=after(days=1))
    sweep(now=after(days=2))
    assert incident.title in told(browser, f"/reports/incidents/{DATES}&what=ack_met")
    assert f"INC-{other.pk}<" not in told(browser, f"/reports/incidents/{DATES}&what=ack_met")
    assert f"INC-{other.pk}<" in told(browser, f"/reports/incidents/{DATES}&what=ack_running")
    for what in (*COUNTS, *TOGETHER):
        count = sum(any(name in fact.counts for name in names(what)) for fact in IncidentFact.objects.all())
        page = told(browser, f"/reports/incidents/{DATES}&what={what}")
        assert page.count('<th scope="row">') == count, what
        assert f'<b class="num">{count}</b> incident{"" if count == 1 else "s"}' in page, what


@pytest.mark.requirement("B-03")
def test_a_list_says_how_often_its_figure_counts_its_incidents(browser: Browser) -> None:
    """“18 breaches” lists 13 incidents: both numbers stand above the list."""
    team = Team()
    incident = team.to_verifying(1)
    sweep(now=after(days=2))
    fact = IncidentFact.objects.get(incident=incident)
    fact.counts = {**fact.counts, "promise_late": 2, "kept_60": 3}
    fact.save()
    page = told(browser, f"/reports/incidents/{DATES}&what=promises")
    more = sum(fact.counts.get(name, 0) for name in names("promises"))
    assert f'<b class="num">1</b> incident, counted <b class="num">{more}</b> times' in page and more >= 5
    assert "counted" not in told(browser, f"/reports/incidents/{DATES}&what=incidents")


def names(what: str) -> tuple[str, ...]:
    return TOGETHER[what][1] if what in TOGETHER else (what,)


def test_what_is_not_a_figure_is_not_found(browser: Browser) -> None:
    assert browser.get("/reports/incidents/?what=counts__x").status_code == 404
    assert browser.get("/reports/export.csv?what=nonsense").status_code == 404
    assert browser.get("/reports/export.csv?table=nonsense").status_code == 404


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("period=dates&from=2026-31-01&to=2026-02-01", "Write both dates as year-month-day"),
        ("period=dates&from=2026-03-01&to=2026-02-01", "The first day comes after the last"),
        ("period=dates&to=2026-02-01", "From which day?"),
        ("period=dates&from=1800-01-01&to=2026-02-01", "before 2000"),
        ("from=%00&to=2026-02-01", "Write both dates"),
    ],
)
def test_bad_dates_are_told_beside_them_and_keep_what_was_typed(browser: Browser, query: str, sentence: str) -> None:
    page = told(browser, f"/reports/?{query}")
    assert sentence in page
    assert 'aria-invalid="true"' in page
    assert 'value="2026-02-01"' in page


ODD = ("severity=9", "client=x", "client=999999999999999", "system=-1", "type=٣", "period=week")
EVERY = ("period=quarter", "period=year", "period=all", "period=7", "period=90")


@pytest.mark.parametrize("query", [*ODD, *EVERY])
def test_nonsense_in_a_filter_is_left_out(browser: Browser, query: str) -> None:
    assert browser.get(f"/reports/?{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(browser: Browser) -> None:
    team = Team()
    team.to_verifying(1)
    late(team, 1)
    sweep(now=after(days=9))

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    addresses = (f"/reports/{DATES}", f"/reports/incidents/{DATES}", f"/reports/breaches/{DATES}")
    more(team, range(1))
    before = [count(address) for address in addresses]
    more(team, range(1, 12))
    assert [count(address) for address in addresses] == before
    assert before[0] <= 32


def more(team: Team, numbers: Iterable[int]) -> None:
    """Incidents of every sort, each with a client of its own."""
    for number in numbers:
        other = ClientFactory()
        incident = team.report(2, at=after(days=number), client_ids=(team.client.pk, other.pk))
        team.triage(incident, at=after(days=number, minutes=1))
        late(team, 2, at=after(days=number, hours=1))
    clocks.sweep(now=after(days=30))
    sweep(now=after(days=30))


def late(team: Team, severity: int, *, at: Any = T0) -> Incident:
    """Reported at `at` and acknowledged three days later."""
    incident = team.report(severity, at=at)
    team.triage(incident, at=at + timedelta(minutes=5))
    return team.acknowledge(incident, at=at + timedelta(days=3))


@pytest.mark.requirement("B-110")
def test_restricted_incidents_do_not_leak_through_a_sum(db: None) -> None:
    team = Team()
    team.to_verifying(1)
    hidden = team.report(1, title="Addresses were published")
    team.triage(hidden, at=after(minutes=5))
    lifecycle.raise_situation(
        hidden.pk, situation="data_breach", text="Suspected.", by=team.coordinator, at=after(minutes=6)
    )
    sweep(now=after(hours=2))
    assert IncidentFact.objects.get(pk=hidden.pk).is_restricted
    seen = {}
    people = {
        "admin": ResponderFactory(role="administrator"),
        "named": team.coordinator,
        "stranger": ResponderFactory(role="communicator"),
    }
    for name, person in people.items():
        browser = Browser()
        browser.force_login(person, backend=BACKEND)
        page = told(browser, f"/reports/{DATES}")
        listed = told(browser, f"/reports/incidents/{DATES}")
        exported = b"".join(browser.get(f"/reports/export.csv{DATES}&what=incidents")).decode()
        seen[name] = (
            "2 incidents" in page,
            "Addresses were published" in listed,
            "Addresses were published" in exported,
        )
        assert ("Restricted incidents are left out" in page) == (name != "admin")
    assert seen == {"admin": (True,) * 3, "named": (True,) * 3, "stranger": (False,) * 3}


def test_the_csv_has_every_table_and_no_cell_that_a_spreadsheet_would_run(browser: Browser) -> None:
    team = Team(name="=HYPERLINK(1)")
    for number, sign in enumerate(("=1+1", "+1", "-1", "@x", "＝1")):
        incident = team.report(1, title=f"{sign} broke", at=after(hours=number))
        team.triage(incident, at=after(hours=number, minutes=5))
    sweep(now=after(days=1))
    response = browser.get(f"/reports/export.csv{DATES}")
    assert response["Content-Type"].startswith("text/csv") and "attachment" in response["Content-Disposition"]
    told = b"".join(response)
    assert told.startswith(b"\xef\xbb\xbf") and b"\r\n" in told, "Excel reads it as UTF-8, line by line"
    rows = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    assert ["'=HYPERLINK(1)", "5", *["0", "0", ""] * 3, "0", "0"] in rows
    assert ["Targets kept by severity"] in rows and ["Prevention debt"] in rows
    listed = b"".join(browser.get(f"/reports/export.csv{DATES}&what=incidents")).decode()
    for sign in ("=1+1", "+1", "-1", "@x", "＝1"):
        assert f",'{sign} broke," in listed
    one = b"".join(browser.get(f"/reports/export.csv{DATES}&table=kept")).decode()
    assert "Targets kept by severity" in one and "Prevention debt" not in one


def test_lists_go_on_after_fifty(browser: Browser) -> None:
    team = Team()
    for number in range(53):
        team.report(3, at=after(hours=number * 7))
    sweep(now=after(days=30))
    address, seen = f"/reports/incidents/{DATES}", set()
    for expected in (50, 3):
        response = browser.get(address)
        assert len(response.context["rows"]) == expected
        seen |= {one.pk for one in response.context["rows"]}
        address = response.context["more"]
    assert len(seen) == 53 and address == ""
    assert browser.get(f"/reports/incidents/{DATES}&after=x_y").status_code == 200
