"""What a playbook's step causes here: pausing opens a restart gate (B-84, B-89). Supplied to the storey below."""

from decimal import Decimal, InvalidOperation

from django.urls import reverse
from django.utils.text import slugify

from incidents.playbooks.effects import Caused, Occasion
from incidents.refusals import Refused
from postmortems import gates
from postmortems.confirming import Limit
from postmortems.gates import Pause
from postmortems.models import PausableWork, RestartGate


def pause_item(occasion: Occasion) -> Caused:
    """Pauses the work that the step names, with a gate; a limit in the step's options becomes a criterion."""
    field = str(occasion.options.get("item", ""))
    name = str(occasion.answers.get(field) or "").strip()
    condition = str(occasion.options.get("gate", "")).strip()
    if not name:
        raise Refused("Name what is paused.", field)
    known = PausableWork.objects.filter(key=slugify(name)[:80]).first()
    live = RestartGate.objects.filter(work=known, incident_id=occasion.incident_id, ended_at=None).first()
    if known is not None and live is not None:
        return Caused(f"“{known}” is paused already.", reverse("postmortems:gate", args=[live.pk]))
    told = Pause(
        reason=f"{occasion.playbook}: {occasion.step.title}",
        work=known,
        name=name,
        kind=str(occasion.options.get("kind", "tool")),
        owner=occasion.by,
        undo=f"May resume when: {condition}" if condition else "",
        limits=_limits(occasion),
    )
    gate = gates.pause(occasion.incident_id, told, by=occasion.by, at=occasion.at)
    return Caused(
        f"“{gate.work}” is paused; {gate.reference} stands before its restart.",
        reverse("postmortems:gate", args=[gate.pk]),
    )


def _limits(occasion: Occasion) -> tuple[Limit, ...]:
    metric, under = occasion.options.get("metric"), occasion.options.get("under")
    if not metric or under is None:
        return ()
    try:
        limit = Decimal(str(under))
    except InvalidOperation as error:
        raise Refused("The limit of this step is not a number.") from error
    unit = str(occasion.options.get("unit", ""))
    words = str(metric).replace("-", " ").capitalize()
    return (Limit(str(metric), f"{words} under {under} {unit}".strip(), "<", limit, unit),)
