"""Addresses to which nothing is sent: why, since when, what was held back, and the way to lift it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents import configuration
from incidents.models import Contact, Responder
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.typed import reasoned
from notifications.models import OutboundMessage, Suppression

PAGE = 50
OFTEN, LATELY = 2, timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ComingBack:
    """An address with how many letters came back from it, when the last did, and what was said then."""

    address: str
    times: int
    last: datetime
    why: str


@require_safe
@permitted("view_incident")
def suppressed(request: SignedRequest) -> HttpResponse:
    """Those that stand first, then those that were lifted; fifty on a page, in a fixed number of queries."""
    found = Suppression.objects.select_related("lifted_by").order_by(
        F("lifted_at").desc(nulls_first=True), "-since", "-pk"
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    addresses = [row.address for row in rows]
    held = dict(
        OutboundMessage.objects.filter(state="suppressed", noticed_at=None)
        .annotate(address=Lower("recipient"))
        .filter(address__in=addresses)
        .values_list("address")
        .annotate(n=Count("pk"))
    )
    bounced = _bounced(timezone.now())
    whose = _whose([*addresses, *(row.address for row in bounced)])
    context = {
        "coming_back": [(row, whose.get(row.address, [])) for row in bounced],
        "rows": [(row, whose.get(row.address, []), held.get(row.address, 0)) for row in rows],
        "page": page,
        "may_lift": request.user.has_perm("retry_letter"),
    }
    return render(request, "incidents/suppressed.html", context)


def _bounced(now: datetime) -> list[ComingBack]:
    """Addresses that refused or returned letters again and again of late and are written to all the same, since no
    server said that nobody reads there: a full mailbox, a policy."""
    lately = OutboundMessage.objects.filter(channel="email", created_at__gte=now - LATELY, bounced_at__isnull=False)
    counted = lately.annotate(address=Lower("recipient")).values("address").annotate(times=Count("pk"))
    standing = Suppression.objects.filter(lifted_at=None).values("address")
    often = counted.filter(times__gte=OFTEN).exclude(address__in=standing)
    newest = lately.filter(recipient__iexact=OuterRef("address")).order_by("-bounced_at")
    said = {"last": Max("bounced_at"), "why": Subquery(newest.values("last_error")[:1])}
    found = often.annotate(**said).order_by("-times", "address")
    return [ComingBack(*row) for row in found.values_list("address", "times", "last", "why")[:PAGE]]


def _whose(addresses: list[str]) -> dict[str, list[tuple[str, int | None]]]:
    """The people behind each address, with the client whose contact they are."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    contacts = Contact.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    for contact in contacts.select_related("client"):
        found.setdefault(contact.address, []).append((f"{contact.name}, {contact.client}", contact.client_id))
    for person in Responder.objects.annotate(address=Lower("email")).filter(address__in=addresses):
        found.setdefault(person.address, []).append((str(person), None))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("retry_letter")
def lift_suppression(request: SignedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Suppression, pk=pk)
    return reasoned(
        request,
        lambda reason: configuration.lift_suppression(pk, reason=reason, by=request.user, at=timezone.now()),
        done=f"Letters go to {row.address} again. What was held back waits on its incident.",
        back="incidents:suppressed",
        template="incidents/lift_suppression.html",
        context={"row": row},
    )
