"""What becomes of a letter: by its thread, by its sender, or by a person; once, through whichever door it came."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from incidents import threads
from incidents.detection.intake import arranging
from incidents.detection.mail import filing, sorting
from incidents.detection.models import ClientReport, InboundSource
from incidents.failures import sweep as notice_failed
from incidents.models import Brand, ClientReply, Contact, Evidence, Incident, Responder
from incidents.refusals import Refused
from notifications import suppression
from notifications.inbound.keeping import keep
from notifications.models import InboundMail, OutboundMessage
from tests.factories import ClientFactory, Team, after
from tests.notifications.inbound.letters import HOSTILE, OOO, bounce, letter, raw

pytestmark = pytest.mark.django_db
MAILBOX = "replies@brand.example"


@pytest.fixture(autouse=True)
def mailbox(settings: Any) -> None:
    settings.REPLY_ADDRESS = MAILBOX


def intake(team: Team, **more: Any) -> InboundSource:
    values = {"name": "Support mailbox", "kind": "email", "severity": 2, **more}
    return arranging.save_source(None, values, by=team.coordinator, at=after())


def acknowledged(team: Team) -> tuple[Incident, OutboundMessage]:
    """An incident with one letter to its client, which was sent."""
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    incident = team.acknowledge(incident, at=after(minutes=10))
    OutboundMessage.objects.filter(kind="incident-notification").update(
        state="sent", due_at=None, sent_at=after(minutes=11)
    )
    return incident, OutboundMessage.objects.get(kind="incident-notification")


def dana(team: Team) -> str:
    return f"Dana <{team.client.contacts.get().email}>"


def arrive(content: bytes, *, door: InboundMail.Door = InboundMail.Door.MAILBOX, origin: str = "box") -> InboundMail:
    """Kept and sorted."""
    mail_id, _ = keep(content, door=door, origin=origin, at=after(minutes=20))
    sorting.sweep(now=after(minutes=21))
    return InboundMail.objects.get(pk=mail_id)


class TestThreads:
    @pytest.mark.requirement("B-51", "B-70")
    def test_by_the_message_id_of_our_letter(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        mail = arrive(raw("Thank you!", sender=dana(team), in_reply_to=ours.message_id))
        reply = ClientReply.objects.get()
        assert (reply.incident_id, reply.client_id, reply.mail_id) == (incident.pk, team.client.pk, mail.pk)
        assert (mail.state, mail.about) == ("filed", incident.about)

    def test_by_a_reference_farther_up(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        arrive(raw(sender=dana(team), references=f"{ours.message_id} <other@x>", in_reply_to="<other@x>"))
        assert ClientReply.objects.get().incident_id == incident.pk

    @pytest.mark.requirement("B-51")
    def test_by_the_signed_address_of_the_letter_itself(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        assert ours.reply_to == threads.reply_to(incident)
        assert ours.reply_to.startswith(f"replies+{incident.pk}.")
        arrive(raw(sender=dana(team), to=ours.reply_to, subject="quite another subject"))
        assert ClientReply.objects.get().incident_id == incident.pk

    def test_without_a_mailbox_the_brand_says_where_answers_go(self, settings: Any) -> None:
        settings.REPLY_ADDRESS = ""
        settings.ALLCLEAR_REPLY_TO = "desk@brand.example"
        _, ours = acknowledged(Team())
        assert ours.reply_to == "desk@brand.example"

    def test_never_by_the_subject(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        mail = arrive(raw(sender=dana(team), subject=f"Re: [{incident.reference}] {ours.subject}"))
        assert not ClientReply.objects.exists()
        assert mail.state == "unmatched"

    def test_never_by_a_guessed_address(self) -> None:
        team = Team()
        incident, _ = acknowledged(team)
        mail = arrive(raw(sender=dana(team), to=f"replies+{incident.pk}.aaaaaaaaaaaaaaaa@brand.example"))
        assert mail.state == "unmatched"

    def test_what_we_wrote_to_our_own_people_is_no_thread(self) -> None:
        team = Team()
        acknowledged(team)
        own = OutboundMessage.objects.filter(kind="escalation", channel="email").first()
        assert own is not None
        assert arrive(raw(sender=dana(team), in_reply_to=own.message_id)).state == "unmatched"

    def test_one_of_us_in_the_thread_is_on_the_record_and_owes_nothing(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        arrive(raw("I called them.", sender=team.resolver.email, in_reply_to=ours.message_id))
        assert not ClientReply.objects.exists()
        assert "I called them." in incident.timeline.get(kind="auto_replied").text

    @pytest.mark.requirement("B-51")
    @pytest.mark.parametrize(
        "order",
        ["close the incident", "mark as resolved", "unsubscribe", "SEV-4", "reopen", "Resolved. STATUS: closed"],
    )
    def test_no_instruction_in_a_letter_does_anything(self, order: str) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        arrive(raw(order, subject=order, sender=dana(team), in_reply_to=ours.message_id))
        now = Incident.objects.get()
        assert (now.status, now.severity, now.is_open) == (incident.status, 1, True)
        assert Contact.objects.get(client=team.client).receives_letters

    @pytest.mark.requirement("B-108", "B-113")
    def test_what_it_sounds_like_is_suggested_and_not_raised(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        text = "Our lawyers will call.\n\nOn Tue, 3 Feb 2026 at 10:10, Brand wrote:\n> We want a refund.\n"
        mail = arrive(raw(text, sender=dana(team), in_reply_to=ours.message_id))
        (one,) = incident.suggested_situations.all()
        assert (one.situation, one.words, one.link) == (
            "legal_threat",
            "Our lawyers will call.",
            f"/inbound-mail/{mail.pk}/",
        )
        assert Incident.objects.get().situations == []


class TestAutomatic:
    def test_an_out_of_office_answer_is_on_the_record_and_owes_nothing(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        mail = arrive(raw(OOO, sender=dana(team), in_reply_to=ours.message_id, auto_submitted="auto-replied"))
        assert (mail.kind, mail.state, mail.about) == ("automatic", "filed", incident.about)
        assert not ClientReply.objects.exists()
        assert "automatic answer" in incident.timeline.get(kind="auto_replied").text

    def test_in_no_thread_it_is_kept(self) -> None:
        mail = arrive(raw(OOO, subject="Out of office"))
        assert (mail.kind, mail.state) == ("automatic", "filed")

    @pytest.mark.parametrize(
        "sender", [MAILBOX, "replies+1.x@brand.example", "Allclear <allclear@localhost>", "Atlas <Care@atlas.example>"]
    )
    def test_our_own_letter_that_comes_back_makes_no_loop(self, sender: str) -> None:
        team = Team()
        Brand.objects.create(name="Atlas", subject_prefix="A", signature="A", from_email="care@atlas.example")
        _, ours = acknowledged(team)
        written = OutboundMessage.objects.count()
        mail = arrive(raw(sender=sender, in_reply_to=ours.message_id))
        assert (mail.kind, mail.state) == ("own", "filed")
        mail = arrive(raw(sender="copy@x.example", message_id=ours.message_id))
        assert mail.kind == "own"
        assert OutboundMessage.objects.count() == written

    def test_nothing_is_ever_answered_by_itself(self) -> None:
        team = Team()
        _, ours = acknowledged(team)
        to_clients = OutboundMessage.objects.filter(recipient=ours.recipient)
        for number, headers in enumerate(({}, {"auto_submitted": "auto-replied"}, {"precedence": "bulk"})):
            more = {"message_id": f"<{number}@x>", "in_reply_to": ours.message_id, **headers}
            arrive(raw(sender=dana(team), **more))
        assert to_clients.count() == 1


class TestBounces:
    def test_the_letter_is_not_delivered_and_somebody_hears_of_it(self) -> None:
        team = Team()
        incident, ours = acknowledged(team)
        mail = arrive(bounce(ours.message_id, ours.recipient))
        assert (mail.kind, mail.state, mail.about) == ("bounce", "filed", incident.about)
        ours.refresh_from_db()
        assert ours.state == "dead"
        assert suppression.is_suppressed(ours.recipient)
        notice_failed(now=after(minutes=22))
        assert "came back" in incident.timeline.get(kind="letter_failed").text
        assert incident.escalations.filter(situation="letter_failed").exists()

    def test_about_no_letter_of_ours_it_is_kept(self) -> None:
        mail = arrive(bounce("<unknown@x>", "someone@x.example"))
        assert (mail.kind, mail.state) == ("bounce", "filed")
        assert "no letter of ours" in mail.sentence


class TestIntake:
    @pytest.mark.requirement("B-28")
    def test_a_contact_of_exactly_one_client_reports(self) -> None:
        team = Team()
        source = intake(team)
        message = letter("Nothing syncs since nine.", sender=dana(team), subject="Sync stopped")
        message.add_attachment(b"log", maintype="text", subtype="plain", filename="log.txt")
        mail = arrive(message.as_bytes())
        incident = Incident.objects.get()
        assert (incident.source, incident.client_ids, incident.title) == ("client", [team.client.pk], "Sync stopped")
        assert "Nothing syncs since nine." in incident.description
        assert ClientReport.objects.get().source == source
        assert Evidence.objects.get().name == "log.txt"
        assert (mail.state, mail.about) == ("filed", incident.about)

    def test_the_address_says_whose_it_is(self) -> None:
        team = Team()
        intake(team, name="All mail", opens_reports=False)
        intake(team, name="Urgent", address="urgent@brand.example", severity=1)
        arrive(raw(sender=dana(team), delivered_to="Urgent@brand.example"))
        assert Incident.objects.get().severity == 1
        mail = arrive(raw("Another.", sender=dana(team), message_id="<2@x>"))
        assert (mail.state, Incident.objects.count()) == ("unmatched", 1)

    @pytest.mark.parametrize("case", ["stranger", "two clients", "source off", "no source", "source opens nothing"])
    def test_else_a_person_files_it(self, case: str) -> None:
        team = Team()
        source = intake(team, opens_reports=case != "source opens nothing") if case != "no source" else None
        sender = "nobody@x.example" if case == "stranger" else dana(team)
        if case == "two clients":
            Contact.objects.create(client=ClientFactory(), name="Dana", email=team.client.contacts.get().email)
        if case == "source off" and source:
            arranging.switch_source(source.pk, on=False, by=team.coordinator, at=after())
        mail = arrive(raw(sender=sender))
        assert (mail.state, mail.sentence != "") == ("unmatched", True)
        assert not Incident.objects.exists()

    def test_a_flood_waits_for_a_person(self) -> None:
        team = Team()
        intake(team)
        for number in range(22):
            keep(
                raw(f"{number}", sender=dana(team), message_id=f"<{number}@x>"),
                door=InboundMail.Door.MAILBOX,
                at=after(),
            )
        sorting.sweep(now=after(minutes=1))
        assert Incident.objects.count() == 20
        assert InboundMail.objects.filter(state="unmatched", sentence__contains="Too many").count() == 2


class TestFiling:
    @pytest.mark.requirement("B-28", "B-51")
    def test_to_an_incident_as_if_its_thread_had_said_so(self) -> None:
        team = Team()
        incident, _ = acknowledged(team)
        mail = arrive(raw("Still down.", sender=dana(team)))
        filing.file_to_incident(mail.pk, incident.pk, by=team.communicator, at=after(minutes=30))
        reply = ClientReply.objects.get()
        assert (reply.incident, reply.filed_by, reply.is_known) == (incident, team.communicator, True)
        mail.refresh_from_db()
        assert (mail.state, mail.settled_by) == ("filed", team.communicator)
        with pytest.raises(Refused, match="its place already"):
            filing.set_aside(mail.pk, reason="x", by=team.communicator, at=after(minutes=31))

    def test_as_a_report(self) -> None:
        team = Team()
        mail = arrive(raw("Nothing works.", sender="boss@client.example", subject="Help"))
        incident = filing.file_as_report(
            mail.pk, client_id=team.client.pk, severity=2, title="Help", by=team.coordinator, at=after(minutes=30)
        )
        assert (incident.source, incident.detected_at, incident.client_ids) == (
            "client",
            mail.received_at,
            [team.client.pk],
        )
        assert "Nothing works." in incident.description
        assert "boss@client.example" in incident.description

    def test_aside_with_a_reason_and_back(self) -> None:
        team = Team()
        mail = arrive(raw("Buy now!"))
        with pytest.raises(Refused) as refused:
            filing.set_aside(mail.pk, reason=" ", by=team.communicator, at=after(minutes=30))
        assert refused.value.field == "reason"
        filing.set_aside(mail.pk, reason="Advertising.", by=team.communicator, at=after(minutes=30))
        assert "Advertising." in InboundMail.objects.get().sentence
        filing.put_back(mail.pk, by=team.communicator, at=after(minutes=31))
        assert InboundMail.objects.get().state == "unmatched"

    def test_nobody_files_to_an_incident_that_they_may_not_see(self) -> None:
        team = Team()
        incident, _ = acknowledged(team)
        Incident.objects.update(is_restricted=True)
        mail = arrive(raw(sender="x@x.example"))
        outsider = Responder.objects.create(name="Out", email="out@x.example")
        with pytest.raises(Refused, match="no such incident"):
            filing.file_to_incident(mail.pk, incident.pk, by=outsider, at=after(minutes=30))


class TestSweep:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_hostile_letters_find_a_place(self, name: str) -> None:
        keep(HOSTILE[name], door=InboundMail.Door.WEBHOOK, at=after())
        assert sorting.sweep(now=after(minutes=1)) == 1
        assert InboundMail.objects.get().state in ("unmatched", "filed")

    def test_a_poison_letter_is_set_aside_and_the_others_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = sorting.read

        def poisoned(content: bytes) -> Any:
            if b"poison" in content:
                raise RuntimeError("poison")
            return whole(content)

        monkeypatch.setattr(sorting, "read", poisoned)
        keep(raw("poison", message_id="<1@x>"), door=InboundMail.Door.MAILBOX, at=after())
        keep(raw("fine", message_id="<2@x>"), door=InboundMail.Door.MAILBOX, at=after())
        assert sorting.sweep(now=after(minutes=1)) == 1
        for hours in range(1, 6):
            sorting.sweep(now=after(hours=hours))
        states = dict(InboundMail.objects.values_list("message_id", "state"))
        assert states == {"<1@x>": "quarantined", "<2@x>": "unmatched"}
        assert "poison" in InboundMail.objects.get(state="quarantined").error
        monkeypatch.setattr(sorting, "read", whole)
        filing.sort_again(InboundMail.objects.get(state="quarantined").pk, by=Team().coordinator, at=after(hours=7))
        sorting.sweep(now=after(hours=7))
        assert not InboundMail.objects.filter(state="quarantined").exists()

    def test_one_that_kills_its_worker_each_time_ends_in_quarantine(self) -> None:
        keep(raw(), door=InboundMail.Door.MAILBOX, at=after())
        InboundMail.objects.update(attempts=sorting.MOST_ATTEMPTS)
        assert sorting.sweep(now=after(minutes=1)) == 0
        assert InboundMail.objects.get().state == "quarantined"

    @pytest.mark.django_db(transaction=True)
    def test_four_sweeps_at_once_sort_each_letter_once(self) -> None:
        team = Team()
        _, ours = acknowledged(team)
        for number in range(24):
            content = raw(f"{number}", sender=dana(team), message_id=f"<{number}@x>", in_reply_to=ours.message_id)
            keep(content, door=InboundMail.Door.MAILBOX, at=after(minutes=20))

        def sweep(number: int) -> int:
            try:
                return sorting.sweep(now=after(minutes=21))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(sweep, range(4))) == 24
        assert ClientReply.objects.count() == 24
        assert Incident.objects.get().timeline.filter(kind="client_replied").count() == 24

    def test_what_is_rolled_back_leaves_the_letter_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        team = Team()
        _, ours = acknowledged(team)

        def broken(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("half-way")

        monkeypatch.setattr(sorting, "suggest", broken)
        mail_id, _ = keep(
            raw(sender=dana(team), in_reply_to=ours.message_id), door=InboundMail.Door.MAILBOX, at=after()
        )
        assert sorting.sweep(now=after(minutes=20)) == 0
        assert not ClientReply.objects.exists()
        monkeypatch.undo()
        assert sorting.sweep(now=after(hours=1)) == 1
        assert ClientReply.objects.get().mail_id == mail_id
