"""What the bodies of all verbs share."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from incidents.api.shapes import Body, Id
from incidents.models import Responder

Ids = Annotated[list[Id], Field(max_length=500)]
Domain = Literal["ours", "client", "third_party"]


class VerbBody(Body):
    """The body of `POST /incidents/{id}/{verb}`; `act` lets the refusal of the verb through."""

    verb: ClassVar[str] = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        raise NotImplementedError
