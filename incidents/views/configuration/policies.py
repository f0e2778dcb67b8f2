"""Severities with what the policy promises, the versions of a policy, and changing one with its consequences shown."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents import configuration, lifecycle
from incidents.calendar_words import example
from incidents.calendars import CalendarError
from incidents.forms.configuration.look import write_duration
from incidents.forms.configuration.policies import LINES, NewPolicyForm, PolicyForm, PolicyNameForm
from incidents.forms.configuration.rules import SeverityForm
from incidents.models import (
    Calendar,
    Client,
    EscalationRule,
    Incident,
    PolicyVersion,
    Severity,
    Situation,
    SlaPolicy,
    Tier,
)
from incidents.policy import ACKNOWLEDGED_BY, NOTIFY_MODES, Policy
from incidents.policy_preview import concerns, preview
from incidents.refusals import Refused
from incidents.views.configuration.histogram import histogram
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

MOST_VERSIONS = 30


@dataclass(frozen=True, slots=True)
class Promised:
    """One row of the table of severities: a label and, for each severity, what is promised and a smaller remark."""

    label: str
    hint: str
    cells: tuple[tuple[int, str, str], ...]
    big: bool = False


def promises(body: dict[str, Any]) -> list[Promised]:
    """What a body promises, in words, severity by severity."""
    rows = []
    for label, hint, big, write in (
        ("Acknowledge within", "never pauses", True, _acknowledge),
        ("Resolve within", "stops when the fix is live", True, _resolve),
        (
            "Watch after a fix",
            "before resolve is allowed",
            False,
            lambda row: (_length(row["verification_seconds"]), ""),
        ),
        ("Tell the client", "", False, _notify),
        ("Pausing", "the resolve clock only", False, _pausing),
        ("Next update, proposed after", "", False, lambda row: (_length(row["next_update_seconds"]), "")),
        (
            "A second person approves letters",
            "before clients receive them",
            False,
            lambda row: ("Yes" if row.get("approval") else "No", ""),
        ),
        ("Raised again", "when nobody has touched it for", False, lambda row: (_length(row["resurface_seconds"]), "")),
    ):
        cells = tuple((rank, *write(body["severities"][f"SEV-{rank}"])) for rank in (1, 2, 3, 4))
        rows.append(Promised(label, hint, cells, big))
    return rows


def _length(seconds: int) -> str:
    return write_duration(seconds) if seconds else "Not at all"


def _counted(promise: dict[str, Any]) -> str:
    return f"in the hours of {promise['calendar']}" if promise.get("calendar") else ""


def _acknowledge(row: dict[str, Any]) -> tuple[str, str]:
    promise = row["acknowledge"]
    by = ACKNOWLEDGED_BY[row["acknowledged_by"]].lower()
    return write_duration(promise["target_seconds"]), "; ".join(filter(None, (by, _counted(promise))))


def _resolve(row: dict[str, Any]) -> tuple[str, str]:
    promise = row["resolve"]
    workaround = "or a workaround in place" if promise.get("met_by_workaround") else ""
    return write_duration(promise["target_seconds"]), "; ".join(filter(None, (workaround, _counted(promise))))


def _notify(row: dict[str, Any]) -> tuple[str, str]:
    notify = row["notify"]
    words = {
        "immediate": f"within {write_duration(notify.get('seconds', 900))}",
        "same_day": f"before the client’s midnight, never under {write_duration(notify.get('floor_seconds', 3600))}",
    }
    return NOTIFY_MODES[notify["mode"]], words.get(notify["mode"], "")


def _pausing(row: dict[str, Any]) -> tuple[str, str]:
    promise = row["resolve"]
    if not promise.get("pausable"):
        return "Never", ""
    return "With a reason", f"{write_duration(promise.get('max_pause_seconds', 86400))} at most, resumes itself"


@require_safe
@permitted("view_incident")
def severities(request: SignedRequest) -> HttpResponse:
    """The four severities, their words and what the default policy promises, side by side."""
    policy = SlaPolicy.objects.filter(is_default=True).first() or get_object_or_404(SlaPolicy)
    return _policy_page(request, policy, configuration.newest(policy))


@require_safe
@permitted("view_incident")
def policy(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(SlaPolicy, pk=pk)
    return _policy_page(request, one, configuration.newest(one))


@require_safe
@permitted("view_incident")
def policy_version(request: SignedRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was written; `?as=json` gives its body."""
    version = get_object_or_404(PolicyVersion.objects.select_related("policy"), policy_id=pk, number=number)
    if request.GET.get("as") == "json":
        response = HttpResponse(
            json.dumps(version.body, indent=2, ensure_ascii=False) + "\n", content_type="application/json"
        )
        response["Content-Disposition"] = f'attachment; filename="policy-{pk}-version-{number}.json"'
        return response
    return _policy_page(request, version.policy, version)


