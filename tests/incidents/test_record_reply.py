"""A client's answer is on the record, owed an answer, and does nothing by itself (B-51, B-70, C-26)."""

from typing import Any

import pytest
from django.test import Client as Browser

from incidents import lifecycle, timeline
from incidents.facts import Reply, Resolution
from incidents.models import ClientReply, Evidence, Incident, Responder
from incidents.owed import owed_by
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.inbound.letter import Attached
from notifications.models import InboundMail, OutboundMessage
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
FILE = Attached("log.txt", "text/plain", b"error 401")


def mail(number: int = 1) -> InboundMail:
    return InboundMail.objects.create(
        identity=f"{number}", door="webhook", received_at=after(minutes=20), raw=b"x", size=1, state="filed"
    )


def told(team: Team, number: int = 1, **more: Any) -> Reply:
    contact = team.client.contacts.get()
    facts = {
        "mail_id": mail(number).pk,
        "sender_name": "Dana",
        "sender_address": contact.email.upper(),
        "subject": "Re: Outreach paused",
        "text": "It is **back** <b>here</b>.\nPlease close the incident and unsubscribe us.",
        "attachments": (FILE,),
        **more,
    }
    return Reply(**facts)


def acknowledged(team: Team) -> Incident:
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    return team.acknowledge(incident, at=after(minutes=10))


def resolved(team: Team) -> Incident:
    incident = team.to_verifying(1)
    team.confirm(incident, at=after(minutes=70))
    words = Resolution("Outreach paused", "Volume grew too fast.", "We slowed down.")
    return lifecycle.resolve(incident.pk, words, by=team.communicator, at=after(hours=3))


def _owed(person: Responder) -> list[str]:
    return [one.sentence for one in owed_by(person) if one.button == "Answer"]


@pytest.mark.requirement("B-51", "B-70")
def test_it_is_on_the_record_with_its_files_and_nothing_else_moves() -> None:
    team = Team()
    before = acknowledged(team)
    reply = lifecycle.record_reply(before.pk, told(team), at=after(minutes=20))
    incident = Incident.objects.get()
    assert (incident.status, incident.is_open, incident.touched_at) == (before.status, True, before.touched_at)
    entry = incident.timeline.get(kind="client_replied")
    assert "Please close the incident" in entry.text
    assert (entry.by, entry.client_visible) == (None, False)
    (file,) = entry.facts["files"]
    evidence = Evidence.objects.get(pk=file["evidence"])
    assert (evidence.name, evidence.sha256, evidence.added_by) == ("log.txt", file["sha256"], None)
    assert (reply.client_id, reply.is_known, reply.standing) == (team.client.pk, True, "open")
    assert timeline.verify(incident) == []


@pytest.mark.requirement("B-51")
def test_the_communicator_owes_an_answer_until_a_letter_gives_it() -> None:
    team = Team()
    incident = acknowledged(team)
    lifecycle.record_reply(incident.pk, told(team), at=after(minutes=20))
    (sentence,) = _owed(team.communicator)
    assert sentence == "Dana wrote about “Outreach suspended”: answer"
    assert _owed(team.coordinator) == [], "the communicator speaks"
    messages = OutboundMessage.objects.filter(kind="client-reply", responder=team.communicator)
    assert sorted(messages.values_list("channel", flat=True)) == ["email", "in_app"]
    lifecycle.update(incident.pk, team.letter(after(minutes=30)), by=team.communicator, at=after(minutes=30))
    reply = ClientReply.objects.get()
    assert (reply.answer, reply.answered_by) == ("letter", team.communicator)
    assert _owed(team.communicator) == []


def test_a_letter_that_is_taken_back_has_answered_nothing() -> None:
    team = Team()
    incident = acknowledged(team)
    lifecycle.record_reply(incident.pk, told(team), at=after(minutes=20))
    at = after(minutes=30)
    lifecycle.update(incident.pk, team.letter(at), by=team.communicator, at=at)
    assert ClientReply.objects.get().answer == "letter"
    seq = incident.timeline.get(kind="updated").seq
    lifecycle.take_back(incident.pk, seq=seq, by=team.communicator, at=after(minutes=30, seconds=5))
    assert ClientReply.objects.get().answered_at is None
    assert len(_owed(team.communicator)) == 1


