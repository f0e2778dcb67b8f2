"""Pages of the routine checks: what is to do, one run, one routine with its year."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection import checks as verbs
from incidents.detection.checks.history import year
from incidents.detection.checks.lists import listing
from incidents.detection.checks.overdue import MISSED_AFTER
from incidents.detection.forms.checks import FIELDS, LINE, AnswerForm, AssignForm, CheckForm, LineForm, SignForm
from incidents.detection.models import CheckDefinition, CheckLine, CheckRun, RunLine
from incidents.models import Incident
from incidents.refusals import Refused
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

TO_DO = 100
RECENT = 20
MISSED = 20
TONES = {"open": "acc", "passed": "ok", "found": "warn", "missed": "bad"}


@require_safe
@permitted("view_incident")
def checks(request: SignedRequest) -> HttpResponse:
    """What waits to be signed, what nobody signed in time, and every routine with its newest run and its next time."""
    now = timezone.now()
    waiting = CheckRun.objects.filter(state__in=("open", "missed")).select_related("definition", "assignee")
    left = Count("lines", filter=Q(lines__outcome="pending"))
    missed_until = now - MISSED_AFTER
    to_do = list(waiting.filter(deadline__gt=missed_until).annotate(left=left).order_by("deadline", "pk")[:TO_DO])
    # An open one that is so late has not been looked at by the sweep yet; it stays where it is seen.
    unseen = list(waiting.filter(state="open", deadline__lte=missed_until).annotate(left=left).order_by("pk")[:TO_DO])
    missed = waiting.filter(state="missed", deadline__lte=missed_until).order_by("-deadline", "-pk")
    definitions = list(CheckDefinition.objects.select_related("role", "assignee").annotate(size=Count("lines")))
    newest = {
        run.definition_id: run
        for run in CheckRun.objects.order_by("definition_id", "-scheduled_for", "-pk").distinct("definition_id")
    }
    context = {
        "to_do": [*unseen, *to_do],
        "missed": Paginator(missed, MISSED).get_page(request.GET.get("page")),
        "missed_after": MISSED_AFTER.days,
        "rows": [(one, newest.get(one.pk), _tone(newest.get(one.pk))) for one in definitions],
        "now": now,
    }
    return render(request, "detection/checks.html", context)


def _tone(run: CheckRun | None) -> str:
    return TONES[run.state] if run else ""


@require_safe
@permitted("view_incident")
def check(request: SignedRequest, pk: int) -> HttpResponse:
    """One routine: its lines, its year at a glance, its newest runs."""
    one = get_object_or_404(CheckDefinition.objects.select_related("role", "assignee", "system"), pk=pk)
    now, zone = timezone.now(), ZoneInfo(one.time_zone)
    since = now - timedelta(weeks=54)
    stood = CheckRun.objects.filter(definition=one, scheduled_for__gt=since).values_list("scheduled_for", "state")
    runs = list(one.runs.select_related("signed_by", "assignee")[:RECENT])
    context = {
        "check": one,
        "lines": list(one.lines.all()),
        "year": year(stood, now.astimezone(zone).date(), zone),
        "runs": [(run, _tone(run)) for run in runs],
        "incident": _incident(request, one.incident_id),
    }
    return render(request, "detection/check.html", context)


def _incident(request: SignedRequest, pk: int | None) -> Incident | None:
    visible = Incident.objects.visible_to(request.user).filter(pk=pk) if pk else Incident.objects.none()
    return visible.only("title", "severity", "status", "is_open").first()


@require_safe
@permitted("view_incident")
def check_run(request: SignedRequest, pk: int) -> HttpResponse:
    """One run: its lines with what was found, the lists that they are about, and what is left to answer."""
    return _shown(request, _run(pk))


def _run(pk: int) -> CheckRun:
    return get_object_or_404(CheckRun.objects.select_related("definition", "assignee", "signed_by"), pk=pk)


def _shown(request: SignedRequest, run: CheckRun, **refused: Any) -> HttpResponse:
    lines = list(run.lines.select_related("by"))
    incident = _incident(request, run.incident_id)
    if run.incident_id and incident is None:
        # What was found here became an incident that is for named people only.
        for line in lines:
            if line.outcome == RunLine.Outcome.FAILED:
                line.note, line.found = "", "Restricted to named people."
    closed = run.signed_at is not None or run.deadline is None
    rows = []
    for line in lines:
        form = None
        if not closed and not line.is_automatic and line.outcome != RunLine.Outcome.FAILED:
            given = refused.get("form") if refused.get("line") == line.pk else None
            known = {"outcome": line.outcome, "note": line.note} if line.outcome != RunLine.Outcome.PENDING else None
            form = given or AnswerForm(auto_id=f"line{line.pk}_%s", initial=known)
        rows.append((line, form, listing(line.kind, run.since, run.scheduled_for, request.user)))
    # A form that is not on the page any more, in a second tab or after a double click, still says why not.
    given = refused.get("sign_form") or refused.get("assign_form") or refused.get("form")
    shown = [form for _, form, _ in rows]
    if given is not None and (given in shown or (not closed and "form" not in refused)):
        given = None
    context = {
        "run": run,
        "refusal": " ".join(str(one) for errors in given.errors.values() for one in errors) if given else "",
        "typed": str(given.data.get("note", "")).strip() if given else "",
        "tone": _tone(run),
        "rows": rows,
        "left": sum(line.outcome == RunLine.Outcome.PENDING for line in lines),
        "closed": closed,
        "late": run.deadline is not None and run.signed_at is None and run.deadline <= timezone.now(),
        "sign_form": refused.get("sign_form") or SignForm(),
        "assign_form": refused.get("assign_form") or AssignForm(initial={"assignee": run.assignee_id}),
        "incident": incident,
    }
    return render(request, "detection/check_run.html", context)


@require_POST
@permitted("run_checks")
def answer_line(request: SignedRequest, pk: int, line_pk: int) -> HttpResponse:
    run = _run(pk)
    if not run.lines.filter(pk=line_pk).exists():
        raise Http404("This check has no such line.")
    form = AnswerForm(request.POST, auto_id=f"line{line_pk}_%s")
    if form.is_valid():
        found = form.cleaned_data
        try:
            line = verbs.answer(
                pk, line_pk, outcome=found["outcome"], note=found["note"], by=request.user, at=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            run.refresh_from_db()
            where = f" It is on {run.incident.reference}." if line.outcome == "failed" and run.incident else ""
            messages.success(request, f"“{line.text}”: {line.get_outcome_display().lower()}.{where}")
            return redirect(f"{reverse('detection:check_run', args=[pk])}#line-{line_pk}")
    return _shown(request, run, line=line_pk, form=form)


@require_POST
@permitted("run_checks")
def sign_run(request: SignedRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            verbs.sign(pk, note=form.cleaned_data["note"], by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{run.definition.name}” is signed.")
            return redirect("detection:check_run", pk)
    return _shown(request, run, sign_form=form)


@require_POST
@permitted("run_checks")
def assign_run(request: SignedRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    form = AssignForm(request.POST)
    if form.is_valid():
        try:
            changed = verbs.assign(pk, assignee_id=form.cleaned_data["assignee"].pk, by=request.user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{changed.assignee} does it.")
            return redirect("detection:check_run", pk)
    return _shown(request, run, assign_form=form)


@require_POST
@permitted("run_checks")
def run_check(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(CheckDefinition, pk=pk)
    try:
        run = verbs.run_now(pk, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("detection:check", pk)
    return redirect("detection:check_run", run.pk)


def _crumbs(one: CheckDefinition | None = None) -> tuple[tuple[str, str], ...]:
    first = ("Checks", reverse("detection:checks"))
    return (first, (one.name, reverse("detection:check", args=[one.pk]))) if one else (first,)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def add_check(request: SignedRequest) -> HttpResponse:
    initial = {
        "at_time": "09:00",
        "time_zone": request.user.time_zone,
        "month_day": 1,
        "allowed_seconds": 14_400,
        "severity": 3,
        "is_active": True,
    }
    form = CheckForm(request.POST or None, initial=initial)
    page = Page("Add a routine check", _crumbs(), reverse("detection:checks"), "Add check")
    made: list[CheckDefinition] = []

    def save() -> str:
        made.append(verbs.save_check(None, form.values(is_new=True), by=request.user, at=timezone.now()))
        return f"{made[0].name} is added. Now say what is looked at."

    response = answer(request, form, save, page)
    if made:
        response["Location"] = reverse("detection:check", args=[made[0].pk])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def change_check(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(CheckDefinition, pk=pk)
    form = CheckForm(request.POST or None, initial={name: getattr(one, name) for name in FIELDS})
    page = Page(f"Change {one.name}", _crumbs(one), reverse("detection:check", args=[pk]))

    def save() -> str:
        verbs.save_check(pk, form.values(is_new=False), by=request.user, at=timezone.now())
        return "The check is saved."

    return answer(request, form, save, page)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def add_line(request: SignedRequest, pk: int) -> HttpResponse:
    return _line(request, get_object_or_404(CheckDefinition, pk=pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def change_line(request: SignedRequest, pk: int, line_pk: int) -> HttpResponse:
    line = get_object_or_404(CheckLine.objects.select_related("definition"), pk=line_pk, definition_id=pk)
    return _line(request, line.definition, line)


def _line(request: SignedRequest, one: CheckDefinition, line: CheckLine | None) -> HttpResponse:
    source = line or CheckLine(position=one.lines.count() + 1)
    form = LineForm(request.POST or None, initial={name: getattr(source, name) for name in LINE})
    title = "Change a line" if line else "Add a line"
    page = Page(title, _crumbs(one), reverse("detection:check", args=[one.pk]), "Save" if line else "Add line")

    def save() -> str:
        verbs.save_line(one.pk, line.pk if line else None, form.cleaned_data, by=request.user, at=timezone.now())
        return "The line is saved; runs that were made keep theirs."

    return answer(request, form, save, page)


@require_POST
@permitted("set_watch")
def remove_line(request: SignedRequest, pk: int, line_pk: int) -> HttpResponse:
    line = get_object_or_404(CheckLine, pk=line_pk, definition_id=pk)

    def save() -> str:
        verbs.remove_line(pk, line_pk, by=request.user, at=timezone.now())
        return f"“{line.text}” is taken off."

    return act(request, save, back=reverse("detection:check", args=[pk]))
