"""The page that explains one due time."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import clocks
from incidents.models import Clock, TimelineEntry
from incidents.rows import face
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen

Kind = TimelineEntry.Kind


@require_safe
@permitted("view_incident")
def why(request: SignedRequest, pk: int, clock_pk: int) -> HttpResponse:
    """“Why this time?”: the stretches that counted, the pauses, the policy version and the calendar (S14)."""
    one = seen(request, pk)
    clock = Clock.objects.filter(pk=clock_pk, incident=one).select_related("client", "policy_version__policy").first()
    if clock is None:
        raise Http404("No such clock.")
    standing = None
    if clock.kind != Clock.Kind.NOTIFY:
        entries = clocks.moving_entries(one)
        standing = clocks.standing_of(entries, clock.kind, as_of=timezone.now(), cycle=clock.cycle)
    context = {
        "incident": one,
        "clock": clock,
        "standing": standing,
        "face": face(clock, clock.get_kind_display(), timezone.now(), request.user.zone),
        "facts": clock.reached.all(),
        "terms": clocks.policy_of(clock.policy_version_id).terms(clock.severity),
        "changes": one.timeline.filter(
            kind__in=(Kind.RECLASSIFIED, Kind.RESCOPED, Kind.REBASELINED, Kind.PAUSED, Kind.RESUMED, Kind.REOPENED)
        ),
    }
    return render(request, "incidents/why.html", context)
