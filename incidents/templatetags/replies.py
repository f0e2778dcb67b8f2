"""The panel of an incident's page: what clients answered, and what still waits for an answer of ours."""

from typing import Any

from django import template

from incidents.models import ClientReply, Incident

register = template.Library()
MOST = 20


@register.inclusion_tag("incidents/_replies.html", takes_context=True)
def reply_panel(context: template.Context, incident: Incident) -> dict[str, Any]:
    """Two queries: the answers, and the incident that this one follows, if it does and the viewer may know of it."""
    rows = ClientReply.objects.filter(incident=incident).defer("quoted").order_by("answered_at", "-received_at")
    replies = list(rows.order_by("-received_at")[:MOST])
    follows = Incident.objects.visible_to(context["user"]).filter(replies__led_to=incident).only("pk", "title").first()
    return {
        "replies": sorted(replies, key=lambda one: one.answered_at is not None),
        "follows": follows,
        "now": context.get("now"),
    }
