"""The panel of an incident's page: which alerts became part of it, how they stand, and where each leads back to."""

from typing import Any

from django import template
from django.db.models import Case, Count, Q, Value, When

from incidents.detection.intake.links import links
from incidents.detection.models import Signal
from incidents.models import Incident

register = template.Library()
MOST = 5


@register.inclusion_tag("detection/_alerts.html", takes_context=True)
def alert_panel(context: template.Context, incident: Incident) -> dict[str, Any]:
    """Those that still fire first, the newest of them first.

    One query where `presence` found any (`has` of the page), and a second where there are more than five.
    """
    if "alerts" not in context["has"]:
        return {"alerts": []}
    rows = Signal.objects.filter(incident=incident).select_related("source")
    over = Case(When(status=Signal.Status.FIRING, then=Value(0)), default=Value(1))
    found = list(rows.order_by(over, "-last_at", "-pk")[: MOST + 1])
    firing, every = sum(one.status == Signal.Status.FIRING for one in found), len(found)
    if every > MOST:
        counted = rows.aggregate(every=Count("pk"), firing=Count("pk", filter=Q(status=Signal.Status.FIRING)))
        firing, every = counted["firing"], counted["every"]
    shown = [(one, links(one.facts)) for one in found[:MOST]]
    return {"alerts": shown, "firing": firing, "every": every, "more": every - len(shown)}
