"""Webhooks: the list, one with its deliveries, one delivery as it went; secrets stand in one answer each."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import configuration
from incidents.forms.configuration.webhooks import WebhookForm
from incidents.models import TimelineEntry
from incidents.refusals import Refused
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted
from notifications import sealed
from notifications.channels.webhook import recipient
from notifications.models import OutboundMessage, WebhookEndpoint

PAGE = 50
FIELDS = ("name", "events", "sends_text", "includes_restricted")
LABELS = dict(TimelineEntry.Kind.choices)


def _back(pk: int) -> str:
    return reverse("incidents:webhook", args=[pk])


@require_safe
@permitted("configure")
def webhooks(request: SignedRequest) -> HttpResponse:
    return render(request, "incidents/configuration/webhooks.html", {"rows": WebhookEndpoint.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def add_webhook(request: SignedRequest) -> HttpResponse:
    """The secret stands in this one answer and nowhere else."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, secret = configuration.add_webhook(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return _with_secret(request, row, secret)
    back = reverse("incidents:webhooks")
    lead = "Another machine hears of incidents, signed and at least once."
    page = Page("Add a webhook", (("Webhooks", back),), back, "Add it", lead)
    return render(request, page.template, {"form": form, "page": page})


@permitted("configure")
def change_webhook(request: SignedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WebhookEndpoint, pk=pk)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = WebhookForm(request.POST or None, initial=initial, known_by=row.shown)
    page = Page(f"Change {row}", (("Webhooks", reverse("incidents:webhooks")), (row.name, _back(pk))), _back(pk))

    def save() -> str:
        configuration.save_webhook(pk, **form.cleaned_data, by=request.user, at=timezone.now())
        return "The webhook is saved."

    return answer(request, form, save, page)


@require_safe
@permitted("configure")
def webhook(request: SignedRequest, pk: int) -> HttpResponse:
    """What it hears of, how it does, and its deliveries, the newest first; a fixed number of queries."""
    row = get_object_or_404(WebhookEndpoint, pk=pk)
    sent = OutboundMessage.objects.filter(channel="webhook", recipient=recipient(pk)).order_by("-pk")
    page = Paginator(sent.defer("body_text", "body_html"), PAGE).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "events": [LABELS.get(one, one) for one in row.events],
        "page": page,
        "deliveries": _with_last_attempt(list(page.object_list), row),
        "lost": [name for name, text in _sealed(row) if not sealed.opens(text)],
    }
    return render(request, "incidents/configuration/webhook.html", context)


def _sealed(row: WebhookEndpoint) -> list[tuple[str, str]]:
    return [("address", row.sealed_url), ("secret", row.sealed_secret), ("old secret", row.sealed_old_secret)]


def _with_last_attempt(messages: list[OutboundMessage], row: WebhookEndpoint) -> list[tuple[OutboundMessage, Any, str]]:
    """Each delivery with its newest attempt and the incident that it tells of."""
    attempts = row.attempts.filter(message__in=messages).order_by("message_id", "-pk").distinct("message_id")
    last = {one.message_id: one for one in attempts.defer("response_body", "request_headers", "response_headers")}
    return [(one, last.get(one.pk), one.about.replace("incident:", "INC-")) for one in messages]


@require_safe
@permitted("configure")
def webhook_delivery(request: SignedRequest, pk: int, message_pk: int) -> HttpResponse:
    row = get_object_or_404(WebhookEndpoint, pk=pk)
    message = OutboundMessage.objects.filter(pk=message_pk, channel="webhook", recipient=recipient(pk)).first()
    if message is None:
        raise Http404("No such delivery.")
    context = {"row": row, "message": message, "attempts": message.webhook_attempts.order_by("-pk")[:20]}
    return render(request, "incidents/configuration/webhook_delivery.html", context)


@require_POST
@permitted("configure")
def replay_delivery(request: SignedRequest, pk: int, message_pk: int) -> HttpResponse:
    get_object_or_404(WebhookEndpoint, pk=pk)

    def save() -> str:
        configuration.replay_delivery(pk, message_pk, by=request.user, at=timezone.now())
        return "It is sent again, under the same event id."

    return act(request, save, back=_back(pk))


@require_POST
@permitted("configure")
def try_webhook(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(WebhookEndpoint, pk=pk)

    def save() -> str:
        configuration.try_webhook(pk, by=request.user, at=timezone.now())
        return "A test event is on its way; it stands below in a moment."

    return act(request, save, back=_back(pk))


@require_POST
@permitted("configure")
def rotate_webhook(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(WebhookEndpoint, pk=pk)
    try:
        row, secret = configuration.rotate_webhook(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        return act(request, _raising(refused), back=_back(pk))
    return _with_secret(request, row, secret)


@require_POST
@permitted("configure")
def retire_old_secret(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(WebhookEndpoint, pk=pk)

    def save() -> str:
        configuration.retire_old_secret(pk, by=request.user, at=timezone.now())
        return "Only the new secret signs from now on."

    return act(request, save, back=_back(pk))


@require_POST
@permitted("configure")
def switch_webhook(request: SignedRequest, pk: int) -> HttpResponse:
    row, on = get_object_or_404(WebhookEndpoint, pk=pk), request.POST.get("on") == "yes"

    def save() -> str:
        configuration.switch_webhook(pk, on=on, by=request.user, at=timezone.now())
        return f"“{row}” is {'on' if on else 'off'}."

    return act(request, save, back=_back(pk))


def _raising(refused: Refused) -> Any:
    def save() -> str:
        raise refused

    return save


def _with_secret(request: SignedRequest, row: WebhookEndpoint, secret: str) -> HttpResponse:
    shown = render(request, "incidents/configuration/webhook_secret.html", {"row": row, "secret": secret})
    shown["Cache-Control"] = "no-store"
    return shown
