"""The links of one client: the list, a new one whose address is shown once, and the end of one."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import client_links as keys
from incidents import configuration
from incidents.forms.configuration.links import ClientLinkForm
from incidents.models import Client, ClientLink
from incidents.refusals import Refused
from incidents.views.configuration.permitted import Page, SignedRequest, act, permitted

TEMPLATE = "incidents/clients/links.html"


@require_safe
@permitted("share_status")
def client_links(request: SignedRequest, pk: int) -> HttpResponse:
    """Every link that was given away, whether it still shows anything, and when somebody last read it."""
    client = get_object_or_404(Client, pk=pk)
    rows = client.links.select_related("created_by", "revoked_by")[:200]
    return render(request, TEMPLATE, {"client": client, "rows": rows, "address": ""})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("share_status")
def add_client_link(request: SignedRequest, pk: int) -> HttpResponse:
    """The address stands in this one answer and nowhere else: it is not stored and cannot be shown again."""
    client = get_object_or_404(Client, pk=pk)
    now = timezone.now()
    back = reverse("incidents:client_links", args=[pk])
    form = ClientLinkForm(request.POST or None, initial={"ends_on": (now + timedelta(days=90)).date()})
    if request.method == "POST" and form.is_valid():
        try:
            link, secret = configuration.add_client_link(pk, **form.cleaned_data, by=request.user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            context = {"client": client, "made": link, "address": keys.address(secret), "rows": []}
            answer = render(request, TEMPLATE, context)
            answer["Cache-Control"] = "no-store"
            return answer
    crumbs = (
        ("Clients", reverse("incidents:clients")),
        (client.name, reverse("incidents:client", args=[pk])),
        ("Links", back),
    )
    lead = "Whoever has it sees this client’s own incidents in plain words, without signing in."
    page = Page("Make a link", crumbs, back, "Make it", lead)
    return render(request, page.template, {"form": form, "page": page})


@require_POST
@permitted("share_status")
def revoke_client_link(request: SignedRequest, pk: int, link_pk: int) -> HttpResponse:
    get_object_or_404(ClientLink, pk=link_pk, client_id=pk)

    def save() -> str:
        link = configuration.revoke_client_link(pk, link_pk, by=request.user, at=timezone.now())
        return f"The link for {link.note} shows nothing any more."

    return act(request, save, back=reverse("incidents:client_links", args=[pk]))
