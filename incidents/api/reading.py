"""Read incidents: the board's filters, one incident, its timeline; and the people that a verb may name."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from incidents import board
from incidents.api.door import Bearer, may
from incidents.api.incident import PEOPLE, IncidentRow, IncidentWhole, visible, whole
from incidents.api.paging import Paging, page
from incidents.api.shapes import reads
from incidents.models import Incident, Responder

router = Router(tags=["Incidents"], auth=Bearer("incidents:read"))
View = Literal["open", "acknowledge", "mine", "verifying", "resolved", "closed", "all"]


class Wanted(Paging):
    """The filters of the board."""

    view: View = "open"
    severity: Annotated[int, Field(ge=1, le=4)] | None = None
    client: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    system: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    resolver: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    q: Annotated[str, Field(max_length=200, description="Words of the incident, or its number.")] = ""


class IncidentPage(Schema):
    items: list[IncidentRow]
    next_cursor: str | None


class EntryShape(Schema):
    seq: int
    kind: str
    at: datetime = Field(description="When it happened.")
    recorded_at: datetime = Field(description="When it was written down.")
    by_name: str
    client_visible: bool
    text: str
    facts: dict[str, Any]
    status_after: str
    previous: str = Field(description="The hash of the entry before it.")
    hash: str


class EntryPage(Schema):
    items: list[EntryShape]
    next_cursor: str | None


class ResponderShape(Schema):
    id: int
    name: str
    email: str
    time_zone: str


class ResponderPage(Schema):
    items: list[ResponderShape]
    next_cursor: str | None


def seen(request: HttpRequest, pk: int) -> Incident:
    """The incident, if the caller may know of it; 404 otherwise, as for one that does not exist."""
    found: Incident | None = visible(may(request, "view_incident")).filter(pk=pk).order_by().first()
    if found is None:
        raise HttpError(404, "No such incident.")
    return found


@router.get("/incidents", response=reads(IncidentPage))
def incidents(request: HttpRequest, wanted: Query[Wanted]) -> Any:
    """The newest first, with the filters of the board. Restricted incidents only for those who may see them."""
    person = may(request, "view_incident")
    words = wanted.q.replace("\x00", "").strip()
    asked = board.Wanted(wanted.view, wanted.severity, wanted.client, wanted.system, wanted.resolver, words)
    rows = board.found(asked, person).defer(None).defer("search").select_related(*PEOPLE)
    return page(rows, wanted)


@router.get("/incidents/{int:pk}", response=reads(IncidentWhole))
def incident(request: HttpRequest, pk: int) -> Any:
    """One incident with its clocks, clients, escalations, notes, and what may be done to it now."""
    return whole(seen(request, pk), may(request, "view_incident"))


@router.get("/incidents/{int:pk}/timeline", response=reads(EntryPage))
def timeline(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    """The record in the order in which it was written, oldest first. Keep the last cursor to follow it."""
    return page(seen(request, pk).timeline.all(), paging, by="seq", newest_first=False)


@router.get("/responders", response=reads(ResponderPage))
def responders(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Who may be assigned."""
    may(request, "view_incident")
    return page(Responder.objects.filter(is_active=True), paging, newest_first=False)
