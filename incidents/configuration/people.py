"""Who can sign in, what they may do, who holds a role first, and when they are away."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from incidents.configuration.record import checked, keep, locked, record_change, refuse_control_characters, snapshot
from incidents.models import Absence, Responder, Role, RoleHolding
from incidents.permissions import PERMISSIONS
from incidents.refusals import Refused

NEEDED = ("configure", "manage_people")
LAST = "Nobody would be left who can manage people and settings. Give that to somebody else first."
# Any number will do as long as nothing else takes the same one.
FOUNDING = 0x616C6C63


def administrators_exist() -> bool:
    """Whether an active responder may both configure and manage people."""
    holdings = RoleHolding.objects.filter(responder__is_active=True)
    granted: dict[int, set[str]] = {}
    for responder_id, names in holdings.values_list("responder_id", "role__permissions"):
        granted.setdefault(responder_id, set()).update(names)
    return any(names.issuperset(NEEDED) for names in granted.values())


def _roles() -> dict[int, Role]:
    """Every role, locked: two people who each take the last administrator away must not both succeed."""
    return {role.pk: role for role in Role.objects.select_for_update().order_by("pk")}


def _refuse_to_lock_out() -> None:
    if not administrators_exist():
        raise Refused(LAST)


def _role_names(responder: Responder) -> list[str]:
    return list(responder.holdings.order_by("role_id").values_list("role__name", flat=True))


def _hold(responder: Responder, roles: dict[int, Role], role_ids: Collection[int]) -> None:
    unknown = set(role_ids) - roles.keys()
    if unknown:
        raise Refused("One of these roles no longer exists.", "roles")
    RoleHolding.objects.filter(responder=responder).exclude(role_id__in=role_ids).delete()
    held = set(RoleHolding.objects.filter(responder=responder).values_list("role_id", flat=True))
    for role_id in sorted(set(role_ids) - held):
        last = RoleHolding.objects.filter(role_id=role_id).order_by("-position").values_list("position", flat=True)
        RoleHolding.objects.create(role_id=role_id, responder=responder, position=(last.first() or 0) + 1)


@transaction.atomic
def save_responder(
    responder_id: int | None,
    values: Mapping[str, Any],
    *,
    role_ids: Collection[int],
    by: Responder | None,
    at: datetime,
) -> Responder:
    """Invites (no id) or changes a responder, with the roles held. A new one has no password: the link sets it.

    A role newly held comes last in that role's order. Refused if nobody were left to administer.
    """
    roles = _roles()
    responder = locked(Responder, responder_id)
    new = responder_id is None
    before = {} if new else snapshot(responder, roles=_role_names(responder))
    _fill(responder, values)
    if new:
        responder.set_unusable_password()
    checked(responder).save()
    # The mail address is how one signs in and resets a password: an old one must not stay a way in.
    EmailAddress.objects.filter(user_id=responder.pk).exclude(email=responder.email).delete()
    _hold(responder, roles, role_ids)
    after = snapshot(responder, roles=_role_names(responder))
    action = "invited" if new else "changed"
    record_change(responder, subject="responder", action=action, before=before, after=after, by=by, at=at)
    if not new:
        _refuse_to_lock_out()
    return responder


def _fill(responder: Responder, values: Mapping[str, Any]) -> None:
    for name in ("name", "email", "time_zone", "telegram_chat"):
        if name in values:
            setattr(responder, name, str(values[name]).strip())
    responder.email = responder.email.lower()
    if not responder.name:
        raise Refused("A responder has a name.", "name")


@transaction.atomic
def deactivate_responder(responder_id: int, *, by: Responder, at: datetime) -> Responder:
    """Nothing of what they did goes away; they can no longer sign in, and no role finds them. Sessions end at once."""
    _roles()
    responder = locked(Responder, responder_id)
    if responder.pk == by.pk:
        raise Refused("You cannot deactivate yourself; somebody else has to.")
    return _switch(responder, False, by=by, at=at)


@transaction.atomic
def activate_responder(responder_id: int, *, by: Responder, at: datetime) -> Responder:
    _roles()
    return _switch(locked(Responder, responder_id), True, by=by, at=at)


def _switch(responder: Responder, active: bool, *, by: Responder, at: datetime) -> Responder:
    before = {"is_active": responder.is_active}
    responder.is_active = active
    responder.save(update_fields=["is_active"])
    after = {"is_active": active}
    action = "activated" if active else "deactivated"
    record_change(responder, subject="responder", action=action, before=before, after=after, by=by, at=at)
    _refuse_to_lock_out()
    return responder


@transaction.atomic
def renew_access(responder_id: int, *, by: Responder, at: datetime) -> Responder:
    """Makes a new one-time link possible: the old password no longer works, and sessions that used it end."""
    responder = locked(Responder, responder_id)
    if not responder.is_active:
        raise Refused("Activate this responder first.")
    before = {"access": "password" if responder.has_usable_password() else "link"}
    responder.set_unusable_password()
    responder.save(update_fields=["password"])
    after = {"access": "new link"}
    record_change(responder, subject="responder", action="changed", before=before, after=after, by=by, at=at)
    return responder


@transaction.atomic
def remove_factors(responder_id: int, *, by: Responder, at: datetime) -> int:
    """Takes away the authenticator app, passkeys and recovery codes of somebody who lost them; returns how many."""
    responder = locked(Responder, responder_id)
    factors = Authenticator.objects.filter(user_id=responder.pk)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    record_change(
        responder,
        subject="responder",
        action="changed",
        before={"second_factors": kinds},
        after={"second_factors": []},
        by=by,
        at=at,
    )
    return len(kinds)


def _set_password(responder: Responder, password: str) -> None:
    try:
        validate_password(password, responder)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "password") from error
    responder.set_password(password)


@transaction.atomic
def join(responder_id: int, *, password: str, at: datetime) -> Responder:
    """An invited responder sets the first password. Refused when it was set already: the link works once."""
    responder = locked(Responder, responder_id)
    if not responder.is_active or responder.has_usable_password():
        raise Refused("This link has been used or is too old. Ask an administrator for a new one.")
    _set_password(responder, password)
    responder.save(update_fields=["password"])
    record_change(
        responder,
        subject="responder",
        action="joined",
        before={"access": "link"},
        after={"access": "password"},
        by=responder,
        at=at,
    )
    return responder


@transaction.atomic
def found(values: Mapping[str, Any], *, password: str, at: datetime) -> Responder:
    """Makes the first responder, who holds every role. Refused as soon as there is an administrator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
    if administrators_exist():
        raise Refused("This link has been used: there is an administrator already. Sign in instead.")
    responder = Responder(is_active=True)
    _fill(responder, values)
    _set_password(responder, password)
    checked(responder).save()
    roles = _roles()
    _hold(responder, roles, list(roles))
    after = snapshot(responder, roles=[role.name for role in roles.values()])
    record_change(responder, subject="responder", action="joined", before={}, after=after, by=responder, at=at)
    return responder