def _policy_page(request: SignedRequest, one: SlaPolicy, version: PolicyVersion) -> HttpResponse:
    versions = list(one.versions.select_related("created_by").order_by("-number")[:MOST_VERSIONS])
    tiers = dict(Tier.objects.values_list("key", "name"))
    visible = Incident.objects.visible_to(request.user).open()
    context = {
        "policy": one,
        "version": version,
        "newest": versions[0],
        "versions": versions,
        "policies": SlaPolicy.objects.all(),
        "severities": list(Severity.objects.all()),
        "rows": promises(version.body),
        "tiers": [(tiers.get(key, key), _amended(rows)) for key, rows in version.body.get("tiers", {}).items()],
        "outage": {name: write_duration(seconds) for name, seconds in version.body.get("outage", {}).items()},
        "reopen_days": version.body.get("reopen_days", 14),
        "open_on_it": visible.filter(policy_version=version).count(),
        "clients": list(Client.objects.filter(policy=one).values_list("pk", "name")[:20]),
        "concerns": concerns(version.body),
        "examples": _examples(version.body, timezone.now()),
    }
    return render(request, "incidents/configuration/policy.html", context)


def _amended(rows: dict[str, Any]) -> list[tuple[int, str, str, str]]:
    lines = []
    for rank in (1, 2, 3, 4):
        row = rows.get(f"SEV-{rank}", {})
        ack, resolve = (row.get(kind, {}).get("target_seconds") for kind in ("acknowledge", "resolve"))
        approval = {True: "yes", False: "no"}.get(row.get("approval"), "")
        times = [write_duration(seconds) if seconds else "" for seconds in (ack, resolve)]
        lines.append((rank, times[0], times[1], approval))
    return lines


def _examples(body: dict[str, Any], now: datetime) -> list[tuple[int, str, str]]:
    """For each promise that counts in opening hours, the sentence that says what it means."""
    found = []
    for rank in (1, 2, 3, 4):
        for kind in ("acknowledge", "resolve"):
            promise = body["severities"][f"SEV-{rank}"][kind]
            hours = body.get("calendars", {}).get(promise.get("calendar"))
            if hours:
                try:
                    found.append((rank, kind, example(hours, promise["target_seconds"], now=now)))
                except (CalendarError, OverflowError) as error:
                    found.append((rank, kind, f"Not reachable: {error}."))
    return found


@permitted("configure")
def change_severity(request: SignedRequest, rank: int) -> HttpResponse:
    one = get_object_or_404(Severity, rank=rank)
    names = ("name", "definition", "examples", "communication", "review_required", "confirmed_by_another")
    form = SeverityForm(request.POST or None, initial={name: getattr(one, name) for name in names})
    back = reverse("incidents:severities")
    page = Page(f"The words of SEV-{rank}", (("Severity & SLAs", back),), back)

    def save() -> str:
        configuration.save_severity(rank, form.cleaned_data, by=request.user, at=timezone.now())
        return f"SEV-{rank} is saved."

    return answer(request, form, save, page)


@permitted("configure")
def add_policy(request: SignedRequest) -> HttpResponse:
    form = NewPolicyForm(request.POST or None)
    back = reverse("incidents:severities")
    lead = "It starts as a copy; change it, then give it to clients."
    page = Page("Add an SLA policy", (("Severity & SLAs", back),), back, "Add policy", lead)
    made: list[SlaPolicy] = []

    def save() -> str:
        values = {"name": form.cleaned_data["name"]}
        like = form.cleaned_data["like"]
        made.append(configuration.add_policy(values, like=like, by=request.user, at=timezone.now()))
        return f"The policy {made[0].name} is added."

    response = answer(request, form, save, page)
    if made:
        response["Location"] = reverse("incidents:policy", args=[made[0].pk])
    return response


