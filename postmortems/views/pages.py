"""The pages of learning: reviews, one review, prevention actions, checks, what changed, paused work, a gate."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.models import Incident, Responder
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SignedRequest, permitted
from incidents.views.verbs import seen
from notifications import sealed
from postmortems import account, asking, charts, curating, readiness, reviews
from postmortems import history as editions
from postmortems.forms.reviews import AnswersForm
from postmortems.models import (
    Checkpoint,
    DocumentedChange,
    PausableWork,
    PreventionAction,
    Procedure,
    RegressionCheck,
    RestartGate,
    Review,
)

PER_PAGE = 50


def _visible(viewer: Responder) -> Any:
    return Incident.objects.visible_to(viewer)


def _paged(request: SignedRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


@require_safe
@permitted("view_incident")
def review_list(request: SignedRequest) -> HttpResponse:
    """Open reviews, the next due first; those published under their own filter."""
    state = request.GET.get("state", "open")
    rows = Review.objects.filter(incident__in=_visible(request.user)).select_related("incident", "owner")
    rows = (
        rows.filter(state="published").order_by("-signed_at")
        if state == "published"
        else rows.exclude(state="published")
    )
    if request.GET.get("mine"):
        rows = rows.filter(owner=request.user)
    context = {"rows": _paged(request, rows.defer("incident__search")), "state": state, "now": timezone.now()}
    return render(request, "postmortems/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("view_incident")
def review(request: SignedRequest, pk: int) -> HttpResponse:
    """One review with everything that its incident's close still lacks, in a fixed number of queries."""
    incident, now = seen(request, pk), timezone.now()
    one = Review.objects.filter(incident=incident).select_related("owner", "submitted_by", "signed_by").first()
    form = None
    may_write = request.user.has_perm("write_review")
    if request.method == "POST" and not may_write:
        raise PermissionDenied("None of your roles may write reviews. An administrator can change that.")
    if one is not None:
        one.incident = incident
        form = AnswersForm(
            request.POST if request.method == "POST" else None,
            incident=incident,
            subject=one,
            viewer=request.user,
            now=now,
        )
        if request.method == "POST" and "preview" not in request.POST and form.is_valid():
            try:
                messages.success(request, form.act(by=request.user, at=now))
            except Refused as refused:
                form.refuse(refused)
            else:
                return redirect("postmortems:review", pk)
    elif request.method == "POST":
        raise Http404("There is no review yet.")
    curated = list(one.curated.select_related("entry")) if one else []
    context = {
        "incident": incident,
        "review": one,
        "form": form,
        "preview": form.preview() if form is not None else [],
        "may_write": may_write and one is not None and one.state != Review.State.PUBLISHED,
        # A hand-off during the response needs its checkpoint before there is a review, and recovery comes after it.
        "may_pass": may_write,
        "may_sign": request.user.has_perm("sign_review"),
        "form_required": readiness.form_required(incident),
        "missing": readiness.missing(incident),
        "figures": account.figures(incident),
        "stretches": account.stretches(incident),
        "attempts": account.attempts(incident),
        "similar": account.similar(incident, request.user),
        "came_again": readiness.came_again(incident),
        "to_place": readiness.unanswered_changes(one) if one else [],
        "curated": curated,
        "left_out": curating.left_out(one, curated) if one else 0,
        "safeguards": one.safeguards.all() if one else [],
        "links": one.links.all() if one else [],
        "comments": one.comments.select_related("by") if one else [],
        "actions": PreventionAction.objects.filter(incident=incident).select_related("owner", "kind", "verified_by"),
        "checks": RegressionCheck.objects.filter(incident=incident, is_retired=False).select_related("owner"),
        "changes": DocumentedChange.objects.filter(incident=incident).select_related("by", "signed_by"),
        "gates": RestartGate.objects.filter(incident=incident, ended_at=None).select_related("work"),
        "procedures": _procedures(incident),
        "checkpoints": _checkpoints(incident),
        "affected": incident.affected.select_related("client__tier"),
        "support_reports": incident.support_reports.select_related("author", "destination"),
        "owed_letters": len(set(readiness.owed_letters(incident)) - readiness.letters_written(incident)),
        "error_reports": incident.error_reports.select_related("kept_by"),
    }
    return render(request, "postmortems/review.html", context)


def _procedures(incident: Incident) -> list[tuple[Procedure, Any]]:
    read = {row.procedure_id: row for row in incident.consultations.select_related("by")}
    return [(one, read.get(one.pk)) for one in Procedure.objects.filter(moment="review", is_active=True)]


def _checkpoints(incident: Incident) -> list[tuple[str, str, Checkpoint | None]]:
    passed = {row.moment: row for row in incident.checkpoints.select_related("by")}
    return [(value, label, passed.get(value)) for value, label in Checkpoint.Moment.choices]


