"""The board, its export, the search and the question whether anything changed."""

import csv
from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import board as model
from incidents.spreadsheet import MARK, defused
from incidents.views.configuration.permitted import SignedRequest, permitted

MOST_ROWS = 50_000


@require_safe
@permitted("view_incident")
def board(request: SignedRequest) -> HttpResponse:
    """What is open, the next deadline first; waiting for acknowledgement before in hand."""
    now, wanted = timezone.now(), model.Wanted.from_query(request.GET)
    choices = model.choices()
    rows, mark = model.rows(wanted, request.user, choices, now=now, zone=request.user.zone)
    waiting = [row for row in rows if row.waiting and not wanted.ended]
    rest = [row for row in rows if not row.waiting or wanted.ended]
    pulse = model.pulse(now=now)
    kept = {key: value for key, value in request.GET.items() if key not in ("after", "view") and value}
    counts = {"open": pulse.open, "acknowledge": pulse.waiting, "verifying": pulse.verifying}
    context = {
        "groups": [group for group in (("Waiting for acknowledgement", waiting), ("In hand", rest)) if group[1]],
        "titled": not wanted.ended,
        "wanted": wanted,
        "views": [
            (key, label, counts.get(key), f"?{urlencode({'view': key, **kept})}") for key, label in model.VIEWS.items()
        ],
        "pulse": pulse,
        **choices,
        "more": f"?{urlencode({**kept, 'view': wanted.view, 'after': mark})}" if mark else "",
        "export": f"?{urlencode({**kept, 'view': wanted.view})}",
        "filtered": bool(kept),
        "may_assign": request.user.has_perm("assign_incident"),
    }
    return render(request, "incidents/board.html", context)


@require_safe
@permitted("view_incident")
def export(request: SignedRequest) -> HttpResponseBase:
    """The same filter as CSV, in UTC, at most 50,000 rows; a cell that a spreadsheet would run is defused."""
    wanted = model.Wanted.from_query(request.GET)
    chosen = model.found(wanted, request.user).select_related("resolver").order_by("-pk")[:MOST_ROWS]
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        head = ("incident", "severity", "status", "title", "detected", "acknowledged", "resolved", "closed", "resolver")
        yield MARK + writer.writerow(head)
        for one in chosen.iterator(chunk_size=500):
            instants = (one.detected_at, one.acknowledged_at, one.resolved_at, one.closed_at)
            cells = [one.reference, one.severity_key, one.status, one.title]
            cells += [instant.isoformat() if instant else "" for instant in instants]
            yield writer.writerow([defused(cell) for cell in (*cells, one.resolver or "")])

    name = f"incidents-{timezone.now():%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    def write(self, line: str) -> str:
        return line


@require_safe
def freshness(request: HttpRequest) -> HttpResponse:
    """204 while the revision is still `b`, else 200 with the new one; one query on a sequence, no lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM incidents_revision")
        revision = str(cursor.fetchone()[0])
    if request.GET.get("b") == revision:
        return HttpResponse(status=204)
    return HttpResponse(revision, content_type="text/plain")
