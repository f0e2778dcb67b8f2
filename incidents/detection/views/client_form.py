"""The form of a client: a signed link, no sign-in, nothing happens on GET, and no word of ours inside."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from incidents.detection.forms.client_report import ClientReportForm
from incidents.detection.intake import limits
from incidents.detection.intake.client_reports import Words, accept
from incidents.detection.models import InboundKey, InboundSource
from incidents.models import Brand, Client
from incidents.refusals import Refused

SALT = "client-report"
A_MINUTE = 10


def link_of(source_id: int, key_id: int) -> str:
    """The address that a client is given: valid until its last day, or until somebody ends it or its source."""
    token = signing.Signer(salt=SALT).sign_object([source_id, key_id])
    url: str = settings.PUBLIC_URL
    return url + reverse("detection:client_report", args=[token])


def _key_of(token: str) -> InboundKey | None:
    """The key of a link; None for one that is guessed, cut, ended by somebody or of a source that is off, alike."""
    try:
        source_id, key_id = signing.Signer(salt=SALT).unsign_object(token)
        return InboundKey.objects.select_related("source__client__brand").get(
            pk=key_id, source_id=source_id, ended_at=None, source__is_enabled=True, source__kind="form"
        )
    except (signing.BadSignature, ValueError, TypeError, InboundKey.DoesNotExist):
        return None


@csrf_protect
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def client_report(request: HttpRequest, token: str) -> HttpResponse:
    """Three questions (B-97); the answers are kept as they were written. Sent twice is kept once."""
    key = _key_of(token)
    client = key.source.client if key else None
    if key is None or client is None:
        return render(request, "detection/client_gone.html", status=404)
    with timezone.override(client.zone):
        if key.ends_at is not None and key.ends_at <= timezone.now():
            last = key.ends_at - timedelta(seconds=1)
            return render(request, "detection/client_over.html", {"brand": _brand(client), "last": last}, status=410)
        return _answered(request, key.source, client)


def _brand(client: Client) -> str:
    brand = client.brand or Brand.objects.filter(is_default=True).first()
    return brand.name if brand else ""


def _answered(request: HttpRequest, source: InboundSource, client: Client) -> HttpResponse:
    initial = {"once": secrets.token_hex(16)}
    form = ClientReportForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form, "client": client, "brand": _brand(client)}
    if request.method == "POST":
        if limits.reports.take(source.pk, A_MINUTE):
            form.add_error(None, "Too many reports in a short time. Please wait a minute and send it again.")
            return render(request, "detection/client_report.html", context, status=429)
        if form.is_valid():
            found = form.cleaned_data
            try:
                report = accept(source, Words(**found), at=timezone.now())
            except Refused as refused:
                form.refuse(refused)
                return render(request, "detection/client_report.html", context, status=429)
            reference = report.incident.reference if report.incident else ""
            return render(request, "detection/client_told.html", {**context, "report": report, "reference": reference})
    return render(request, "detection/client_report.html", context)
