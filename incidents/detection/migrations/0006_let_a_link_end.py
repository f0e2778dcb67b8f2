from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("detection", "0005_measure_our_own_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundkey",
            name="ends_at",
            field=models.DateTimeField(
                blank=True, help_text="Of a client form's link: from then on its page says that it is over.", null=True
            ),
        ),
    ]
