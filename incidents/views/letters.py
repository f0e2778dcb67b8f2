"""The outbox as people read it: every message, its state, and why one did not arrive."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import notices, scheduled, texts
from incidents.models import Incident
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen
from notifications import bulkheads, outbox
from notifications.models import Breaker, OutboundMessage, OutboxHold, Suppression

PAGE = 50
STATES = {
    "failed": ("Not arrived", Q(state__in=OutboundMessage.FAILED, noticed_at=None)),
    "waiting": ("Waiting", Q(state__in=("pending", "claimed", "handoff"))),
    "sent": ("Sent", Q(state="sent")),
    "withdrawn": ("Withdrawn", Q(state="superseded")),
    "all": ("All", Q()),
}


@require_safe
@permitted("view_incident")
def letters(request: SignedRequest) -> HttpResponse:
    """Fifty messages a page, newest first; those of restricted incidents only for who may see these."""
    state = request.GET.get("state", "all")
    state = state if state in STATES else "all"
    chosen = OutboundMessage.objects.filter(STATES[state][1]).defer("body_text", "body_html")
    if not request.user.has_perm("view_restricted"):
        chosen = chosen.exclude(about__in=Incident.objects.hidden_from(request.user).abouts())
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 18:
        chosen = chosen.filter(pk__lt=int(after))
    rows = list(chosen.order_by("-pk")[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "more": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "state": state,
        "states": [(key, label) for key, (label, _) in STATES.items()],
        "held": OutboxHold.objects.filter(is_on=True).first() if outbox.is_held() else None,
        "suppressed": Suppression.objects.filter(lifted_at=None).count(),
        "resting": Breaker.objects.filter(open_until__gt=timezone.now()),
    }
    return render(request, "incidents/letters.html", context)


@require_safe
@permitted("view_incident")
def letter(request: SignedRequest, pk: int) -> HttpResponse:
    """One message as it was written."""
    message = OutboundMessage.objects.filter(pk=pk).select_related("responder").first()
    if message is None:
        raise Http404("No such letter.")
    kind, _, incident_pk = message.about.partition(":")
    # That something is restricted may be read by whoever was told so, and by nobody who may not see the incident.
    mine = message.kind == "restricted" and message.responder_id == request.user.pk
    about_one = kind == "incident" and incident_pk.isdigit() and not mine
    incident = seen(request, int(incident_pk)) if about_one else None
    if kind == "digest" and incident_pk.isdigit() and not scheduled.visible(int(incident_pk), request.user):
        raise Http404("No such letter.")
    # The links in an escalation act for its recipient; nobody else reads them here.
    private = message.kind == "escalation" and message.responder_id != request.user.pk
    waits, now = message.state in OutboundMessage.ON_ITS_WAY, timezone.now()
    failed = message.state in OutboundMessage.FAILED and message.noticed_at is None and message.kind in notices.LETTERS
    context = {
        "letter": message,
        "incident": incident,
        "private": private,
        "text": texts.found(message.made_from),
        "waits": waits,
        "held": waits and outbox.is_held(),
        "rest": bulkheads.resting(message, now) if waits else None,
        "can_settle": failed and request.user.has_perm("retry_letter"),
    }
    return render(request, "incidents/letter.html", context)
