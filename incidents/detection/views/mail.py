"""Inbound mail: each letter and what became of it, and what a person does with those that no thread claimed."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection.forms.mail import AsideForm, AsReportForm, ToIncidentForm
from incidents.detection.mail import filing, forgetting
from incidents.detection.mail.sorting import clients_of
from incidents.models import ClientReply, Incident
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, act, permitted
from notifications.inbound.reading import read
from notifications.models import InboundMail, Mailbox

PAGE = 50
STATES = {
    "waiting": ("For a person", Q(state__in=("unmatched", "quarantined"))),
    "letters": ("Letters", Q(kind="letter")),
    "automatic": ("Automatic", Q(kind__in=("automatic", "own"))),
    "bounces": ("Delivery reports", Q(kind="bounce")),
    "aside": ("Set aside", Q(state="set_aside")),
    "all": ("All", Q()),
}


def _visible(request: SignedRequest) -> Any:
    """Without the letters of incidents that this responder may not know of."""
    chosen = InboundMail.objects.defer("raw")
    if not request.user.has_perm("view_restricted"):
        chosen = chosen.exclude(about__in=Incident.objects.hidden_from(request.user).abouts())
    return chosen


@require_safe
@permitted("answer_client")
def inbound_mail(request: SignedRequest) -> HttpResponse:
    """Fifty letters a page, newest first; what waits for a person before all else."""
    state = request.GET.get("state", "waiting")
    state = state if state in STATES else "waiting"
    chosen = _visible(request).filter(STATES[state][1])
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 18:
        chosen = chosen.filter(pk__lt=int(after))
    rows = list(chosen.order_by("-pk")[: PAGE + 1])
    replies = dict(
        ClientReply.objects.filter(mail__in=[one.pk for one in rows], answered_at=None).values_list("mail_id", "pk")
    )
    context = {
        "rows": [(one, _incident_of(one), replies.get(one.pk)) for one in rows[:PAGE]],
        "more": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "state": state,
        "states": [(key, label) for key, (label, _) in STATES.items()],
        "mailboxes": Mailbox.objects.all()[:5],
        "configured": bool(settings.INBOUND_IMAP_URL or settings.REPLY_ADDRESS),
        "reply_address": settings.REPLY_ADDRESS,
    }
    return render(request, "detection/inbound_mail.html", context)


def _incident_of(mail: InboundMail) -> int | None:
    number = mail.about.removeprefix("incident:")
    return int(number) if mail.about.startswith("incident:") and number.isdigit() else None


def _found(request: SignedRequest, pk: int) -> InboundMail:
    mail: InboundMail | None = _visible(request).defer(None).select_related("settled_by").filter(pk=pk).first()
    if mail is None:
        raise Http404("No such letter.")
    return mail


@require_safe
@permitted("answer_client")
def mail(request: SignedRequest, pk: int) -> HttpResponse:
    return _shown(request, _found(request, pk))


def _shown(request: SignedRequest, one: InboundMail, **forms: Any) -> HttpResponse:
    letter = read(bytes(one.raw))
    context = {
        "mail": one,
        "letter": letter,
        "incident_id": _incident_of(one),
        "reply": ClientReply.objects.filter(mail=one).only("pk").first(),
        "open": one.state in filing.FOR_A_PERSON,
        "forgotten": bool(one.size) and not one.raw,
        "goes_on": forgetting.forgotten_on(one),
        "to_incident": ToIncidentForm(prefix="to"),
        "as_report": AsReportForm(mail=one, clients=clients_of(letter.from_address), prefix="new"),
        "aside": AsideForm(prefix="aside"),
        **forms,
    }
    return render(request, "detection/mail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("answer_client")
def file_to_incident(request: SignedRequest, pk: int) -> HttpResponse:
    """To an incident that this person may see; anything else reads as one that does not exist."""
    one = _found(request, pk)
    form = ToIncidentForm(request.POST or None, prefix="to")
    if request.method == "POST" and form.is_valid():
        try:
            incident = filing.file_to_incident(pk, form.cleaned_data["incident"], by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("incidents:incident", incident.pk)
    return _shown(request, one, to_incident=form)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("answer_client")
def file_as_report(request: SignedRequest, pk: int) -> HttpResponse:
    one = _found(request, pk)
    form = AsReportForm(request.POST or None, mail=one, clients=clients_of(one.sender_address), prefix="new")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        client_id = said["client"].pk if said["client"] else None
        told = {"client_id": client_id, "severity": said["severity"], "title": said["title"]}
        try:
            incident = filing.file_as_report(pk, **told, by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("incidents:incident", incident.pk)
    return _shown(request, one, as_report=form)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("answer_client")
def set_aside(request: SignedRequest, pk: int) -> HttpResponse:
    one = _found(request, pk)
    form = AsideForm(request.POST or None, prefix="aside")
    if request.method == "POST" and form.is_valid():
        try:
            filing.set_aside(pk, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("detection:inbound_mail")
    return _shown(request, one, aside=form)


@require_POST
@permitted("answer_client")
def put_back(request: SignedRequest, pk: int) -> HttpResponse:
    _found(request, pk)

    def save() -> str:
        filing.put_back(pk, by=request.user, at=timezone.now())
        return "It waits for a person again."

    return act(request, save, back=reverse("detection:mail", args=[pk]))


@require_POST
@permitted("answer_client")
def sort_again(request: SignedRequest, pk: int) -> HttpResponse:
    _found(request, pk)

    def save() -> str:
        filing.sort_again(pk, by=request.user, at=timezone.now())
        return "It is tried again within seconds."

    return act(request, save, back=reverse("detection:mail", args=[pk]))


@require_safe
@permitted("answer_client")
def mail_file(request: SignedRequest, pk: int, number: int) -> HttpResponse:
    """A file of the letter, or with 0 the letter as it came; always as a download: it may be anything."""
    one = _found(request, pk)
    if not one.raw:
        raise Http404("The letter as it came is no longer kept.")
    if number == 0:
        name, content = f"letter-{one.pk}.eml", bytes(one.raw)
    else:
        files = read(bytes(one.raw)).attachments
        if number > len(files):
            raise Http404("No such file.")
        name, content = files[number - 1].name, files[number - 1].content
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
