"""Try it: the engine on a sequence of events, without touching an incident."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incidents import simulator
from incidents.forms.configuration.trial import LineForm, TrialForm
from incidents.forms.configuration.trial import written as utc
from incidents.models import PolicyVersion, Tier
from incidents.policy import Policy
from incidents.views.configuration.permitted import SignedRequest, permitted

TABLE = {
    "ack": "acknowledge",
    "resolve": "resolve",
    "promise": "update",
    "verification": "verification",
    "outage": "outage",
}


def _versions() -> list[PolicyVersion]:
    return list(PolicyVersion.objects.order_by("policy_id", "-number").distinct("policy_id").select_related("policy"))


def _start(now: datetime) -> dict[str, Any]:
    """An example to begin with: a SEV-2 of this morning, acknowledged in time and fixed late."""
    local = timezone.localtime(now).replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)
    return {
        "kind": "resolve",
        "query": timezone.localtime(now).replace(second=0, microsecond=0),
        "e1_type": "opened",
        "e1_t": local,
        "e1_severity": "SEV-2",
        "e2_type": "acked",
        "e2_t": local + timedelta(hours=1),
        "e3_type": "fixed",
        "e3_t": local + timedelta(hours=26),
    }


@permitted("configure")
def trial(request: SignedRequest) -> HttpResponse:
    """Rows or a JSON line in, the clock's standing out; the same engine as every running clock. Stores nothing."""
    versions = _versions()
    by_line = request.method == "POST" and "line" in request.POST
    form = TrialForm(
        request.POST if request.method == "POST" and not by_line else None,
        versions=[(one.pk, f"{one.policy.name}, version {one.number}") for one in versions],
        tiers=list(Tier.objects.values_list("key", "name")),
        initial=_start(timezone.now()),
    )
    line_form = LineForm(request.POST if by_line else None)
    context: dict[str, Any] = {"form": form, "line_form": line_form}
    if by_line and line_form.is_valid():
        context |= _run_line(line_form)
    elif request.method == "POST" and form.is_valid():
        body = next(one.body for one in versions if one.pk == form.cleaned_data["version"])
        line = _line(form, body)
        context |= _run(line, form)
        context["line_form"] = LineForm(initial={"line": json.dumps(line, ensure_ascii=False)})
    return render(request, "incidents/configuration/trial.html", context)


def _line(form: TrialForm, body: dict[str, Any]) -> dict[str, Any]:
    kind = form.cleaned_data["kind"]
    policy = Policy.from_body(body)
    line: dict[str, Any] = {
        "id": "trial",
        "calendar": "24x7",
        "policy": policy.table_body(TABLE[kind]),
        "clock": {"kind": kind},
        "events": form.events(),
        "query": utc(form.cleaned_data["query"]),
    }
    if kind == "outage":
        line["threshold_seconds"] = policy.outage_escalate_seconds
    return line


def _run(line: dict[str, Any], form: TrialForm | LineForm) -> dict[str, Any]:
    try:
        result = simulator.simulate(line)
    except simulator.Malformed as error:
        form.add_error(None, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return {}
    instants = {
        name: datetime.fromisoformat(result[name]) if result.get(name) else None for name in ("due_at", "breached_at")
    }
    warn = result["warn_at"] or {}
    warnings = [(level, datetime.fromisoformat(text)) for level, text in warn.items() if text]
    return {
        "result": result,
        "state_words": result["state"].replace("_", " "),
        "result_line": json.dumps({"id": line.get("id", "trial"), "result": result}, ensure_ascii=False),
        "warnings": warnings,
        **instants,
    }


def _run_line(form: LineForm) -> dict[str, Any]:
    try:
        line = json.loads(form.cleaned_data["line"])
    except (ValueError, RecursionError):
        form.add_error("line", "This is not a JSON object.")
        return {}
    if not isinstance(line, dict):
        form.add_error("line", "This is not a JSON object.")
        return {}
    return _run(line, form)
