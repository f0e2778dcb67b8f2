"""Addresses to which nothing is sent: why, since when, what was held back, and the way to lift it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents import configuration
from incidents.models import Contact, Responder
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.typed import short_enough, typed
from notifications.models import OutboundMessage, Suppression

PAGE = 50


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
    whose: dict[str, list[tuple[str, int | None]]] = {}
    contacts = Contact.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    for contact in contacts.select_related("client"):
        whose.setdefault(contact.address, []).append((f"{contact.name}, {contact.client}", contact.client_id))
    for person in Responder.objects.annotate(address=Lower("email")).filter(address__in=addresses):
        whose.setdefault(person.address, []).append((str(person), None))
    context = {
        "rows": [(row, whose.get(row.address, []), held.get(row.address, 0)) for row in rows],
        "page": page,
        "may_lift": request.user.has_perm("retry_letter"),
    }
    return render(request, "incidents/suppressed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("retry_letter")
def lift_suppression(request: SignedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Suppression, pk=pk)
    error, reason = "", typed(request, "reason")
    if request.method == "POST":
        try:
            short_enough(reason)
            configuration.lift_suppression(pk, reason=reason, by=request.user, at=timezone.now())
        except Refused as refused:
            error = refused.sentence
        else:
            messages.success(request, f"Letters go to {row.address} again. What was held back waits on its incident.")
            return redirect("incidents:suppressed")
    return render(request, "incidents/lift_suppression.html", {"row": row, "error": error, "reason": reason})
