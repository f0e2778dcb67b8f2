"""Severities, SLA policies and calendars. A policy is changed by writing its next version; versions never change."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.calendars import calendar_of
from incidents.configuration.record import checked, keep, locked, record_change
from incidents.models import Calendar, PolicyVersion, Responder, Severity, SlaPolicy
from incidents.policy import SEVERITY_KEYS, Policy
from incidents.refusals import Refused


@transaction.atomic
def save_severity(rank: int, values: Mapping[str, Any], *, by: Responder, at: datetime) -> Severity:
    """The words of a severity; what it promises stands in the policies."""
    return keep(locked(Severity, rank), values, subject="severity", by=by, at=at)


def newest(policy: SlaPolicy) -> PolicyVersion:
    """The version that new incidents get; every policy has one."""
    version = policy.versions.order_by("-number").first()
    if version is None:
        raise Refused("This policy has no version yet.")
    return version


def calendars_used(body: Mapping[str, Any]) -> set[str]:
    """Names of the calendars that a body of a policy counts in."""
    rows = [body["severities"][key] for key in SEVERITY_KEYS]
    for tier in body.get("tiers", {}).values():
        rows += tier.values()
    return {
        str(row[kind]["calendar"])
        for row in rows
        for kind in ("acknowledge", "resolve")
        if row.get(kind, {}).get("calendar")
    }


def with_calendars(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its own copies of the calendars that it uses, as they are now. Refused when one is gone."""
    complete = copy.deepcopy(dict(body))
    names = calendars_used(complete)
    found = dict(Calendar.objects.filter(name__in=names).values_list("name", "body"))
    missing = sorted(names - found.keys())
    if missing:
        raise Refused(f"The calendar “{missing[0]}” no longer exists.")
    complete["calendars"] = {name: found[name] for name in sorted(names)}
    return complete


def _checked_body(body: Mapping[str, Any]) -> dict[str, Any]:
    complete = with_calendars(body)
    try:
        policy = Policy.from_body(complete)
        for kind in ("acknowledge", "resolve", "verification"):
            policy.table_body(kind)
    except (KeyError, ValueError, TypeError) as error:
        raise Refused(f"This policy cannot be read: {error}.") from error
    return complete


@transaction.atomic
def add_policy(values: Mapping[str, Any], *, like: SlaPolicy, by: Responder, at: datetime) -> SlaPolicy:
    """A further policy whose first version promises what `like` promises now; give it to clients, then change it."""
    policy = keep(SlaPolicy(), {"name": values["name"]}, subject="SLA policy", by=by, at=at)
    source = newest(like)
    PolicyVersion.objects.create(
        policy=policy,
        number=1,
        body=source.body,
        note=f"Copied from {like.name} version {source.number}",
        created_at=at,
        created_by=by,
    )
    return policy


@transaction.atomic
def rename_policy(policy_id: int, *, name: str, by: Responder, at: datetime) -> SlaPolicy:
    return keep(locked(SlaPolicy, policy_id), {"name": name}, subject="SLA policy", by=by, at=at)


@transaction.atomic
def make_default(policy_id: int, *, by: Responder, at: datetime) -> SlaPolicy:
    """Clients without a policy of their own get this one from the next incident on."""
    policy = locked(SlaPolicy, policy_id)
    for other in SlaPolicy.objects.select_for_update().filter(is_default=True).exclude(pk=policy_id):
        keep(other, {"is_default": False}, subject="SLA policy", by=by, at=at)
    return keep(policy, {"is_default": True}, subject="SLA policy", by=by, at=at)


@transaction.atomic
def add_version(
    policy_id: int,
    body: Mapping[str, Any],
    *,
    note: str,
    by: Responder,
    at: datetime,
    expected: int | None = None,
) -> PolicyVersion:
    """Writes the next version; running clocks keep theirs (sla.md S9).

    `expected` is the number the editor started from: refused when somebody else has written one since.
    """
    policy = locked(SlaPolicy, policy_id)
    current = newest(policy)
    if expected is not None and current.number != expected:
        raise Refused(
            f"Version {current.number} was written meanwhile. Look at it, then make your change on top of it."
        )
    complete = _checked_body(body)
    if complete == current.body:
        raise Refused("Nothing is different from the version in force.")
    version = checked(
        PolicyVersion(
            policy=policy,
            number=current.number + 1,
            body=complete,
            note=note.strip(),
            created_at=at,
            created_by=by,
        )
    )
    version.save()
    record_change(
        policy,
        subject="SLA policy",
        action="changed",
        before={"version": current.number, "promises": current.body},
        after={"version": version.number, "promises": complete, "note": version.note},
        by=by,
        at=at,
        name=f"{policy.name} version {version.number}",
    )
    return version


@dataclass(frozen=True, slots=True)
class SavedCalendar:
    """A stored calendar and the versions that were written because policies use it."""

    calendar: Calendar
    versions: tuple[PolicyVersion, ...]


def policies_using(name: str) -> list[SlaPolicy]:
    """Policies whose newest version counts in this calendar; two queries whatever their number."""
    newest_versions = PolicyVersion.objects.order_by("policy_id", "-number").distinct("policy_id")
    return [
        version.policy for version in newest_versions.select_related("policy") if name in calendars_used(version.body)
    ]


@transaction.atomic
def save_calendar(
    calendar_id: int | None, *, name: str, body: Mapping[str, Any], by: Responder, at: datetime
) -> SavedCalendar:
    """Stores a calendar; each policy that counts in it gets its next version, so that nothing changes underneath.

    Refused when the hours overlap, nothing is ever open, or the zone is unknown. Running clocks keep their version;
    moving them is a separate act (lifecycle.rebaseline).
    """
    try:
        calendar_of(dict(body))
    except (KeyError, ValueError, TypeError) as error:
        raise Refused(f"These hours cannot be read: {error}.", "weekly") from error
    calendar = locked(Calendar, calendar_id)
    old_name = calendar.name
    using = policies_using(old_name) if calendar_id else []
    hours_changed = calendar.body != body if calendar_id else True
    renamed = bool(calendar_id) and old_name != name.strip()
    keep(calendar, {"name": name, "body": dict(body)}, subject="calendar", by=by, at=at)
    versions: list[PolicyVersion] = []
    if using and (hours_changed or renamed):
        for policy in using:
            renewed = _renamed(newest(policy).body, old_name, calendar.name)
            what = "opening hours changed" if hours_changed else f"renamed from {old_name}"
            versions.append(add_version(policy.pk, renewed, note=f"Calendar {calendar.name}: {what}", by=by, at=at))
    return SavedCalendar(calendar, tuple(versions))


def _renamed(body: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    changed = copy.deepcopy(dict(body))
    rows = [*changed["severities"].values()]
    for tier in changed.get("tiers", {}).values():
        rows += tier.values()
    for row in rows:
        for kind in ("acknowledge", "resolve"):
            if row.get(kind, {}).get("calendar") == old:
                row[kind]["calendar"] = new
    return changed
