"""What every test may rely on: a real PostgreSQL that holds the shipped world, also after tests that really commit."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

_KEEP = ("django_migrations", "django_content_type")
# What migrations put into a fresh database, in their order; every app adds its own here.
SETTLED = (
    importlib.import_module("incidents.migrations.0003_settle_a_fresh_install").settle,
    importlib.import_module("incidents.migrations.0006_grant_and_escalate_learning").grant,
    importlib.import_module("incidents.migrations.0012_write_crm_notes").settle,
    importlib.import_module("incidents.migrations.0017_tell_of_quick_fixes").settle,
    importlib.import_module("incidents.migrations.0022_plan_scheduled_updates").settle,
    importlib.import_module("incidents.migrations.0023_count_hours_on_the_wall").settle,
    importlib.import_module("incidents.playbooks.migrations.0003_install_the_shipped").install,
    importlib.import_module("incidents.detection.migrations.0002_settle_the_watch").settle,
    importlib.import_module("incidents.detection.migrations.0005_measure_our_own_letters").settle,
    importlib.import_module("postmortems.migrations.0002_ship_kinds_procedures_and_destinations").settle,
)
GUARDED = (
    ("incidents_timelineentry", "timeline_is_append_only"),
    ("incidents_timelineentry", "timeline_is_never_emptied"),
    ("incidents_timelineentry", "entry_is_counted"),
    ("incidents_configurationchange", "changes_are_append_only"),
    ("incidents_configurationchange", "changes_are_never_emptied"),
    ("incidents_policyversion", "policy_versions_are_immutable"),
    ("incidents_errorreport", "error_reports_are_kept"),
    ("incidents_wordingversion", "wording_versions_are_immutable"),
    ("incidents_clientletter", "letters_are_append_only"),
    ("incidents_digestline", "digest_lines_are_append_only"),
    ("postmortems_checkrun", "runs_are_append_only"),
    ("postmortems_criterion", "criteria_stay_in_their_gate"),
)


def _start_anew(self: TransactionTestCase) -> None:
    """Replaces Django's flush, which the append-only tables refuse: empties every table, then settles as migrated."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if t not in _KEEP]
        cursor.execute("SET session_replication_role = replica")
        for table in {table for table, _ in GUARDED}:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for table in {table for table, _ in GUARDED}:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table, trigger in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        cursor.execute("SET session_replication_role = origin")
    for settle in SETTLED:
        settle(apps, None)


TransactionTestCase._fixture_teardown = _start_anew  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    """Pages in tests name static files without the manifest that `collectstatic` would have to write first."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
