"""A client answers and is answered in a real browser; a stranger's letter is filed; every page is clean for axe."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Page

from incidents.detection.mail import sorting
from incidents.models import ClientReply, Incident, Responder
from incidents.sign_in import BACKEND
from notifications.inbound.keeping import keep
from notifications.models import InboundMail, OutboundMessage
from tests.factories import Team
from tests.notifications.inbound.letters import bounce, letter, raw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("ALLCLEAR_SHOTS", "")
WORDS = (
    "It is still down for us. We will be looking at alternatives.\n\nOn Tuesday at 10:10, Brand wrote:\n> We look.\n"
)


def _sign_in(page: Page, url: str, person: Responder) -> None:
    session = Session()
    session.force_login(person, backend=BACKEND)
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


def _mail(team: Team) -> Incident:
    """An acknowledged incident, an answer to its letter, a letter that came back, an automatic one and a stranger's."""
    now = timezone.now()
    incident = team.report(1, at=now - timedelta(minutes=30))
    team.triage(incident, at=now - timedelta(minutes=25))
    team.acknowledge(incident, at=now - timedelta(minutes=20))
    OutboundMessage.objects.filter(kind="incident-notification").update(state="sent", due_at=None, sent_at=now)
    ours = OutboundMessage.objects.get(kind="incident-notification")
    dana = f"Dana Whitfield <{ours.recipient}>"
    answer = letter(WORDS, sender=dana, in_reply_to=ours.message_id)
    answer.add_attachment(b"error 401", maintype="text", subtype="plain", filename="log.txt")
    away = raw("Away.", sender=dana, subject="Out of office", in_reply_to=ours.message_id, message_id="<2@x>")
    for one in (answer.as_bytes(), away, bounce(ours.message_id, ours.recipient, status="5.2.2", said="552 full")):
        keep(one, door=InboundMail.Door.MAILBOX, at=now)
    keep(raw("Is this yours?", sender="omar@x.example", message_id="<3@x>"), door=InboundMail.Door.MAILBOX, at=now)
    assert sorting.sweep(now=timezone.now()) == 4
    return incident


@pytest.mark.requirement("B-51", "B-28")
def test_an_answer_is_answered_and_a_strangers_letter_is_filed(page: Page, live_server: Any) -> None:
    team = Team()
    incident = _mail(team)
    _sign_in(page, live_server.url, team.communicator)
    page.goto("/my-work/")
    row = page.locator("ul.owed li", has_text="wrote about")
    row.get_by_role("link", name="Answer").click()
    assert "It is still down for us." in page.inner_text("main")
    page.click("text=What it quotes")
    assert "We look." in page.inner_text("details")
    page.click("button:has-text('Dealt with')")
    assert "Say how it was dealt with" in page.inner_text("#note_error")
    page.fill("#note", "Called Dana: she is waiting for the fix.")
    page.click("button:has-text('Dealt with')")
    assert "Dealt with" in page.inner_text(".headrow")
    assert ClientReply.objects.get().answered_by == team.communicator
    page.goto("/inbound-mail/")
    page.get_by_role("link", name="File the letter").click()
    page.fill("#id_to-incident", incident.reference)
    page.click("button:has-text('File it there')")
    assert "unverified" in page.inner_text("#settle_reply")
    assert ClientReply.objects.count() == 2


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_of_mail_is_clean_for_axe(page: Page, live_server: Any, theme: str, width: int) -> None:
    team = Team()
    incident = _mail(team)
    _sign_in(page, live_server.url, team.communicator)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    unmatched = InboundMail.objects.get(state="unmatched")
    paths = {
        "list": "/inbound-mail/?state=all",
        "letter": f"/inbound-mail/{unmatched.pk}/",
        "reply": f"/replies/{ClientReply.objects.get().pk}/",
        "incident": f"/incidents/{incident.pk}/",
        "work": "/my-work/",
    }
    wrong = []
    for name, path in paths.items():
        page.goto(path)
        wrong += [
            f"{path}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path}: wider than the screen")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"mail-{name}-{theme}-{width}.png", full_page=True)
    assert wrong == []
