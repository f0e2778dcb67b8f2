"""Settings of learning: one page that lists them, and one form for each kind of row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.forms.configuration.look import Sheet
from incidents.views.configuration.permitted import Page, SignedRequest, answer, permitted
from postmortems import configuration
from postmortems.forms import settings as forms
from postmortems.models import ActionKind, Destination, EnvironmentSet, Procedure

NEW = {"is_active": True, "is_outside": True, "position": 50}


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind of row: its address, its words, its form, and the function that saves it."""

    name: str
    title: str
    address: str
    model: type[models.Model]
    form: type[Sheet]
    save: Callable[..., models.Model]
    lead: str = ""
    shown: Callable[[Any], Mapping[str, Any]] = field(default=lambda row: {})
    stored: Callable[[Mapping[str, Any]], Mapping[str, Any]] = field(default=lambda found: found)


def _plain(*names: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda row: {name: getattr(row, name) for name in names}


def _environment(row: EnvironmentSet) -> Mapping[str, Any]:
    return {
        "product": row.product,
        "fields_named": "\n".join(row.fields),
        "systems": list(row.systems.all()),
        "is_default": row.is_default,
    }


def _stored_environment(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {("fields" if name == "fields_named" else name): value for name, value in found.items()}


SETTINGS = (
    Setting(
        "action_kind",
        "kind of action",
        "settings/action-kinds/",
        ActionKind,
        forms.ActionKindForm,
        configuration.save_action_kind,
        "What a prevention action may be. Ten come with Allclear.",
        _plain("name", "position", "is_active"),
    ),
    Setting(
        "procedure",
        "procedure",
        "settings/procedures/",
        Procedure,
        forms.ProcedureForm,
        configuration.save_procedure,
        "Something to read at a moment of an incident’s life, where it is needed.",
        _plain("key", "name", "url", "moment", "must_tick", "position", "is_active"),
    ),
    Setting(
        "destination",
        "destination",
        "settings/destinations/",
        Destination,
        forms.DestinationForm,
        configuration.save_destination,
        "Where a support report may go, and how one decides.",
        _plain("name", "help", "is_outside", "position", "is_active"),
    ),
    Setting(
        "environment_set",
        "environment set",
        "settings/environment-sets/",
        EnvironmentSet,
        forms.EnvironmentSetForm,
        configuration.save_environment_set,
        "The versions without which outside support cannot begin.",
        _environment,
        _stored_environment,
    ),
)


@require_safe
@permitted("configure")
def learning_settings(request: SignedRequest) -> HttpResponse:
    """Kinds of action, procedures by their moment, destinations and environment sets, in four queries."""
    context = {
        "kinds": ActionKind.objects.annotate(n=models.Count("actions")),
        "procedures": Procedure.objects.all(),
        "destinations": Destination.objects.all(),
        "environments": EnvironmentSet.objects.prefetch_related("systems"),
    }
    return render(request, "postmortems/settings.html", context)


def _view(setting: Setting, *, adds: bool) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @permitted("configure")
    def view(request: SignedRequest, pk: int | None = None) -> HttpResponse:
        row = None if adds else get_object_or_404(setting.model, pk=pk)
        initial = NEW if row is None else setting.shown(row)
        keyed = {"fixed_key": True} if row is not None and setting.name in ("action_kind", "destination") else {}
        form = setting.form(request.POST if request.method == "POST" else None, initial=dict(initial), **keyed)
        back = reverse("postmortems:learning_settings")
        article = "an" if setting.title[0] in "aeiou" else "a"
        title = f"Change {row}" if row is not None else f"Add {article} {setting.title}"
        page = Page(title, (("Learning", back),), back, "Save" if row is not None else "Add", setting.lead)

        def save() -> str:
            found = setting.stored(form.cleaned_data)
            saved = setting.save(row.pk if row is not None else None, found, by=request.user, at=timezone.now())
            return f"“{saved}” is saved."

        return answer(request, form, save, page)

    return view


urlpatterns: list[URLPattern] = [
    path("settings/learning/", learning_settings, name="learning_settings"),
    *(path(f"{one.address}add/", _view(one, adds=True), name=f"add_{one.name}") for one in SETTINGS),
    *(path(f"{one.address}<int:pk>/", _view(one, adds=False), name=f"change_{one.name}") for one in SETTINGS),
]
