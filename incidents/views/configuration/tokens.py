"""Tokens of machines: the list, a new one whose secret is shown once, and the end of one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import configuration, once
from incidents.forms.configuration.tokens import TokenForm
from incidents.models import ApiToken
from incidents.refusals import Refused
from incidents.tokens import SCOPES
from incidents.views.configuration.permitted import Page, SignedRequest, act, permitted


@require_safe
@permitted("configure")
def tokens(request: SignedRequest) -> HttpResponse:
    rows = [(row, [SCOPES.get(one, one) for one in row.scopes]) for row in ApiToken.objects.select_related("responder")]
    return render(request, "incidents/configuration/tokens.html", {"rows": rows, "secret": "", "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def add_token(request: SignedRequest) -> HttpResponse:
    """The secret stands in this one answer and nowhere else: it is not stored and cannot be shown again."""
    back = reverse("incidents:tokens")
    form = TokenForm(request.POST or None, initial={"responder": request.user.pk})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row, secret = configuration.add_token(
                told["name"],
                told["scopes"],
                told["responder"],
                by=request.user,
                at=timezone.now(),
                expires_at=form.expires_at(),
                form=_sending(request),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            answer = render(request, "incidents/configuration/tokens.html", {"made": row, "secret": secret, "rows": []})
            answer["Cache-Control"] = "no-store"
            return answer
    page = Page("Add a token", (("API tokens", back),), back, "Make it", "Its secret is shown once.")
    return render(request, page.template, {"form": form, "page": page})


def _sending(request: SignedRequest) -> str:
    """Names one sending of the form, by the token that each drawing of a page has; "" where it has none of its own."""
    return repr((request.user.pk, sorted(request.POST.lists()))) if once.names_a_page(request.POST) else ""


@require_POST
@permitted("configure")
def revoke_token(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(ApiToken, pk=pk)

    def save() -> str:
        row = configuration.revoke_token(pk, by=request.user, at=timezone.now())
        return f"“{row}” opens nothing any more."

    return act(request, save, back=reverse("incidents:tokens"))
