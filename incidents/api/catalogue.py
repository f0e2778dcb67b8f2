"""Clients with their contacts, and systems: read, add, change. The same checks and the same record as the pages."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field

from incidents import configuration
from incidents.api.door import Bearer, may
from incidents.api.paging import Paging, page
from incidents.api.shapes import Body, Flag, Id, Text, acts, line, reads
from incidents.models import Brand, Client, Contact, SlaPolicy, System, Tier
from incidents.refusals import Refused

router = Router()
READ, WRITE = Bearer("clients:read"), Bearer("clients:write")
CLIENTS, SYSTEMS = ["Clients"], ["Systems"]


class ContactShape(Schema):
    id: int
    name: str
    email: str
    receives_letters: bool


class ClientShape(Schema):
    id: int
    name: str
    tier: str
    time_zone: str
    brand_id: int | None
    policy_id: int | None
    crm_reference: str
    note: str
    is_active: bool
    contacts: list[ContactShape]

    @staticmethod
    def resolve_tier(client: Client) -> str:
        return client.tier.key

    @staticmethod
    def resolve_contacts(client: Client) -> list[Contact]:
        return list(client.contacts.all())


class ClientPage(Schema):
    items: list[ClientShape]
    next_cursor: str | None


class ClientChange(Body):
    """What is left out stays as it is."""

    name: line(120, 1) | None = None  # type: ignore[valid-type]
    tier: Annotated[str, Field(max_length=50, description="The key of a tier.")] | None = None
    time_zone: line(64, 1) | None = None  # type: ignore[valid-type]
    brand_id: Id | None = None
    policy_id: Id | None = None
    crm_reference: line(120) | None = None  # type: ignore[valid-type]
    note: Text | None = None
    is_active: Flag | None = None


class NewClient(ClientChange):
    name: line(120, 1)  # type: ignore[valid-type]
    tier: Annotated[str, Field(max_length=50, description="The key of a tier.")] = "standard"


class NewContact(Body):
    name: line(120, 1)  # type: ignore[valid-type]
    email: line(254, 3)  # type: ignore[valid-type]
    receives_letters: Flag = True


class ContactChange(Body):
    name: line(120, 1) | None = None  # type: ignore[valid-type]
    email: line(254, 3) | None = None  # type: ignore[valid-type]
    receives_letters: Flag | None = None


class SystemShape(Schema):
    id: int
    name: str
    client_name: str
    owner: str
    alias: str
    status_page: str
    is_active: bool


class SystemPage(Schema):
    items: list[SystemShape]
    next_cursor: str | None


Owner = Literal["ours", "client", "third_party"]


class SystemChange(Body):
    name: line(120, 1) | None = None  # type: ignore[valid-type]
    client_name: line(120, 1) | None = None  # type: ignore[valid-type]
    owner: Owner | None = None
    alias: line(120, 1) | None = None  # type: ignore[valid-type]
    status_page: line(200) | None = None  # type: ignore[valid-type]
    is_active: Flag | None = None


class NewSystem(SystemChange):
    name: line(120, 1)  # type: ignore[valid-type]
    client_name: line(120, 1)  # type: ignore[valid-type]


def told(body: Body) -> dict[str, Any]:
    """What the body says; a name that was left out is not among it. Null where nothing may stand is refused."""
    return body.dict(exclude_unset=True)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """Rows in place of the keys and ids that name them; refused when there is no such row."""
    for name, model, column in (("tier", Tier, "key"), ("brand_id", Brand, "pk"), ("policy_id", SlaPolicy, "pk")):
        if name not in values:
            continue
        asked = values.pop(name)
        row = model._default_manager.filter(**{column: asked}).first() if asked is not None else None
        if row is None and (asked is not None or name == "tier"):
            raise Refused("There is no such thing.", name)
        values[name.removesuffix("_id")] = row
    return filled(values, may_be_empty=("brand", "policy"))


def filled(values: dict[str, Any], *, may_be_empty: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values as they are; refused when null stands where something must."""
    for name, value in values.items():
        if value is None and name not in may_be_empty:
            raise Refused("Something must stand here; leave it out to keep what there is.", name)
    return values


