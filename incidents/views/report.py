"""Report an incident."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from incidents import lifecycle
from incidents.forms.report import ReportForm
from incidents.models import Severity
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("report_incident")
def report(request: SignedRequest) -> HttpResponse:
    """The clocks start when the incident was first noticed, not when this form is sent (C-07)."""
    now = timezone.now()
    form = ReportForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            told = form.report()
            if told.in_scope and not request.user.has_perm("investigate_incident"):
                raise Refused("The quick-fix lane is for resolvers.", "in_scope")
            incident = lifecycle.report(told, by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{incident.reference} is on record; its clocks run.")
            return redirect("incidents:incident", incident.pk)
    context = {"form": form, "severities": Severity.objects.all()}
    return render(request, "incidents/report.html", context)
