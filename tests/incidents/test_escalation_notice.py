"""What a notice of an escalation says: what happened, to which clients, what is due when for its reader, what to do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client as Browser

from incidents import clocks, digests, lifecycle
from incidents.escalation import sweep as say_again
from incidents.escalation.circumstances import circumstances, in_words
from incidents.models import Escalation, EscalationRule, Incident, Responder, Situation, TimelineEntry
from incidents.owed import owed_by
from incidents.sign_in import BACKEND
from incidents.spelling import for_zone, in_utc, say_long, zone_of
from incidents.wordings.escalations import TO_DO
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, ResponderFactory, Team, after
from tests.incidents.test_approve_letter import ask
from tests.incidents.test_digests import MONDAY, _minor

pytestmark = pytest.mark.django_db


def _team(zone: str = "America/New_York", **client: str) -> Team:
    team = Team(**{"name": "Northwind Dental", **client})
    Responder.objects.filter(pk=team.target.pk).update(time_zone=zone)
    EscalationRule.objects.update(channels=["email"])
    return team


def _letters(incident: Incident, situation: str) -> dict[str, OutboundMessage]:
    numbers = Escalation.objects.filter(incident=incident, situation=situation).values_list("pk", flat=True)
    rows = OutboundMessage.objects.filter(about=incident.about, kind="escalation", channel="email").order_by("pk")
    return {row.recipient_name: row for row in rows if int(row.key.split(":")[1]) in set(numbers)}


@pytest.mark.requirement("B-107", "B-11")
def test_each_thing_is_said_once_and_the_time_is_the_readers() -> None:
    team = _team()
    incident = team.report(1)
    letter = _letters(incident, "severe")["Clayton Boyd"]
    assert letter.subject == f"INC-{incident.pk} SEV-1: Critical incident – Outreach suspended"
    said, links = letter.body_text.split("\n\nI have it: ")
    assert said == (
        "Reported: Every sender shows suspended.\n\n"
        "Clients: Northwind Dental\n"
        "Deadline: Notify the client by 05:15 on Tuesday 3 February (EST), in 15 minutes\n"
        "To do: Take it, and see that somebody works on it and that the clients hear of it."
    )
    assert links.count("http") == 2
    both = letter.subject + letter.body_text
    for once in ("SEV-1", "Critical incident", "Outreach suspended", "Northwind Dental", "Every sender shows"):
        assert both.count(once) == 1, once


def test_two_readers_of_one_escalation_each_read_their_own_clock() -> None:
    team = _team()
    ResponderFactory(name="Yui Arai", role="escalation_target", time_zone="Asia/Tokyo")
    EscalationRule.objects.get(situation="severe").responders.add(Responder.objects.get(name="Yui Arai"))
    letters = _letters(team.report(1), "severe")
    assert "by 05:15 on Tuesday 3 February (EST), in 15 minutes\n" in letters["Clayton Boyd"].body_text
    assert "by 19:15 on Tuesday 3 February (JST), in 15 minutes\n" in letters["Yui Arai"].body_text


def test_said_again_it_tells_how_things_stand_then() -> None:
    team = _team()
    incident = team.report(1)
    other = ClientFactory(name="Cedar Legal")
    clients = (team.client.pk, other.pk)
    team.triage(incident, at=after(minutes=5), client_ids=clients)
    team.acknowledge(incident, at=after(minutes=10))
    say_again(now=after(minutes=16))
    newest = OutboundMessage.objects.filter(about=incident.about, kind="escalation").order_by("-pk").first()
    assert newest is not None
    assert newest.body_text.startswith("(said 2 times)\n")
    assert "Clients: Cedar Legal and Northwind Dental\n" in newest.body_text
    assert "Deadline: Next client update by 06:10 on Tuesday 3 February (EST), in 54 minutes\n" in newest.body_text


@pytest.mark.requirement("B-08", "C-08")
def test_a_breach_names_each_client_that_was_not_told() -> None:
    team = _team()
    others = [ClientFactory(name=name) for name in ("Cedar Legal", "Atlas")]
    incident = team.report(1, client_ids=(team.client.pk, *(one.pk for one in others)))
    clocks.sweep(now=after(hours=2))
    lines = TimelineEntry.objects.filter(incident=incident, kind="breached", facts__clock_kind="notify")
    assert sorted(line.text.partition(":")[0] for line in lines) == [
        "Notify the client, Atlas",
        "Notify the client, Cedar Legal",
        "Notify the client, Northwind Dental",
    ]
    raised = Escalation.objects.get(incident=incident, situation="notify_breached")
    assert raised.text.startswith("Notify the client, Atlas: was due 3 Feb 2026 10:15 UTC.")
    assert raised.text.endswith(" The same for Cedar Legal and Northwind Dental.")
    letter = next(iter(_letters(incident, "notify_breached").values()))
    assert "Deadline" not in letter.body_text and "To do: Write to them now." in letter.body_text


@pytest.mark.requirement("B-112")
def test_a_time_that_is_over_is_told_in_the_readers_zone_wherever_it_is_read() -> None:
    EscalationRule.objects.filter(situation="acknowledge_breached").update(is_enabled=True)
    team = _team()
    Responder.objects.filter(pk=team.coordinator.pk).update(time_zone="Asia/Kolkata")
    incident = team.report(1)
    clocks.sweep(now=after(hours=1, seconds=30))
    letters = _letters(incident, "acknowledge_breached")
    assert "Acknowledge: was due 06:00 on Tuesday 3 February (EST).\n" in letters["Clayton Boyd"].body_text
    assert "Acknowledge: was due 16:30 on Tuesday 3 February (IST).\n" in letters["Alfred Moss"].body_text
    assert f"Do it here: {settings.PUBLIC_URL}/incidents/{incident.pk}/acknowledge/" in letters["Alfred Moss"].body_text
    browser = Browser()
    browser.force_login(Responder.objects.get(pk=team.coordinator.pk), backend=BACKEND)
    for page in ("/my-work/", f"/incidents/{incident.pk}/"):
        shown = browser.get(page).content.decode()
        assert "was due 16:30 on Tuesday 3 February (IST)." in shown and "11:00 UTC." not in shown, page
    take = letters["Alfred Moss"].body_text.split("I have it: ")[1].split()[0].removeprefix(settings.PUBLIC_URL)
    assert "was due 16:30 on Tuesday 3 February (IST)." in browser.get(take).content.decode()


@pytest.mark.requirement("C-04")
def test_what_lacks_words_leads_to_where_they_are_written_by_a_link_with_words() -> None:
    team = _team()
    EscalationRule.objects.filter(situation="digest_words").update(channels=["email", "telegram", "in_app"])
    incident = _minor(team, sentence="")
    digests.sweep(now=after(hours=1))
    digests.sweep(now=MONDAY - timedelta(hours=2))
    raised = Escalation.objects.get(situation="digest_words")
    assert raised.text == "It lacks words for Northwind Dental, whose scheduled update leaves 9 Feb 2026 09:00 UTC."
    rows = OutboundMessage.objects.filter(about=incident.about, kind="escalation")
    at = f"{settings.PUBLIC_URL}/incidents/{incident.pk}/word/"
    assert f'<a href="{at}">Do it here</a>' in rows.get(channel="email").body_html
    assert all(["Do it here", at] in row.buttons for row in rows)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get("/my-work/").content.decode()
    assert "http" not in page.split("It lacks words for")[1].split("</li>")[0]
    assert f'href="/incidents/{incident.pk}/word/">Do it here' in page
    (owed,) = [one for one in owed_by(team.communicator) if one.done_at]
    assert (owed.button, owed.done_at) == ("I have it", f"/incidents/{incident.pk}/word/")


def test_a_room_reads_the_same_with_times_in_utc() -> None:
    team = _team()
    incident = team.report(1)
    around = circumstances([incident.pk], now=after(minutes=1))[incident.pk]
    due = "Notify the client by 3 Feb 2026 10:15 UTC, in 14 minutes"
    assert (around.clients, around.due) == ("Northwind Dental", due)
    assert circumstances([incident.pk], now=after(minutes=1), with_due=False)[incident.pk].due == ""


@pytest.mark.requirement("B-107", "B-11")
def test_what_was_due_says_when_and_for_how_long_by_every_channel(settings: Any) -> None:
    settings.TELEGRAM_BOT_TOKEN = "1:x"
    team = _team()
    EscalationRule.objects.update(channels=["email", "telegram", "in_app"])
    Responder.objects.filter(pk=team.target.pk).update(telegram_chat="4711")
    incident = team.report(1)
    say_again(now=after(minutes=27, seconds=40))
    late = "Deadline: Notify the client was due at 05:15 on Tuesday 3 February (EST), 12 minutes ago\n"
    rows = OutboundMessage.objects.filter(about=incident.about, kind="escalation", recipient_name="Clayton Boyd")
    said = {row.channel: row for row in rows.order_by("pk")}
    assert set(said) == {"email", "telegram", "in_app"}
    assert all(late in row.body_text for row in said.values())
    assert "was due at 05:15 on Tuesday 3 February (EST), 12 minutes ago" in said["email"].body_html
    assert circumstances([incident.pk], now=after(minutes=15))[incident.pk].due.endswith(", in less than a minute")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "less than a minute"),
        (-60, "1 minute"),
        (12 * 60 + 59, "12 minutes"),
        (-3660, "1 hour 1 minute"),
        (86400 + 7200, "1 day 2 hours"),
        (3 * 86400, "3 days"),
    ],
)
def test_how_far_is_said_in_words(seconds: int, words: str) -> None:
    assert say_long(seconds) == words


def test_nothing_is_due_next_of_what_is_over_and_internal_ones_say_so() -> None:
    team = _team()
    incident = team.report(2, client_ids=(), is_internal=True)
    assert circumstances([incident.pk], now=after())[incident.pk].clients == "none, it is internal"
    gone = team.report(1)
    lifecycle.cancel(gone.pk, reason="A test", by=team.coordinator, at=after(minutes=5))
    assert circumstances([gone.pk], now=after(minutes=6))[gone.pk].due == ""


@pytest.mark.requirement("B-129")
def test_whoever_wrote_a_letter_is_not_asked_to_approve_it() -> None:
    ask(at=after(minutes=-9))
    team = _team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    told = _letters(incident, "letter_awaiting")
    assert "Alfred Moss" in told and "Rick Salas" not in told
    assert "To do: Read it, and approve it or send it back." in told["Alfred Moss"].body_text


def test_every_situation_says_what_to_do() -> None:
    assert set(TO_DO) == {str(one) for one in Situation}


@pytest.mark.parametrize(
    ("names", "words"),
    [("", ""), ("A", "A"), ("AB", "A and B"), ("ABCDE", "A, B, C, D and E"), ("ABCDEFG", "A, B, C, D and 3 more")],
)
def test_many_clients_are_the_first_few_and_how_many_more(names: str, words: str) -> None:
    assert in_words(list(names)) == words


@pytest.mark.parametrize(
    ("text", "zone", "told"),
    [
        ("due 3 Feb 2026 11:00 UTC.", "America/Sao_Paulo", "due 08:00 on Tuesday 3 February (UTC-03)."),
        ("due 3 Feb 2026 23:30 UTC.", "Europe/Berlin", "due 00:30 on Wednesday 4 February (CET)."),
        ("31 Feb 2026 11:00 UTC", "Europe/Berlin", "31 Feb 2026 11:00 UTC"),
        ("1 Jan 0000 11:00 UTC", "Europe/Berlin", "1 Jan 0000 11:00 UTC"),
        ("11:00 UTC on 3 February", "Europe/Berlin", "11:00 UTC on 3 February"),
    ],
)
def test_what_reads_as_an_instant_is_told_and_the_rest_stays(text: str, zone: str, told: str) -> None:
    assert for_zone(text, ZoneInfo(zone)) == told


def test_an_instant_is_written_in_utc_whatever_zone_it_came_in() -> None:
    berlin = datetime(2026, 7, 1, 0, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert in_utc(berlin) == "30 Jun 2026 22:05 UTC"
    assert for_zone(in_utc(berlin), ZoneInfo("Europe/Berlin")) == "00:05 on Wednesday 1 July (CEST)"
    assert for_zone(in_utc(berlin), UTC) == "22:05 on Tuesday 30 June (UTC)"
    assert zone_of(berlin) == "CEST" and zone_of(berlin.astimezone(ZoneInfo("Asia/Dubai"))) == "UTC+04"
