"""The postmortem letter as it is written: what the guard objects to, and what each client will read (B-76)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents.forms.letters import repaired
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen
from postmortems.forms.reviews import PostmortemForm
from postmortems.letters import why_not
from postmortems.models import Review


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("update_incident")
def send_postmortem(request: SignedRequest, pk: int) -> HttpResponse:
    """Sends it to the clients that are owed it; `preview` and `repair` show it anew and send nothing."""
    form = _form(request, pk, request.POST if request.method == "POST" else None)
    if "repair" in request.POST:
        form = _form(request, pk, repaired(form))
    sends = request.method == "POST" and not {"preview", "repair"} & request.POST.keys()
    if sends and form.is_valid():
        try:
            messages.success(request, form.act(by=request.user, at=timezone.now()))
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("postmortems:review", pk)
    context = {
        "incident": form.incident,
        "form": form,
        "letters": form.letters(),
        "objections": form.objections(),
        "hints": form.hints(),
        # What was typed stays in its form, with the refusal above it.
        "refused": "" if form.is_bound else why_not(form.incident),
    }
    return render(request, "postmortems/letter.html", context)


@require_POST
@permitted("update_incident")
def postmortem_preview(request: SignedRequest, pk: int) -> HttpResponse:
    """The letters as clients will read them, while they are typed; nothing is written."""
    form = _form(request, pk, request.POST)
    context = {"form": form, "letters": form.letters(), "objections": form.objections(), "hints": form.hints()}
    return render(request, "incidents/_letters.html", context)


def _form(request: SignedRequest, pk: int, data: QueryDict | None) -> PostmortemForm:
    incident = seen(request, pk)
    review = Review.objects.filter(incident=incident).first()
    if review is None:
        raise Http404("There is no review yet.")
    return PostmortemForm(data, incident=incident, subject=review, viewer=request.user, now=timezone.now())
