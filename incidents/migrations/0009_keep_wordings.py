"""Wordings and their versions; PostgreSQL itself keeps every text from which letters were made (C-19)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER wording_versions_are_immutable BEFORE UPDATE OR DELETE ON incidents_wordingversion
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
ALTER TABLE incidents_wordingversion ENABLE ALWAYS TRIGGER wording_versions_are_immutable;
"""
BACKWARD = "DROP TRIGGER wording_versions_are_immutable ON incidents_wordingversion;"


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0008_let_a_severity_ask_for_a_second_pair_of_eyes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SlugField(max_length=40)),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="incidents.brand",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="incidents.client",
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "pk"),
            },
        ),
        migrations.CreateModel(
            name="WordingVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(blank=True)),
                (
                    "is_withdrawn",
                    models.BooleanField(default=False, help_text="From here on the next wider text is in force."),
                ),
                ("note", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=120)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="incidents.wording"
                    ),
                ),
            ],
            options={
                "ordering": ("wording", "-number"),
            },
        ),
        migrations.AddField(
            model_name="wording",
            name="newest",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.wordingversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="wordingversion",
            constraint=models.UniqueConstraint(fields=("wording", "number"), name="wording_version_number_once"),
        ),
        migrations.AddConstraint(
            model_name="wordingversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body", ""), ("is_withdrawn", True), ("subject", "")),
                    models.Q(
                        ("is_withdrawn", False),
                        models.Q(("subject", ""), _negated=True),
                        models.Q(("body", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="wording_version_is_a_text_or_a_withdrawal",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=models.Q(("brand", None), ("client", None), _connector="OR"), name="wording_is_for_one_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                condition=models.Q(("brand", None), ("client", None)),
                fields=("kind",),
                name="one_wording_for_everybody",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                condition=models.Q(("brand__isnull", False)), fields=("kind", "brand"), name="one_wording_for_a_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client__isnull", False)),
                fields=("kind", "client"),
                name="one_wording_for_a_client",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
