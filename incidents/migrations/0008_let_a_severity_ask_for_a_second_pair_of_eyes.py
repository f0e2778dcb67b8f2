from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0007_name_new_kinds_and_situations")]

    operations = [
        migrations.AddField(
            model_name="severity",
            name="confirmed_by_another",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whoever fixed it may not confirm.",
                verbose_name="fix confirmed by another person",
            ),
        ),
    ]
