from django.db import migrations, models

import incidents.models.escalation
import incidents.models.record
import incidents.models.suggested


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0030_count_what_may_pass"),
    ]

    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="situation",
            field=models.CharField(choices=incidents.models.escalation.situations, max_length=24),
        ),
        migrations.AlterField(
            model_name="escalationrule",
            name="situation",
            field=models.CharField(choices=incidents.models.escalation.situations, max_length=24),
        ),
        migrations.AlterField(
            model_name="suggestedsituation",
            name="situation",
            field=models.CharField(choices=incidents.models.suggested.raised_by_people, max_length=24),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="kind",
            field=models.CharField(choices=incidents.models.record.kinds, max_length=20),
        ),
    ]
