"""Pages of the metrics: where each stands, its chart with its ladder, its numbers."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.detection import ladders, readings
from incidents.detection.forms.readings import METRIC, LadderForm, MetricForm, ReadingForm, SubjectForm
from incidents.detection.ladders import Ladder, plain
from incidents.detection.models import Metric, Reading, Series
from incidents.detection.readings.chart import Point, draw
from incidents.models import Incident
from incidents.refusals import Refused
from incidents.spreadsheet import MARK, defused
from incidents.views.configuration.permitted import Page, SignedRequest, act, answer, permitted

MOST_SERIES = 500
DRAWN = 5_000
LISTED = 100
DAYS = (7, 30, 90, 365)
HEAD = ("metric", "subject", "taken", "received", "value", "unit", "sample", "source", "verdict")


def _tone(ladder: Ladder, rung: int) -> str:
    if not rung:
        return "ok"
    return "bad" if rung >= 2 or rung == len(ladder.rungs) else "warn"


@require_safe
@permitted("view_incident")
def metrics(request: SignedRequest) -> HttpResponse:
    """Every metric and subject with its newest number and where that stands."""
    now = timezone.now()
    known = list(Metric.objects.order_by("-is_active", "name", "pk")[:MOST_SERIES])
    by_metric: dict[int, list[Series]] = {}
    for series in Series.objects.filter(metric__in=known).order_by("subject", "pk")[:MOST_SERIES]:
        by_metric.setdefault(series.metric_id, []).append(series)
    unjudged = _unjudged([one for some in by_metric.values() for one in some])
    rows = []
    for metric in known:
        ladder = ladders.read(metric.ladder)
        rows.append((metric, [_standing(one, metric, ladder, unjudged, now) for one in by_metric.get(metric.pk, [])]))
    return render(request, "detection/metrics.html", {"rows": rows})


def _unjudged(some: Sequence[Series]) -> dict[int, str]:
    """By series, what its newest reading says where that was of too few to judge by; one query."""
    newest = Reading.objects.filter(series__in=some, taken_at=F("series__last_taken_at"), counted=False)
    return dict(newest.values_list("series_id", "verdict"))


def _standing(
    series: Series, metric: Metric, ladder: Ladder, unjudged: Mapping[int, str], now: datetime
) -> tuple[Series, str, str, str]:
    """The series, its number in words, its tone and its standing in words."""
    number = "" if series.last_value is None else f"{plain(series.last_value)} {metric.unit}".strip()
    if not series.is_active or not metric.is_active:
        return series, number, "", "not expected"
    if series.quarantined_at:
        return series, number, "bad", "stopped after errors"
    if series.silent_since or (series.due_at and series.due_at <= now):
        return series, number, "bad", "no reading"
    if series.last_value is None:
        return series, number, "", "none yet"
    rung = min(series.rung, len(ladder.rungs))
    name = ladder.rungs[rung - 1].name if rung else "healthy"
    if series.pk in unjudged:
        # The number beside it is not the one that the standing comes from.
        words = unjudged[series.pk] + (f"; still {name}" if rung else "")
        return series, number, _tone(ladder, rung) if rung else "", words
    if rung and ladder.resume is not None and not any(one.reached(series.last_value) for one in ladder.rungs):
        name = f"{name}, until {ladder.resume_words}"
    return series, number, _tone(ladder, rung), name


@require_safe
@permitted("view_incident")
def metric(request: SignedRequest, pk: int) -> HttpResponse:
    """One metric, one of its subjects: chart, ladder, newest numbers."""
    one = get_object_or_404(Metric.objects.select_related("system", "client"), pk=pk)
    now = timezone.now()
    all_series = list(one.series.order_by("-is_active", "subject", "pk")[:MOST_SERIES])
    series = _chosen(request, all_series)
    days = int(request.GET["days"]) if request.GET.get("days") in {str(n) for n in DAYS} else 30
    ladder = ladders.read(one.ladder)
    since = now - timedelta(days=days)
    found: list[Reading] = []
    incident = None
    if series:
        found = list(series.readings.filter(taken_at__gt=since).order_by("-taken_at", "-pk")[:DRAWN])
        visible = Incident.objects.visible_to(request.user).filter(pk=series.incident_id or 0, is_open=True)
        incident = visible.only("title", "severity").first()
    points = [Point(each.taken_at, each.value, each.fails) for each in reversed(found) if each.counted]
    context = {
        "metric": one,
        "ladder": ladder,
        "series": series,
        "standing": _standing(series, one, ladder, _unjudged([series]), now) if series else None,
        "all_series": all_series,
        "chart": draw(points, ladder, since, now, timezone.get_current_timezone()),
        "readings": [(each, plain(each.value)) for each in found[:LISTED]],
        "left_out": max(0, len(found) - LISTED),
        "days": days,
        "choices": DAYS,
        "incident": incident,
        "subject_form": SubjectForm(),
    }
    return render(request, "detection/metric.html", context)


def _chosen(request: SignedRequest, all_series: list[Series]) -> Series | None:
    """The subject that was asked for, by its number; else the first."""
    asked = request.GET.get("series", "")
    if asked:
        for series in all_series:
            if str(series.pk) == asked:
                return series
        raise Http404("This metric is not measured for that.")
    return all_series[0] if all_series else None


@require_safe
@permitted("view_incident")
def export(request: SignedRequest, pk: int) -> StreamingHttpResponse:
    """Every reading of a metric as CSV, oldest first, streamed."""
    one = get_object_or_404(Metric, pk=pk)
    chosen = Reading.objects.filter(series__metric=one).select_related("series").order_by("taken_at", "pk")

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield MARK + writer.writerow(HEAD)
        for each in chosen.iterator(chunk_size=1000):
            instants = (each.taken_at.isoformat(), each.received_at.isoformat())
            texts = [one.key, each.series.subject, *instants]
            yield writer.writerow(
                [
                    *(defused(text) for text in texts),
                    plain(each.value),
                    *(defused(text) for text in (one.unit, str(each.sample or ""), each.source, each.verdict)),
                ]
            )

    headers = {"Content-Disposition": f'attachment; filename="{one.key}-{timezone.now():%Y%m%d-%H%M}.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    def write(self, line: str) -> str:
        return line


def _crumbs(one: Metric | None = None) -> tuple[tuple[str, str], ...]:
    first = ("Readings", reverse("detection:metrics"))
    return (first, (one.name, reverse("detection:metric", args=[one.pk]))) if one else (first,)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def add_metric(request: SignedRequest) -> HttpResponse:
    form = MetricForm(request.POST or None, is_new=True)
    lead = "Then give it a ladder: what its numbers mean."
    page = Page("Add a metric", _crumbs(), reverse("detection:metrics"), "Add metric", lead)
    made: list[Metric] = []

    def save() -> str:
        made.append(readings.save_metric(None, form.values(), by=request.user, at=timezone.now()))
        return f"{made[0].name} is added. Now say what its numbers mean."

    response = answer(request, form, save, page)
    if made:
        response["Location"] = reverse("detection:ladder", args=[made[0].pk])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def change_metric(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Metric, pk=pk)
    form = MetricForm(request.POST or None, initial={name: getattr(one, name) for name in METRIC}, is_new=False)
    page = Page(f"Change {one.name}", _crumbs(one), reverse("detection:metric", args=[pk]))

    def save() -> str:
        readings.save_metric(pk, form.values(), by=request.user, at=timezone.now())
        return "The metric is saved."

    return answer(request, form, save, page)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("set_watch")
def ladder(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Metric, pk=pk)
    form = LadderForm(request.POST or None, ladder=ladders.read(one.ladder))
    page = Page(
        f"Ladder of {one.name}",
        _crumbs(one),
        reverse("detection:metric", args=[pk]),
        lead="From mild to bad. “> 5” is not reached by 5.0; “≥ 5” is. Kept readings keep the verdict that they got.",
        template="detection/ladder.html",
        more={"metric": one},
    )

    def save() -> str:
        readings.save_ladder(pk, form.ladder(), by=request.user, at=timezone.now())
        return "The ladder is saved; it judges from the next reading on."

    return answer(request, form, save, page)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("run_checks")
def add_reading(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Metric, pk=pk)
    now = timezone.now()
    initial = {"subject": request.GET.get("subject", "").replace("\x00", "")[:120]}
    form = ReadingForm(request.POST or None, subject_name=one.subject_name, unit=one.unit, now=now, initial=initial)
    page = Page(
        f"Write down a reading of {one.name}",
        _crumbs(one),
        reverse("detection:metric", args=[pk]),
        "Keep reading",
        one.note,
    )

    def save() -> str:
        found = form.cleaned_data
        kept = readings.record(
            one.key,
            found["value"],
            taken_at=found["taken_at"],
            source=found["source"],
            sample=found["sample"],
            subject=found.get("subject", ""),
            by=request.user,
            at=timezone.now(),
        )
        return f"{plain(kept.value)} {one.unit}: {kept.verdict}."

    return answer(request, form, save, page)


@require_POST
@permitted("set_watch")
def add_subject(request: SignedRequest, pk: int) -> HttpResponse:
    get_object_or_404(Metric, pk=pk)
    form = SubjectForm(request.POST)

    def save() -> str:
        if not form.is_valid():
            raise Refused(" ".join(str(one) for errors in form.errors.values() for one in errors))
        series = readings.declare_series(pk, form.cleaned_data["subject"], by=request.user, at=timezone.now())
        return f"Readings are expected for {series.subject}."

    return act(request, save, back=reverse("detection:metric", args=[pk]))


@require_POST
@permitted("set_watch")
def switch_subject(request: SignedRequest, pk: int) -> HttpResponse:
    series = get_object_or_404(Series, pk=pk)
    on = request.POST.get("on") == "yes"

    def save() -> str:
        readings.switch_series(pk, on=on, by=request.user, at=timezone.now())
        return f"Readings are {'expected again' if on else 'no longer expected'}."

    return act(request, save, back=f"{reverse('detection:metric', args=[series.metric_id])}?series={pk}")
