"""The card of an empty board that says what to set up."""

from typing import Any

from django import template

from incidents.detection.first_steps import first_steps
from incidents.models import Responder

register = template.Library()


@register.inclusion_tag("detection/_first_steps.html", takes_context=True)
def first_steps_card(context: template.Context) -> dict[str, Any]:
    viewer = context["user"]
    steps = first_steps(viewer) if isinstance(viewer, Responder) else []
    return {"steps": steps, "left": sum(not step.done for step in steps)}
