"""Pages that stay put while rows come and go: a cursor says after which row the next page begins."""

import base64
import binascii
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Schema
from ninja.errors import HttpError
from pydantic import Field

from incidents.api.shapes import MOST_ID

MOST, USUAL = 200, 50
MARK = "after:"


class Paging(Schema):
    """`cursor` is what the page before gave as `next_cursor`; nothing else is one."""

    cursor: Annotated[str, Field(max_length=60)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL


def cursor_of(number: int) -> str:
    return base64.urlsafe_b64encode(f"{MARK}{number}".encode()).decode().rstrip("=")


def place(cursor: str) -> int | None:
    """The number in a cursor, None for the beginning; 422 for anything that no page gave out."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    number = text.removeprefix(MARK)
    if not text.startswith(MARK) or not number.isdigit() or len(number) > 19 or int(number) > MOST_ID:
        raise HttpError(422, "cursor: take it from next_cursor of the page before.")
    return int(number)


def page(rows: QuerySet[Any], paging: Paging, *, by: str = "pk", newest_first: bool = True) -> dict[str, Any]:
    """One page of rows under `items`, and `next_cursor`, None at the end.

    Rows are found by their place and not by counting, so that none is seen twice or missed while others are added.
    """
    after = place(paging.cursor)
    if after is not None:
        rows = rows.filter(**{f"{by}__lt" if newest_first else f"{by}__gt": after})
    found = list(rows.order_by(f"-{by}" if newest_first else by)[: paging.limit + 1])
    more = len(found) > paging.limit
    found = found[: paging.limit]
    return {"items": found, "next_cursor": cursor_of(getattr(found[-1], by)) if more else None}
