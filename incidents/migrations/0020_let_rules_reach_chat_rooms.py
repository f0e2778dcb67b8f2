"""A rule of the matrix may reach chat rooms and telephones."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0019_let_people_answer_clients"),
        ("notifications", "0010_reach_chat_rooms"),
    ]

    operations = [
        migrations.AddField(
            model_name="escalationrule",
            name="rooms",
            field=models.ManyToManyField(
                blank=True,
                help_text="Chat rooms that hear of it too, while “Chat or SMS” is ticked.",
                to="notifications.destination",
            ),
        ),
        migrations.AlterField(
            model_name="escalationrule",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("telegram", "Telegram"),
                        ("email", "E-mail"),
                        ("in_app", "In Allclear"),
                        ("chat", "Chat or SMS"),
                    ],
                    max_length=10,
                ),
                default=list,
                size=None,
            ),
        ),
    ]
