"""The resolved and the postmortem letter as they arrive at a real SMTP server, and the notices that come between."""

from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Brand, Client, Tier
from notifications import delivery
from postmortems import letters
from postmortems.letters import Postmortem
from tests.factories import after
from tests.notifications.sink import smtp
from tests.postmortems.factories import Learners

pytestmark = pytest.mark.django_db
WORDS = Postmortem("Outreach paused", "Our sending volume grew too fast.", "We now watch the rate of bounces.")


@pytest.mark.requirement("B-64", "B-76", "B-52")
def test_what_a_person_wrote_arrives_in_the_name_of_the_brand_and_on_the_clients_clock(settings: Any) -> None:
    care = Brand.objects.create(
        name="Kestrel Care",
        subject_prefix="Kestrel Care",
        signature="Your Kestrel Care team",
        from_email="care@kestrel.example",
        reply_to="help@kestrel.example",
    )
    team = Learners(tier=Tier.objects.get(key="premium"), time_zone="America/Sao_Paulo")
    Client.objects.filter(pk=team.client.pk).update(brand=care)
    incident, _ = team.reviewed(1)
    team.publish(incident)
    letters.send(incident.pk, WORDS, by=team.communicator, at=after(hours=40))
    with smtp(settings) as sink:
        delivery.sweep("email", now=timezone.now())
        arrived = {str(mail["Subject"]).strip(): mail for mail in sink.arrived}
    (resolved,) = [mail for subject, mail in arrived.items() if subject.startswith("[Kestrel Care] Resolved — ")]
    account = arrived["[Kestrel Care] What happened and what we changed — Outreach paused"]
    for mail in (resolved, account):
        assert (str(mail["From"]), str(mail["Reply-To"])) == (
            "Kestrel Care <care@kestrel.example>",
            "help@kestrel.example",
        )
        assert mail["Auto-Submitted"] is None and mail["Message-ID"]
        plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        marked = mail.get_body(("html",)).get_content()
        assert plain.startswith("Hi Dana,\n") and plain.rstrip().endswith("— Your Kestrel Care team")
        assert "<p>Hi Dana,</p>" in marked and "{{" not in plain + marked and "**" not in plain + marked
        assert str(mail["In-Reply-To"]) == str(mail["References"])
    assert "February, " in account.get_body(("plain",)).get_content()
    assert "(UTC-03)" in account.get_body(("plain",)).get_content()
    notices = [mail for subject, mail in arrived.items() if subject.startswith("INC-")]
    assert notices and all(mail["Auto-Submitted"] == "auto-generated" for mail in notices)
