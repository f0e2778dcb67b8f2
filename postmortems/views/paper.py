"""The review on paper: a page fit to print, and a file by itself, for us or for one client in the client's own zone."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import guarding
from incidents.models import Brand, Client, Incident
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen
from postmortems import account, readiness, reviews
from postmortems.forms.reviews import FULL_ONLY
from postmortems.models import DocumentedChange, PreventionAction, RegressionCheck, Review

THEIRS = ("client_cause", "client_changes")


def unfit(review: Review, client: Client | None) -> list[str]:
    """Why this must not be handed to that client yet; empty when it may (B-75, B-76).

    What no letter may say, no paper may: a third party's or another client's name, and secrets (B-132).
    """
    found = []
    if review.state != Review.State.PUBLISHED:
        found.append("The review is not signed off yet: this is a draft, and not for a client.")
    if not review.client_cause.strip():
        found.append("The root cause has no words for clients yet.")
    if not review.client_changes.strip():
        found.append("What has changed has no words for clients yet.")
    if not review.curated.filter(kept=True).exclude(client_text="").exists():
        found.append("No entry of the timeline has words for clients yet.")
    if client is not None:
        found += _named(review, client)
    return found


def _named(review: Review, client: Client) -> list[str]:
    told = [(f"“{readiness.answer_name(name)}”", getattr(review, name)) for name in THEIRS]
    told += [("The brief description", review.incident.brief)]
    told += [
        (f"The entry of {timezone.localtime(row.entry.at):%H:%M} in the timeline", row.client_text)
        for row in review.curated.filter(kept=True).exclude(client_text="").select_related("entry")
    ]
    stopped = guarding.unfit_for(client)
    why = "names a third party or another client, or holds a secret"
    return [f"{where} {why}." for where, text in told if text and stopped(text)]


def _answers(review: Review) -> list[tuple[str, str]]:
    """The answers that are written, in the order of the page; a short form has no others than its own."""
    names = [name for name in reviews.ANSWERS if name not in THEIRS and isinstance(getattr(review, name), str)]
    if review.form == Review.Form.SHORT:
        names = [name for name in names if name not in FULL_ONLY]
    return [(readiness.answer_name(name), text) for name in names if (text := getattr(review, name)).strip()]


def _paper(request: SignedRequest, pk: int) -> dict[str, Any]:
    incident: Incident = seen(request, pk)
    one = Review.objects.filter(incident=incident).select_related("owner", "signed_by").first()
    if one is None:
        raise Http404("There is no review yet.")
    one.incident = incident
    for_client = request.GET.get("for") == "client"
    clients = list(incident.clients.select_related("brand").order_by("name")) if for_client else []
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
        "brand": _brand(client) if for_client else None,
        "unfit": unfit(one, client) if for_client else [],
        "answers": _answers(one),
        "curated": one.curated.filter(kept=True).select_related("entry"),
        "safeguards": one.safeguards.all(),
        "actions": PreventionAction.objects.filter(incident=incident).select_related("owner", "kind"),
        "checks": RegressionCheck.objects.filter(incident=incident, is_retired=False),
        "changes": DocumentedChange.objects.filter(incident=incident).select_related("signed_by"),
        "links": one.links.all(),
        "figures": account.figures(incident),
    }


def _brand(client: Client | None) -> Brand | None:
    """In whose name the client is written to."""
    own = client.brand if client is not None else None
    return own or Brand.objects.order_by("-is_default", "name").first()


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
