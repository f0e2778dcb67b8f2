"""The review on paper: a page fit to print, and a file by itself, for us or for one client in the client's own zone."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.models import Incident
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen
from postmortems import account
from postmortems.models import PreventionAction, Review


def unfit(review: Review) -> list[str]:
    """Why this must not be handed to a client yet; empty when it may (B-75, B-76)."""
    found = []
    if review.state != Review.State.PUBLISHED:
        found.append("The review is not signed off yet: this is a draft, and not for a client.")
    if not review.client_cause.strip():
        found.append("The root cause has no words for clients yet.")
    if not review.client_changes.strip():
        found.append("What has changed has no words for clients yet.")
    if not review.curated.filter(kept=True).exclude(client_text="").exists():
        found.append("No entry of the timeline has words for clients yet.")
    return found


def _paper(request: SignedRequest, pk: int) -> dict[str, Any]:
    incident: Incident = seen(request, pk)
    one = Review.objects.filter(incident=incident).select_related("owner", "signed_by").first()
    if one is None:
        raise Http404("There is no review yet.")
    for_client = request.GET.get("for") == "client"
    clients = list(incident.clients.order_by("name")) if for_client else []
    wanted = request.GET.get("client", "")
    client = next((row for row in clients if str(row.pk) == wanted), None)
    if wanted and for_client and client is None:
        raise Http404("This incident did not affect that client.")
    client = client or next(iter(clients), None)
    return {
        "incident": incident,
        "review": one,
        "for_client": for_client,
        "clients": clients if len(clients) > 1 else [],
        "client": client,
        "zone": client.time_zone if client is not None else "",
        "unfit": unfit(one) if for_client else [],
        "curated": one.curated.filter(kept=True).select_related("entry"),
        "safeguards": one.safeguards.all(),
        "actions": PreventionAction.objects.filter(incident=incident).select_related("owner", "kind"),
        "figures": account.figures(incident),
    }


def _in_zone(request: SignedRequest, template: str, told: dict[str, Any]) -> HttpResponse:
    """A client reads its own time; we read ours."""
    with timezone.override(ZoneInfo(told["zone"]) if told["zone"] else timezone.get_current_timezone()):
        return render(request, template, told)


@require_safe
@permitted("view_incident")
def export(request: SignedRequest, pk: int) -> HttpResponse:
    """The review as one page fit to print; with `for=client` only what clients may read."""
    return _in_zone(request, "postmortems/export.html", _paper(request, pk))


@require_safe
@permitted("view_incident")
def file(request: SignedRequest, pk: int) -> HttpResponse:
    """The same as a file that needs nothing of ours; one for a client is refused while it is not fit for a client."""
    told = _paper(request, pk)
    if told["unfit"]:
        messages.error(request, told["unfit"][0])
        return redirect("postmortems:review", pk)
    answer = _in_zone(request, "postmortems/paper.html", told)
    name = "report" if told["for_client"] else "review"
    answer["Content-Disposition"] = f'attachment; filename="{told["incident"].reference}-{name}.html"'
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
