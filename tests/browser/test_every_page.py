"""Every page of the sample workspace that links lead to is clean for axe, in both themes, and fits its screen."""

import os
import re
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import Client as Session
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from incidents.models import Responder, Role, RoleHolding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("ALLCLEAR_SHOTS", "")
# Files, fragments that pages fetch, and the page that ends the walk.
NO_PAGES = re.compile(r"export|csv|/files/|\.md$|\.json$|download|evidence|freshness|preview|logout|/static/")
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Incidents in several states lead to several pages.
SEVERAL = {"incidents:incident": 20}


def _sign_in(page: Page, who: Responder, url: str) -> None:
    session = Session()
    session.force_login(who)
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


def _kind(address: str) -> str:
    """Which page of the product an address is: the name of its route; empty for what is none."""
    path = urlsplit(address).path
    if NO_PAGES.search(path):
        return ""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _wrong(page: Page, kind: str, look: str) -> list[str]:
    """What is wrong with the page that stands there, in words."""
    found = [f"{kind} {look}: wider than the screen"] if page.evaluate(WIDE) else []
    for one in Axe().run(page).response["violations"]:
        found.append(f"{kind} {look}: {one['id']} {one['nodes'][0]['html'][:160]}")
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{kind.replace(':', '-')}-{look}.png"), full_page=True)
    return found


def test_every_page_is_clean_for_axe_and_fits_its_screen(page: Page, live_server: Any) -> None:
    """Links are followed from the board, as an administrator, to one page of each kind."""
    call_command("load_sample", "--demo", "--history", "6", stdout=StringIO())
    person = Responder.objects.get(name="Alfred Moss")
    RoleHolding.objects.get_or_create(role=Role.objects.get(key="administrator"), responder=person)
    _sign_in(page, person, live_server.url)
    waiting, shown, met, wrong = [urljoin(live_server.url, "/")], {}, Counter(), []
    while waiting:
        address = waiting.pop(0).split("#")[0]
        kind = _kind(address)
        if not kind or met[kind] >= SEVERAL.get(kind, 1) or address in shown.values():
            continue
        met[kind] += 1
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 400, (address, answer.status)
        if kind not in shown:
            shown[kind] = address
            wrong += _wrong(page, kind, "light")
        waiting += [link for link in page.evaluate(LINKS) if link.startswith(live_server.url)]
    assert len(shown) > 170, sorted(shown)

    # What a narrow screen and the dark theme may break is looked at together.
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 900})
    for kind, address in shown.items():
        page.goto(address)
        wrong += _wrong(page, kind, "dark-phone")
    assert wrong == []
