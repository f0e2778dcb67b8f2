"""Acknowledge and update: the letters, their parts, the promise, and who comes second."""

import re

import pytest
from django.test import Client as Browser

from incidents import lifecycle, wordings
from incidents.facts import Acknowledgement
from incidents.models import Brand, Client, Clock, Contact, IncidentClient
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.factories import ClientFactory, Team, after

pytestmark = pytest.mark.django_db


def _letters() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(kind="incident-notification").order_by("pk"))


@pytest.mark.requirement("B-40", "B-41", "B-45", "B-46", "B-47", "B-48", "B-49", "B-50", "B-51", "B-52")
def test_the_letter_reads_as_the_sop_says() -> None:
    team = Team(time_zone="America/New_York")
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=12))
    (letter,) = _letters()
    assert letter.subject == "[Allclear] Issue Detected — Outreach paused"
    assert letter.body_text == (
        "Hi Dana,\n\nWe've identified an issue with your outreach emails.\n\n"
        "What's happening: Your outreach emails are not being sent. Nothing was lost.\n\n"
        "What we're doing: Our team is investigating and working on a fix.\n\n"
        "Next update: We'll update you by 06:12 on Tuesday 3 February (EST).\n\n"
        "If you have questions, reply to this email.\n\n— The support team\n"
    )
    assert "<strong>What's happening</strong>: Your outreach" in letter.body_html
    assert Clock.objects.get(incident=incident, kind="acknowledge").state == "met"
    assert Clock.objects.get(incident=incident, kind="notify").state == "met"
    promise = Clock.objects.get(incident=incident, kind="update")
    assert promise.due_at == after(minutes=72)
    # What told responders of the SEV-1 wrote itself; the letter did not.
    assert letter.by_person
    assert set(OutboundMessage.objects.exclude(pk=letter.pk).values_list("kind", "by_person")) == {
        ("escalation", False)
    }


@pytest.mark.requirement("B-45", "B-52")
def test_a_letter_bears_the_name_and_the_address_of_its_brand() -> None:
    team = Team()
    team.acknowledge(team.triage(team.report(1), at=after(minutes=3)), at=after(minutes=5))
    (usual,) = _letters()
    assert (usual.sender, usual.sender_name) == ("", Brand.objects.get(is_default=True).name)
    own = Brand.objects.create(name="Atlas", subject_prefix="Atlas", signature="A", from_email="care@atlas.example")
    Client.objects.filter(pk=team.client.pk).update(brand=own)
    team.acknowledge(team.triage(team.report(1), at=after(minutes=8)), at=after(minutes=9))
    assert (_letters()[1].sender, _letters()[1].sender_name) == ("care@atlas.example", "Atlas")


@pytest.mark.requirement("B-41", "C-04")
def test_each_contact_of_each_client_has_a_letter_of_their_own() -> None:
    team = Team()
    Contact.objects.create(client=team.client, name="Eve", email="eve@client.example")
    Contact.objects.create(client=team.client, name="Off", email="off@client.example", receives_letters=False)
    other = ClientFactory()
    incident = team.report(1, client_ids=(team.client.pk, other.pk))
    incident = team.triage(incident, at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    assert len(_letters()) == 3
    assert not IncidentClient.objects.filter(incident=incident, notified_at=None).exists()


@pytest.mark.requirement("B-42", "B-48", "B-50")
@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("brief", {"brief": ""}),
        ("brief", {"brief": "two\r\nBcc: x@example.org"}),
        ("happening", {"happening": " "}),
        ("happening", {"happening": "One. Two. Three."}),
        ("next_update_by", {"next_update_by": None}),
        ("next_update_by", {"next_update_by": after(minutes=1)}),
    ],
)
def test_a_letter_that_lacks_a_part_is_refused(field: str, words: dict[str, object]) -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    with pytest.raises(Refused) as refused:
        team.acknowledge(incident, at=after(minutes=5), **words)
    assert refused.value.field == field
    assert not _letters()


def test_a_client_with_nobody_to_write_to_is_refused_and_nothing_is_written() -> None:
    team = Team()
    incident = team.report(1, client_ids=(team.client.pk, ClientFactory(contacts=0).pk))
    incident = team.triage(incident, at=after(minutes=3))
    with pytest.raises(Refused, match="nobody who receives letters"):
        team.acknowledge(incident, at=after(minutes=5))
    assert not _letters()


def test_the_second_acknowledgement_is_told_who_was_first_and_one_letter_leaves() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    with pytest.raises(Refused, match="Rick Salas did that already, at 3 Feb 2026 10:05:00 UTC"):
        team.acknowledge(incident, at=after(minutes=6))
    assert len(_letters()) == 1


