"""Inbound sources: the list, a new one with its key and what to copy, and what each of them sent."""

import re

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection.forms.sources import SourceForm
from incidents.detection.intake import arranging
from incidents.detection.models import Delivery, InboundKey, InboundSource, Signal
from incidents.refusals import Refused
from incidents.views.configuration.permitted import Page, SignedRequest, act, permitted

SHOWN = 25
# PagerDuty clients send their key in the body.
KEY_IN_BODY = re.compile(r'("(?:routing_key|service_key)"\s*:\s*")[^"]*')
MOST_SHOWN = 4000


@require_safe
@permitted("configure")
def sources(request: SignedRequest) -> HttpResponse:
    rows = InboundSource.objects.select_related("client").prefetch_related("systems")
    return render(request, "detection/sources.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def add_source(request: SignedRequest) -> HttpResponse:
    """The key stands in this one answer, with what to copy into the sender."""
    back = reverse("detection:sources")
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                systems = [one.pk for one in told.pop("systems")]
                source = arranging.save_source(None, told, system_ids=systems, by=request.user, at=timezone.now())
                _, key = arranging.issue_key(source.pk, by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return _shown(request, source, key)
    page = Page("Connect a sender", (("Inbound sources", back),), back, "Connect", "Its key is shown once.")
    return render(request, page.template, {"form": form, "page": page})


def _shown(request: SignedRequest, source: InboundSource, key: str = "") -> HttpResponse:
    deliveries = list(Delivery.objects.filter(source_id=source.pk).order_by("-pk")[:SHOWN])
    signals = Signal.objects.in_bulk({pk for one in deliveries for pk in one.signal_ids[:5]})
    rows = [
        (
            one,
            KEY_IN_BODY.sub(r"\1…", bytes(one.body[:MOST_SHOWN]).decode("utf-8", "replace")),
            [signals[pk] for pk in one.signal_ids[:5] if pk in signals],
        )
        for one in deliveries
    ]
    context = {
        "source": source,
        "key": key,
        "rows": rows,
        "live": source.keys.filter(ended_at=None),
        "base": f"{request.scheme}://{request.get_host()}",
    }
    answer = render(request, "detection/source.html", context)
    if key:
        answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@permitted("configure")
def source(request: SignedRequest, pk: int) -> HttpResponse:
    """What it sent last and what became of each; how to send."""
    return _shown(request, get_object_or_404(InboundSource.objects.select_related("client"), pk=pk))


@require_POST
@permitted("configure")
def renew_key(request: SignedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(InboundSource, pk=pk)
    try:
        _, key = arranging.issue_key(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("detection:source", pk)
    return _shown(request, found, key)


@require_POST
@permitted("configure")
def end_key(request: SignedRequest, pk: int, key_pk: int) -> HttpResponse:
    get_object_or_404(InboundKey, pk=key_pk, source_id=pk)

    def save() -> str:
        key = arranging.end_key(pk, key_pk, by=request.user, at=timezone.now())
        return f"The key {key} opens nothing any more."

    return act(request, save, back=reverse("detection:source", args=[pk]))


@require_POST
@permitted("configure")
def switch_source(request: SignedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(InboundSource, pk=pk)

    def save() -> str:
        switched = arranging.switch_source(pk, on=not found.is_enabled, by=request.user, at=timezone.now())
        return f"“{switched}” is {'on' if switched.is_enabled else 'off'}."

    return act(request, save, back=reverse("detection:source", args=[pk]))
