"""How a change of configuration is written: the row, and who changed it from what to what, in one transaction."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from incidents.models import ConfigurationChange, Responder
from incidents.refusals import Refused

Row = TypeVar("Row", bound=models.Model)

NEVER_RECORDED = frozenset({"password", "last_login", "joined_at"})
ALLCLEAR = "Allclear"
# What the database would say about a constraint, as a person says it, and the field it belongs to.
CONSTRAINTS = {
    "client_name_is_unique": ("There is already a client with this name.", "name"),
    "system_name_is_unique": ("There is already a system with this name.", "name"),
    "calendar_name_is_unique": ("There is already a calendar with this name.", "name"),
    "policy_name_is_unique": ("There is already a policy with this name.", "name"),
    "contact_address_once_for_a_client": ("This client already has a contact with this address.", "email"),
    "one_default_brand": ("Another brand is the default already.", "is_default"),
    "one_default_policy": ("Another policy is the default already.", ""),
    "role_held_once_by_a_responder": ("This responder holds the role already.", ""),
    "absence_ends_after_it_starts": ("An absence ends after it starts.", "ends_at"),
    "severity_is_one_to_four": ("Severities are SEV-1 to SEV-4.", "rank"),
}


def snapshot(row: models.Model, **more: Any) -> dict[str, Any]:
    """The values of a row as the record shows them: plain JSON, related rows by their name, never a password."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name in NEVER_RECORDED:
            continue
        value = getattr(row, field.name)
        values[field.name] = _plain(value)
    return {**values, **{name: _plain(value) for name, value in more.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    if isinstance(value, models.Choices):
        return value.value
    return value


def record_change(
    row: models.Model,
    *,
    subject: str,
    action: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: Responder | None,
    at: datetime,
    name: str = "",
) -> ConfigurationChange | None:
    """Writes down one change; None when before and after are equal. Only what differs is kept of a change.

    The caller is in the transaction that writes the row. PostgreSQL refuses to alter the record afterwards.
    """
    if before == after:
        return None
    if before and after:
        names = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        before = {key: before.get(key) for key in sorted(names)}
        after = {key: after.get(key) for key in sorted(names)}
    return ConfigurationChange.objects.create(
        at=at,
        by=by,
        by_name=by.signature if by else ALLCLEAR,
        subject=subject,
        subject_id=str(row.pk),
        name=(name or str(row))[:200],
        action=action,
        before=dict(before),
        after=dict(after),
    )


def checked(row: Row) -> Row:
    """The row, if its values may be stored; otherwise Refused with the sentence of the first field that is wrong."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.CharField) and not field.choices:
            refuse_control_characters(getattr(row, field.attname), field.name, str(field.verbose_name))
        elif isinstance(field, models.TextField):
            text = getattr(row, field.attname).replace("\r\n", "\n").replace("\r", "\n")
            setattr(row, field.attname, text)
            if "\x00" in text:
                raise Refused(f"The {field.verbose_name} holds a character that cannot be stored.", field.name)
    try:
        row.clean_fields()
        row.clean()
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        raise _refusal(row, error) from error
    return row


def refuse_control_characters(text: object, field: str, label: str) -> None:
    """Refuses line breaks, NUL and the like in what stands on one line: it may end in a header of a letter."""
    if isinstance(text, str) and any(unicodedata.category(one) == "Cc" for one in text):
        raise Refused(f"The {label} stands on one line: line breaks and control characters are not allowed.", field)


def _refusal(row: models.Model, error: ValidationError) -> Refused:
    for field, problems in error.error_dict.items():
        for problem in problems:
            sentence = " ".join(problem.messages)
            for constraint, (better, where) in CONSTRAINTS.items():
                if constraint in sentence:
                    return Refused(better, where)
            return Refused(sentence, "" if field == NON_FIELD_ERRORS else field)
    return Refused("This cannot be stored.")


def assign(row: models.Model, values: Mapping[str, Any]) -> None:
    """Sets the named values on a row; a name that the row does not have is a mistake of the caller."""
    names = {field.name for field in row._meta.concrete_fields}
    for name, value in values.items():
        if name not in names:
            raise AttributeError(f"{type(row).__name__} has no {name}")
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def keep(
    row: Row, values: Mapping[str, Any], *, subject: str, by: Responder | None, at: datetime, name: str = ""
) -> Row:
    """Assigns, checks, saves and records one row that is new or was locked by the caller."""
    new = row._state.adding
    before = {} if new else snapshot(row)
    assign(row, values)
    checked(row).save()
    record_change(
        row,
        subject=subject,
        action="added" if new else "changed",
        before=before,
        after=snapshot(row),
        by=by,
        at=at,
        name=name,
    )
    return row


def locked(model: type[Row], pk: int | None) -> Row:
    """A new row when there is no id; else the stored one, locked until the transaction ends. Refused when gone."""
    if pk is None:
        return model()
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise Refused(f"This {model._meta.verbose_name} no longer exists.")
    return row
