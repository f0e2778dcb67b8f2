"""Responders, the permission matrix, who holds a role in which order, and who is away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import configuration, reach
from incidents.forms.configuration.people import AbsenceForm, HoldersForm, ResponderForm
from incidents.models import Absence, Responder, Role, RoleHolding
from incidents.permissions import PERMISSIONS
from incidents.refusals import Refused
from incidents.sign_in import invitation_address
from incidents.views.configuration.permitted import SAVED_SINCE, Page, SignedRequest, act, answer, mark_of, permitted


def _absences(at: object) -> dict[int, Absence]:
    away: dict[int, Absence] = {}
    for absence in Absence.objects.filter(ends_at__gt=at).order_by("-starts_at"):
        away[absence.responder_id] = absence
    return away


@require_safe
@permitted("manage_people")
def responders(request: SignedRequest) -> HttpResponse:
    """Everybody who can sign in, or could, with roles and absences; a constant number of queries."""
    now = timezone.now()
    away = _absences(now)
    held: dict[int, list[str]] = {}
    for responder_id, name in RoleHolding.objects.order_by("role_id").values_list("responder_id", "role__name"):
        held.setdefault(responder_id, []).append(name)
    everybody = list(Responder.objects.order_by("-is_active", "name", "pk"))
    lost = reach.unreached(everybody, now=now)
    rows = [
        (one, held.get(one.pk, []), away.get(one.pk), one.has_usable_password(), {way.channel for way in ways})
        for one, ways in ((one, lost.get(one.pk, [])) for one in everybody)
    ]
    return render(request, "incidents/configuration/responders.html", {"rows": rows, "now": now})


@permitted("manage_people")
def invite_responder(request: SignedRequest) -> HttpResponse:
    form = ResponderForm(request.POST or None, initial={"time_zone": request.user.time_zone})
    back = reverse("incidents:responders")
    lead = "You get a link that works once. Hand it over yourself; Allclear does not send it."
    page = Page("Invite a responder", (("Responders", back),), back, "Invite", lead)
    made: list[Responder] = []

    def save() -> str:
        values = form.cleaned_data
        role_ids = [role.pk for role in values["roles"]]
        made.append(configuration.save_responder(None, values, role_ids=role_ids, by=request.user, at=timezone.now()))
        return f"{made[0].name} is invited. The link stands below."

    response = answer(request, form, save, page)
    if made:
        response["Location"] = reverse("incidents:responder", args=[made[0].pk])
    return response


@permitted("manage_people")
def responder(request: SignedRequest, pk: int) -> HttpResponse:
    """One responder: name, address, zone, Telegram chat and roles; while the password is not set, the one-time link."""
    one = get_object_or_404(Responder, pk=pk)
    role_ids = list(one.holdings.values_list("role_id", flat=True))
    names = ("name", "email", "time_zone", "telegram_chat")
    form = ResponderForm(
        request.POST or None, initial={**{name: getattr(one, name) for name in names}, "roles": role_ids}
    )
    back = reverse("incidents:responders")
    more = {
        "responder": one,
        "link": invitation_address(one) if one.is_active and not one.has_usable_password() else "",
        "absences": one.absences.filter(ends_at__gt=timezone.now()),
        "unreached": reach.unreached([one], now=timezone.now()).get(one.pk, []),
    }
    page = Page(one.name, (("Responders", back),), back, template="incidents/configuration/responder.html", more=more)

    def save() -> str:
        values = form.cleaned_data
        roles = [role.pk for role in values["roles"]]
        configuration.save_responder(pk, values, role_ids=roles, by=request.user, at=timezone.now())
        return f"{values['name']} is saved."

    return answer(request, form, save, page, done=reverse("incidents:responder", args=[pk]))


@require_POST
@permitted("manage_people")
def deactivate_responder(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Responder, pk=pk)

    def save() -> str:
        configuration.deactivate_responder(pk, by=request.user, at=timezone.now())
        return f"{one.name} can no longer sign in."

    return act(request, save, back=reverse("incidents:responder", args=[pk]))


@require_POST
@permitted("manage_people")
def activate_responder(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Responder, pk=pk)

    def save() -> str:
        configuration.activate_responder(pk, by=request.user, at=timezone.now())
        return f"{one.name} can sign in again."

    return act(request, save, back=reverse("incidents:responder", args=[pk]))


@require_POST
@permitted("manage_people")
def renew_access(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Responder, pk=pk)

    def save() -> str:
        configuration.renew_access(pk, by=request.user, at=timezone.now())
        return f"The old password of {one.name} no longer works. The new link stands below."

    return act(request, save, back=reverse("incidents:responder", args=[pk]))


@require_POST
@permitted("manage_people")
def remove_factors(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Responder, pk=pk)

    def save() -> str:
        count = configuration.remove_factors(pk, by=request.user, at=timezone.now())
        return f"{one.name} signs in with the password alone." if count else f"{one.name} had no second factor."

    return act(request, save, back=reverse("incidents:responder", args=[pk]))


@permitted("manage_people")
def roles(request: SignedRequest) -> HttpResponse:
    """The permission matrix as a grid of ticks, and the holders of each role in order."""
    every = list(Role.objects.prefetch_related("holdings__responder"))
    if request.method == "POST":
        granted = {role.pk: [name for name in PERMISSIONS if f"{role.pk}:{name}" in request.POST] for role in every}
        if request.POST.get("opened", _opened(every)) != _opened(every):
            return _grid(request, every, granted, SAVED_SINCE)
        try:
            configuration.set_permissions(granted, by=request.user, at=timezone.now())
        except Refused as refused:
            return _grid(request, every, granted, refused.sentence)
        messages.success(request, "The permission matrix is saved.")
        return redirect("incidents:roles")
    return _grid(request, every, {role.pk: role.permissions for role in every})


def _opened(every: list[Role]) -> str:
    return mark_of({str(role.pk): role.permissions for role in every})


def _grid(request: SignedRequest, every: list[Role], granted: dict[int, list[str]], refusal: str = "") -> HttpResponse:
    away = _absences(timezone.now())
    now = timezone.now()
    holders = []
    for role in every:
        people = [(one.responder, away.get(one.responder_id)) for one in role.holdings.all() if one.responder.is_active]
        holders.append(
            (role, [(person, absence, bool(absence and absence.starts_at <= now)) for person, absence in people])
        )
    rows = [
        (name, words, [(role, f"{role.pk}:{name}", name in granted[role.pk]) for role in every])
        for name, words in PERMISSIONS.items()
    ]
    context = {"roles": every, "rows": rows, "holders": holders, "refusal": refusal, "opened": _opened(every)}
    return render(request, "incidents/configuration/roles.html", context)


@permitted("manage_people")
def holders(request: SignedRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    positions = dict(role.holdings.values_list("responder_id", "position"))
    people = list(Responder.objects.filter(is_active=True))
    people.sort(key=lambda one: (positions.get(one.pk, 1000), one.name, one.pk))
    form = HoldersForm(
        request.POST or None,
        responders=people,
        initial={f"position_{one.pk}": positions.get(one.pk) for one in people},
    )
    back = reverse("incidents:roles")
    lead = "Number those who hold the role. The lowest number who is not away is the default; empty holds it not."
    page = Page(f"Who holds {role.name}", (("Roles", back),), back, "Save the order", lead)

    def save() -> str:
        # Holders who were deactivated are not on the page; they keep their place at the end.
        order = form.order()
        silent = RoleHolding.objects.filter(role=role, responder__is_active=False).order_by("position")
        order += silent.values_list("responder_id", flat=True)
        configuration.set_holders(pk, order, by=request.user, at=timezone.now())
        return f"{role.name}: the order is saved."

    return answer(request, form, save, page)


@permitted("manage_people")
def add_absence(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Responder, pk=pk)
    back = reverse("incidents:responder", args=[pk])
    crumbs = (("Responders", reverse("incidents:responders")), (one.name, back))
    return absence_page(request, one, crumbs, back)


def absence_page(
    request: SignedRequest, one: Responder, crumbs: tuple[tuple[str, str], ...], back: str
) -> HttpResponse:
    """The form of an absence; times are in the zone of whoever fills it in."""
    form = AbsenceForm(request.POST or None)
    lead = f"Times are in your zone, {request.user.time_zone}. Roles pass to the next holder meanwhile."
    page = Page("Out of office", crumbs, back, "Save absence", lead)

    def save() -> str:
        values = form.cleaned_data
        configuration.be_away(
            one.pk,
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            reason=values["reason"],
            by=request.user,
            at=timezone.now(),
        )
        return "The absence is saved."

    return answer(request, form, save, page)


@require_POST
@permitted("manage_people")
def end_absence(request: SignedRequest, pk: int, absence_pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence, pk=absence_pk, responder_id=pk)

    def save() -> str:
        configuration.end_absence(absence.pk, by=request.user, at=timezone.now())
        return "The absence is taken back."

    return act(request, save, back=reverse("incidents:responder", args=[pk]))
