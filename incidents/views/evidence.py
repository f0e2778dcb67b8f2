"""What was kept as evidence, handed out: a file, and the exact words of an error."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from incidents.models import ErrorReport, Evidence
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen


@require_safe
@permitted("view_incident")
def evidence(request: SignedRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """The file as it was kept, always as a download: it may be anything."""
    one = seen(request, pk)
    kept = Evidence.objects.filter(pk=evidence_pk, incident=one).first()
    if kept is None:
        raise Http404("No such file.")
    if kept.size and not kept.content:
        raise Http404("This file came with a letter and is not kept any longer; its hash stands on the record.")
    headers = {
        "Content-Disposition": content_disposition_header(True, kept.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(bytes(kept.content), content_type="application/octet-stream", headers=headers)


@require_safe
@permitted("view_incident")
def kept_error(request: SignedRequest, pk: int, report_pk: int) -> HttpResponse:
    """An error report exactly as it was kept, with its instant, its screen and its hash (A-24)."""
    incident = seen(request, pk)
    kept = ErrorReport.objects.filter(pk=report_pk, incident=incident).select_related("kept_by").first()
    if kept is None:
        raise Http404("No such error report.")
    occurred = f"{kept.occurred_at.astimezone(ZoneInfo(kept.time_zone)):%Y-%m-%d %H:%M:%S %Z}"
    context = {"incident": incident, "kept": kept, "occurred": occurred, "now": timezone.now()}
    return render(request, "incidents/kept_error.html", context)
