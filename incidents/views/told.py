"""What one client was told: the page with its filters, the spreadsheet, and the paper."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import promises, told
from incidents.models import Client
from incidents.spreadsheet import MARK, defused
from incidents.told import Told, Wanted
from incidents.views.configuration.catalogue import hidden_from
from incidents.views.configuration.permitted import SignedRequest, permitted

HEAD = (
    "written (UTC)",
    "kind",
    "incident",
    "subject",
    "to",
    "address",
    "state",
    "sent (UTC)",
    "error",
    "written by",
    "words",
    "promised until (UTC)",
    "promise",
    "what became of it",
)


def _client(pk: int) -> Client:
    return get_object_or_404(Client.objects.select_related("tier", "brand"), pk=pk)


@require_safe
@permitted("view_incident")
def client_told(request: SignedRequest, pk: int) -> HttpResponse:
    """Fifty letters a page, newest first, with their deliveries and promises."""
    client, now, wanted = _client(pk), timezone.now(), Wanted.from_query(request.GET)
    rows, mark = told.page(client, wanted, hidden=hidden_from(request, pk), now=now)
    kept = {key: value for key, value in request.GET.items() if key != "after" and value}
    context = {
        "client": client,
        "rows": rows,
        "wanted": wanted,
        "kinds": told.kinds(),
        "outcomes": told.OUTCOMES,
        "more": f"?{urlencode({**kept, 'after': mark})}" if mark else "",
        "first": f"?{urlencode(kept)}" if wanted.after else "",
        "query": f"?{urlencode(kept)}" if kept else "",
        "filtered": bool(kept),
        "tally": promises.tally(pk, since=now - promises.KEPT_FOR, now=now),
        "links": client.links.filter(revoked_at=None, ends_at__gt=now).count(),
    }
    return render(request, "incidents/clients/told.html", context)


@require_safe
@permitted("view_incident")
def client_told_print(request: SignedRequest, pk: int) -> HttpResponse:
    """Whole letters for paper or a file, at most 500 of the newest; instants in the client's own zone."""
    client, now = _client(pk), timezone.now()
    wanted = replace(Wanted.from_query(request.GET), after="")
    rows, mark = told.page(client, wanted, hidden=hidden_from(request, pk), now=now, size=500)
    with timezone.override(client.zone):
        context = {"client": client, "rows": rows, "wanted": wanted, "cut": bool(mark), "kinds": told.kinds()}
        return render(request, "incidents/clients/told_print.html", context)


@require_safe
@permitted("view_incident")
def client_told_export(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One line for each delivery, in UTC, at most 2,000 letters; a cell that a spreadsheet would run is defused."""
    client, now = _client(pk), timezone.now()
    hidden, wanted = hidden_from(request, pk), Wanted.from_query(request.GET)

    def lines() -> Iterator[str]:
        writer, cursor = csv.writer(_Echo()), replace(wanted, after="")
        yield MARK + writer.writerow(HEAD)
        for _ in range(told.MOST // told.PAGE):
            rows, mark = told.page(client, cursor, hidden=hidden, now=now)
            for row in rows:
                for cells in _cells(row):
                    yield writer.writerow([defused(cell) for cell in cells])
            if not mark:
                return
            cursor = replace(cursor, after=mark)

    headers = {"Content-Disposition": f'attachment; filename="told-client-{pk}-{now:%Y%m%d-%H%M}.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def _cells(row: Told) -> Iterator[list[str]]:
    letter, promise = row.letter, row.promise
    reference = " ".join(f"INC-{pk}" for pk in letter.incident_ids)
    made = [_utc(letter.promised_until), promise.label if promise else "", promise.sentence if promise else ""]
    for one in row.deliveries:
        sent = [one.recipient_name, one.recipient, one.get_state_display(), _utc(one.sent_at), one.last_error]
        yield [_utc(letter.at), row.title, reference, one.subject, *sent, letter.by_name, letter.text, *made]


def _utc(instant: datetime | None) -> str:
    return instant.astimezone(UTC).isoformat() if instant else ""


class _Echo:
    def write(self, line: str) -> str:
        return line
