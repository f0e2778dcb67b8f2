"""The ways in (first sign-in, invitation, the sample workspace's buttons) and what a responder sets about himself."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from incidents import configuration, reach
from incidents.forms.configuration.people import FirstSignInForm, PasswordForm, PreferencesForm
from incidents.models import Absence, Responder
from incidents.refusals import Refused
from incidents.sign_in import BACKEND, demo_door_is_open, first_sign_in_holds, invited
from incidents.views.configuration.people import absence_page
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer


def _spent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/link_spent.html", status=410)


@sensitive_post_parameters()
@never_cache
@login_not_required
def first_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """The first administrator names himself. 410 when the link is too old, false, or there is an administrator."""
    if not first_sign_in_holds(token) or configuration.administrators_exist():
        return _spent(request)
    form = FirstSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            responder = configuration.found(
                form.cleaned_data, password=form.cleaned_data["password"], at=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            response: HttpResponse = perform_login(request, responder, redirect_url=reverse("incidents:board"))
            return response
    return render(request, "account/first_sign_in.html", {"form": form})


@sensitive_post_parameters()
@never_cache
@login_not_required
def join(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """An invited responder sets the first password and is in. 410 when the link was used or is too old."""
    responder = invited(key, token)
    if responder is None:
        return _spent(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joined = configuration.join(responder.pk, password=form.cleaned_data["password"], at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            # Through allauth, so that a second factor that was set up earlier is still asked for.
            response: HttpResponse = perform_login(request, joined, redirect_url=reverse("incidents:board"))
            return response
    return render(request, "account/join.html", {"form": form, "responder": responder})


@require_POST
@never_cache
@login_not_required
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the sample people; 404 outside the sample workspace and from any other machine."""
    if not demo_door_is_open(request):
        raise Http404
    key = request.POST.get("responder", "")
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    responder = get_object_or_404(Responder, pk=int(key), is_active=True)
    login(request, responder, backend=BACKEND)
    return redirect("incidents:board")


PREFERENCES = ("name", "time_zone", "telegram_chat", "single_keys")


def preferences(request: SignedRequest) -> HttpResponse:
    """What a responder sets about himself; whoever is signed in has this page."""
    me = request.user
    form = PreferencesForm(request.POST or None, initial={name: getattr(me, name) for name in PREFERENCES})
    here = reverse("incidents:preferences")
    now = timezone.now()
    more = {
        "absences": me.absences.filter(ends_at__gt=now),
        "themes": THEMES.items(),
        "unreached": reach.unreached([me], now=now).get(me.pk, []),
    }
    page = Page("Preferences", (), here, template="incidents/configuration/preferences.html", more=more)

    def save() -> str:
        configuration.save_preferences(form.cleaned_data, by=me, at=timezone.now())
        return "Your preferences are saved."

    return answer(request, form, save, page)


THEMES = {"system": "As the system has it", "light": "Light", "dark": "Dark"}
A_YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request: SignedRequest) -> HttpResponse:
    """Keeps the theme in this browser's cookie, which the server reads: it works without a script."""
    theme = request.POST.get("theme", "")
    response = redirect("incidents:preferences")
    if theme in THEMES:
        # The button in the header rewrites it, so a script may read it.
        response.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        messages.success(request, f"Theme: {THEMES[theme].lower()}.")
    return response


def be_away(request: SignedRequest) -> HttpResponse:
    back = reverse("incidents:preferences")
    return absence_page(request, request.user, (("Preferences", back),), back)


@require_POST
def be_back(request: SignedRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence, pk=pk, responder_id=request.user.pk)

    def save() -> str:
        configuration.end_absence(absence.pk, by=request.user, at=timezone.now())
        return "The absence is taken back."

    return act(request, save, back=reverse("incidents:preferences"))
