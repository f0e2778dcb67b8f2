"""What more than one room of this door is told."""

from incidents.api.shapes import Body, Text
from incidents.models import Responder
from incidents.refusals import Refused


class Why(Body):
    reason: Text


class Shown(Body):
    evidence: Text


def person_named(pk: int | None, field: str) -> Responder | None:
    if pk is None:
        return None
    found = Responder.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise Refused("There is no such responder, or he is no longer active.", field)
    return found
