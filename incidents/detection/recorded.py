"""How a change of what is watched is written: the row, and who changed which setting from what to what."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from incidents.configuration.record import assign, checked, record_change
from incidents.models import Responder

Row = TypeVar("Row", bound=models.Model)
SECRET = frozenset({"code"})


def settings_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The named settings as plain JSON, without what must not be read in a record."""
    return {name: _plain(getattr(row, name)) for name in sorted(set(names) - SECRET)}


def keep_settings(
    row: Row, values: Mapping[str, Any], *, subject: str, by: Responder | None, at: datetime, watch: Iterable[str] = ()
) -> Row:
    """Assigns, checks, saves and records one row that is new or was locked by the caller; only settings are recorded.

    `watch` names further fields that the caller changed itself.
    """
    new = row._state.adding
    names = {*values, *watch}
    before = {} if new else settings_of(type(row)._default_manager.get(pk=row.pk), names)
    assign(row, values)
    checked(row).save()
    record_change(
        row,
        subject=subject,
        action="added" if new else "changed",
        before=before,
        after=settings_of(row, names),
        by=by,
        at=at,
    )
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list | str | int | float | None):
        return value
    return str(value)
