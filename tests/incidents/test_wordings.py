"""Wordings: the most specific text writes the letter, versions stay, and what was shipped can always return (C-19)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from incidents import configuration, wordings
from incidents.configuration import Place
from incidents.models import Brand, ConfigurationChange, TimelineEntry, Wording, WordingVersion
from incidents.refusals import Refused
from notifications.models import OutboundMessage
from notifications.wording import faults, render
from tests.factories import ClientFactory, ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
KIND = "incident-notification"
SHIPPED = wordings.BY_KIND[KIND].shipped
EVERYBODY = Place()


def _body(greeting: str) -> str:
    return SHIPPED.body.replace("Hi {{ name }},", f"{greeting} {{{{ name }}}},")


def _write(greeting: str, place: Place = EVERYBODY, *, expected: int = 0, **more: Any) -> Any:
    facts = {"subject": SHIPPED.subject, "body": _body(greeting), "note": "A warmer tone", "at": after(), **more}
    facts.setdefault("by", ResponderFactory(role="administrator", name="Ada Lind"))
    return configuration.write_wording(KIND, place, expected=expected, **facts)


def _acknowledged(team: Team, *clients: int) -> list[OutboundMessage]:
    incident = team.report(1, client_ids=(team.client.pk, *clients))
    team.acknowledge(team.triage(incident, at=after(minutes=3)), at=after(minutes=5))
    return list(OutboundMessage.objects.filter(kind=KIND).order_by("pk"))


@pytest.mark.requirement("C-19")
def test_the_most_specific_text_writes_the_letter_and_the_record_says_which() -> None:
    team = Team(name="Able")
    acme = Brand.objects.create(name="Acme", subject_prefix="Acme", signature="Acme care")
    branded, own = ClientFactory(name="Baker", brand=acme), ClientFactory(name="Cole", brand=acme)
    for_all = _write("Hello")
    for_brand = _write("Good day", Place(brand_id=acme.pk))
    for_client = _write("Dear", Place(client_id=own.pk))
    letters = _acknowledged(team, branded.pk, own.pk)
    assert [letter.body_text.split("\n")[0] for letter in letters] == ["Hello Dana,", "Good day Dana,", "Dear Dana,"]
    assert [letter.made_from for letter in letters] == [f"wording:{one.pk}" for one in (for_all, for_brand, for_client)]
    assert letters[1].subject == "[Acme] Issue Detected — Outreach paused"
    assert letters[1].body_text.endswith("— Acme care\n")
    entry = TimelineEntry.objects.get(kind="acknowledged")
    assert entry.facts["wordings"] == [
        {"from": f"wording:{for_all.pk}", "label": "the text for everybody, version 1", "clients": [team.client.pk]},
        {"from": f"wording:{for_brand.pk}", "label": "the text for the brand Acme, version 1", "clients": [branded.pk]},
        {"from": f"wording:{for_client.pk}", "label": "the text for Cole, version 1", "clients": [own.pk]},
    ]


@pytest.mark.requirement("C-19")
def test_until_somebody_writes_another_the_shipped_text_is_in_force() -> None:
    (letter,) = _acknowledged(Team())
    assert letter.made_from == f"shipped:{KIND}"
    entry = TimelineEntry.objects.get(kind="acknowledged")
    assert entry.facts["wordings"][0]["label"] == "the built-in text"


def test_withdrawing_goes_back_to_the_next_wider_text_and_at_last_to_the_shipped_one() -> None:
    team, by = Team(), ResponderFactory(role="administrator")
    place = Place(client_id=team.client.pk)
    _write("Hello")
    _write("Dear", place)
    configuration.withdraw_wording(KIND, place, note="As the others", expected=1, by=by, at=after())
    configuration.withdraw_wording(KIND, EVERYBODY, note="As the SOP", expected=1, by=by, at=after())
    (letter,) = _acknowledged(team)
    assert letter.body_text.startswith("Hi Dana,")
    assert letter.made_from == f"shipped:{KIND}"
    with pytest.raises(Refused, match="no text of its own"):
        configuration.withdraw_wording(KIND, EVERYBODY, note="Again", expected=2, by=by, at=after())
    again = _write("Hello", expected=2)
    assert again.number == 3


def test_of_two_who_edit_at_once_the_second_is_told_what_the_first_saved() -> None:
    by = ResponderFactory(role="administrator", name="Ada Lind")
    _write("Hello", by=by, at=after(minutes=31))
    with pytest.raises(Refused, match=r"Ada Lind saved version 1 at 3 Feb 2026 10:31 UTC while you wrote"):
        _write("Dear")
    assert WordingVersion.objects.count() == 1
    assert _write("Dear", expected=1).number == 2


def test_a_version_says_who_when_and_why_and_the_change_is_on_the_record_of_changes() -> None:
    version = _write("Hello")
    assert (version.by_name, version.note, version.created_at) == ("Ada Lind", "A warmer tone", after())
    second = _write("Dear", expected=1, note="Too warm")
    change = ConfigurationChange.objects.filter(subject="wording").first()
    assert change is not None
    assert change.name == f"{KIND}, everybody version {second.number}"
    assert change.before["body"].startswith("Hello {{ name }}")
    assert change.after["body"].startswith("Dear {{ name }}")
    assert change.after["note"] == "Too warm"
    with pytest.raises(Refused) as refused:
        _write("Hi", expected=2, note="  ")
    assert refused.value.field == "note"


@pytest.mark.parametrize(
    "statement", ["UPDATE incidents_wordingversion SET body = 'x'", "DELETE FROM incidents_wordingversion"]
)
def test_postgresql_keeps_every_version(statement: str) -> None:
    version = _write("Hello")
    Wording.objects.update(newest=None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _execute(statement)
    version.refresh_from_db()
    assert version.body.startswith("Hello")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


NEEDED = "\n".join(f"{{{{ {name} }}}}" for name in wordings.BY_KIND[KIND].needed_in("body"))


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("body", "{% if x %}" + NEEDED, "“{%” is code"),
        ("body", NEEDED + "{{ a.b }}", "“{{ a.b }}” is not a variable"),
        ("body", NEEDED + "{{ name|upper }}", "is not a variable"),
        ("body", NEEDED + "{{ happening", "is not closed"),
        ("body", NEEDED + "{{ colour }}", "There is no variable {{ colour }}"),
        ("body", NEEDED + "{{ Name }}", "is not a variable"),
        ("body", NEEDED.replace("{{ next_update }}", "soon"), "{{ next_update }} may not be left out of the body"),
        ("body", NEEDED + "x" * 100_000, "characters; at most 10,000 fit"),
        ("body", NEEDED + "\x00", "cannot be shown (U+0000)"),
        ("body", NEEDED + "\u202egnp", "turns the direction of reading (U+202E)"),
        ("body", NEEDED + "<b>now</b>", "“<b>” would be read as it stands"),
        ("body", NEEDED + '<img src=x onerror="alert(1)">', "would be read as it stands"),
        ("body", " \n ", "The body is empty."),
        ("subject", "[{{ prefix }}] {{ brief }}\r\nBcc: x@example.org", "stands on one line"),
        ("subject", "[{{ prefix }}] {{ brief }}\u2028x", "stands on one line"),
        ("subject", "[{{ prefix }}] Issue", "{{ brief }} may not be left out of the subject"),
        ("subject", "[{{ prefix }}] {{ brief }}" + "x" * 200, "at most 200"),
        ("subject", "${brief} {{ prefix }} {{ brief }}", "is code"),
    ],
)
def test_a_text_with_a_fault_is_refused_beside_its_field(part: str, text: str, sentence: str) -> None:
    more = {part: text}
    with pytest.raises(Refused) as refused:
        _write("Hi", **more)
    assert refused.value.field == part
    assert sentence in refused.value.sentence
    assert not WordingVersion.objects.exists()


def test_angles_and_braces_that_are_words_may_stand() -> None:
    body = NEEDED + "\nWrite to <support@example.org> or <https://status.example.org> { if a < b }."
    assert faults("body", body, known=wordings.BY_KIND[KIND].names) == []


@pytest.mark.requirement("B-45", "B-46", "B-47", "B-48", "B-49", "B-50", "B-52", "B-64", "B-66", "B-67", "B-68", "B-69")
@pytest.mark.parametrize("kind", wordings.KINDS, ids=lambda kind: kind.key)
def test_each_shipped_text_has_no_fault_and_renders_with_its_samples(kind: wordings.Kind) -> None:
    assert kind.faults("subject", kind.shipped.subject) == []
    assert kind.faults("body", kind.shipped.body) == []
    rendered = render(kind.shipped, {name: kind.samples()[name] for name in kind.shipped.placeholders})
    assert "{{" not in rendered.text + rendered.subject + rendered.html


@pytest.mark.requirement("C-19")
def test_the_two_that_the_sop_gives_no_words_for_say_so() -> None:
    assert {
        kind.key: kind.from_sop for kind in wordings.KINDS if kind.for_clients and kind.key.startswith("incident-")
    } == {
        "incident-notification": True,
        "incident-update": False,
        "incident-resolved": True,
        "incident-postmortem": False,
    }


def test_a_contact_whose_letter_cannot_be_filled_refuses_in_a_sentence() -> None:
    team = Team()
    Brand.objects.update(signature=" ")
    incident = team.triage(team.report(1), at=after(minutes=3))
    with pytest.raises(Refused, match="cannot be written from its wording: incident-notification: empty: signature"):
        team.acknowledge(incident, at=after(minutes=5))
    assert not OutboundMessage.objects.filter(kind=KIND).exists()


def _escalated(team: Team) -> OutboundMessage:
    incident = team.report(1)
    rows = OutboundMessage.objects.filter(about=incident.about, kind="escalation", channel="email")
    message = rows.order_by("pk").first()
    assert message is not None
    return message


@pytest.mark.requirement("B-107", "B-110", "C-19")
def test_an_escalation_is_said_in_the_wording_of_its_channel() -> None:
    shipped = _escalated(Team())
    reference = f"INC-{shipped.about.partition(':')[2]}"
    lines = shipped.body_text.split("\n")
    assert shipped.subject == f"{reference} SEV-1: Critical incident – Outreach suspended"
    assert any(line.startswith("I have it: http") for line in lines)
    assert lines[-2].startswith("Incident: http") and "draft" not in shipped.body_text and "{{" not in shipped.body_text
    assert '">I have it</a>' in shipped.body_html and shipped.made_from == "shipped:escalation-email"
    kind = wordings.BY_CHANNEL["email"]
    version = configuration.write_wording(
        kind.key,
        EVERYBODY,
        subject="Wake up: {{ reference }}",
        body="{{ situation }} ({{ reference }}), {{ title }}\n\n[Take it]({{ take_link }})",
        note="Shorter",
        expected=0,
        by=ResponderFactory(role="administrator"),
        at=after(),
    )
    worded = _escalated(Team())
    assert worded.subject.startswith("Wake up: INC-") and worded.made_from == f"wording:{version.pk}"
    assert "\n\nTake it: http" in worded.body_text and '">Take it</a>' in worded.body_html
    with pytest.raises(Refused, match="one text for everybody"):
        configuration.write_wording(
            kind.key,
            Place(brand_id=Brand.objects.get().pk),
            subject=kind.shipped.subject,
            body=kind.shipped.body,
            note="x",
            expected=0,
            by=ResponderFactory(role="administrator"),
            at=after(),
        )


def test_a_line_that_has_nothing_to_say_goes_and_a_link_reads_in_both_parts() -> None:
    kind = wordings.BY_CHANNEL["telegram"]
    told = {
        **kind.samples(),
        "said": "",
        "due": "",
        "to_do": "Write to them now.",
        "draft_link": "",
        "act_link": "",
        "title": "<b>x</b>",
        "take_link": "https://a.example/?a=1&b",
    }
    rendered = render(kind.shipped, told, optional=kind.optional)
    assert rendered.text == (
        "INC-2041 SEV-1: Critical incident\n<b>x</b>\n\nReported: Every sender shows suspended.\n\n"
        "Clients: Cedar Legal and Northwind Dental\nTo do: Write to them now.\n\n"
        "I have it: https://a.example/?a=1&b\nIncident: https://allclear.example/incidents/2041/\n"
    )
    assert '<a href="https://a.example/?a=1&amp;b">I have it</a><br>' in rendered.html
    assert "&lt;b&gt;x&lt;/b&gt;" in rendered.html and "draft" not in rendered.html
