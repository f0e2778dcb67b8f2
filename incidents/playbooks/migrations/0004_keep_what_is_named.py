"""What a routing rule, a source or a ladder names for an incident: its type, said by nobody, and playbooks to suggest."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0026_hold_letters_for_approval"),
        ("playbooks", "0003_install_the_shipped"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="typedincident",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: a routing rule or a source.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="PlaybookHint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("short_name", models.SlugField(max_length=80)),
                ("because", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="playbook_hints",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "short_name", "because"), name="playbook_hint_given_once"
                    )
                ],
            },
        ),
    ]
