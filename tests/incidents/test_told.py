"""What one client was told: every letter, delivery and promise, filtered, by cursor, on paper and in a spreadsheet."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from incidents import told
from incidents.models import ClientLetter, Incident
from incidents.sign_in import BACKEND
from incidents.spreadsheet import defused
from incidents.told import Wanted
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, Team, after
from tests.incidents.test_promises import acknowledged, leave, write

pytestmark = pytest.mark.django_db


def _browser(team: Team) -> Browser:
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    return browser


def test_the_page_shows_letters_deliveries_and_promises_of_this_client_alone() -> None:
    team, other = Team(), ClientFactory(name="Atlas Freight")
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 80)
    OutboundMessage.objects.filter(state="pending").update(state="dead", due_at=None, last_error="550 no such user")
    apart = team.triage(team.report(1, client_ids=(other.pk,)), at=after(minutes=3))
    team.acknowledge(apart, at=after(minutes=5), brief="Theirs alone")
    text = _browser(team).get(f"/clients/{team.client.pk}/told/").content.decode()
    assert text.count('class="toldrow"') == 2
    assert "550 no such user" in text
    assert "Missed, still owed" in text and "Never made" in text
    assert "Theirs alone" not in text and "Atlas Freight" not in text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=incident-update", 2),
        ("kind=incident-resolved", 0),
        ("kind=nonsense", 3),
        ("outcome=undelivered", 1),
        ("outcome=waiting", 0),
        ("outcome=kept", 1),
        ("outcome=missed", 1),
        ("incident=INC-999999", 0),
        ("incident=%00", 3),
        ("since=2026-02-04", 0),
        ("until=2026-02-03", 3),
        ("since=0001-01-01&until=9999-12-31", 3),
        ("after=garbage", 3),
        ("after=99999999999999999999999_1", 3),
    ],
)
def test_filters_narrow_and_nonsense_is_left_out(query: str, count: int) -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 50)
    leave(after(minutes=50))
    write(team, incident, 55)
    OutboundMessage.objects.filter(state="pending").update(state="dead", due_at=None, last_error="550")
    page = _browser(team).get(f"/clients/{team.client.pk}/told/?{query}")
    assert page.status_code == 200
    assert page.content.decode().count('class="toldrow"') == count


def test_the_cursor_shows_each_letter_once_also_when_two_were_written_in_the_same_instant() -> None:
    team = Team()
    for number in range(7):
        incident = team.triage(team.report(1), at=after(minutes=3))
        team.acknowledge(incident, at=after(minutes=5, microseconds=number // 2))
    seen, after_ = [], ""
    for _ in range(9):
        rows, after_ = told.page(team.client, Wanted(after=after_), hidden=(), now=after(hours=1), size=2)
        seen += [row.letter.pk for row in rows]
        if not after_:
            break
    assert seen == list(ClientLetter.objects.order_by("-at", "-pk").values_list("pk", flat=True))
    assert len(seen) == 7


def test_the_number_of_queries_does_not_grow_with_letters() -> None:
    team = Team()
    incident = acknowledged(team)
    leave(after(minutes=5))
    browser = _browser(team)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/clients/{team.client.pk}/told/").status_code == 200
        return len(queries)

    before = count()
    for minutes in range(10, 60, 5):
        write(team, incident, minutes, next_update_by=after(minutes=minutes + 3))
    assert count() == before


def test_the_spreadsheet_has_a_line_for_each_delivery_and_runs_nothing() -> None:
    team = Team()
    contact = team.client.contacts.get()
    contact.name = '=HYPERLINK("http://evil.example")'
    contact.save()
    incident = acknowledged(team)
    leave(after(minutes=5))
    write(team, incident, 50, happening="-2+3 is what the sheet says. Nothing was lost.")
    page = _browser(team).get(f"/clients/{team.client.pk}/told.csv")
    body = b"".join(page.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["state"] for row in rows] == ["Waiting", "Sent"]
    assert rows[1]["to"].startswith("'=HYPERLINK")
    assert rows[0]["words"].startswith("'-2+3")
    assert rows[1]["promised until (UTC)"] == "2026-02-03T11:05:00+00:00"
    assert page["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", " =1"])
def test_a_cell_that_a_sheet_would_run_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert (defused("x=1"), defused(None), defused(7)) == ("x=1", "", "7")


def test_paper_has_the_whole_letter_in_the_clients_own_zone() -> None:
    team = Team(time_zone="America/New_York")
    acknowledged(team)
    leave(after(minutes=5))
    text = _browser(team).get(f"/clients/{team.client.pk}/told/print/").content.decode()
    assert "If you have questions, reply to this email." in text
    assert "3 February 2026 05:05 EST" in text


def test_letters_of_restricted_incidents_are_for_who_may_see_them() -> None:
    team = Team()
    incident = acknowledged(team)
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    stranger = Browser()
    stranger.force_login(Team().resolver, backend=BACKEND)
    for path in ("told/", "told/print/"):
        assert "Outreach paused" in _browser(team).get(f"/clients/{team.client.pk}/{path}").content.decode()
        assert "Outreach paused" not in stranger.get(f"/clients/{team.client.pk}/{path}").content.decode()
    lines = b"".join(stranger.get(f"/clients/{team.client.pk}/told.csv").streaming_content).decode()
    assert "Outreach paused" not in lines
