"""Change events of a sender (a deploy, a flag): onto the record of the open incidents that they may explain."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from incidents.detection.intake.alerts import Alert
from incidents.detection.intake.prompting import mention
from incidents.detection.intake.routing import Sender, World, decide
from incidents.models import Incident

AT_MOST = 20


def tell(sender: Sender, world: World, summary: str, origin: str, labels: Mapping[str, str], *, at: datetime) -> int:
    """Writes the change onto open incidents of the same systems or client, else of the same source; counts them."""
    alert = Alert(key="change", title=summary, labels={**labels, "source": origin})
    route = decide(world, sender, alert, at=at)
    where = Q()
    if route.system_ids:
        where |= Q(system_ids__overlap=list(route.system_ids))
    elif route.client_id:
        where |= Q(client_ids__contains=[route.client_id])
    else:
        where |= Q(pk__in=Incident.objects.filter(is_open=True, gatherings__source_id=sender.id).values("pk"))
    affected = Incident.objects.filter(where, is_open=True).order_by("-pk").values_list("pk", flat=True)[:AT_MOST]
    told = list(affected)
    for pk in told:
        mention(pk, f"Change, says {sender.name}: {summary} ({origin or 'no origin'}).", now=at, change=summary[:200])
    return len(told)
