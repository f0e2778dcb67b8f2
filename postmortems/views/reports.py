"""The report, the lists behind its figures, its breaches, and all of it as CSV."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.models import Incident
from incidents.spreadsheet import MARK, defused
from incidents.views.configuration.permitted import SignedRequest, permitted
from postmortems.counted import COUNTS, listed
from postmortems.reports import breaches, period, report, tables
from postmortems.reports import wanted as asking
from postmortems.reports.wanted import Wanted

PAGE = 50
MOST_ROWS = 50_000


def _wanted(request: SignedRequest, now: datetime) -> Wanted:
    return Wanted.from_query(request.GET, report.today(now))


def _filtered(wanted: Wanted, names: Mapping[str, Mapping[int, str]]) -> list[str]:
    """The filters in words."""
    found = [f"SEV-{wanted.severity}"] if wanted.severity else []
    for what in ("client", "system", "type"):
        if pk := getattr(wanted, what):
            found.append(names[f"{what}s"].get(pk, f"{what} {pk}"))
    return found


@require_safe
@permitted("view_incident")
def reports(request: SignedRequest) -> HttpResponse:
    """Every figure of a period; 30 days unless asked otherwise."""
    now = timezone.now()
    wanted = _wanted(request, now)
    one = report.build(wanted, request.user, now=now)
    context = {
        "report": one,
        "wanted": wanted,
        "choices": period.CHOICES.items(),
        "query": wanted.address(),
        "now": now,
        "may_explain": request.user.has_perm("write_review"),
        "listed": {name: wanted.listed(name) for name in COUNTS},
        "filtered": _filtered(wanted, one.names),
        "zone": settings.ALLCLEAR_TIME_ZONE,
    }
    return render(request, "postmortems/reports/report.html", context)


@require_safe
@permitted("view_incident")
def report_incidents(request: SignedRequest) -> HttpResponse:
    """The incidents behind one figure, newest day first, fifty to a page."""
    now = timezone.now()
    wanted, what = _wanted(request, now), request.GET.get("what", "incidents")
    found = listed(what)
    if found is None:
        raise Http404("There is no such figure.")
    chosen = asking.incidents(wanted, what, request.user)
    counted = asking.counted(chosen, what)
    chosen = chosen.only("pk", "title", "severity", "status", "client_ids", "system_ids", "is_internal", "opened_at")
    rows, mark = _paged(chosen, request.GET.get("after", ""))
    names = {kind: dict(pairs) for kind, pairs in asking.choices().items()}
    context = {
        "title": found[0],
        "counted": counted,
        "rows": rows,
        "wanted": wanted,
        "what": what,
        "names": names,
        "filtered": _filtered(wanted, names),
        "back": wanted.address(),
        "more": wanted.listed(what, after=mark) if mark else "",
        "export": wanted.address(what=what),
        "now": now,
    }
    return render(request, "postmortems/reports/incidents.html", context)


def _paged(chosen: QuerySet[Incident], after: str) -> tuple[list[Incident], str]:
    """Fifty rows after a mark, and the mark of the next page; a mark that is none is no mark."""
    day, _, pk = after.partition("_")
    try:
        before, last = date.fromisoformat(day), int(pk[:18])
    except ValueError:
        pass
    else:
        chosen = chosen.filter(fact__day__lte=before).exclude(Q(fact__day=before) & Q(pk__gte=last))
    rows = list(chosen.annotate(fact_day=F("fact__day"))[: PAGE + 1])
    mark = f"{rows[PAGE - 1].fact_day.isoformat()}_{rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return list(rows[:PAGE]), mark


@require_safe
@permitted("view_incident")
def report_breaches(request: SignedRequest) -> HttpResponse:
    """Every broken promise of the period with its reason, by incident, newest day first."""
    now = timezone.now()
    wanted = _wanted(request, now)
    incidents, mark = _paged(breaches.chosen(wanted, request.user), request.GET.get("after", ""))
    names = {kind: dict(pairs) for kind, pairs in asking.choices().items()}
    more = f"{wanted.address(after=mark)}" if mark else ""
    context = {
        "rows": breaches.of(incidents, names["clients"], now),
        "filtered": _filtered(wanted, names),
        "wanted": wanted,
        "back": wanted.address(),
        "more": more,
        "may_explain": request.user.has_perm("write_review"),
        "now": now,
    }
    return render(request, "postmortems/reports/breaches.html", context)


@require_safe
@permitted("view_incident")
def export_reports(request: SignedRequest) -> HttpResponseBase:
    """All figures as CSV, or one table of them (`table`), or the incidents behind one (`what`); instants in UTC.

    At most 50,000 incidents; a cell that a spreadsheet would run is defused.
    """
    now = timezone.now()
    wanted, what = _wanted(request, now), request.GET.get("what", "")
    if what:
        if listed(what) is None:
            raise Http404("There is no such figure.")
        return _csv(what, _incident_lines(asking.incidents(wanted, what, request.user)[:MOST_ROWS]), now)
    chosen = request.GET.get("table", "")
    if chosen and chosen not in tables.TITLES:
        raise Http404("There is no such table.")
    one = report.build(wanted, request.user, now=now, every=True)
    return _csv(chosen or "all", tables.lines(one, chosen), now)


def _incident_lines(chosen: QuerySet[Incident]) -> Iterator[Sequence[object]]:
    yield ("incident", "severity", "status", "title", "opened", "acknowledged", "fixed", "resolved", "closed")
    rows = chosen.only(
        "pk", "severity", "status", "title", "opened_at", "acknowledged_at", "fixed_at", "resolved_at", "closed_at"
    )
    for one in rows.iterator(chunk_size=500):
        instants = (one.opened_at, one.acknowledged_at, one.fixed_at, one.resolved_at, one.closed_at)
        told = [instant.isoformat() if instant else "" for instant in instants]
        yield (one.reference, one.severity_key, one.status, one.title, *told)


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv(name: str, rows: Iterable[Sequence[object]], now: datetime) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())
    lines = chain([MARK], (writer.writerow([defused(cell) for cell in row]) for row in rows))
    headers = {"Content-Disposition": f'attachment; filename="report-{name}-{now:%Y%m%d-%H%M}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
