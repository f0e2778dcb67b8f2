"""What is owed and cannot be done, as people see it: of which incident, why, since when; and the ways out (law 6).

Sweeps put such rows aside and try them hourly (`notifications.aside`); a clock is in quarantine. Whoever may override
tries one at once, or gives up a row with a reason: it is tried no more, and nothing counts it as stuck, until somebody
tries it again. Both are on the record of changes. Whoever overrides is told once of each row that is stuck.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import Model

from incidents.configuration.record import record_change, snapshot
from incidents.models import Clock, Incident, Responder
from incidents.refusals import Refused
from notifications import outbox
from notifications.models import OutboundMessage, SetAside
from notifications.outbox import Outgoing

SUBJECT = "stuck row"
MOST = 200
STUCK_AFTER = SetAside.STUCK_AFTER
BATCH = 500
# What each sweep was about to do, as the words of a line.
DOINGS = {
    "escalations": "An escalation is to be said again",
    "hours on the wall": "Hours on the wall are over and are to be escalated",
    "unreached": "A message that did not get through is to be said otherwise",
    "untouched": "An incident that nobody touched is to be raised again",
    "failed letters": "A letter that did not arrive is to be told",
    "CRM notes": "The end of a CRM note is to be written down",
    "unheard webhooks": "A webhook that fails is to be switched off",
    "asking for words": "Words for a scheduled update are to be asked for",
    "open reviews": "A review is to be opened",
    "overdue reviews": "An overdue review is to be escalated",
    "overdue actions": "An overdue prevention action is to be escalated",
    "look-backs": "Somebody is to be asked whether it came back",
    "stale checks": "A regression check has become stale",
    "closed incidents": "A closed incident is to be looked at",
    "gate readings": "A reading is to reach a restart gate",
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """One row that was put aside. `incident` is None where it is about none; then `what` says which row it is."""

    aside: SetAside
    incident: Incident | None
    what: str

    @property
    def doing(self) -> str:
        return _doing(self.aside)

    @property
    def why(self) -> str:
        """What was said in one line; where in the code, and with what, stands in the log."""
        return next(iter(self.aside.last_error.splitlines()), "")


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person may see of it, at most `MOST` of each; `hidden` counts rows of incidents they may not see."""

    rows: list[Stuck]
    given_up: list[Stuck]
    clocks: list[Clock]
    hidden: int


def shown(person: Responder) -> Shown:
    """Every row that failed, the stuck ones first, what was given up, and the clocks in quarantine."""
    asides = list(SetAside.objects.select_related("given_up_by").order_by("given_up_at", "-errors", "pk")[:MOST])
    found = incidents_of(asides)
    clocks = list(Clock.objects.filter(quarantined_at__isnull=False).order_by("pk")[:MOST])
    wanted = {*found.values(), *(clock.incident_id for clock in clocks)}
    visible = Incident.objects.visible_to(person).defer("search").in_bulk(wanted)
    rows = [
        Stuck(one, visible.get(found.get(one.pk, 0)), _named(one))
        for one in asides
        if one.pk not in found or found[one.pk] in visible
    ]
    seen = [clock for clock in clocks if clock.incident_id in visible]
    for clock in seen:
        clock.incident = visible[clock.incident_id]
    return Shown(
        [one for one in rows if one.aside.given_up_at is None],
        [one for one in rows if one.aside.given_up_at is not None],
        seen,
        len(asides) - len(rows) + len(clocks) - len(seen),
    )


def one(aside_id: int, person: Responder) -> Stuck | None:
    """One row, None when there is none any more or this person may not see the incident that it is about."""
    aside = SetAside.objects.filter(pk=aside_id).first()
    if aside is None:
        return None
    incident_id = incidents_of([aside]).get(aside.pk)
    incident = Incident.objects.visible_to(person).filter(pk=incident_id).first() if incident_id else None
    return None if incident_id and incident is None else Stuck(aside, incident, _named(aside))


def try_again(aside_id: int, *, by: Responder, at: datetime) -> None:
    """Due at once, also when somebody had given it up; its sweep takes it within its interval."""
    with transaction.atomic():
        row = _locked(aside_id)
        before = snapshot(row)
        row.retry_at, row.given_up_at, row.given_up_by, row.give_up_reason = at, None, None, ""
        row.save(update_fields=["retry_at", "given_up_at", "given_up_by", "give_up_reason"])
        _record(row, before, by, at)


