"""What is said about an incident so that a playbook can be suggested: its type, a playbook by name, and readings."""

import math
from datetime import datetime

from incidents.lifecycle.moving import moving, retried
from incidents.models import Incident, Responder, TimelineEntry
from incidents.playbooks.models import IncidentType, PlaybookHint, ReadingHint, TypedIncident
from incidents.refusals import Refused


@retried
def classify(incident_id: int, type_id: int, *, by: Responder | None, at: datetime) -> TypedIncident:
    """Says of which type an incident is; saying the same again writes nothing. `by` is None for a routing rule."""
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


def name_playbook(incident_id: int, short_name: str, *, because: str, at: datetime) -> None:
    """Keeps that something names a playbook for an incident; it is then suggested with `because` as the reason.

    Nothing moves, and a name that no playbook bears suggests nothing. Saying the same twice is saying it once.
    """
    hint = PlaybookHint(
        incident=Incident.objects.only("pk").get(pk=incident_id),
        short_name=short_name[:80],
        because=because[:200],
        at=at,
    )
    PlaybookHint.objects.bulk_create([hint], ignore_conflicts=True)
