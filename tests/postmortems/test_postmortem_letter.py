"""The postmortem letter: owed to Premium clients of a SEV-1 and to nobody else (B-75, B-76)."""

from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client as Browser

from incidents import configuration, lifecycle
from incidents.models import Incident, IncidentClient, Tier
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from postmortems import letters, readiness, reviews
from postmortems.forms.reviews import PostmortemForm
from postmortems.letters import Postmortem
from tests.factories import ClientFactory, after
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db
WORDS = Postmortem("Outreach paused", "Our sending volume grew too fast.", "We now watch the rate of bounces.")


def _published(tier: str, severity: int) -> tuple[Learners, Incident]:
    team = Learners(tier=Tier.objects.get(key=tier))
    incident, _ = team.reviewed(severity)
    team.publish(incident)
    incident.refresh_from_db()
    return team, incident


@pytest.mark.requirement("B-75")
@pytest.mark.parametrize(("tier", "severity", "owed"), [("premium", 1, 1), ("premium", 2, 0), ("standard", 1, 0)])
def test_it_is_owed_to_exactly_premium_and_sev_1(tier: str, severity: int, owed: int) -> None:
    team, incident = _published(tier, severity)
    assert len(readiness.owed_letters(incident)) == owed
    assert sum("postmortem letter is owed" in sentence for sentence in incident.unsettled) == owed
    if not owed:
        with pytest.raises(Refused, match="No client is owed"):
            letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=40))


@pytest.mark.requirement("B-76", "B-132")
def test_it_tells_the_client_visible_timeline_alone_and_passes_the_guard() -> None:
    team, incident = _published("premium", 1)
    review = incident.review
    secret = review.curated.filter(client_text="").first()
    assert secret is not None
    for words in (Postmortem("B", " ", "x"), Postmortem("B", "x", " "), Postmortem("B", "HubSpot broke.", "We watch.")):
        with pytest.raises(Refused):
            letters.send(incident.pk, words, by=team.communicator, at=after(hours=40))
    letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=40))
    row = OutboundMessage.objects.get(kind="incident-postmortem")
    assert "Your outreach emails are not being sent" in row.body_text and WORDS.cause in row.body_text
    assert row.by_person
    assert "Triaged" not in row.body_text and secret.text not in row.body_text
    incident.refresh_from_db()
    assert not any("postmortem letter" in sentence for sentence in incident.unsettled)
    with pytest.raises(Refused, match=f"written already, to {team.client}; nobody else"):
        letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=41))


@pytest.mark.requirement("B-75")
def test_the_peak_severity_counts() -> None:
    team = Learners(tier=Tier.objects.get(key="premium"))
    incident = team.report(1)
    team.triage(incident, at=after(minutes=5))
    lifecycle.reclassify(incident.pk, severity=2, reason="Less than thought", by=team.coordinator, at=after(minutes=6))
    Incident.objects.filter(pk=incident.pk).update(resolved_at=after(hours=3))
    assert len(readiness.owed_letters(Incident.objects.get(pk=incident.pk))) == 1


@pytest.mark.requirement("B-76")
def test_each_client_reads_the_timeline_in_its_own_zone_and_every_word_that_was_fit_for_it() -> None:
    team = Learners(tier=Tier.objects.get(key="premium"), time_zone="America/New_York")
    other = ClientFactory(tier=team.client.tier, time_zone="Europe/Berlin")
    incident = team.resolved(1)
    IncidentClient.objects.create(incident=incident, client=other, added_at=after(minutes=1))
    for text, visible in (("We have restarted the sending queue.", True), ("ZEBRA stays here.", False)):
        lifecycle.note(incident.pk, text=text, client_visible=visible, by=team.resolver, at=after(hours=31))
    reviews.sweep(now=after(hours=31, seconds=2))
    team.publish(incident)
    letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=40))
    rows = OutboundMessage.objects.filter(kind="incident-postmortem")
    written = {row.recipient: f"{row.body_text}{row.body_html}" for row in rows}
    ours = written.pop(team.client.contacts.get().email)
    (theirs,) = written.values()
    assert "(EST): Your outreach emails" in ours and "(CET): Your outreach emails" in theirs
    for one in (ours, theirs):
        assert "We have restarted the sending queue." in one and "ZEBRA" not in one and "UTC" not in one


@pytest.mark.requirement("B-75", "A-14")
@pytest.mark.parametrize(("before", "after_", "owed"), [("standard", "premium", 1), ("premium", "standard", 0)])
def test_a_tier_that_changes_in_between_is_what_counts(before: str, after_: str, owed: int) -> None:
    team, incident = _published(before, 1)
    values = {"tier": Tier.objects.get(key=after_)}
    configuration.save_client(team.client.pk, values, by=team.admin, at=after(hours=36))
    with pytest.raises(Refused, match="being looked at again"):
        lifecycle.close(incident.pk, by=team.coordinator, at=after(hours=36, seconds=1))
    reviews.sweep(now=after(hours=36, seconds=2))
    incident.refresh_from_db()
    assert sum("postmortem letter is owed" in sentence for sentence in incident.unsettled) == owed
    assert not any("looked at again" in sentence for sentence in incident.unsettled)


