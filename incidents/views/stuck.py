"""What is owed and fails again and again: why, and the two ways out of it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import stuck_rows
from incidents.models import Clock
from incidents.views.configuration.permitted import SignedRequest, act, permitted
from incidents.views.typed import reasoned
from incidents.views.verbs import seen


@require_safe
@permitted("view_incident")
def stuck(request: SignedRequest) -> HttpResponse:
    """Everybody sees why; whoever may override acts. Rows of incidents that one may not see are counted only."""
    found = stuck_rows.shown(request.user)
    context = {"found": found, "may_act": request.user.has_perm("override_incident"), "after": stuck_rows.STUCK_AFTER}
    return render(request, "incidents/stuck.html", context)


@require_POST
@permitted("override_incident")
def try_stuck(request: SignedRequest, pk: int) -> HttpResponse:
    _one(request, pk)

    def again() -> str:
        stuck_rows.try_again(pk, by=request.user, at=timezone.now())
        return "It is tried again; within seconds it is gone from here, or says why not."

    return act(request, again, back="incidents:stuck")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("override_incident")
def give_up_stuck(request: SignedRequest, pk: int) -> HttpResponse:
    return reasoned(
        request,
        lambda reason: stuck_rows.give_up(pk, reason=reason, by=request.user, at=timezone.now()),
        done="It is given up; the reason is on the record of changes.",
        back="incidents:stuck",
        template="incidents/give_up.html",
        context={"one": _one(request, pk)},
    )


@require_POST
@permitted("override_incident")
def release_clock(request: SignedRequest, pk: int) -> HttpResponse:
    clock = Clock.objects.filter(pk=pk).first()
    if clock is None:
        raise Http404("No such clock.")
    seen(request, clock.incident_id)

    def release() -> str:
        return f"“{stuck_rows.release(pk, by=request.user, at=timezone.now()).get_kind_display()}” is looked at again."

    return act(request, release, back="incidents:stuck")


def _one(request: SignedRequest, pk: int) -> stuck_rows.Stuck:
    one = stuck_rows.one(pk, request.user)
    if one is None:
        raise Http404("It was done meanwhile, or is owed no longer.")
    return one
