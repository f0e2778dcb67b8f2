"""The panel of an incident's page: what is followed, and what is suggested and why."""

from typing import Any

from django import template

from incidents.models import Incident, Responder
from incidents.playbooks import library
from incidents.playbooks.models import Run

register = template.Library()
MOST = 3


@register.inclusion_tag("playbooks/_panel.html", takes_context=True)
def playbook_panel(context: template.Context, incident: Incident) -> dict[str, Any]:
    """Five queries at most, however many playbooks and runs; what is being followed already is not suggested again.

    Of the page it takes `has`, what `presence` found: what is not in it is not asked for.
    """
    viewer, has = context["user"], context["has"]
    rows = Run.objects.filter(incident=incident).select_related("playbook", "version").order_by("-pk")
    runs = list(rows[: MOST * 2]) if "runs" in has else []
    open_now = {run.playbook_id for run in runs if run.ended_at is None}
    suggestions = [] if incident.closed_at else library.suggestions(incident, has)
    return {
        "incident": incident,
        "runs": runs,
        "suggestions": [one for one in suggestions if one.candidate.pk not in open_now][:MOST],
        "may_act": isinstance(viewer, Responder) and viewer.has_perm("note_incident"),
        "csrf_token": context.get("csrf_token"),
        "now": context.get("now"),
    }
