"""What is said about an incident so that a playbook can be suggested: its type, and readings."""

import math
from datetime import datetime

from incidents.lifecycle.moving import moving, retried
from incidents.models import Incident, Responder, TimelineEntry
from incidents.playbooks.models import IncidentType, ReadingHint, TypedIncident
from incidents.refusals import Refused


@retried
def classify(incident_id: int, type_id: int, *, by: Responder, at: datetime) -> TypedIncident:
    """Says of which type an incident is; saying the same again writes nothing."""
    with moving(incident_id, "note", by=by, at=at) as move:
        chosen = IncidentType.objects.filter(pk=type_id).first()
        if chosen is None:
            raise Refused("Choose a type.", "type")
        typed = TypedIncident.objects.select_related("incident_type").filter(incident_id=incident_id).first()
        if typed is not None and typed.incident_type_id == chosen.pk:
            raise Refused(f"It is “{chosen}” already.", "type")
        if typed is None:
            typed = TypedIncident(incident=move.incident)
        typed.incident_type, typed.by, typed.at = chosen, by, move.at
        typed.save()
        move.write(TimelineEntry.Kind.TYPED, str(chosen), type=chosen.key)
    return typed


def hint(incident_id: int, *, metric: str, value: float, at: datetime, unit: str = "", source: str = "") -> ReadingHint:
    """Keeps a reading that concerns an incident. Told by whatever takes readings; nobody is named and nothing moves."""
    if not math.isfinite(value):
        raise Refused("That is not a number that can be read.", "value")
    return ReadingHint.objects.create(
        incident=Incident.objects.only("pk").get(pk=incident_id),
        metric=metric[:40],
        value=value,
        unit=unit[:12],
        source=source[:120],
        read_at=at,
    )
