"""A support report: what we hold beside what leaves, each finding, and the document itself."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.refusals import Refused
from incidents.views.configuration.permitted import Page, SignedRequest, permitted
from incidents.views.verbs import seen
from postmortems import support
from postmortems.documents import FORMATS, document
from postmortems.forms.support import DismissForm
from postmortems.models import Destination, Procedure, SupportReport


def _found(request: SignedRequest, pk: int) -> SupportReport:
    rows = SupportReport.objects.select_related(
        "destination", "author", "verdict_by", "sent_by", "withdrawn_by", "environment_set"
    )
    report = rows.filter(pk=pk).first()
    if report is None:
        raise Http404("There is no such report.")
    report.incident = seen(request, report.incident_id)
    return report


@require_safe
@permitted("judge_report")
def support_report(request: SignedRequest, pk: int) -> HttpResponse:
    """Whoever may judge sees what leaves; only whoever may hand off sees what we hold (A-21)."""
    report = _found(request, pk)
    context = {
        "report": report,
        "made": document(report),
        "lacks": support.lacks(report),
        "dismissals": report.dismissals.select_related("by"),
        "may_write": request.user.has_perm("hand_off"),
        "may_dismiss": request.user.has_perm("dismiss_finding"),
        "destinations": Destination.objects.filter(is_active=True),
        "procedures": Procedure.objects.filter(moment__in=("redaction", "routing", "handoff"), is_active=True),
    }
    return render(request, "postmortems/support_report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("dismiss_finding")
def dismiss(request: SignedRequest, pk: int, digest: str) -> HttpResponse:
    """Lets one finding through with a reason."""
    report, now = _found(request, pk), timezone.now()
    back = reverse("postmortems:support_report", args=[pk])
    form = DismissForm(request.POST or None, incident=report.incident, subject=report, viewer=request.user, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            support.dismiss(report.incident_id, pk, digest, reason=reason, by=request.user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Let through; the reason is on the record.")
            return redirect(back)
    lead = "Neither the text nor the record repeats it."
    placed = next((one for one in document(report).findings if one.finding.digest == digest), None)
    if placed is not None:
        # Whoever may hand off sees what we hold; others decide by what stands around it.
        what = placed.value if request.user.has_perm("hand_off") else placed.around
        lead = f"{placed.finding.kind.capitalize()} under “{placed.part}”: {what[:400]} · {lead}"
    page = Page("Let a finding through", ((str(report), back),), back, "Let it through", lead)
    return render(request, page.template, {"form": form, "page": page})


@require_safe
@permitted("hand_off")
def export(request: SignedRequest, pk: int, kind: str) -> HttpResponse:
    """The document as it leaves, refused while a field is missing or a raw log stands in it."""
    report = _found(request, pk)
    if kind not in FORMATS:
        raise Http404("There is no such format.")
    made = document(report)
    if made.withheld or made.open_logs or support.lacks(report):
        messages.error(request, "It cannot leave yet: see what is missing below.")
        return redirect("postmortems:support_report", pk)
    write, content_type = FORMATS[kind]
    answer = HttpResponse(write(report, made), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{report}.{kind}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