@require_POST
@permitted("note_incident")
def consult(request: SignedRequest, pk: int, procedure: int) -> HttpResponse:
    """Ticks a procedure as read for this incident."""
    incident = seen(request, pk)
    chosen = Procedure.objects.filter(pk=procedure, is_active=True).first()
    if chosen is None:
        raise Http404("No such procedure.")
    reviews.consult(incident.pk, chosen, by=request.user, at=timezone.now())
    messages.success(request, f"“{chosen}” is recorded as read.")
    return redirect("postmortems:review", pk)


@require_POST
@permitted("write_review")
def pass_checkpoint(request: SignedRequest, pk: int, moment: str) -> HttpResponse:
    """Passes one of the three checkpoints of A-13."""
    incident = seen(request, pk)
    try:
        reviews.pass_checkpoint(incident.pk, moment, note="", by=request.user, at=timezone.now())
        messages.success(request, "Looked over.")
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("postmortems:review", pk)


@require_POST
@permitted("write_review")
def remove_safeguard(request: SignedRequest, pk: int, safeguard: int) -> HttpResponse:
    incident = seen(request, pk)
    try:
        reviews.remove_safeguard(incident.pk, safeguard, by=request.user, at=timezone.now())
        messages.success(request, "Taken out; the history keeps it.")
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("postmortems:review", pk)


@require_POST
@permitted("write_review")
def review_preview(request: SignedRequest, pk: int) -> HttpResponse:
    """The answers as they will read, while they are typed; nothing is saved."""
    incident = seen(request, pk)
    one = Review.objects.filter(incident=incident).first()
    if one is None:
        raise Http404("There is no review yet.")
    form = AnswersForm(request.POST, incident=incident, subject=one, viewer=request.user, now=timezone.now())
    return render(request, "postmortems/_preview.html", {"preview": form.preview()})


@require_safe
@permitted("view_incident")
def history(request: SignedRequest, pk: int) -> HttpResponse:
    """Every change of a review with its differences, newest first."""
    incident = seen(request, pk)
    one = Review.objects.filter(incident=incident).first()
    if one is None:
        raise Http404("There is no review yet.")
    page = _paged(request, one.changes.select_related("by"))
    rows = editions.edits(list(page))
    return render(
        request, "postmortems/history.html", {"incident": incident, "review": one, "page": page, "rows": rows}
    )


@require_safe
@permitted("view_incident")
def actions(request: SignedRequest) -> HttpResponse:
    """Prevention debt: what is promised and not yet verified, by owner, kind, client and age."""
    rows = PreventionAction.objects.filter(incident__in=_visible(request.user))
    state = request.GET.get("state", "owed")
    waits = rows.filter(pk__in=asking.due(now=timezone.now()).order_by().values("action"))
    mine = bool(request.GET.get("mine"))
    if state == "owed":
        shown = rows.filter(state__in=("open", "done"))
    else:
        shown = waits if state == "look_back" else rows.filter(state=state)
    if mine:
        shown = shown.filter(owner=request.user)
    owed = rows.filter(state__in=("open", "done"))
    overdue = Q(due_at__lt=timezone.now(), state="open")
    late = Count("pk", filter=overdue)
    context = {
        "rows": _paged(request, shown.select_related("incident", "owner", "kind").defer("incident__search")),
        "state": state,
        "states": [("owed", "Owed"), ("look_back", "Did it come back?"), *PreventionAction.State.choices],
        "mine": mine,
        "to_answer": waits.count(),
        "by_owner": owed.values("owner__name").annotate(n=Count("pk"), late=late).order_by("-late", "-n")[:12],
        "by_kind": owed.values("kind__name").annotate(n=Count("pk"), late=late).order_by("-late", "-n")[:12],
        "by_client": owed.values("incident__affected__client__name")
        .annotate(n=Count("pk", distinct=True), late=Count("pk", filter=overdue, distinct=True))
        .order_by("-late", "-n")[:12],
        "by_age": _ages(owed, timezone.now()),
        "now": timezone.now(),
    }
    return render(request, "postmortems/actions.html", context)


def _ages(owed: Any, now: datetime) -> list[tuple[str, int]]:
    """How many of the owed actions are how old, counted from when they were planned; one query."""
    cuts = [("Up to a week", 0, 7), ("Up to a month", 7, 30), ("Up to three months", 30, 90), ("Older", 90, None)]
    counted = {}
    for name, first, last in cuts:
        within = Q(created_at__lte=now - timedelta(days=first))
        if last is not None:
            within &= Q(created_at__gt=now - timedelta(days=last))
        counted[name] = Count("pk", filter=within)
    told = owed.aggregate(**{f"n{place}": count for place, count in enumerate(counted.values())})
    return [(name, told[f"n{place}"]) for place, name in enumerate(counted)]


