"""What the API says and is told, in types: the shapes that every room of it shares."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST_ID = 2**63 - 1
LONG = 20_000
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)")


def _a_text(value: Any) -> Any:
    if not isinstance(value, datetime) and (not isinstance(value, str) or not INSTANT.fullmatch(value)):
        raise ValueError("an instant with a time zone, such as 2026-07-20T13:05:00Z")
    return value


def _sane(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"an instant between the years {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _one_line(value: str) -> str:
    if any(unicodedata.category(one) == "Cc" for one in value):
        raise ValueError("line breaks and control characters are not allowed here")
    return value


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("holds a character that cannot be stored")
    return value.replace("\r\n", "\n").replace("\r", "\n")


Instant = Annotated[AwareDatetime, BeforeValidator(_a_text), AfterValidator(_sane)]
Id = Annotated[int, Field(strict=True, ge=1, le=MOST_ID)]
Flag = StrictBool
Key = Annotated[str, Field(max_length=80, pattern=r"^[-a-zA-Z0-9_]+$")]
Rank = Annotated[int, Field(strict=True, ge=1, le=4, description="1 for SEV-1 … 4 for SEV-4.")]
Text = Annotated[str, StringConstraints(max_length=LONG), AfterValidator(_storable)]
Short = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_storable)]


def line(most: int, least: int = 0) -> Any:
    """Text on one line of at most so many characters."""
    return Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=least, max_length=most), AfterValidator(_one_line)
    ]


class Body(Schema):
    """What a call is told. A name that it does not know is a mistake and not passed over in silence."""

    model_config = ConfigDict(extra="forbid")


class Failed(Schema):
    error: str = Field(description="One sentence.")


class Refusal(Schema):
    refusal: str = Field(description="Why not, in one sentence, as the pages say it.")
    field: str = Field("", description="The field of the body that it belongs to; empty when it belongs to none.")


class Fault(Schema):
    field: str
    error: str


class Invalid(Schema):
    error: str = ""
    errors: list[Fault] = []


class Person(Schema):
    id: int
    name: str


FAILURES: dict[int, Any] = {
    400: Failed,
    401: Failed,
    403: Failed,
    404: Failed,
    413: Failed,
    422: Invalid,
    429: Failed,
    503: Failed,
}


def reads(shape: Any) -> dict[int, Any]:
    """What a call that only reads may be answered."""
    return {200: shape, **FAILURES}


def acts(shape: Any, status: int = 200) -> dict[int, Any]:
    """What a call that changes something may be answered: a refusal is one of the answers."""
    return {status: shape, **FAILURES, 409: Refusal}
