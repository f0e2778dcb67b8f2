"""A lane of a channel may rest by itself: its name is longer than that of a channel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_find_letters_by_message_id"),
    ]

    operations = [
        migrations.AlterField(
            model_name="breaker",
            name="channel",
            field=models.CharField(max_length=330, primary_key=True, serialize=False),
        ),
    ]
