"""Editing a playbook as a draft: outline, steps, publish or throw away."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents.playbooks import differences, verbs
from incidents.playbooks.forms.editing import NoteForm, OutlineForm, StepSheet, filled
from incidents.playbooks.models import Draft, IncidentType, Playbook
from incidents.playbooks.shape import Body
from incidents.playbooks.views.library import found_or_404, rows_of
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted


@permitted("configure")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedRequest) -> HttpResponse:
    """A new playbook begins as a draft."""
    form = OutlineForm(request.POST if request.method == "POST" else None, initial=filled(Body(""), None))
    back = reverse("playbooks:library")
    page = Page("Add a playbook", (("Playbooks", back),), back, "Begin", "Its steps come next.")
    if request.method == "POST" and form.is_valid():
        made: list[int] = []

        def save() -> str:
            chosen: IncidentType | None = form.cleaned_data["incident_type"]
            type_id = chosen.pk if chosen else None
            now = timezone.now()
            found = verbs.create(form.cleaned_data["name"], type_id=type_id, by=request.user, at=now)
            _outline(request, form, found.pk)
            made.append(found.pk)
            return "Begun. Add its steps, then publish it."

        response = answer(request, form, save, page)
        return redirect("playbooks:edit", made[0]) if made else response
    return render(request, page.template, {"form": form, "page": page})


@permitted("configure")
@require_http_methods(["GET", "HEAD"])
def edit(request: SignedRequest, pk: int) -> HttpResponse:
    """The draft, or what it would begin with; looking at it begins none."""
    found = found_or_404(pk)
    draft = Draft.objects.select_related("changed_by").filter(playbook=found).first()
    newest = found.newest.content if found.newest else None
    body = draft.content if draft else newest or Body(found.name)
    context = {
        "playbook": found,
        "draft": draft,
        "body": body,
        "rows": rows_of(body),
        "changes": differences.between(newest, body) if draft and newest else [],
        "form": NoteForm(),
        "behind": draft is not None and draft.based_on != (found.newest.number if found.newest else 0),
    }
    return render(request, "playbooks/edit.html", context)


@permitted("configure")
@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: SignedRequest, pk: int) -> HttpResponse:
    found, body = _body(pk)
    form = OutlineForm(request.POST if request.method == "POST" else None, initial=filled(body, found.incident_type))
    back = reverse("playbooks:edit", args=[pk])
    page = Page("Outline", (("Playbooks", reverse("playbooks:library")), (found.name, back)), back)

    def save() -> str:
        _outline(request, form, pk)
        return "The outline is in the draft."

    return answer(request, form, save, page)


@permitted("configure")
@require_http_methods(["GET", "HEAD", "POST"])
def add_step(request: SignedRequest, pk: int) -> HttpResponse:
    return _step(request, pk, None)


@permitted("configure")
@require_http_methods(["GET", "HEAD", "POST"])
def change_step(request: SignedRequest, pk: int, key: str) -> HttpResponse:
    return _step(request, pk, key)


@require_POST
@permitted("configure")
def move_step(request: SignedRequest, pk: int, key: str) -> HttpResponse:
    found_or_404(pk)
    places = 1 if request.POST.get("to") == "down" else -1

    def save() -> str:
        verbs.move_step(pk, key, by_places=places, by=request.user, at=timezone.now())
        return "Moved, in the draft."

    return act(request, save, back=reverse("playbooks:edit", args=[pk]))


@require_POST
@permitted("configure")
def remove_step(request: SignedRequest, pk: int, key: str) -> HttpResponse:
    found_or_404(pk)

    def save() -> str:
        verbs.remove_step(pk, key, by=request.user, at=timezone.now())
        return "Removed from the draft."

    return act(request, save, back=reverse("playbooks:edit", args=[pk]))


@require_POST
@permitted("configure")
def publish(request: SignedRequest, pk: int) -> HttpResponse:
    found_or_404(pk)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""

    def save() -> str:
        made = verbs.publish(pk, note=note, by=request.user, at=timezone.now())
        return f"Version {made.number} is in use. Runs under way keep theirs."

    return act(request, save, back=reverse("playbooks:edit", args=[pk]))


@require_POST
@permitted("configure")
def discard(request: SignedRequest, pk: int) -> HttpResponse:
    found = found_or_404(pk)

    def save() -> str:
        verbs.discard(pk, by=request.user, at=timezone.now())
        return "The draft is thrown away."

    back = reverse("playbooks:playbook", args=[pk]) if found.newest else reverse("playbooks:library")
    return act(request, save, back=back)


def _outline(request: SignedRequest, form: OutlineForm, pk: int) -> None:
    values = form.cleaned_data
    chosen: IncidentType | None = values["incident_type"]
    verbs.save_outline(
        pk,
        name=values["name"],
        summary=values["summary"],
        cues=form.cues,
        type_id=chosen.pk if chosen else None,
        by=request.user,
        at=timezone.now(),
    )


def _body(pk: int) -> tuple[Playbook, Body]:
    found = found_or_404(pk)
    draft = Draft.objects.filter(playbook=found).first()
    if draft is not None:
        return found, draft.content
    return found, found.newest.content if found.newest else Body(found.name)


def _step(request: SignedRequest, pk: int, key: str | None) -> HttpResponse:
    found, body = _body(pk)
    step = body.step(key) if key else None
    if key and step is None:
        raise Http404("No such step.")
    form = StepSheet(request.POST if request.method == "POST" else None, body=body, step=step)
    back = reverse("playbooks:edit", args=[pk])
    crumbs = (("Playbooks", reverse("playbooks:library")), (found.name, back))
    title = f"Change “{step.title}”" if step else "Add a step"
    page = Page(title, crumbs, back, "Save in the draft", template="playbooks/edit_step.html")

    def save() -> str:
        verbs.save_step(pk, form.made(), by=request.user, at=timezone.now())
        return "The step is in the draft."

    return answer(request, form, save, page)