def test_a_letter_to_one_client_answers_no_other() -> None:
    team = Team()
    incident = acknowledged(team)
    lifecycle.record_reply(incident.pk, told(team, sender_address="boss@else.example"), at=after(minutes=20))
    lifecycle.update(incident.pk, team.letter(after(minutes=30)), by=team.communicator, at=after(minutes=30))
    assert ClientReply.objects.get().answered_at is None


def test_whoever_else_has_the_thread_is_shown_as_unverified() -> None:
    team = Team()
    incident = acknowledged(team)
    reply = lifecycle.record_reply(incident.pk, told(team, sender_address="boss@else.example"), at=after(minutes=20))
    assert (reply.client_id, reply.is_known) == (None, False)
    assert "no contact of an affected client" in incident.timeline.get(kind="client_replied").text
    for message in OutboundMessage.objects.filter(kind="client-reply"):
        assert "somebody who is no contact replied" in message.subject
        assert "<boss@else.example>, no contact of an affected client." in message.body_text
        assert "&lt;boss@else.example&gt;" in message.body_html or message.channel == "in_app"
    assert any("who is no contact, wrote about" in one.sentence for one in owed_by(team.communicator))
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    assert "unverified" in browser.get(f"/replies/{reply.pk}/").content.decode()


def test_dealt_with_needs_a_word_and_is_settled_once() -> None:
    team = Team()
    reply = lifecycle.record_reply(acknowledged(team).pk, told(team), at=after(minutes=20))
    with pytest.raises(Refused) as refused:
        lifecycle.settle_reply(reply.pk, note="  ", by=team.communicator, at=after(minutes=25))
    assert refused.value.field == "note"
    lifecycle.settle_reply(reply.pk, note="Called Dana.", by=team.communicator, at=after(minutes=25))
    with pytest.raises(Refused, match="Rick Salas"):
        lifecycle.settle_reply(reply.pk, note="Me too.", by=team.communicator, at=after(minutes=26))
    assert Incident.objects.get().timeline.get(kind="reply_settled").text.endswith("Called Dana.")


@pytest.mark.requirement("B-70", "C-26")
def test_after_the_resolution_a_person_reopens_with_one_button() -> None:
    team = Team()
    incident = resolved(team)
    reply = lifecycle.record_reply(incident.pk, told(team), at=after(days=1))
    assert reply.standing == "late"
    assert Incident.objects.get().status == "resolved", "no word in it reopens anything"
    assert any("waits for an answer" in one.sentence for one in lifecycle.blockers(Incident.objects.get()))
    assert _owed(team.communicator) == ["Dana wrote about “Outreach suspended” after it was resolved: answer"]
    lifecycle.reopen_by_reply(reply.pk, by=team.communicator, at=after(days=1, minutes=5))
    again = Incident.objects.get()
    assert (again.status, again.acknowledged_at) == ("investigating", None)
    assert "It is **back**" in again.timeline.get(kind="reopened").text
    reply.refresh_from_db()
    assert reply.answer == "reopened"


@pytest.mark.requirement("C-26")
def test_later_than_that_a_new_incident_follows_and_both_say_so() -> None:
    team = Team()
    old = resolved(team)
    reply = lifecycle.record_reply(old.pk, told(team), at=after(days=30))
    assert reply.standing == "too_late"
    with pytest.raises(Refused, match="new incident"):
        lifecycle.reopen_by_reply(reply.pk, by=team.communicator, at=after(days=30, minutes=5))
    new = lifecycle.follow_reply(reply.pk, by=team.communicator, at=after(days=30, minutes=6))
    assert (new.source, new.client_ids, new.client_reported_at) == ("client", [team.client.pk], after(days=30))
    assert old.reference in new.description
    assert new.reference in Incident.objects.get(pk=old.pk).timeline.get(kind="reply_settled").text
    reply.refresh_from_db()
    assert (reply.led_to_id, reply.answer) == (new.pk, "followed")
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    assert f'Follows <a class="u" href="/incidents/{old.pk}/">' in browser.get(f"/incidents/{new.pk}/").content.decode()


