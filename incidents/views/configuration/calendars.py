"""Opening hours: the list, one calendar with examples of what it means, and saving it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import configuration
from incidents.calendar_words import example, open_hours
from incidents.calendars import CalendarError, calendar_of
from incidents.forms.configuration.calendars import DAYS, CalendarForm, write_hours
from incidents.models import Calendar
from incidents.refusals import Refused
from incidents.views.configuration.permitted import SAVED_SINCE, Page, SignedRequest, mark_of, permitted

EXAMPLES = (4, 24, 72)


def _sentences(body: dict[str, object]) -> list[str]:
    now = timezone.now()
    found = []
    for hours in EXAMPLES:
        try:
            found.append(example(body, hours * 3600, now=now))
        except (CalendarError, OverflowError):
            found.append(f"{hours} counted hours are never reached.")
    return found


def _severe(calendar_name: str) -> list[str]:
    """Policies in which SEV-1 or SEV-2 counts in this calendar."""
    found = []
    for policy in configuration.policies_using(calendar_name):
        body = configuration.newest(policy).body
        rows = [body["severities"][f"SEV-{rank}"] for rank in (1, 2)]
        if any(row[kind].get("calendar") == calendar_name for row in rows for kind in ("acknowledge", "resolve")):
            found.append(policy.name)
    return found


@require_safe
@permitted("view_incident")
def calendars(request: SignedRequest) -> HttpResponse:
    """Every calendar with its week in words."""
    rows = []
    for one in Calendar.objects.all():
        week = [(name, write_hours(one.body.get("weekly", {}).get(key, []))) for key, name in DAYS.items()]
        rows.append((one, week, open_hours(one.body), len(one.body.get("holidays", [])), _sentences(one.body)[1]))
    return render(request, "incidents/configuration/calendars.html", {"rows": rows})


@permitted("configure")
def add_calendar(request: SignedRequest) -> HttpResponse:
    hours = {key: [["09:00", "17:00"]] for key in ("mon", "tue", "wed", "thu", "fri")}
    initial = {"tz": request.user.time_zone, **hours}
    return _calendar(request, None, CalendarForm(request.POST or None, initial=initial))


@permitted("configure")
def change_calendar(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Calendar, pk=pk)
    return _calendar(
        request, one, CalendarForm(request.POST or None, initial=CalendarForm.initial_of(one.name, one.body))
    )


def _calendar(request: SignedRequest, one: Calendar | None, form: CalendarForm) -> HttpResponse:
    back = reverse("incidents:calendars")
    form.opened = mark_of(form.initial) if one else ""
    page = Page(f"Change {one.name}" if one else "Add a calendar", (("Calendars", back),), back)
    context = {
        "form": form,
        "page": page,
        "calendar": one,
        "using": configuration.policies_using(one.name) if one else [],
        "severe": _severe(one.name) if one else [],
        "sentences": _sentences(one.body) if one else [],
    }
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "try":
            try:
                calendar_of(form.body())
                context["tried"] = _sentences(form.body())
            except CalendarError as error:
                form.add_error("mon", f"{str(error).capitalize()}.")
        elif form.opened and request.POST.get("opened", form.opened) != form.opened:
            form.add_error(None, SAVED_SINCE)
        else:
            try:
                saved = configuration.save_calendar(
                    one.pk if one else None,
                    name=form.cleaned_data["name"],
                    body=form.body(),
                    by=request.user,
                    at=timezone.now(),
                )
            except Refused as refused:
                form.refuse(refused)
            else:
                made = ", ".join(f"{version.policy.name} version {version.number}" for version in saved.versions)
                messages.success(
                    request, f"The calendar {saved.calendar.name} is saved." + (f" Written: {made}." if made else "")
                )
                if saved.versions:
                    messages.info(request, "Running clocks keep the hours that they started with.")
                return redirect("incidents:calendars")
    return render(request, "incidents/configuration/calendar.html", context)
