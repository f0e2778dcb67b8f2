"""My work: what I owe, by when; and what Allclear told me."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.models import Incident
from incidents.owed import owed_by
from incidents.views.configuration.permitted import SignedRequest, permitted
from notifications.models import OutboundMessage


@require_safe
@permitted("view_incident")
def my_work(request: SignedRequest) -> HttpResponse:
    """One sentence and one button for each obligation; the earliest deadline first."""
    now = timezone.now()
    owed = owed_by(request.user)
    hidden = Incident.objects.hidden_from(request.user).abouts()
    told = OutboundMessage.objects.filter(responder=request.user, channel="in_app")
    told = told.exclude(~Q(kind="restricted"), about__in=hidden).order_by("-pk")[:20]
    context = {
        "overdue_list": [one for one in owed if one.due_at and one.due_at < now],
        "ahead": [one for one in owed if not one.due_at or one.due_at >= now],
        "told": told,
        "unread": any(one.seen_at is None for one in told),
    }
    return render(request, "incidents/my_work.html", context)


@require_POST
@permitted("view_incident")
def seen(request: SignedRequest) -> HttpResponse:
    """Marks what Allclear told me as read."""
    unread = OutboundMessage.objects.filter(responder=request.user, channel="in_app", seen_at=None)
    unread.update(seen_at=timezone.now())
    return redirect("incidents:my_work")
