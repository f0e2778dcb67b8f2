"""Evidence first: the exact error is kept and hashed before anything is changed or tried again (A-24)."""

import pytest
from django.db import DatabaseError, connection, transaction

from incidents import lifecycle
from incidents.facts import Change, Kept
from incidents.models import ErrorReport, TimelineEntry
from incidents.refusals import Refused
from tests.factories import Team, after

pytestmark = pytest.mark.django_db
KEPT = Kept(
    'HTTP 401 from /people/match\n{"error": 1}', "Leads › Enrichment", after(minutes=3), "Europe/London", "ERR-5127"
)


@pytest.mark.requirement("A-24")
def test_a_change_before_the_error_is_kept_needs_a_reason_and_is_counted() -> None:
    team = Team()
    incident = team.report()
    team.triage(incident, at=after(minutes=1))
    tried = Change("Restarted the workers", is_retry=True)
    with pytest.raises(Refused, match="Keep the exact error report") as refused:
        lifecycle.change(incident.pk, tried, by=team.resolver, at=after(minutes=5))
    assert refused.value.field == "without_evidence_reason"
    hurried = Change("Restarted the workers", is_retry=True, without_evidence_reason="Leads were being lost")
    lifecycle.change(incident.pk, hurried, by=team.resolver, at=after(minutes=6))
    lifecycle.keep_error(incident.pk, KEPT, by=team.resolver, at=after(minutes=7))
    lifecycle.change(incident.pk, tried, by=team.resolver, at=after(minutes=8))
    facts = [entry.facts for entry in TimelineEntry.objects.filter(incident=incident, kind="changed").order_by("seq")]
    assert [one["evidence_kept"] for one in facts] == [False, True]
    assert [one["without_evidence_reason"] for one in facts] == ["Leads were being lost", ""]


@pytest.mark.requirement("A-24")
def test_what_was_kept_has_its_second_its_zone_and_its_hash_and_cannot_be_changed() -> None:
    team = Team()
    incident = team.report()
    row = lifecycle.keep_error(incident.pk, KEPT, by=team.resolver, at=after(minutes=7))
    entry = TimelineEntry.objects.get(incident=incident, kind="error_kept")
    assert entry.facts["sha256"] == row.sha256 and len(row.sha256) == 64
    assert entry.text == "Leads › Enrichment at 2026-02-03 10:03:00 GMT"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_errorreport SET report = 'nothing happened'")
    assert ErrorReport.objects.get().report == KEPT.report


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"report": "  "}, "report"),
        ({"screen": ""}, "screen"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"occurred_at": after(days=1)}, "occurred_at"),
    ],
)
def test_half_a_report_is_refused_beside_its_field(changes: dict[str, object], field: str) -> None:
    team = Team()
    incident = team.report()
    told = Kept(**{**{name: getattr(KEPT, name) for name in KEPT.__slots__}, **changes})
    with pytest.raises(Refused) as refused:
        lifecycle.keep_error(incident.pk, told, by=team.resolver, at=after(minutes=7))
    assert refused.value.field == field
