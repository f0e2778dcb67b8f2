"""The library: the list, one playbook, its history, and the types of incident."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.models import Incident
from incidents.playbooks import differences, library, verbs
from incidents.playbooks.conditions import spelled
from incidents.playbooks.effects import KNOWN
from incidents.playbooks.forms.editing import TypeForm
from incidents.playbooks.models import IncidentType, Playbook, PlaybookVersion
from incidents.playbooks.shape import Body, Step
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

Row = tuple[int | None, Step, str, list[str]]


@require_safe
@permitted("view_incident")
def playbooks(request: SignedRequest) -> HttpResponse:
    """Every playbook with its use; what is unused or old, which types have none, which incidents matched none."""
    now = timezone.now()
    shelves = library.shelves(now)
    context = {
        "shelves": [one for one in shelves if not one.playbook.is_retired],
        "retired": [one for one in shelves if one.playbook.is_retired],
        "types": IncidentType.objects.all(),
        "without": library.types_without(),
        "unmatched": library.unmatched(request.user, since=now - library.MONTH),
        "may_edit": request.user.has_perm("configure"),
    }
    return render(request, "playbooks/library.html", context)


@require_safe
@permitted("view_incident")
def playbook(request: SignedRequest, pk: int) -> HttpResponse:
    found = found_or_404(pk)
    if found.newest is None:
        if request.user.has_perm("configure"):
            return redirect("playbooks:edit", pk)
        raise Http404("No version of this playbook is published yet.")
    return _read(request, found, found.newest)


@require_safe
@permitted("view_incident")
def version(request: SignedRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was published, for reading and printing."""
    found = get_object_or_404(PlaybookVersion, playbook_id=pk, number=min(number, 2**31 - 1))
    return _read(request, found_or_404(pk), found)


@require_safe
@permitted("view_incident")
def history(request: SignedRequest, pk: int) -> HttpResponse:
    """Who changed what, when: each version with what it says otherwise than the one before it."""
    found = found_or_404(pk)
    versions = list(found.versions.order_by("-number")[:101])
    rows = []
    for n, one in enumerate(versions[:100]):
        before = versions[n + 1].content if n + 1 < len(versions) else None
        changes = differences.between(before, one.content) if before is not None else []
        rows.append((one, changes))
    context = {"playbook": found, "rows": rows, "may_edit": request.user.has_perm("configure")}
    return render(request, "playbooks/history.html", context)


@permitted("configure")
@require_http_methods(["GET", "HEAD", "POST"])
def add_type(request: SignedRequest) -> HttpResponse:
    return _type(request, None)


@permitted("configure")
@require_http_methods(["GET", "HEAD", "POST"])
def change_type(request: SignedRequest, pk: int) -> HttpResponse:
    return _type(request, get_object_or_404(IncidentType, pk=pk))


@require_POST
@permitted("configure")
def restore_shipped(request: SignedRequest, pk: int) -> HttpResponse:
    found_or_404(pk)

    def save() -> str:
        made = verbs.restore_shipped(pk, by=request.user, at=timezone.now())
        return f"As shipped again, as version {made.number}."

    return act(request, save, back=reverse("playbooks:history", args=[pk]))


@require_POST
@permitted("configure")
def restore_version(request: SignedRequest, pk: int, number: int) -> HttpResponse:
    found_or_404(pk)

    def save() -> str:
        chosen = min(number, 2**31 - 1)
        made = verbs.restore_version(pk, chosen, by=request.user, at=timezone.now())
        return f"Version {number} is in use again, as version {made.number}."

    return act(request, save, back=reverse("playbooks:history", args=[pk]))


@require_POST
@permitted("configure")
def retire(request: SignedRequest, pk: int) -> HttpResponse:
    found_or_404(pk)
    on = request.POST.get("on") == "yes"

    def save() -> str:
        found = verbs.retire(pk, on=on, by=request.user, at=timezone.now())
        return f"“{found}” is {'out of use' if on else 'in use'}."

    return act(request, save, back=reverse("playbooks:library"))


def _read(request: SignedRequest, found: Playbook, one: PlaybookVersion) -> HttpResponse:
    body = one.content
    may_edit = request.user.has_perm("configure")
    context = {
        "playbook": found,
        "version": one,
        "body": body,
        "rows": rows_of(body),
        "runs": _runs(request, found),
        "may_edit": may_edit,
        "outdated": timezone.now() - one.created_at > library.OUTDATED and one.pk == found.newest_id,
    }
    return render(request, "playbooks/playbook.html", context)


def rows_of(body: Body) -> list[Row]:
    """The steps for reading: number, step, when it is required, what it does."""
    numbers = body.numbers()
    return [
        (
            numbers.get(step.key),
            step,
            spelled(step.when, body),
            [f"{_effect(one.name)}{_at(one.at)}" for one in step.effects],
        )
        for step in body.steps
    ]


def _effect(name: str) -> str:
    return KNOWN[name].label if name in KNOWN else name


def _at(at: str) -> str:
    return " when the run starts" if at == "start" else ""


def _runs(request: SignedRequest, found: Playbook) -> list[object]:
    rows = found.runs.select_related("incident", "started_by").defer("incident__search")
    if not request.user.has_perm("view_restricted"):
        rows = rows.exclude(incident__in=Incident.objects.hidden_from(request.user).values("pk"))
    return list(rows[:10])


def found_or_404(pk: int) -> Playbook:
    return get_object_or_404(Playbook.objects.select_related("newest", "incident_type", "draft"), pk=pk)


def _type(request: SignedRequest, one: IncidentType | None) -> HttpResponse:
    initial = {"name": one.name, "words": one.words} if one else {}
    form = TypeForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("playbooks:library")
    title = f"Change “{one}”" if one else "Add an incident type"
    page = Page(title, (("Playbooks", back),), back, "Save" if one else "Add type")

    def save() -> str:
        now: datetime = timezone.now()
        found = form.cleaned_data
        pk = one.pk if one else None
        saved = verbs.save_type(pk, name=found["name"], words=found["words"], by=request.user, at=now)
        return f"The type “{saved}” is saved."

    return answer(request, form, save, page)
