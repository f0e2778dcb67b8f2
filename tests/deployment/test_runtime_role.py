"""The role as which Allclear runs does all the work, and cannot alter the record or the schema."""

from collections.abc import Iterator

import pytest

from tests import template
from tests.faults.installation import Installation, installation

pytestmark = [pytest.mark.django_db(transaction=True)]
WORK = """
now = timezone.now() - timedelta(hours=3)
team = Team()
one = team.triage(team.report(1, at=now), at=now + timedelta(minutes=1))
team.acknowledge(one, at=now + timedelta(minutes=2))
lifecycle.investigate(one.pk, by=team.resolver, at=now + timedelta(minutes=3))
team.fix(one, at=now + timedelta(minutes=4))
team.confirm(one, at=now + timedelta(minutes=5))
clocks.sweep(now=timezone.now())
from incidents.facts import Resolution
told = Resolution('Outreach paused', 'Volume grew too fast.', 'We slowed down.')
lifecycle.resolve(one.pk, told, by=team.communicator, at=timezone.now())
result = Incident.objects.get().status
"""
REFUSED = """
from django.db import ProgrammingError, transaction
result = []
for statement in {statements}:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        result.append('denied' if 'permission denied' in str(error) or 'must be owner' in str(error) else str(error))
    else:
        result.append('DONE: ' + statement)
"""
STATEMENTS = [
    "UPDATE incidents_timelineentry SET text = 'nothing happened'",
    "DELETE FROM incidents_timelineentry",
    "TRUNCATE incidents_timelineentry",
    "DELETE FROM incidents_configurationchange",
    "UPDATE incidents_policyversion SET number = 9",
    "UPDATE incidents_errorreport SET screen = 'x'",
    "TRUNCATE incidents_incident CASCADE",
    "ALTER TABLE incidents_timelineentry DISABLE TRIGGER ALL",
    "DROP TABLE incidents_clock",
    "CREATE TABLE mine (id int)",
    "DELETE FROM django_migrations",
    "CREATE OR REPLACE FUNCTION incidents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
]


@pytest.fixture
def as_runtime() -> Iterator[Installation]:
    with installation(template.folder()) as one:
        one.do("call_command('grant_runtime_role', verbosity=0)")
        assert one.postgres.url.startswith("postgres://allclear_owner@")
        one.env["DATABASE_URL"] = one.postgres.url.replace("allclear_owner@", "allclear_app@")
        one.restart_console()
        yield one


@pytest.mark.requirement("B-40")
def test_it_works_an_incident_and_is_denied_the_record(as_runtime: Installation) -> None:
    assert as_runtime.do(WORK) == "resolved"
    found = as_runtime.do(REFUSED.format(statements=STATEMENTS))
    assert found == ["denied"] * len(STATEMENTS)
