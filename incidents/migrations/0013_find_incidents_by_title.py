"""Built while people work: whether something came again asks for the same title within ninety days (C-13)."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0012_write_crm_notes")]
    operations = [
        AddIndexConcurrently(
            "incident", models.Index(Upper("title"), models.F("opened_at"), name="incidents_by_title")
        ),
    ]
