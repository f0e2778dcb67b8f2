"""What an honest close asks for, each with its state, for the page on which it is closed (A-14, A-23)."""

from typing import Any

from django import template

from incidents.models import Incident
from postmortems import readiness

register = template.Library()


@register.inclusion_tag("postmortems/_closing.html")
def honest_close(incident: Incident) -> dict[str, Any]:
    """Nothing at all where neither a review nor a gate is asked for."""
    return {"asked": readiness.asked(incident)}
