"""Chat rooms and telephones: the list, one in a form, a test of it, on and off."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import configuration
from incidents.forms.configuration.destinations import DestinationForm
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted
from notifications import sealed
from notifications.channels.chat import SERVICES, recipient
from notifications.models import Destination, OutboundMessage


@require_safe
@permitted("configure")
def destinations(request: SignedRequest) -> HttpResponse:
    """Each with what became of the last message to it, in three queries."""
    rows = list(Destination.objects.select_related("responder"))
    sent = OutboundMessage.objects.filter(channel="chat", recipient__in=[recipient(row.pk) for row in rows])
    last = {one.recipient: one for one in sent.order_by("recipient", "-pk").distinct("recipient").defer("body_text")}
    told = [
        (row, SERVICES[row.scheme][0] if row.scheme in SERVICES else row.scheme, last.get(recipient(row.pk)))
        for row in rows
    ]
    lost = {row.pk for row in rows if not sealed.opens(row.sealed_url)}
    return render(request, "incidents/configuration/destinations.html", {"rows": told, "lost": lost})


@permitted("configure")
def add_destination(request: SignedRequest) -> HttpResponse:
    return _destination(request, None)


@permitted("configure")
def change_destination(request: SignedRequest, pk: int) -> HttpResponse:
    return _destination(request, get_object_or_404(Destination, pk=pk))


def _destination(request: SignedRequest, one: Destination | None) -> HttpResponse:
    initial = {"name": one.name, "responder": one.responder_id} if one else {}
    form = DestinationForm(request.POST or None, initial=initial, known_by=one.shown if one else "")
    back = reverse("incidents:destinations")
    title = f"Change {one}" if one else "Add a room or a telephone"
    page = Page(title, (("Chat & SMS", back),), back, "Save" if one else "Add it")

    def save() -> str:
        pk = one.pk if one else None
        saved = configuration.save_destination(pk, **form.cleaned_data, by=request.user, at=timezone.now())
        return f"“{saved}” is saved. Send it a test."

    return answer(request, form, save, page)


@require_POST
@permitted("configure")
def switch_destination(request: SignedRequest, pk: int) -> HttpResponse:
    row, on = get_object_or_404(Destination, pk=pk), request.POST.get("on") == "yes"

    def save() -> str:
        configuration.switch_destination(pk, on=on, by=request.user, at=timezone.now())
        return f"“{row}” is {'on' if on else 'off'}."

    return act(request, save, back=reverse("incidents:destinations"))


@require_POST
@permitted("configure")
def try_destination(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(Destination, pk=pk)

    def save() -> str:
        configuration.try_destination(pk, by=request.user, at=timezone.now())
        return "A test is on its way; what became of it stands here in a moment."

    return act(request, save, back=reverse("incidents:destinations"))