@transaction.atomic
def set_permissions(granted: Mapping[int, Collection[str]], *, by: Responder, at: datetime) -> None:
    """Writes the whole matrix: which role may do what. One change is recorded for each role that differs."""
    roles = _roles()
    for role_id, names in granted.items():
        role = roles.get(role_id)
        unknown = set(names) - PERMISSIONS.keys()
        if role is None or unknown:
            raise Refused("A role or a permission of this grid no longer exists.")
        before = {"permissions": sorted(role.permissions)}
        role.permissions = sorted(names)
        role.save(update_fields=["permissions"])
        after = {"permissions": role.permissions}
        record_change(role, subject="role", action="changed", before=before, after=after, by=by, at=at)
    _refuse_to_lock_out()


@transaction.atomic
def set_holders(role_id: int, responder_ids: Sequence[int], *, by: Responder, at: datetime) -> Role:
    """Who holds a role, first to last: the first who is not away is its default holder (C-28)."""
    role = _roles().get(role_id)
    if role is None:
        raise Refused("This role no longer exists.")
    if len(set(responder_ids)) != len(responder_ids):
        raise Refused("A responder stands in the order once.")
    known = Responder.objects.in_bulk(responder_ids)
    if len(known) != len(responder_ids):
        raise Refused("One of these responders no longer exists.")
    before = {"holders": [str(one.responder) for one in role.holdings.select_related("responder")]}
    role.holdings.all().delete()
    RoleHolding.objects.bulk_create(
        RoleHolding(role=role, responder_id=pk, position=position) for position, pk in enumerate(responder_ids, 1)
    )
    after = {"holders": [str(known[pk]) for pk in responder_ids]}
    record_change(role, subject="role", action="changed", before=before, after=after, by=by, at=at)
    _refuse_to_lock_out()
    return role


@transaction.atomic
def be_away(
    responder_id: int, *, starts_at: datetime, ends_at: datetime, reason: str, by: Responder, at: datetime
) -> Absence:
    """Out of office from `starts_at` up to `ends_at`: no default and no escalation goes to them meanwhile."""
    if ends_at <= at:
        raise Refused("This absence is over already.", "ends_at")
    responder = locked(Responder, responder_id)
    absence = Absence(responder=responder)
    values = {"starts_at": starts_at, "ends_at": ends_at, "reason": reason}
    return keep(absence, values, subject="absence", by=by, at=at, name=str(responder))


@transaction.atomic
def end_absence(absence_id: int, *, by: Responder, at: datetime) -> None:
    """Takes an absence back: the responder is found again at once."""
    absence = locked(Absence, absence_id)
    name, before = str(absence.responder), snapshot(absence)
    record_change(absence, subject="absence", action="removed", before=before, after={}, by=by, at=at, name=name)
    absence.delete()


@transaction.atomic
def save_preferences(values: Mapping[str, Any], *, by: Responder, at: datetime) -> Responder:
    """What a responder sets about himself: zone, single keys, Telegram chat, name."""
    for name in ("name", "telegram_chat"):
        refuse_control_characters(values.get(name, ""), name, name.replace("_", " "))
    responder = locked(Responder, by.pk)
    if not str(values.get("name", responder.name)).strip():
        raise Refused("A responder has a name.", "name")
    return keep(responder, values, subject="responder", by=by, at=at)
