"""The escalation matrix, and the record of changes."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import configuration
from incidents.forms.configuration.rules import RuleForm
from incidents.models import BY_PERSON, ConfigurationChange, EscalationRule, Responder, RoleHolding
from incidents.views.configuration.changes import lines_of
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

FIELDS = ("name", "situation", "severities", "channels", "urgency", "repeat_minutes", "repeat_limit", "is_enabled")

Row = tuple[EscalationRule, list[tuple[str, Responder | None]], list[str], str]


def _present(at: datetime) -> dict[int, Responder]:
    """Who is told now for each role: its first holder who is active and not away; one query."""
    first: dict[int, Responder] = {}
    holdings = RoleHolding.objects.filter(responder__is_active=True).exclude(
        responder__absences__starts_at__lte=at, responder__absences__ends_at__gt=at
    )
    for holding in holdings.select_related("responder").order_by("role_id", "position", "pk"):
        first.setdefault(holding.role_id, holding.responder)
    return first


@require_safe
@permitted("view_incident")
def rules(request: SignedRequest) -> HttpResponse:
    """Every row, on or off, with who would be told at this moment."""
    now = timezone.now()
    first = _present(now)
    by_person: list[Row] = []
    by_clock: list[Row] = []
    for rule in EscalationRule.objects.prefetch_related("roles", "responders"):
        told = [(role.name, first.get(role.pk)) for role in rule.roles.all()]
        channels = [str(EscalationRule.Channel(one).label) for one in rule.channels]
        unreachable = _unreachable(rule, [person for _, person in told if person] + list(rule.responders.all()))
        row = (rule, told, channels, unreachable)
        (by_person if rule.situation in BY_PERSON else by_clock).append(row)
    context = {"groups": [("Raised by a person", by_person), ("Raised by a clock or an event", by_clock)]}
    return render(request, "incidents/configuration/rules.html", context)


def _unreachable(rule: EscalationRule, people: list[Responder]) -> str:
    """Why this row would reach nobody or not everybody, in a sentence; empty when it would."""
    if not people:
        return "Nobody who is present holds these roles."
    if rule.channels == ["telegram"]:
        silent = sorted({person.name for person in people if not person.telegram_chat})
        if silent:
            return f"No Telegram chat yet: {', '.join(silent)}."
    return ""


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
)


@require_safe
@permitted("configure")
def changes(request: SignedRequest) -> HttpResponse:
    """Who changed which setting, when, from what to what; newest first, fifty on a page."""
    subject = request.GET.get("subject", "")
    found = ConfigurationChange.objects.all()
    if subject in SUBJECTS:
        found = found.filter(subject=subject)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "rows": [(change, lines_of(change)) for change in page.object_list],
        "page": page,
        "subject": subject if subject in SUBJECTS else "",
        "subjects": SUBJECTS,
    }
    return render(request, "incidents/configuration/changes.html", context)
