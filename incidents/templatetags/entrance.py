"""What the sign-in page offers in the sample workspace."""

from django import template
from django.http import HttpRequest
from django.template import Context

from incidents.models import Responder, RoleHolding
from incidents.sign_in import demo_door_is_open

register = template.Library()


@register.simple_tag(takes_context=True)
def sample_people(context: Context) -> list[tuple[Responder, list[str]]]:
    """The people one may come in as, with their roles; empty outside the sample workspace and off this machine."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not demo_door_is_open(request):
        return []
    held: dict[int, list[str]] = {}
    for responder_id, name in RoleHolding.objects.order_by("role_id").values_list("responder_id", "role__name"):
        held.setdefault(responder_id, []).append(name)
    people = Responder.objects.filter(is_active=True).order_by("pk")[:30]
    return [(person, held.get(person.pk, [])) for person in people]
