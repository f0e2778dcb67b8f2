"""A line of the board: what it shows of an incident, and what it does not run."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import lifecycle
from incidents.facts import Report
from incidents.models import Incident
from tests.factories import ClientFactory, ResponderFactory, SystemFactory

pytestmark = pytest.mark.django_db


def test_no_word_of_a_person_is_markup(client: Browser) -> None:
    """Client, system, title and resolver stand in the line as they were typed."""
    mallory = ResponderFactory(name="<i>Mallory</i>  Øst", role="coordinator")
    whose, what = ClientFactory(name="<b>Acme</b>"), SystemFactory(name="Mail & <u>more</u>")
    report = Report("<script>1</script>", "It broke.", 2, "agent", timezone.now(), (whose.pk,), (what.pk,))
    incident = lifecycle.report(report, by=mallory, at=timezone.now())
    Incident.objects.filter(pk=incident.pk).update(resolver=mallory)
    client.force_login(mallory)
    line = client.get("/").content.decode().partition("<tr data-row")[2].partition("</tr>")[0]
    assert ">&lt;script&gt;1&lt;/script&gt;</a>" in line and f">INC-{incident.pk}</span>" in line
    assert ">&lt;b&gt;Acme&lt;/b&gt;</span>" in line and ">Mail &amp; &lt;u&gt;more&lt;/u&gt;</span>" in line
    assert '">&lt;Ø</span>&lt;i&gt;Mallory&lt;/i&gt;  Øst</span>' in line


@pytest.mark.parametrize("name", ["", "   "])
def test_a_resolver_without_a_name_breaks_no_line(client: Browser, name: str) -> None:
    """An address from a sign-on may bring no name."""
    nameless = ResponderFactory(name=name, role="coordinator")
    report = Report("Bounces", "It broke.", 2, "agent", timezone.now(), (ClientFactory().pk,), ())
    incident = lifecycle.report(report, by=nameless, at=timezone.now())
    Incident.objects.filter(pk=incident.pk).update(resolver=nameless)
    client.force_login(nameless)
    assert "</span>no name</span>" in client.get("/").content.decode()


def test_whoever_may_not_assign_is_led_to_no_refusal(client: Browser) -> None:
    coordinator, communicator = ResponderFactory(role="coordinator"), ResponderFactory(role="communicator")
    report = Report("Mail", "It broke.", 2, "agent", timezone.now(), (ClientFactory().pk,), (SystemFactory().pk,))
    incident = lifecycle.report(report, by=coordinator, at=timezone.now())
    for person, offered in ((coordinator, True), (communicator, False)):
        client.force_login(person)
        page = client.get("/").content.decode()
        assert (f'href="/incidents/{incident.pk}/assign/"' in page) is offered
        assert client.get(f"/incidents/{incident.pk}/assign/").status_code == (200 if offered else 403)
