"""The SOP's five playbooks and the incident types that they are for."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from incidents.playbooks import shape, shipped


def install(apps: Any, schema_editor: Any) -> None:
    def model(name: str) -> Any:
        return apps.get_model("playbooks", name).objects

    types = {
        key: model("IncidentType").create(key=key, name=name, words=list(words)) for key, name, words in shipped.TYPES
    }
    for key, type_key, body in shipped.PLAYBOOKS:
        playbook = model("Playbook").create(name=body.name, shipped=key, incident_type=types[type_key])
        playbook.newest = model("PlaybookVersion").create(
            playbook=playbook,
            number=1,
            body=shape.write(body),
            note="As the SOP says",
            created_at=datetime.now(UTC),
            by_name="Allclear",
        )
        playbook.save()


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0002_guard_versions_and_prohibitions")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
