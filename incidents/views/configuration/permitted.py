"""Who may open a page, and how a form of the settings is answered."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from incidents.forms.configuration.look import Sheet
from incidents.models import Responder
from incidents.permissions import PERMISSIONS
from incidents.refusals import Refused

# Routes of forms that change something and are not named so.
CHANGES = ("holders", "ladder", "outline", "preferences", "rename_policy", "responder")
SAVED_SINCE = (
    "Somebody saved this since you opened it. Yours stands below as you typed it; look at what it is now in a second "
    "tab, and save once more to put yours in its place."
)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class SignedRequest(HttpRequest):
    """A request of somebody who is signed in; LoginRequiredMiddleware sees to it."""

    user: Responder


def permitted(permission: str) -> Callable[[View], View]:
    """403 with a sentence for responders whose roles do not grant `permission`; kept as `view.permission`."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                what = PERMISSIONS[permission]
                raise PermissionDenied(f"None of your roles may do this: “{what}”. An administrator can change that.")
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return guard


@dataclass(frozen=True, slots=True)
class Page:
    """The words around a form: where one is, what the page is for, what the button says, where one goes back to."""

    title: str
    crumbs: tuple[tuple[str, str], ...]
    back: str
    button: str = "Save"
    lead: str = ""
    template: str = "incidents/configuration/sheet.html"
    more: dict[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, form: Sheet, save: Callable[[], str], page: Page, *, done: str = "") -> HttpResponse:
    """Shows the form, or saves it: the page again with what was typed when refused, else on to `done` with a message.

    `save` returns the sentence that says what was done. A form that changes something knows what it was when it was
    opened: where somebody saved it since, in another tab or elsewhere, it says so once before it is saved over that.
    """
    route = request.resolver_match.url_name if request.resolver_match else ""
    form.opened = mark_of(form.initial) if route in CHANGES or (route or "").startswith("change_") else ""
    known = request.POST.get("opened", "")
    if request.method == "POST" and form.is_valid() and known and form.opened and known != form.opened:
        form.add_error(None, SAVED_SINCE)
    elif request.method == "POST" and form.is_valid():
        try:
            sentence = save()
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, sentence)
            return redirect(done or page.back)
    return render(request, page.template, {"form": form, "page": page, **page.more})


def mark_of(initial: Mapping[str, Any]) -> str:
    """What a form starts from, in short: the same as long as nobody changes what it is about."""
    words = [f"{name}={_plainly(value)}" for name, value in sorted(initial.items())]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:16]


def _plainly(value: Any) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list | tuple | set | QuerySet):
        return ",".join(sorted(map(_plainly, value)))
    return str(value)


def act(request: HttpRequest, save: Callable[[], str], *, back: str) -> HttpResponse:
    """Does what a button asks and goes back, with the sentence of what was done or of the refusal."""
    try:
        messages.success(request, save())
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(back)
