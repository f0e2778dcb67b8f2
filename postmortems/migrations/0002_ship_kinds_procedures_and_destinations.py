"""What the Review guide names: kinds of action, procedures and their moments, destinations, the three versions."""

from typing import Any

from django.db import migrations

from postmortems import shipped


def settle(apps: Any, schema_editor: Any) -> None:
    def model(name: str) -> Any:
        return apps.get_model("postmortems", name)

    for position, (key, name) in enumerate(shipped.ACTION_KINDS):
        model("ActionKind").objects.create(key=key, name=name, position=position)
    for position, (key, name, moment, must_tick) in enumerate(shipped.PROCEDURES):
        model("Procedure").objects.create(key=key, name=name, moment=moment, must_tick=must_tick, position=position)
    for position, (key, name, text, is_outside) in enumerate(shipped.DESTINATIONS):
        model("Destination").objects.create(key=key, name=name, help=text, is_outside=is_outside, position=position)
    product, fields = shipped.ENVIRONMENT
    model("EnvironmentSet").objects.create(product=product, fields=list(fields), is_default=True)


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0001_reviews_prevention_gates_and_support")]
    operations = [migrations.RunPython(settle, migrations.RunPython.noop, elidable=False)]
