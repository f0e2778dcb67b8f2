"""Add and change what is checked; runs that were made keep their lines as they were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.configuration.record import locked, record_change
from incidents.detection.checks.making import routine_of
from incidents.detection.models import CheckDefinition, CheckLine
from incidents.detection.recorded import keep_settings, settings_of
from incidents.models import Responder
from incidents.refusals import Refused

MOST_LINES = 50
LINE = ("position", "text", "kind", "target", "window_seconds")


@transaction.atomic
def save_check(pk: int | None, values: Mapping[str, Any], *, by: Responder | None, at: datetime) -> CheckDefinition:
    """Adds (no id) or changes a routine; when it comes round next is reckoned from this instant."""
    check = locked(CheckDefinition, pk)
    key = values.get("key", check.key)
    if CheckDefinition.objects.exclude(pk=pk or 0).filter(key=key).exists():
        raise Refused("Another check has this key already.", "key")
    check = keep_settings(check, values, subject="routine check", by=by, at=at)
    check.next_run_at = routine_of(check).after(at) if check.is_active else None
    check.save(update_fields=["next_run_at"])
    return check


@transaction.atomic
def switch_check(pk: int, *, on: bool, by: Responder, at: datetime) -> CheckDefinition:
    check = locked(CheckDefinition, pk)
    if check.is_active == on:
        raise Refused("It is so already.")
    return save_check(pk, {"is_active": on}, by=by, at=at)


@transaction.atomic
def save_line(
    check_id: int, line_id: int | None, values: Mapping[str, Any], *, by: Responder | None, at: datetime
) -> CheckLine:
    check, line = locked(CheckDefinition, check_id), locked(CheckLine, line_id)
    if line_id is None:
        if check.lines.count() >= MOST_LINES:
            raise Refused(f"A check has at most {MOST_LINES} lines.")
        line.definition = check
    elif line.definition_id != check_id:
        raise Refused("This line belongs to another check.")
    needs_target = values.get("kind", line.kind) in (
        CheckLine.Kind.READING,
        CheckLine.Kind.AGE,
        CheckLine.Kind.SUBJECTS,
    )
    if needs_target and not values.get("target", line.target):
        raise Refused("Name the metric by its key, or the job by its slug.", "target")
    return keep_settings(line, values, subject="line of a check", by=by, at=at)


@transaction.atomic
def remove_line(check_id: int, line_id: int, *, by: Responder, at: datetime) -> None:
    line = locked(CheckLine, line_id)
    if line.definition_id != check_id:
        raise Refused("This line belongs to another check.")
    before = settings_of(line, LINE)
    record_change(line, subject="line of a check", action="removed", before=before, after={}, by=by, at=at)
    line.delete()
