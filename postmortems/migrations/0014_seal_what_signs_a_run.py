"""Seals the secret that signs the runs of a check.

The plain column stays, empty, for processes of the version before that still write it; a later migration drops it. Until such a
process is replaced it knows no secret and refuses what is signed: a run is refused then, never taken wrongly.
"""

from contextlib import suppress
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

from notifications import sealed

PLAIN = "SELECT id, secret FROM postmortems_regressioncheck WHERE secret <> '' FOR UPDATE"
SEALED = "SELECT id, sealed_secret FROM postmortems_regressioncheck WHERE sealed_secret <> '' FOR UPDATE"
SEAL = "UPDATE postmortems_regressioncheck SET sealed_secret = %s, secret = '' WHERE id = %s"
UNSEAL = "UPDATE postmortems_regressioncheck SET secret = %s WHERE id = %s"


def seal(apps: Apps, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(PLAIN)
        for pk, plain in cursor.fetchall():
            cursor.execute(SEAL, [sealed.seal(plain), pk])


def unseal(apps: Apps, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(SEALED)
        for pk, value in cursor.fetchall():
            # One that no key opens is lost either way, and stays as it is.
            with suppress(sealed.Lost):
                cursor.execute(UNSEAL, [sealed.unseal(value), pk])


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0013_count_a_statement_without_a_join")]

    operations = [
        migrations.AddField(
            model_name="regressioncheck",
            name="sealed_secret",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Signs what a machine posts (HMAC-SHA256)."
            ),
        ),
        migrations.AlterField(
            model_name="regressioncheck",
            name="secret",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunPython(seal, unseal),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="regressioncheck", name="secret")]
        ),
    ]
