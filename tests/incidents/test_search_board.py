"""The board's search finds the same incidents in the same order, however far the words stand from the next deadline."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents.models import Incident, Responder
from incidents.sample.volume import load
from incidents.sample.world import settle_world
from incidents.sign_in import BACKEND
from tests.factories import Team

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<a class="t" href="/incidents/(\d+)/">')
MORE = re.compile(r'href="\?([^"]*after=[^"]*)">Next 50')


def _read_through(browser: Browser, **query: object) -> list[int]:
    """The incidents of every page of a search, in the order in which a reader meets them."""
    found: list[int] = []
    address = f"?{urlencode(query)}"
    while address:
        text = browser.get(f"/{address}").content.decode()
        page = [int(pk) for pk in ROW.findall(text)]
        # Groups of one page: what waits for acknowledgement stands above the rest.
        found += page
        more = MORE.search(text)
        address = f"?{more.group(1).replace('&amp;', '&')}" if more else ""
        assert len(page) <= 50
    return found


@pytest.mark.parametrize("words", ["outreach", "duplicate companies", "nowhere"])
def test_every_match_is_met_once_the_next_due_first(client: Browser, words: str) -> None:
    load(settle_world(), incidents=1500, still_open=1500, now=timezone.now())
    client.force_login(Responder.objects.get(email="ada@leadspanther.example"))
    rows = Incident.objects.filter(is_open=True, acknowledged_at__isnull=False).order_by("next_due_at", "pk")
    wanted = [
        one.pk
        for one in rows.defer("search")
        if all(
            word.removesuffix("s").removesuffix("ie") in f"{one.title} {one.description}".lower()
            for word in words.split()
        )
    ]
    met = _read_through(client, q=words)
    waiting = set(Incident.objects.filter(acknowledged_at=None).values_list("pk", flat=True))
    assert [pk for pk in met if pk not in waiting] == wanted
    assert len(met) == len(set(met))


def test_matches_behind_a_thousand_others_are_found(client: Browser) -> None:
    load(settle_world(), incidents=1500, still_open=1500, now=timezone.now())
    client.force_login(Responder.objects.get(email="ada@leadspanther.example"))
    last = Incident.objects.filter(is_open=True).order_by("-next_due_at", "-pk").values_list("pk", flat=True)[:60]
    for pk in list(last):
        Incident.objects.filter(pk=pk).update(title="A zeppelin is in the way")
    expected = Incident.objects.filter(pk__in=list(last)).order_by("next_due_at", "pk").values_list("pk", flat=True)
    met = _read_through(client, q="zeppelins")
    assert sorted(met) == sorted(expected) and len(met) == 60


def test_the_board_as_csv_opens_in_a_spreadsheet_as_it_is() -> None:
    team = Team()
    team.report(1, title="=1+1 naïve")
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    told = b"".join(browser.get("/incidents/export.csv?view=open").streaming_content)  # type: ignore[attr-defined]
    assert told.startswith(b"\xef\xbb\xbfincident,") and "'=1+1 naïve".encode() in told and b"\r\n" in told
