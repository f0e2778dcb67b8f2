"""An incident for a signal: one that gathers its like already, or a new one in the coordinator's triage queue."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from incidents import lifecycle
from incidents.detection.intake.alerts import FIRING, MOST_TEXT, Alert
from incidents.detection.intake.links import links
from incidents.detection.intake.routing import Route, Sender
from incidents.detection.intake.store import LONGEST_BURST
from incidents.detection.models import Gathering, Signal
from incidents.facts import Report
from incidents.lifecycle.moving import moving
from incidents.models import Incident, Responder, TimelineEntry
from incidents.playbooks import library
from incidents.playbooks import verbs as playbooks
from incidents.refusals import Refused

log = logging.getLogger(__name__)
Outcome = Signal.Outcome
QUARANTINE_AFTER = 8


def as_alert(signal: Signal) -> Alert:
    """A stored signal as the alert that it was."""
    return Alert(
        key=signal.key,
        title=signal.title,
        status=signal.status,
        name=signal.name,
        text=signal.text,
        severity_word=str(signal.facts.get("severity_word", "")),
        labels=signal.labels,
        facts={"test": True} if signal.is_test else {},
    )


def gathering(signal: Signal, route: Route, *, burst: timedelta, now: datetime) -> int | None:
    """The open incident that an alert joins: one with alerts of its name, or one whose burst still goes on.

    Never one that is less severe than the alert: that would hide it.
    """
    going_on = Q(name="", last_at__gt=now - burst, opened_at__gt=now - LONGEST_BURST)
    own_name = Q(name=signal.name) if signal.name else Q(pk__in=())
    found = Gathering.objects.filter(
        own_name | going_on,
        source_id=signal.source_id,
        route=route.key,
        incident__is_open=True,
        incident__severity__lte=route.severity,
    )
    return found.order_by("-name").values_list("incident_id", flat=True).first()


def remember(signal: Signal, route: Route, incident_id: int, *, now: datetime) -> None:
    """Later alerts of this name join the same incident, also when the burst is over."""
    if signal.name:
        Gathering.objects.update_or_create(
            source_id=signal.source_id,
            route=route.key,
            name=signal.name,
            defaults={"incident_id": incident_id, "last_at": now},
            create_defaults={"incident_id": incident_id, "opened_at": now, "last_at": now},
        )


def open_for(signal: Signal, route: Route, *, sender: Sender | None, now: datetime) -> None:
    """Opens an incident for a signal. What refuses is kept with its error and tried again, ever more rarely."""
    try:
        with transaction.atomic():
            incident = _report(signal, route, sender, now)
            if route.people:
                _name_people(incident, route, now)
            say_what_fits(incident.pk, route, sender, now=now)
    except Exception as error:
        log.exception("signal %s could not be opened", signal.pk)
        signal.attempts += 1
        signal.outcome = Outcome.FAILED
        signal.error = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
        waits = timedelta(seconds=min(2**signal.attempts, 600))
        signal.due_at = now + waits if signal.attempts < QUARANTINE_AFTER else now + timedelta(hours=1)
        signal.save(update_fields=["attempts", "outcome", "error", "due_at"])
        return
    Gathering.objects.update_or_create(
        source_id=signal.source_id,
        route=route.key,
        name="",
        defaults={"incident": incident, "opened_at": now, "last_at": now},
    )
    remember(signal, route, incident.pk, now=now)
    signal.incident, signal.outcome, signal.said = incident, Outcome.OPENED, FIRING
    signal.due_at, signal.attempts, signal.error = None, 0, ""
    signal.route, signal.severity = route.key, route.severity
    signal.facts = {**signal.facts, "rule": route.rule, "playbook": route.playbook, "type": route.incident_type}
    signal.save()


def _report(signal: Signal, route: Route, sender: Sender | None, now: datetime) -> Incident:
    """By the monitor's own time, but not from before it was connected: nobody could have known then."""
    known_since = sender.created_at if sender else signal.first_at
    told = Report(
        title=signal.title,
        description=description(signal, route, sender),
        severity=route.severity,
        source=sender.incident_source if sender else Incident.Source.MONITORING,
        detected_at=min(max(signal.starts_at, known_since), now),
        client_ids=(route.client_id,) if route.client_id else (),
        system_ids=route.system_ids,
    )
    try:
        return lifecycle.report(told, by=None, at=now)
    except Refused as refused:
        if refused.field not in ("clients", "systems"):
            raise
        # A client or system that has just been retired: the coordinator says whose it is.
        bare = Report(told.title, told.description, told.severity, told.source, told.detected_at)
        return lifecycle.report(bare, by=None, at=now)


def description(signal: Signal, route: Route, sender: Sender | None) -> str:
    """What the alert said, its labels as they came, and who said it."""
    parts = [signal.text.strip() or signal.title]
    if signal.labels:
        rows = "\n".join(f"    {key} = {value}" for key, value in sorted(signal.labels.items())[:60])
        parts.append(rows.replace("\r", " "))
    leads = links(signal.facts)
    if leads:
        parts.append("\n".join(f"- {words}: <{address}>" for words, address in leads))
    told = f"Noticed by {sender.name if sender else 'a monitor'}"
    parts.append(f"{told}, by the rule “{route.rule}”." if route.rule else f"{told}.")
    return "\n\n".join(parts)[:MOST_TEXT]


def say_what_fits(incident_id: int, route: Route, sender: Sender | None, *, now: datetime) -> None:
    """The type and the playbook that a rule or a source names, so that the playbook is suggested with that reason."""
    kind = library.type_of(route.incident_type)
    if kind is not None:
        playbooks.classify(incident_id, kind.pk, by=None, at=now)
    if route.playbook:
        own = sender is not None and sender.playbook == route.playbook
        says = f"the source “{sender.name}”" if own and sender else f"the routing rule “{route.rule}”"
        playbooks.name_playbook(incident_id, route.playbook, because=f"{says} names it", at=now)


def _name_people(incident: Incident, route: Route, now: datetime) -> None:
    """Whom the rule names; somebody who has left is passed over, the coordinator then names another."""
    wanted = dict(route.people)
    active = {one.pk: one for one in Responder.objects.filter(pk__in=wanted.values(), is_active=True)}
    named = {role: active[pk] for role, pk in wanted.items() if pk in active}
    if not named:
        return
    with moving(incident.pk, "assign", by=None, at=now) as move:
        for role, person in named.items():
            setattr(move.incident, role, person)
        text = ", ".join(f"{role}: {person}" for role, person in named.items())
        facts: dict[str, Any] = {role: str(person) for role, person in named.items()}
        move.write(TimelineEntry.Kind.ASSIGNED, text, rule=route.rule, **facts)
