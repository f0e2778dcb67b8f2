"""Routing rules in their order, the page that tries them on what came already, and silences."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection.forms.routing import DAYS, RuleForm, SilenceForm
from incidents.detection.intake import arranging, world
from incidents.detection.intake.trial import past
from incidents.detection.models import RoutingRule, Silence
from incidents.playbooks import library
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

RULE_FIELDS = (
    "name",
    "source",
    "conditions",
    "days",
    "from_time",
    "to_time",
    "time_zone",
    "record_only",
    "client",
    "severity",
    "incident_type",
    "playbook",
    "coordinator",
    "resolver",
    "communicator",
    "is_enabled",
)
RULES = (("Routing rules", "/settings/routing/"),)
SILENCES = (("Silences", "/settings/silences/"),)


@require_safe
@permitted("configure")
def rules(request: SignedRequest) -> HttpResponse:
    rows = RoutingRule.objects.select_related("source", "client", "coordinator", "resolver", "communicator")
    playbooks, types = dict(library.choices()), dict(library.type_choices())
    shown = [
        (
            rule,
            ", ".join(str(DAYS[day][1]) for day in rule.days),
            playbooks.get(rule.playbook, rule.playbook),
            types.get(rule.incident_type, rule.incident_type),
        )
        for rule in rows.prefetch_related("systems")
    ]
    return render(request, "detection/rules.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def add_rule(request: SignedRequest) -> HttpResponse:
    return _rule(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def change_rule(request: SignedRequest, pk: int) -> HttpResponse:
    return _rule(request, get_object_or_404(RoutingRule, pk=pk))


def _rule(request: SignedRequest, one: RoutingRule | None) -> HttpResponse:
    initial: dict[str, Any] = {"time_zone": request.user.time_zone, "is_enabled": True}
    if one:
        initial = {name: getattr(one, name) for name in RULE_FIELDS} | {"systems": list(one.systems.all())}
    form = RuleForm(request.POST or None, initial=initial)
    back = reverse("detection:rules")
    lead = "The first rule whose conditions all hold decides; what it leaves open stays as the source says."
    page = Page(f"Change {one.name}" if one else "Add a rule", RULES, back, "Save" if one else "Add rule", lead)

    def save() -> str:
        systems = [system.pk for system in form.cleaned_data["systems"]]
        saved = arranging.save_rule(
            one.pk if one else None, form.values(), system_ids=systems, by=request.user, at=timezone.now()
        )
        return f"{saved.name} is saved. Try it on what came already."

    return answer(request, form, save, page)


@require_POST
@permitted("configure")
def move_rule(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(RoutingRule, pk=pk)
    up = request.POST.get("to") == "up"

    def save() -> str:
        arranging.move_rule(pk, up=up, by=request.user, at=timezone.now())
        return f"{one.name} moved {'up' if up else 'down'}."

    return act(request, save, back=reverse("detection:rules"))


@require_POST
@permitted("configure")
def remove_rule(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(RoutingRule, pk=pk)

    def save() -> str:
        arranging.remove_rule(pk, by=request.user, at=timezone.now())
        return f"{one.name} is removed."

    return act(request, save, back=reverse("detection:rules"))


@require_safe
@permitted("configure")
def try_rules(request: SignedRequest) -> HttpResponse:
    """Where the rules of now would send the newest signals, and which of these a new condition would fit."""
    text = request.GET.get("conditions", "").replace("\x00", "")[:5000]
    problem, rows = past(world.reload(), text, request.user, now=timezone.now())
    context = {"rows": rows, "conditions": text, "problem": problem, "fits": sum(row.fits for row in rows)}
    return render(request, "detection/try_rules.html", context)


@require_safe
@permitted("configure")
def silences(request: SignedRequest) -> HttpResponse:
    now = timezone.now()
    rows = list(Silence.objects.select_related("source", "owner", "ended_by")[:200])
    groups = [
        ("Now", [one for one in rows if one.starts_at <= now < one.ends_at]),
        ("Planned", [one for one in rows if one.starts_at > now]),
        ("Over", [one for one in rows if one.ends_at <= now]),
    ]
    return render(request, "detection/silences.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("configure")
def add_silence(request: SignedRequest) -> HttpResponse:
    now = timezone.now()
    form = SilenceForm(request.POST or None, now=now, initial={"owner": request.user.pk})
    lead = "What fits is recorded and opens nothing. When it ends, whatever still fires is opened."
    page = Page("Add a silence", SILENCES, reverse("detection:silences"), "Add silence", lead)

    def save() -> str:
        made = arranging.add_silence(form.cleaned_data, by=request.user, at=timezone.now())
        return f"Silent until {timezone.localtime(made.ends_at):%d %B, %H:%M}."

    return answer(request, form, save, page)


@require_POST
@permitted("configure")
def end_silence(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(Silence, pk=pk)

    def save() -> str:
        arranging.end_silence(pk, by=request.user, at=timezone.now())
        return "It has ended; what still fires is opened within seconds."

    return act(request, save, back=reverse("detection:silences"))