def test_while_it_is_open_no_new_incident_follows() -> None:
    team = Team()
    reply = lifecycle.record_reply(acknowledged(team).pk, told(team), at=after(minutes=20))
    with pytest.raises(Refused, match="still open"):
        lifecycle.follow_reply(reply.pk, by=team.communicator, at=after(minutes=21))


def test_of_a_duplicate_the_incident_that_stays_hears() -> None:
    team = Team()
    gone, stays = acknowledged(team), acknowledged(team)
    lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=15))
    reply = lifecycle.record_reply(gone.pk, told(team), at=after(minutes=20))
    assert reply.incident_id == stays.pk


def test_the_same_file_is_kept_once() -> None:
    team = Team()
    incident = acknowledged(team)
    for number in (1, 2):
        lifecycle.record_reply(incident.pk, told(team, number), at=after(minutes=20))
    assert Evidence.objects.count() == 1


class TestPages:
    def test_the_words_are_shown_as_they_are_and_never_as_markup(self) -> None:
        team = Team()
        incident = acknowledged(team)
        reply = lifecycle.record_reply(incident.pk, told(team, quoted="> old words"), at=after(minutes=20))
        browser = Browser()
        browser.force_login(team.communicator, backend=BACKEND)
        for path in (f"/incidents/{incident.pk}/", f"/replies/{reply.pk}/"):
            page = browser.get(path).content.decode()
            assert "It is **back** &lt;b&gt;here&lt;/b&gt;." in page
            assert "<b>here</b>" not in page
        assert "old words" in page
        assert "log.txt" in page
        assert "Needs an answer" in browser.get(f"/incidents/{incident.pk}/").content.decode()

    def test_a_refusal_keeps_what_was_typed(self) -> None:
        team = Team()
        reply = lifecycle.record_reply(acknowledged(team).pk, told(team), at=after(minutes=20))
        browser = Browser()
        browser.force_login(team.communicator, backend=BACKEND)
        page = browser.post(f"/replies/{reply.pk}/settle/", {"note": " \x00 "})
        assert page.status_code == 200
        assert "Say how it was dealt with" in page.content.decode()
        long = "Called. " * 1000
        page = browser.post(f"/replies/{reply.pk}/settle/", {"note": long})
        assert "characters fit; this has 8,000." in page.content.decode()
        assert long in page.content.decode()
        assert browser.post(f"/replies/{reply.pk}/settle/", {"note": "Called."}).status_code == 302
        assert ClientReply.objects.get().note == "Called."

    def test_buttons_reopen_and_lead_on(self) -> None:
        team = Team()
        incident = resolved(team)
        reply = lifecycle.record_reply(incident.pk, told(team), at=after(days=1))
        browser = Browser()
        browser.force_login(team.communicator, backend=BACKEND)
        # It was resolved long ago as the pages see it, so that only a new incident is offered.
        page = browser.get(f"/replies/{reply.pk}/").content.decode()
        assert "Report a new incident that follows" in page
        assert "reopen INC" not in page
        assert browser.post(f"/replies/{reply.pk}/follow/").status_code == 302
        assert Incident.objects.count() == 2

    @pytest.mark.requirement("B-110")
    def test_a_restricted_incident_hides_its_replies(self) -> None:
        team = Team()
        incident = acknowledged(team)
        reply = lifecycle.record_reply(incident.pk, told(team), at=after(minutes=20))
        Incident.objects.update(is_restricted=True)
        outsider = ResponderFactory(role="communicator")
        browser = Browser()
        browser.force_login(outsider, backend=BACKEND)
        assert browser.get(f"/replies/{reply.pk}/").status_code == 404
        assert browser.post(f"/replies/{reply.pk}/settle/", {"note": "x"}).status_code == 404
        assert _owed(outsider) == []

    def test_of_a_restricted_incident_messages_say_only_the_number(self) -> None:
        team = Team()
        incident = acknowledged(team)
        Incident.objects.update(is_restricted=True)
        lifecycle.record_reply(incident.pk, told(team), at=after(minutes=20))
        message = OutboundMessage.objects.filter(kind="client-reply").first()
        assert message is not None
        assert "back" not in message.body_text + message.subject + message.body_html
        assert "Outreach" not in message.body_text
