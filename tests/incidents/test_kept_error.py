"""The exact words of an error can be read again by whoever may see the incident, and by nobody else (A-24)."""

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser

from incidents import lifecycle
from incidents.facts import Kept
from tests.factories import ResponderFactory, Team, after

pytestmark = pytest.mark.django_db
WORDS = 'HTTP 401 from /people/match\n  <b>{"error": 1}</b>'


@pytest.mark.requirement("A-24", "A-31")
def test_what_was_kept_is_read_as_it_was_kept(client: Browser) -> None:
    team = Team()
    incident = team.report()
    winter = datetime(2026, 1, 9, 15, 3, 7, tzinfo=UTC)
    kept = Kept(WORDS, "Leads › Enrichment", winter, "America/New_York", "ERR-5127")
    row = lifecycle.keep_error(incident.pk, kept, by=team.resolver, at=after(minutes=7))
    client.force_login(team.resolver)
    address = f"/incidents/{incident.pk}/error-reports/{row.pk}/"
    assert address in client.get(f"/incidents/{incident.pk}/").content.decode()
    page = client.get(address).content.decode()
    assert "HTTP 401 from /people/match\n  &lt;b&gt;{&quot;error&quot;: 1}&lt;/b&gt;" in page
    assert (
        "2026-01-09 10:03:07 EST" in page and "Leads › Enrichment" in page and row.sha256 in page and "ERR-5127" in page
    )


def test_another_incident_does_not_hand_it_out(client: Browser) -> None:
    team = Team()
    incident, other = team.report(), team.report()
    kept = Kept(WORDS, "Leads", after(minutes=3), "UTC", "")
    row = lifecycle.keep_error(incident.pk, kept, by=team.resolver, at=after(minutes=7))
    client.force_login(team.resolver)
    assert client.get(f"/incidents/{other.pk}/error-reports/{row.pk}/").status_code == 404
    client.force_login(ResponderFactory(role=None))
    assert client.get(f"/incidents/{incident.pk}/error-reports/{row.pk}/").status_code == 403