def _client(pk: int) -> Client:
    found = Client.objects.select_related("tier").prefetch_related("contacts").filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "No such client.")
    return found


def _system(pk: int) -> System:
    found = System.objects.filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "No such system.")
    return found


@router.get("/clients", response=reads(ClientPage), auth=READ, tags=CLIENTS)
def clients(request: HttpRequest, paging: Query[Paging]) -> Any:
    may(request, "view_incident")
    rows = Client.objects.select_related("tier").prefetch_related("contacts")
    return page(rows, paging, newest_first=False)


@router.post("/clients", response=acts(ClientShape, 201), auth=WRITE, tags=CLIENTS)
def add_client(request: HttpRequest, body: NewClient) -> Any:
    person = may(request, "configure")
    values = _named({"tier": body.tier, **told(body)})
    return Status(201, _client(configuration.save_client(None, values, by=person, at=timezone.now()).pk))


@router.get("/clients/{int:pk}", response=reads(ClientShape), auth=READ, tags=CLIENTS)
def client(request: HttpRequest, pk: int) -> Any:
    may(request, "view_incident")
    return _client(pk)


@router.patch("/clients/{int:pk}", response=acts(ClientShape), auth=WRITE, tags=CLIENTS)
def change_client(request: HttpRequest, pk: int, body: ClientChange) -> Any:
    person = may(request, "configure")
    configuration.save_client(_client(pk).pk, _named(told(body)), by=person, at=timezone.now())
    return _client(pk)


@router.post("/clients/{int:pk}/contacts", response=acts(ContactShape, 201), auth=WRITE, tags=CLIENTS)
def add_contact(request: HttpRequest, pk: int, body: NewContact) -> Any:
    person = may(request, "configure")
    values = {"receives_letters": body.receives_letters, **told(body)}
    return Status(201, configuration.save_contact(_client(pk).pk, None, values, by=person, at=timezone.now()))


@router.patch("/clients/{int:pk}/contacts/{int:contact_pk}", response=acts(ContactShape), auth=WRITE, tags=CLIENTS)
def change_contact(request: HttpRequest, pk: int, contact_pk: int, body: ContactChange) -> Any:
    person = may(request, "configure")
    if not Contact.objects.filter(pk=contact_pk, client_id=pk).exists():
        raise HttpError(404, "No such contact.")
    return configuration.save_contact(pk, contact_pk, filled(told(body)), by=person, at=timezone.now())


@router.get("/systems", response=reads(SystemPage), auth=Bearer("systems:read"), tags=SYSTEMS)
def systems(request: HttpRequest, paging: Query[Paging]) -> Any:
    may(request, "view_incident")
    return page(System.objects.all(), paging, newest_first=False)


@router.post("/systems", response=acts(SystemShape, 201), auth=Bearer("systems:write"), tags=SYSTEMS)
def add_system(request: HttpRequest, body: NewSystem) -> Any:
    person = may(request, "configure")
    return Status(201, configuration.save_system(None, filled(told(body)), by=person, at=timezone.now()))


@router.get("/systems/{int:pk}", response=reads(SystemShape), auth=Bearer("systems:read"), tags=SYSTEMS)
def system(request: HttpRequest, pk: int) -> Any:
    may(request, "view_incident")
    return _system(pk)


@router.patch("/systems/{int:pk}", response=acts(SystemShape), auth=Bearer("systems:write"), tags=SYSTEMS)
def change_system(request: HttpRequest, pk: int, body: SystemChange) -> Any:
    person = may(request, "configure")
    return configuration.save_system(_system(pk).pk, filled(told(body)), by=person, at=timezone.now())