@pytest.mark.requirement("B-75")
def test_what_a_tier_asks_for_counts_from_when_it_asks() -> None:
    team, incident = _published("standard", 1)
    tier = Tier.objects.get(key="standard")
    configuration.save_tier(tier.pk, {"postmortem_severities": [1]}, by=team.admin, at=after(hours=36))
    reviews.sweep(now=after(hours=36, seconds=2))
    incident.refresh_from_db()
    assert any("postmortem letter is owed" in sentence for sentence in incident.unsettled)


@pytest.mark.requirement("B-76")
def test_its_page_shows_each_letter_and_what_the_guard_objects_to_before_it_goes() -> None:
    team, incident = _published("premium", 1)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    address = f"/incidents/{incident.pk}/send-postmortem/"
    typed = {"brief": "Outreach paused", "cause": "HubSpot broke.", "changes": "We now watch the rate of bounces."}
    first = browser.get(address).content.decode()
    assert 'data-preview-url="/incidents/' in first
    for way, more in ((f"{address}preview/", {}), (address, {"preview": "1"})):
        shown = browser.post(way, typed | more).content.decode()
        assert '<mark class="found">HubSpot</mark> broke.' in shown and "We now watch the rate of bounces." in shown
        assert "Your outreach emails are not being sent" in shown and team.client.contacts.get().email in shown
        assert "“HubSpot" in shown and "Say instead: " in shown
    (found,) = [one for one in _form(team, incident, typed).objections() if one.finding.kind == "blame"]
    mended = browser.post(address, typed | {"repair": found.key}).content.decode()
    assert "HubSpot" not in mended and found.repaired in unescape(mended)
    empty = browser.post(f"{address}preview/", {"brief": "x", "cause": "", "changes": ""}).content.decode()
    assert "each part has words" in empty
    assert not OutboundMessage.objects.filter(kind="incident-postmortem").exists()
    browser.post(address, typed | {"cause": WORDS.cause})
    row = OutboundMessage.objects.get(kind="incident-postmortem")
    again = browser.get(address).content.decode()
    assert f"written already, to {team.client}" in unescape(again) and row.recipient not in again
    assert "data-preview-url" not in again
    late = browser.post(address, typed | {"cause": "Typed in a second tab."}).content.decode()
    assert f"written already, to {team.client}" in unescape(late) and "Typed in a second tab." in late


@pytest.mark.requirement("B-75")
def test_its_page_says_beforehand_why_none_can_be_sent() -> None:
    team, incident = _published("standard", 1)
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    shown = browser.get(f"/incidents/{incident.pk}/send-postmortem/").content.decode()
    assert "none is of a tier that asks for one at SEV-1" in shown and "data-preview-url" not in shown
    premium = Learners(tier=Tier.objects.get(key="premium"))
    draft, _ = premium.reviewed(1)
    browser.force_login(premium.communicator, backend=BACKEND)
    early = browser.get(f"/incidents/{draft.pk}/send-postmortem/").content.decode()
    assert "not signed off yet" in early and "data-preview-url" not in early


@pytest.mark.requirement("B-76", "B-132")
def test_what_would_stop_it_in_the_timeline_is_shown_while_it_is_written() -> None:
    team, incident = _published("premium", 1)
    incident.review.curated.exclude(client_text="").update(client_text="HubSpot was down.")
    typed = {"brief": "Outreach paused", "cause": WORDS.cause, "changes": WORDS.changes}
    found = [one for one in _form(team, incident, typed).objections() if one.field == "timeline"]
    assert found and found[0].finding.kind == "blame" and not found[0].repaired
    with pytest.raises(Refused, match="HubSpot"):
        letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=40))


def _form(team: Learners, incident: Incident, typed: dict[str, str]) -> PostmortemForm:
    data = QueryDict(mutable=True)
    data.update(typed)
    return PostmortemForm(
        data, incident=incident, subject=incident.review, viewer=team.communicator, now=after(hours=40)
    )


def test_its_preview_is_the_letter_that_goes() -> None:
    team, incident = _published("premium", 1)
    (shown,) = letters.preview(incident, WORDS)
    letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=40))
    row = OutboundMessage.objects.get(kind="incident-postmortem")
    assert (row.subject, row.body_text, row.body_html) == (shown.subject, shown.text, shown.html)


def test_only_who_may_write_to_clients_is_offered_the_letter() -> None:
    team, incident = _published("premium", 1)
    for person, offered in ((team.communicator, True), (team.resolver, False)):
        browser = Browser()
        browser.force_login(person, backend=BACKEND)
        page = browser.get(f"/incidents/{incident.pk}/review/").content.decode()
        assert ("/send-postmortem/" in page) is offered and "Owed to 1 client" in page