@permitted("configure")
def rename_policy(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(SlaPolicy, pk=pk)
    form = PolicyNameForm(request.POST or None, initial={"name": one.name})
    back = reverse("incidents:policy", args=[pk])
    page = Page(f"Rename {one.name}", (("Severity & SLAs", reverse("incidents:severities")), (one.name, back)), back)

    def save() -> str:
        configuration.rename_policy(pk, name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        return "The policy is renamed."

    return answer(request, form, save, page)


@require_POST
@permitted("configure")
def make_default(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(SlaPolicy, pk=pk)

    def save() -> str:
        configuration.make_default(pk, by=request.user, at=timezone.now())
        return f"{one.name} is the default from the next incident on."

    return act(request, save, back=reverse("incidents:policy", args=[pk]))


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


@permitted("configure")
def change_policy(request: SignedRequest, pk: int) -> HttpResponse:
    """The grid as a form. The first press shows the consequences, and only what was shown can be saved.

    Nothing moves unless it is ticked; a typed change after the preview asks for a new preview.
    """
    one = get_object_or_404(SlaPolicy, pk=pk)
    current = configuration.newest(one)
    form = PolicyForm(
        request.POST or None,
        base=current.body,
        tiers=Tier.objects.values_list("key", "name"),
        calendars=Calendar.objects.values_list("name", flat=True),
        initial={"started_from": current.number},
    )
    context: dict[str, Any] = {"policy": one, "current": current, "form": form, "next": current.number + 1}
    context["severities"] = list(Severity.objects.all())
    if request.method == "POST" and form.is_valid():
        try:
            body = configuration.with_calendars(form.body())
            if request.POST.get("step") == "save" and form.cleaned_data["previewed"] == _digest(body):
                return _save_version(request, one, form, body)
            context |= _consequences(request, one, current, body)
        except Refused as refused:
            form.refuse(refused)
    return render(request, "incidents/configuration/change_policy.html", context)


def _save_version(request: SignedRequest, one: SlaPolicy, form: PolicyForm, body: dict[str, Any]) -> HttpResponse:
    now = timezone.now()
    note, expected = form.cleaned_data["note"], form.cleaned_data["started_from"]
    version = configuration.add_version(one.pk, body, note=note, expected=expected, by=request.user, at=now)
    messages.success(request, f"Version {version.number} is in force from now on.")
    ids = [int(pk) for pk in request.POST.getlist("rebaseline") if pk.isdecimal() and len(pk) < 18]
    visible = Incident.objects.visible_to(request.user).filter(pk__in=ids, policy_version__policy=one, is_open=True)
    chosen = list(visible.values_list("pk", flat=True))
    if chosen:
        try:
            moved = lifecycle.rebaseline(chosen, reason=note, by=request.user, at=now)
            messages.success(request, f"{moved} open {'incident' if moved == 1 else 'incidents'} moved to it.")
        except Refused as refused:
            messages.error(request, f"The open incidents stay where they were: {refused.sentence}")
    return redirect("incidents:policy", one.pk)


def _consequences(
    request: SignedRequest, one: SlaPolicy, current: PolicyVersion, body: dict[str, Any]
) -> dict[str, Any]:
    if body == current.body:
        raise Refused("Nothing is different from the version in force.")
    try:
        draft = Policy.from_body(body)
        found = preview(
            one, current=Policy.from_body(current.body), draft=draft, seen_by=request.user, now=timezone.now()
        )
    except (KeyError, ValueError, OverflowError) as error:
        raise Refused(f"This cannot be promised: {error}.") from error
    return {
        "preview": found,
        "digest": _digest(body),
        "changes": differences(current.body, body),
        "concerns": concerns(body),
        "examples": _examples(body, timezone.now()),
        "rules": _other_rules(current.body, body),
        "plots": [histogram(tally) for tally in found.tallies if tally.target_now != tally.target_then],
        "ticked": request.POST.getlist("rebaseline"),
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What differs between two bodies, as label, was, is."""
    found = []
    for rank in (1, 2, 3, 4):
        for line in LINES:
            was, now = (_at(body["severities"][f"SEV-{rank}"], line.path) for body in (before, after))
            if was != now:
                label = f"SEV-{rank} {line.label.removeprefix('… ').lower()}"
                found.append((label, _said(line.path[-1], was), _said(line.path[-1], now)))
    if before.get("tiers", {}) != after.get("tiers", {}):
        found.append(("What tiers are promised", "", "changed"))
    for key, label in (
        ("notify_seconds", "Outage: tell clients after"),
        ("escalate_seconds", "Outage: escalate after"),
    ):
        was, now = (body.get("outage", {}).get(key) for body in (before, after))
        if was != now:
            found.append((label, _said(key, was), _said(key, now)))
    if before.get("reopen_days") != after.get("reopen_days"):
        found.append(
            ("Days in which a reply may reopen", str(before.get("reopen_days")), str(after.get("reopen_days")))
        )
    for name in sorted({*before.get("calendars", {}), *after.get("calendars", {})}):
        if before.get("calendars", {}).get(name) != after.get("calendars", {}).get(name):
            found.append((f"Calendar {name}", "", "changed"))
    return found


def _at(row: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _said(key: str, value: Any) -> str:
    if key == "calendar":
        return value or "round the clock"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return write_duration(value)
    return NOTIFY_MODES.get(value) or ACKNOWLEDGED_BY.get(value) or str(value or "")


def _other_rules(before: dict[str, Any], after: dict[str, Any]) -> list[EscalationRule]:
    """Enabled escalation rules that name the resolve or acknowledge target of a severity that changed."""
    changed = {
        rank
        for rank in (1, 2, 3, 4)
        for kind in ("acknowledge", "resolve")
        if before["severities"][f"SEV-{rank}"][kind] != after["severities"][f"SEV-{rank}"][kind]
    }
    by_clock = (Situation.RESOLVE_BREACHED, Situation.ACKNOWLEDGE_BREACHED)
    rules = EscalationRule.objects.filter(is_enabled=True, situation__in=by_clock)
    return [rule for rule in rules if not rule.severities or changed & set(rule.severities)] if changed else []
