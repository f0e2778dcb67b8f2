"""What to read at a moment of an incident's life, for pages of any storey (A-26…A-34)."""

from typing import Any

from django import template

from postmortems.models import Procedure

register = template.Library()


@register.inclusion_tag("postmortems/_procedures.html")
def procedures(*moments: str) -> dict[str, Any]:
    """One query; nothing at all is shown when no procedure belongs to the moments. Each is named once."""
    rows = {one.key: one for one in Procedure.objects.filter(moment__in=moments, is_active=True)}
    return {"procedures": list(rows.values())}
