"""Pages of the jobs that must report."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Func, IntegerField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection import heartbeats
from incidents.detection.forms.heartbeats import FIELDS, HeartbeatForm, PingKeyForm
from incidents.detection.heartbeats.missing import deadline
from incidents.detection.models import Heartbeat, Ping, PingKey
from incidents.detection.schedules import in_words
from incidents.models import Incident
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

MOST = 500
SHOWN, SHOWN_BODY = 25, 100_000
BODY_SIZE = Func(F("body"), function="octet_length", output_field=IntegerField())
TONES = {"new": "", "up": "ok", "missing": "bad", "failed": "bad", "paused": ""}
WORST = ("failed", "missing", "new", "up", "paused")


@dataclass(frozen=True, slots=True)
class Row:
    """A job as the pages show it; `late` is past its time and still in its grace."""

    job: Heartbeat
    tone: str
    words: str
    schedule: str
    expected_at: datetime | None
    incident: Incident | None


def _row(job: Heartbeat, visible: dict[int, Incident], now: datetime) -> Row:
    schedule = heartbeats.schedule_of(job)
    tone, words = TONES[job.state], job.get_state_display()
    expected = None
    if job.state != Heartbeat.State.PAUSED:
        try:
            expected = schedule.expected_after(max(job.last_ok_at or job.registered_at, job.registered_at))
            if job.state in ("up", "new") and deadline(job) <= now:
                tone, words = "bad", "Did not report"
            elif job.state == "up" and expected <= now:
                tone, words = "warn", "Late, within its grace"
        except ValueError:
            tone, words = "bad", "Its schedule never comes due"
    if job.quarantined_at:
        tone, words = "bad", "Quarantined after errors"
    if job.started_at and job.state in ("new", "up"):
        words = f"{words} · running"
    said = schedule.words
    if job.cron:
        said = f"{in_words(job.cron) or job.cron}, {job.time_zone}"
    incident = visible.get(job.incident_id or 0)
    return Row(job, tone, words, said, expected, incident)


def _visible(request: SignedRequest, jobs: list[Heartbeat]) -> dict[int, Incident]:
    """The open incidents of these jobs that the viewer may see, in one query."""
    ids = [job.incident_id for job in jobs if job.incident_id]
    found = Incident.objects.visible_to(request.user).filter(pk__in=ids, is_open=True)
    return {one.pk: one for one in found.only("title", "severity", "is_open")}


def _may_see_addresses(request: SignedRequest) -> bool:
    return request.user.has_perm("set_watch") or request.user.has_perm("investigate_incident")


@require_safe
@permitted("view_incident")
def jobs(request: SignedRequest) -> HttpResponse:
    """Every job with its state, the worst first."""
    now = timezone.now()
    found = list(Heartbeat.objects.select_related("system")[:MOST])
    visible = _visible(request, found)
    rows = [_row(job, visible, now) for job in found]
    rows.sort(key=lambda row: (WORST.index(row.job.state), row.job.name))
    context = {
        "rows": rows,
        "total": Heartbeat.objects.count() if len(found) == MOST else len(found),
        "down": sum(row.tone == "bad" for row in rows),
        "keys": list(PingKey.objects.filter(revoked_at=None)) if _may_see_addresses(request) else [],
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "detection/heartbeats.html", context)


@require_safe
@permitted("view_incident")
def job(request: SignedRequest, pk: int) -> HttpResponse:
    """One job: its schedule in words, its newest pings, and what to paste where it runs."""
    one = get_object_or_404(Heartbeat.objects.select_related("system", "client"), pk=pk)
    now = timezone.now()
    pings = list(one.pings.annotate(size=BODY_SIZE).defer("body")[:SHOWN])
    context = {
        "row": _row(one, _visible(request, [one]), now),
        "job": one,
        "pings": pings,
        "address": f"{settings.PUBLIC_URL}/ping/{one.code}" if _may_see_addresses(request) else "",
    }
    return render(request, "detection/heartbeat.html", context)


@require_safe
@permitted("view_incident")
def ping(request: SignedRequest, pk: int, number: int) -> HttpResponse:
    """One ping with its body, as text."""
    found = (
        Ping.objects.select_related("heartbeat__incident")
        .defer("heartbeat__incident__search")
        .filter(heartbeat_id=pk, number=min(number, 2**63 - 1))
        .first()
    )
    if found is None:
        raise Http404("That ping is not kept any more.")
    about = found.heartbeat.incident
    if about is not None and not about.is_visible_to(request.user):
        raise Http404("What this job reported became a restricted incident.")
    body = bytes(found.body[:SHOWN_BODY]).decode("utf-8", "replace").replace("\x00", "␀")
    return render(request, "detection/ping.html", {"ping": found, "job": found.heartbeat, "body": body})


def _crumbs() -> tuple[tuple[str, str], ...]:
    return (("Heartbeats", reverse("detection:heartbeats")),)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def add_job(request: SignedRequest) -> HttpResponse:
    initial = {
        "period_seconds": 86_400,
        "grace_seconds": 3_600,
        "severity": 3,
        "time_zone": request.user.time_zone,
    }
    form = HeartbeatForm(request.POST or None, initial=initial, is_new=True)
    back = reverse("detection:heartbeats")
    lead = "Register a job, then let it ask an address when it is done. When it does not, an incident opens."
    page = Page("Register a job", _crumbs(), back, "Register", lead)
    made: list[Heartbeat] = []

    def save() -> str:
        made.append(heartbeats.save_heartbeat(None, form.values(), by=request.user, at=timezone.now()))
        return f"“{made[0].name}” is registered. Paste one of the lines below where it runs."

    response = answer(request, form, save, page)
    if made:
        response["Location"] = reverse("detection:heartbeat", args=[made[0].pk])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def change_job(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Heartbeat, pk=pk)
    form = HeartbeatForm(request.POST or None, initial={name: getattr(one, name) for name in FIELDS}, is_new=False)
    back = reverse("detection:heartbeat", args=[pk])
    page = Page(f"Change {one.name}", (*_crumbs(), (one.name, back)), back)

    def save() -> str:
        heartbeats.save_heartbeat(pk, form.values(), by=request.user, at=timezone.now())
        return "The job is saved."

    return answer(request, form, save, page)


@require_POST
@permitted("set_watch")
def pause_job(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(Heartbeat, pk=pk)

    def save() -> str:
        paused = heartbeats.pause(pk, by=request.user, at=timezone.now())
        return f"“{paused.name}” is paused: nothing is expected of it until it is resumed or pings again."

    return act(request, save, back=reverse("detection:heartbeat", args=[pk]))


@require_POST
@permitted("set_watch")
def resume_job(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(Heartbeat, pk=pk)

    def save() -> str:
        resumed = heartbeats.resume(pk, by=request.user, at=timezone.now())
        return f"“{resumed.name}” is expected again, counted from now."

    return act(request, save, back=reverse("detection:heartbeat", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def add_ping_key(request: SignedRequest) -> HttpResponse:
    form = PingKeyForm(request.POST if request.method == "POST" else None)
    back = reverse("detection:heartbeats")

    def save() -> str:
        heartbeats.new_ping_key(by=request.user, at=timezone.now(), key=form.cleaned_data["key"].strip())
        return "The ping key is live. Once the jobs use it, an older one can be revoked."

    return answer(request, form, save, Page("Add a ping key", _crumbs(), back, "Add the key"))


@require_POST
@permitted("set_watch")
def revoke_ping_key(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(PingKey, pk=pk)

    def save() -> str:
        heartbeats.revoke_ping_key(pk, by=request.user, at=timezone.now())
        return "The key is revoked: pings under it are not known any more."

    return act(request, save, back=reverse("detection:heartbeats"))
