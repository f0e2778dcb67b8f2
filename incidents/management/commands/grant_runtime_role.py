"""`manage.py grant_runtime_role`: the role as which everything runs, without DDL and without a way to alter the record.

Run by the owner of the schema after every `migrate` (reliability.md). Which tables are append-only is read from
PostgreSQL's own triggers, so that a new one is covered by the migration that makes it.
"""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg import sql

PASSWORD = "ALLCLEAR_APP_PASSWORD"  # noqa: S105 (the name of a variable)
DELETED, UPDATED = 8, 16
GUARDED = """
    SELECT tgrelid::regclass::text, bit_or(tgtype::int) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname = 'incidents_refuse_change' AND tgqual IS NULL AND tgattr::text = '' GROUP BY 1 ORDER BY 1
"""
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


class Command(BaseCommand):
    help = f"Create or refresh the role as which Allclear runs; its password is read from {PASSWORD}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", default="allclear_app", help="name of the role (default: allclear_app)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Changes nothing when PostgreSQL refuses any part of it."""
        role = sql.Identifier(options["role"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [options["role"]])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            if os.environ.get(PASSWORD):
                password = sql.Literal(os.environ[PASSWORD])
                cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
            for grant in GRANTS:
                cursor.execute(sql.SQL(grant).format(role=role))
            cursor.execute(GUARDED)
            guarded = cursor.fetchall()
            for table, events in guarded:
                verbs = [name for bit, name in ((UPDATED, "UPDATE"), (DELETED, "DELETE")) if events & bit]
                for verb in verbs:
                    cursor.execute(sql.SQL(f"REVOKE {verb} ON {table} FROM {{}}").format(role))
        if options["verbosity"]:
            self.stdout.write(f"{options['role']} may add to the record and not alter it: {len(guarded)} tables.")
