"""Following a playbook: the incident's playbooks, one run, and a button for each verb."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.models import Clock, Incident, Responder
from incidents.playbooks import library, verbs
from incidents.playbooks.forms.running import StepForm
from incidents.playbooks.models import IncidentType, Run
from incidents.playbooks.shown import lay_out
from incidents.refusals import Refused
from incidents.rows import face
from incidents.views.configuration.permitted import SignedRequest, act, permitted
from incidents.views.typed import typed
from incidents.views.verbs import seen

ACTS = "note_incident"
KINDS = (Clock.Kind.ACKNOWLEDGE, Clock.Kind.RESOLVE, Clock.Kind.UPDATE, Clock.Kind.OUTAGE)


@require_safe
@permitted("view_incident")
def of_incident(request: SignedRequest, pk: int) -> HttpResponse:
    """What is suggested for an incident and why, what is being followed, and all others to choose from."""
    incident = seen(request, pk)
    kind = getattr(incident, "typed", None)
    runs = list(Run.objects.filter(incident=incident).select_related("playbook", "version", "started_by", "ended_by"))
    followed = {one.playbook_id for one in runs if one.ended_at is None}
    context = {
        "incident": incident,
        "suggestions": [one for one in library.suggestions(incident) if one.candidate.pk not in followed],
        "runs": runs,
        "shelves": [one for one in library.shelves(timezone.now()) if one.playbook.newest],
        "types": IncidentType.objects.all(),
        "typed": kind.incident_type_id if kind else None,
        "earlier": library.earlier(incident, request.user, words=_words(request)),
        "q": _words(request),
        "may_act": request.user.has_perm(ACTS),
    }
    return render(request, "playbooks/of_incident.html", context)


@require_POST
@permitted(ACTS)
def start(request: SignedRequest, pk: int) -> HttpResponse:
    """Starts the chosen playbook; the reason of its suggestion is found again, never taken from the form."""
    incident = seen(request, pk)
    chosen = _number(request.POST.get("playbook", ""))
    because = next(
        (one.sentence for one in library.suggestions(incident) if one.candidate.pk == chosen),
        "",
    )
    try:
        run = verbs.start(pk, chosen, because=because, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("playbooks:of_incident", pk)
    messages.success(request, f"“{run.playbook}” is being followed.")
    return redirect("playbooks:run", pk, run.pk)


@require_POST
@permitted(ACTS)
def classify(request: SignedRequest, pk: int) -> HttpResponse:
    seen(request, pk)

    def save() -> str:
        chosen = _number(request.POST.get("type", ""))
        kind = verbs.classify(pk, chosen, by=request.user, at=timezone.now())
        return f"The type is “{kind.incident_type}”."

    return act(request, save, back=reverse("playbooks:of_incident", args=[pk]))


@require_safe
@permitted("view_incident")
def run(request: SignedRequest, pk: int, run_pk: int) -> HttpResponse:
    incident, found = _run(request, pk, run_pk)
    return _page(request, incident, found)


@require_POST
@permitted(ACTS)
def record_step(request: SignedRequest, pk: int, run_pk: int, key: str) -> HttpResponse:
    """Saves a step, or saves and ticks it; when refused, the page again with what was typed."""
    incident, found = _run(request, pk, run_pk)
    step = found.version.content.step(key)
    row = found.steps.filter(key=key).first()
    if step is None or row is None:
        raise Http404("No such step.")
    done, now = "done" in request.POST, timezone.now()
    form = StepForm(request.POST, step=step, row=row, systems=(), now=now)
    if form.is_valid():
        try:
            verbs.record_step(
                run_pk,
                key,
                answers=form.answers,
                checks=form.cleaned_data.get("checks", ()),
                note=form.cleaned_data["note"],
                done=done,
                by=request.user,
                at=now,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{step.title}” is {'done' if done else 'saved'}.")
            return redirect(f"{reverse('playbooks:run', args=[pk, run_pk])}#{key}")
    if found.ended_at is not None or step.is_prohibited:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("playbooks:run", pk, run_pk)
    found.refresh_from_db()
    return _page(request, incident, found, bound=form)


@require_POST
@permitted(ACTS)
def skip_step(request: SignedRequest, pk: int, run_pk: int, key: str) -> HttpResponse:
    def do(by: Responder) -> str:
        verbs.skip_step(run_pk, key, reason=_reason(request), by=by, at=timezone.now())
        return "Skipped, with its reason."

    return _done(request, pk, run_pk, key, do, why="Why it is skipped")


@require_POST
@permitted(ACTS)
def untick_step(request: SignedRequest, pk: int, run_pk: int, key: str) -> HttpResponse:
    def do(by: Responder) -> str:
        verbs.untick_step(run_pk, key, reason=_reason(request), by=by, at=timezone.now())
        return "Opened again. What it caused stays."

    return _done(request, pk, run_pk, key, do, why="Why it is opened again")


@require_POST
@permitted(ACTS)
def assign_step(request: SignedRequest, pk: int, run_pk: int, key: str) -> HttpResponse:
    def do(by: Responder) -> str:
        chosen = _number(request.POST.get("assignee", "")) or None
        row = verbs.assign_step(run_pk, key, responder_id=chosen, by=by, at=timezone.now())
        return f"Given to {row.assignee}." if row.assignee else "Given to nobody in particular."

    return _done(request, pk, run_pk, key, do)


@require_POST
@permitted(ACTS)
def acknowledge_prohibition(request: SignedRequest, pk: int, run_pk: int, key: str) -> HttpResponse:
    def do(by: Responder) -> str:
        verbs.acknowledge_prohibition(run_pk, key, by=by, at=timezone.now())
        return "On the record: you have read it."

    return _done(request, pk, run_pk, key, do)


@require_POST
@permitted(ACTS)
def finish(request: SignedRequest, pk: int, run_pk: int) -> HttpResponse:
    def do(by: Responder) -> str:
        verbs.finish(run_pk, note=_reason(request), by=by, at=timezone.now())
        return "The run is finished."

    return _done(request, pk, run_pk, "end", do, why="Remark")


@require_POST
@permitted(ACTS)
def stop(request: SignedRequest, pk: int, run_pk: int) -> HttpResponse:
    def do(by: Responder) -> str:
        verbs.stop(run_pk, reason=_reason(request), by=by, at=timezone.now())
        return "The run is stopped, with its reason."

    return _done(request, pk, run_pk, "end", do, why="Why it is stopped")


def _run(request: SignedRequest, pk: int, run_pk: int) -> tuple[Incident, Run]:
    incident = seen(request, pk)
    people = ("playbook", "version", "started_by", "ended_by")
    found = Run.objects.select_related(*people).filter(pk=run_pk, incident=incident).first()
    if found is None:
        raise Http404("No such run.")
    return incident, found


def _done(
    request: SignedRequest, pk: int, run_pk: int, key: str, do: Callable[[Responder], str], why: str = ""
) -> HttpResponse:
    """Does it and goes back to the step. What was typed under `why` is not lost to a refusal: it is asked again."""
    incident, found = _run(request, pk, run_pk)
    back = f"{reverse('playbooks:run', args=[pk, run_pk])}#{key}"
    reason = typed(request, "reason")
    if not why or not reason.strip():
        return act(request, lambda: do(request.user), back=back)
    try:
        messages.success(request, do(request.user))
    except Refused as refused:
        context = {"incident": incident, "title": f"{found.playbook}: {why}", "label": why, "back": back}
        return render(request, "incidents/reason.html", {**context, "error": refused.sentence, "reason": reason})
    return redirect(back)


def _page(request: SignedRequest, incident: Incident, found: Run, bound: StepForm | None = None) -> HttpResponse:
    now, me = timezone.now(), request.user
    may_act = me.has_perm(ACTS) and found.ended_at is None
    left_only = request.GET.get("show") == "left"
    sheet = lay_out(found, incident, viewer=me, now=now, may_act=may_act, bound=bound, left_only=left_only)
    context: dict[str, Any] = {
        "incident": incident,
        "run": found,
        "sheet": sheet,
        "clocks": _clocks(incident, me),
        "affected": incident.affected.select_related("client"),
        "earlier": library.earlier(incident, me, playbook_id=found.playbook_id, words=_words(request)),
        "q": _words(request),
        "left_only": left_only,
        "may_act": may_act,
        "may_edit": me.has_perm("configure"),
        "people": Responder.objects.filter(is_active=True)[:200] if may_act else [],
        "newer": found.playbook.newest_id != found.version_id,
    }
    return render(request, "playbooks/run.html", context)


def _clocks(incident: Incident, me: Responder) -> list[tuple[str, Any]]:
    """The clocks that matter while a playbook is followed, as the incident's page shows them."""
    now, newest = timezone.now(), dict[str, Clock]()
    for clock in incident.clocks.filter(kind__in=KINDS, client=None).select_related("policy_version").order_by("cycle"):
        newest[clock.kind] = clock
    found = []
    for kind in KINDS:
        if kind in newest:
            name = str(Clock.Kind(kind).label)
            found.append((name, face(newest[kind], name, now, me.zone)))
    return [one for one in found if one[1] is not None][:3]


def _reason(request: SignedRequest) -> str:
    return str(request.POST.get("reason", ""))


def _words(request: SignedRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "")[:100]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
