"""The scheduled updates of one client: the one that is to come, as it would leave now, and those that were sent."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import digests, scheduled
from incidents.digest_days import LEAD, next_due
from incidents.models import Client, Digest
from incidents.views.configuration.permitted import SignedRequest, permitted


@require_safe
@permitted("view_incident")
def coming_digest(request: SignedRequest, pk: int) -> HttpResponse:
    """What would leave, what it lacks, and the very letters, before anything is sent; nothing is written."""
    client = get_object_or_404(Client.objects.select_related("tier", "brand"), pk=pk)
    now = timezone.now()
    coming, over = scheduled.of_client(client)
    due = next_due(client.digest_schedule, after=now)
    planned = coming or (
        Digest(client=client, on=due.on, scheduled_at=due.at, due_at=due.at, schedule=client.digest_schedule.mark)
        if due
        else None
    )
    if planned is not None:
        planned.client = client
    edition = digests.edition_of(planned, digests.items_for([client.pk]), now=now) if planned else None
    context = {
        "client": client,
        "digest": planned,
        "edition": edition,
        "asks_at": planned.scheduled_at - LEAD if planned else None,
        "over": over,
        "schedule": client.digest_schedule.words,
        "own": bool(client.digest_days) or client.digest_hour is not None,
    }
    return render(request, "incidents/clients/coming_digest.html", context)


@require_safe
@permitted("view_incident")
def digest(request: SignedRequest, pk: int) -> HttpResponse:
    """One update that is over: what it said of each incident, and what became of each message.

    404 where it speaks of an incident that this responder may not know of.
    """
    one = get_object_or_404(Digest.objects.select_related("client"), pk=pk)
    if one.settled_at is None:
        raise Http404("It has not been sent.")
    lines = list(one.lines.select_related("incident"))
    if not scheduled.visible(pk, request.user):
        raise Http404("No such update.")
    found = scheduled.messages_of([one]).get(one.about, [])
    context = {
        "digest": one,
        "client": one.client,
        "lines": lines,
        "messages_sent": found,
        "nobody_has_it": bool(found) and all(message.state in message.FAILED for message in found),
        "can_retry": request.user.has_perm("retry_letter"),
    }
    return render(request, "incidents/clients/digest.html", context)