def _of_incident(request: SignedRequest, rows: Any, pk: int) -> Any:
    one = rows.filter(pk=pk).first()
    if one is None:
        raise Http404("There is no such thing.")
    one.incident = seen(request, one.incident_id)
    return one


@require_safe
@permitted("view_incident")
def action(request: SignedRequest, pk: int) -> HttpResponse:
    one = _of_incident(request, PreventionAction.objects.select_related("owner", "kind", "done_by", "verified_by"), pk)
    told = one.incident.timeline.filter(kind="action_moved", facts__action=one.pk)
    context = {
        "action": one,
        "look_backs": one.look_backs.select_related("answered_by"),
        "told": told,
        "now": timezone.now(),
    }
    return render(request, "postmortems/action.html", context)


@require_safe
@permitted("view_incident")
def check(request: SignedRequest, pk: int) -> HttpResponse:
    one = _of_incident(request, RegressionCheck.objects.select_related("owner"), pk)
    # Empty when it cannot be read: the page says so, beside the way to a new one.
    secret = one.secret if request.user.has_perm("write_review") and sealed.opens(one.sealed_secret) else ""
    context = {"check": one, "runs": one.runs.select_related("by")[:50], "secret": secret}
    context["procedures"] = Procedure.objects.filter(moment="check", is_active=True)
    return render(request, "postmortems/check.html", context)


@require_safe
@permitted("view_incident")
def changes(request: SignedRequest) -> HttpResponse:
    """What changed because of incidents (A-20)."""
    rows = DocumentedChange.objects.filter(incident__in=_visible(request.user)).select_related(
        "incident", "by", "signed_by"
    )
    kind = request.GET.get("kind", "")
    if kind in DocumentedChange.Kind.values:
        rows = rows.filter(kind=kind)
    context = {
        "rows": _paged(request, rows.defer("incident__search")),
        "kind": kind,
        "kinds": DocumentedChange.Kind.choices,
    }
    return render(request, "postmortems/changes.html", context)


@require_safe
@permitted("view_incident")
def paused_work(request: SignedRequest) -> HttpResponse:
    """What is paused now and how far each gate is; then the whole register."""
    live = RestartGate.objects.filter(ended_at=None, incident__in=_visible(request.user)).exclude(stage="normal")
    context = {
        "gates": live.select_related("work", "incident", "owner").defer("incident__search")[:200],
        "register": _paged(request, PausableWork.objects.visible_to(request.user).select_related("client", "owner")),
    }
    return render(request, "postmortems/paused_work.html", context)


@require_safe
@permitted("view_incident")
def gate(request: SignedRequest, pk: int) -> HttpResponse:
    """One gate: the stages, what holds them, what machines are told, and all that happened to it."""
    one = _of_incident(
        request,
        RestartGate.objects.select_related("work__client", "owner", "forced_by", "forced_second_by", "force_asked_by"),
        pk,
    )
    criteria = list(one.criteria.select_related("confirmed_by"))
    open_now = [row for row in criteria if row.state == "open" and not row.for_normal_only]
    context = {
        "gate": one,
        "holding": open_now,
        "settled": [row for row in criteria if row.state != "open" and not row.for_normal_only],
        "later": [row for row in criteria if row.for_normal_only],
        "charts": charts.of(one, criteria, now=timezone.now(), zone=timezone.get_current_timezone()),
        "stages": _stages(one),
        "told": one.incident.timeline.filter(kind__in=("gate_moved", "work_paused"), facts__gate=one.pk).order_by(
            "-seq"
        )[:40],
        "procedures": _before_restart(one.incident),
    }
    return render(request, "postmortems/gate.html", context)


def _before_restart(incident: Incident) -> Any:
    """What to read before this restart: always, after an update, and when the fix ships a release (A-32…A-34)."""
    review = Review.objects.filter(incident=incident).only("update_involved", "ships_release").first()
    moments = ["restart"]
    moments += ["update"] if review is not None and review.update_involved else []
    moments += ["release"] if review is not None and review.ships_release else []
    return Procedure.objects.filter(moment__in=moments, is_active=True)


def _stages(one: RestartGate) -> list[tuple[str, str, str, str]]:
    values = list(RestartGate.Stage.values)
    now = values.index(one.stage)
    normal = one.holding_partial + one.holding_normal
    notes = {
        "paused": "Nothing runs",
        "shadow": "It runs, nothing leaves",
        "partial": one.partial_scope or "A part of it" if now >= 2 else f"{one.holding_partial} not met",
        "normal": "All of it" if now == 3 else f"{normal} not met",
    }
    icons = {"paused": "player-pause", "shadow": "ghost-2", "partial": "player-play", "normal": "circle-check"}
    states = ["done" if place < now else "now" if place == now else "" for place in range(4)]
    labels = dict(RestartGate.Stage.choices)
    return [(str(labels[v]), icons[v], states[i], notes[v]) for i, v in enumerate(values)]