@pytest.mark.requirement("C-04", "B-21", "B-26")
def test_sev_3_takes_a_note_sev_4_a_date_and_a_client_report_a_letter() -> None:
    team = Team()
    minor = team.triage(team.report(3), at=after(minutes=3))
    with pytest.raises(Refused):
        lifecycle.acknowledge(minor.pk, Acknowledgement(), by=team.communicator, at=after(minutes=4))
    lifecycle.acknowledge(minor.pk, Acknowledgement(note="Seen."), by=team.communicator, at=after(minutes=4))
    cosmetic = team.triage(team.report(4), at=after(minutes=3))
    with pytest.raises(Refused) as refused:
        lifecycle.acknowledge(cosmetic.pk, Acknowledgement(note="x"), by=team.communicator, at=after(minutes=4))
    assert refused.value.field == "scheduled_fix_on"
    on = after(days=2).date()
    told = Acknowledgement(scheduled_fix_on=on)
    assert lifecycle.acknowledge(cosmetic.pk, told, by=team.communicator, at=after(minutes=4)).scheduled_fix_on == on
    assert not Clock.objects.filter(incident=cosmetic, kind="notify").exists()
    reported = team.report(3, source="client", reporting_client_ids=(team.client.pk,))
    assert lifecycle.acknowledgement_needs(reported) == "letter"
    assert Clock.objects.filter(incident=reported, kind="notify").exists()
    assert not _letters()


@pytest.mark.requirement("B-32", "C-26")
def test_acknowledging_before_triage_leaves_the_status_and_triage_goes_on_from_there() -> None:
    team = Team()
    incident = team.acknowledge(team.report(1), at=after(minutes=2))
    assert incident.status == "reported"
    assert team.triage(incident, at=after(minutes=4)).status == "acknowledged"


@pytest.mark.requirement("B-50")
def test_an_update_keeps_the_promise_and_makes_the_next() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    lifecycle.update(incident.pk, team.letter(after(minutes=30)), by=team.communicator, at=after(minutes=30))
    first, second = Clock.objects.filter(incident=incident, kind="update").order_by("cycle")
    assert (first.state, second.state, second.due_at) == ("met", "running", after(minutes=90))
    update = OutboundMessage.objects.get(kind="incident-update")
    assert update.in_reply_to == _letters()[0].message_id
    last = team.letter(after(minutes=40), next_update_by=None, is_last=True)
    lifecycle.update(incident.pk, last, by=team.communicator, at=after(minutes=40))
    second.refresh_from_db()
    assert second.state == "met"
    assert not Clock.objects.filter(incident=incident, kind="update", state="running").exists()


@pytest.mark.requirement("B-40")
def test_who_comes_second_is_told_so_and_keeps_what_was_typed() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=12))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    typed = {"brief": "My <brief>", "happening": "What I wrote with care.", "doing": wordings.DOING}
    page = browser.post(f"/incidents/{incident.pk}/acknowledge/", typed)
    shown = page.content.decode()
    assert page.status_code == 200
    assert "did that already" in shown
    assert "My &lt;brief&gt;</textarea>" in shown
    assert "What I wrote with care.</textarea>" in shown
    assert wordings.DOING not in shown, "what stood there before was not typed"
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert re.findall(r'<form[^>]* action="([^"]+)"', main) == [f"/incidents/{incident.pk}/update/"]
    assert len(_letters()) == 1
    browser.force_login(team.resolver, backend=BACKEND)
    first, second = (browser.post(f"/incidents/{incident.pk}/investigate/", {"verb": "investigate"}) for _ in "12")
    assert (first.status_code, second.status_code) == (302, 302), "where nothing is typed there is nothing to keep"


@pytest.mark.requirement("B-26", "C-04")
@pytest.mark.parametrize(("severity", "label"), [(3, "What we know, and who looks at it"), (4, "Fix scheduled for")])
def test_where_no_letter_leaves_the_page_asks_for_what_it_needs_and_sends_nothing(severity: int, label: str) -> None:
    team = Team()
    incident = team.triage(team.report(severity), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/acknowledge/").content.decode()
    assert "Send acknowledgement" not in page
    asked = page[page.index(label) :]
    assert "optional" not in asked[: asked.index("</label>")]
    empty = browser.post(f"/incidents/{incident.pk}/acknowledge/", {"verb": "acknowledge", "note": " "})
    assert "This field is required." in empty.content.decode()


def test_what_came_too_late_to_acknowledge_may_go_on_as_an_update() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    mine = {"brief": "Sync", "happening": "Your sync is late.", "doing": "We look at it."}
    address = f"/incidents/{incident.pk}/acknowledge/"
    assert "Go on with it as an update" not in browser.post(address, mine | {"preview": "1"}).content.decode()
    team.acknowledge(incident, at=after(minutes=5))
    late = browser.post(address, mine).content.decode()
    assert "Go on with it as an update" in late and f'action="/incidents/{incident.pk}/update/"' in late
    update = browser.post(f"/incidents/{incident.pk}/update/", mine | {"preview": "1"}).content.decode()
    assert "Your sync is late.</textarea>" in update and not OutboundMessage.objects.filter(kind="incident-update")


def test_nobody_is_asked_for_a_first_letter_that_has_gone_while_it_is_investigated() -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    lifecycle.investigate(incident.pk, by=team.resolver, at=after(minutes=6))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    address = f"/incidents/{incident.pk}/acknowledge/"
    page = browser.get(address).content.decode()
    assert "acknowledged INC-" in page and 'name="happening"' not in page
    late = browser.post(address, {"brief": "Sync", "happening": "Your sync is late."}).content.decode()
    assert "acknowledged INC-" in late and "Go on with it as an update" in late
    assert "Your sync is late.</textarea>" in late