def give_up(aside_id: int, *, reason: str, by: Responder, at: datetime) -> None:
    """It is tried no more; refused without a reason, and when somebody was faster."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it need not be done, or how it was done instead.", "reason")
    with transaction.atomic():
        row = _locked(aside_id)
        if row.given_up_at is not None:
            raise Refused(f"{row.given_up_by} has given it up already: {row.give_up_reason}")
        before = snapshot(row)
        row.retry_at, row.given_up_at, row.given_up_by, row.give_up_reason = None, at, by, reason
        row.save(update_fields=["retry_at", "given_up_at", "given_up_by", "give_up_reason"])
        _record(row, before, by, at)


def release(clock_id: int, *, by: Responder, at: datetime) -> Clock:
    """A clock in quarantine is looked at again, at once, with all its tries before it."""
    with transaction.atomic():
        clock = Clock.objects.select_for_update(of=("self",)).filter(pk=clock_id).first()
        if clock is None or clock.quarantined_at is None:
            raise Refused("That clock is not in quarantine any more.")
        before = {"quarantined_at": clock.quarantined_at.isoformat(), "errors": clock.errors}
        clock.quarantined_at, clock.errors, clock.next_check_at = None, 0, at
        clock.save(update_fields=["quarantined_at", "errors", "next_check_at"])
        name = f"INC-{clock.incident_id}: {clock.get_kind_display()}"
        after = {"quarantined_at": None, "errors": 0}
        record_change(clock, subject=SUBJECT, action="changed", before=before, after=after, by=by, at=at, name=name)
    return clock


def tell(*, now: datetime) -> int:
    """Whoever may override hears once of each row that is stuck, of all that are new in one message; how many rows."""
    with transaction.atomic():
        due = SetAside.objects.filter(errors__gte=SetAside.STUCK_AFTER, told_at=None, given_up_at=None)
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH])
        if rows:
            _tell(rows, now)
            SetAside.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return len(rows)


def _tell(rows: Sequence[SetAside], now: datetime) -> None:
    # Without the reason, and of a restricted incident without its number: everybody may read the letters.
    about = incidents_of(rows)
    restricted = set(Incident.objects.filter(pk__in=about.values(), is_restricted=True).values_list("pk", flat=True))
    lines = []
    for row in rows[:20]:
        incident = about.get(row.pk)
        of = "" if incident is None else ", of a restricted incident" if incident in restricted else f": INC-{incident}"
        lines.append(f"- {_doing(row)}{of}")
    more = [f"- and {len(rows) - 20} more"] if len(rows) > 20 else []
    text = "\n".join(
        [
            "This failed five times and more, and is tried again every hour:",
            "",
            *lines,
            *more,
            "",
            "The page says why; there it is tried at once, or given up with a reason.",
            f"{settings.PUBLIC_URL}/stuck/",
            "",
        ]
    )
    people = Responder.objects.filter(is_active=True, holdings__role__permissions__contains=["override_incident"])
    outbox.enqueue(
        [
            Outgoing(
                key=f"stuck:{rows[0].pk}-{rows[-1].pk}:{now.isoformat()}:{channel}:{person.pk}",
                channel=channel,
                to=person.email if channel == "email" else str(person.pk),
                to_name=str(person),
                subject="Something owed fails again and again",
                text=text,
                html="",
                about="",
                kind="stuck",
                responder_id=person.pk,
            )
            for person in people.distinct()
            for channel in ("email", "in_app")
        ],
        at=now,
    )


def incidents_of(rows: Sequence[SetAside]) -> dict[int, int]:
    """The incident that each of these is about, by its own id; one query for each kind of row."""
    kinds: dict[str, list[SetAside]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    return {pk: incident for kind, those in kinds.items() for pk, incident in _about(kind, those)}


def _about(kind: str, rows: Sequence[SetAside]) -> Iterator[tuple[int, int]]:
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return
    if model is Incident:
        yield from ((row.pk, row.row) for row in rows)
        return
    way = _way(model)
    if not way:
        return
    found = dict(model._base_manager.filter(pk__in=[row.row for row in rows]).values_list("pk", way))
    for row in rows:
        incident = found.get(row.row)
        if isinstance(incident, str):
            # What a message is about: only some are about an incident.
            about, _, number = incident.partition(":")
            incident = int(number) if about == "incident" and number.isdigit() else None
        if incident is not None:
            yield row.pk, incident


def _way(model: type[Model]) -> str:
    """From a row of that kind to its incident."""
    if model is OutboundMessage:
        return "about"
    for way, name in (("incident", "incident_id"), ("gate", "gate__incident_id")):
        try:
            model._meta.get_field(way)
        except FieldDoesNotExist:
            continue
        return name
    return ""


def _named(row: SetAside) -> str:
    try:
        kind = str(apps.get_model(row.kind)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = "row"
    return f"{kind} {row.row}"


def _doing(row: SetAside) -> str:
    return DOINGS.get(row.sweep, f"The sweep “{row.sweep}”")


def _locked(aside_id: int) -> SetAside:
    row = SetAside.objects.select_for_update(of=("self",)).select_related("given_up_by").filter(pk=aside_id).first()
    if row is None:
        raise Refused("It was done meanwhile, or is owed no longer.")
    return row


def _record(row: SetAside, before: dict[str, object], by: Responder, at: datetime) -> None:
    incident_id = incidents_of([row]).get(row.pk)
    name = _doing(row) + (f": INC-{incident_id}" if incident_id else f": {_named(row)}")
    kept = {"retry_at", "given_up_at", "given_up_by"}
    if incident_id is None or not Incident.objects.filter(pk=incident_id, is_restricted=True).exists():
        kept.add("give_up_reason")
    old = {key: value for key, value in before.items() if key in kept}
    new = {key: value for key, value in snapshot(row).items() if key in kept}
    record_change(row, subject=SUBJECT, action="changed", before=old, after=new, by=by, at=at, name=name)
