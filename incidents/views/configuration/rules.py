"""The escalation matrix, and the record of changes."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import configuration
from incidents.escalation.matrix import Matrix
from incidents.forms.configuration.rules import RuleForm
from incidents.models import BY_PERSON, ConfigurationChange, EscalationRule, Responder
from incidents.views.configuration.changes import lines_of
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

FIELDS = (
    "name",
    "situation",
    "severities",
    "wall_hours",
    "channels",
    "urgency",
    "repeat_minutes",
    "repeat_limit",
    "is_enabled",
)

Row = tuple[EscalationRule, list[tuple[str, Responder | None]], list[str], str]


@require_safe
@permitted("view_incident")
def rules(request: SignedRequest) -> HttpResponse:
    """Every row, on or off, with who would be told at this moment."""
    matrix = Matrix(timezone.now())
    by_person: list[Row] = []
    by_clock: list[Row] = []
    for rule in EscalationRule.objects.prefetch_related("roles", "responders", "rooms"):
        told = [(role.name, matrix.people.get(matrix.holder(role.key) or 0)) for role in rule.roles.all()]
        channels = [str(EscalationRule.Channel(one).label) for one in rule.channels]
        reached = [person for _, person in told if person] + [one for one in rule.responders.all() if one.is_active]
        row = (rule, told, channels, _doubt(rule, matrix, reached))
        (by_person if rule.situation in BY_PERSON else by_clock).append(row)
    context = {"groups": [("Raised by a person", by_person), ("Raised by a clock or an event", by_clock)]}
    return render(request, "incidents/configuration/rules.html", context)


def _doubt(rule: EscalationRule, matrix: Matrix, people: list[Responder]) -> str:
    """Why this row would reach nobody, or somebody otherwise than it says; empty when all is well."""
    if not people:
        return "Nobody holds these roles: this reaches nobody."
    instead = {
        person.name for person in people for one in matrix.addresses(rule, person) if one.instead_of == "telegram"
    }
    if not instead:
        return ""
    if not settings.TELEGRAM_BOT_TOKEN:
        return "No Telegram bot is set up: e-mail instead."
    return f"No Telegram chat yet, e-mail instead: {', '.join(sorted(instead))}."


@permitted("configure")
def add_rule(request: SignedRequest) -> HttpResponse:
    return _rule(request, None)


@permitted("configure")
def change_rule(request: SignedRequest, pk: int) -> HttpResponse:
    return _rule(request, get_object_or_404(EscalationRule, pk=pk))


def _rule(request: SignedRequest, one: EscalationRule | None) -> HttpResponse:
    initial: dict[str, Any] = {"channels": ["in_app"], "urgency": "normal", "repeat_limit": 6, "is_enabled": True}
    if one:
        initial = {name: getattr(one, name) for name in FIELDS}
        initial["roles"] = list(one.roles.values_list("pk", flat=True))
        initial["responders"] = list(one.responders.values_list("pk", flat=True))
        initial["rooms"] = list(one.rooms.values_list("pk", flat=True))
    form = RuleForm(request.POST or None, initial=initial)
    if one and "responders" in form.fields:
        # Somebody deactivated since stays listed while the rule names them.
        active = Responder.objects.filter(is_active=True) | Responder.objects.filter(pk__in=initial["responders"])
        form.fields["responders"].queryset = active.distinct()  # type: ignore[attr-defined]
    back = reverse("incidents:escalation_rules")
    title = f"Change “{one.name}”" if one else "Add an escalation rule"
    page = Page(title, (("Escalation rules", back),), back, "Save" if one else "Add rule")

    def save() -> str:
        values = {name: form.cleaned_data[name] for name in FIELDS}
        saved = configuration.save_rule(
            one.pk if one else None,
            values,
            role_ids=[role.pk for role in form.cleaned_data["roles"]],
            responder_ids=[person.pk for person in form.cleaned_data["responders"]],
            room_ids=[room.pk for room in form.cleaned_data["rooms"]],
            by=request.user,
            at=timezone.now(),
        )
        return f"The rule “{saved.name}” is saved."

    return answer(request, form, save, page)


@require_POST
@permitted("configure")
def switch_rule(request: SignedRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(EscalationRule, pk=pk)
    on = request.POST.get("on") == "yes"

    def save() -> str:
        configuration.switch_rule(pk, on=on, by=request.user, at=timezone.now())
        return f"“{rule.name}” is {'on' if on else 'off'}."

    return act(request, save, back=reverse("incidents:escalation_rules"))


SUBJECTS = (
    "client",
    "contact",
    "system",
    "tier",
    "brand",
    "responder",
    "role",
    "absence",
    "severity",
    "SLA policy",
    "calendar",
    "escalation rule",
    "playbook",
    "incident type",
    "suppressed address",
    "webhook",
    "chat or SMS",
    "stuck row",
)


@require_safe
@permitted("configure")
def changes(request: SignedRequest) -> HttpResponse:
    """Who changed which setting, when, from what to what; newest first, fifty on a page."""
    subject = request.GET.get("subject", "")
    found = ConfigurationChange.objects.all()
    recorded = found.order_by().values_list("subject", flat=True).distinct()
    subjects = sorted({*SUBJECTS, *recorded}, key=str.casefold)
    if subject in subjects:
        found = found.filter(subject=subject)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "rows": [(change, lines_of(change)) for change in page.object_list],
        "page": page,
        "subject": subject if subject in subjects else "",
        "subjects": subjects,
    }
    return render(request, "incidents/configuration/changes.html", context)
