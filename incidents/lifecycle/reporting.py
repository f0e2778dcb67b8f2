"""Report, triage, and what may be corrected afterwards: severity, scope, people (SOP steps 1 and 2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from incidents import moves
from incidents.clocks import policy_of
from incidents.escalation import Raising
from incidents.facts import QuickFix, Report, Triage
from incidents.lifecycle.moving import Move, moving, required, retried, why_not
from incidents.models import (
    Client,
    Incident,
    IncidentClient,
    PolicyVersion,
    Responder,
    RoleHolding,
    Situation,
    SlaPolicy,
    System,
    TimelineEntry,
)
from incidents.refusals import Refused

Kind = TimelineEntry.Kind
SKEW = timedelta(minutes=1)


def default_holder(role_key: str, at: datetime) -> Responder | None:
    """The first holder of a role who is not out of office at that instant (C-28)."""
    holding = RoleHolding.objects.present(role_key, at).first()
    return holding.responder if holding else None


@retried
def report(report: Report, *, by: Responder | None, at: datetime) -> Incident:
    """Puts a new incident on record with its clocks running from the earliest of detection and client report (C-07).

    Refuses times in the future, unknown clients and systems, and the quick-fix lane without a complete log (C-14).
    `by` is None for what Allclear noticed itself.
    """
    title = required(report.title, "title", "Say in a few words what is broken.")
    description = required(report.description, "description", "Describe what happens, so that others need not ask.")
    if report.severity not in (1, 2, 3, 4):
        raise Refused("Choose a severity from SEV-1 to SEV-4; when unsure take the higher one.", "severity")
    detected_at = report.detected_at.replace(microsecond=0)
    told_at = report.client_reported_at.replace(microsecond=0) if report.client_reported_at else None
    for name, instant in (("detected_at", detected_at), ("client_reported_at", told_at)):
        if instant and instant > at + SKEW:
            raise Refused("That is in the future; say when it was first noticed.", name)
    opened_at = min(filter(None, (detected_at, told_at)))
    with transaction.atomic():
        clients = _clients(report.client_ids)
        systems = _systems(report.system_ids)
        incident = Incident.objects.create(
            title=" ".join(title.split()),
            description=description,
            severity=report.severity,
            peak_severity=report.severity,
            source=report.source,
            is_internal=report.is_internal and not clients,
            production_affected=report.production_affected,
            detected_at=detected_at,
            client_reported_at=told_at,
            opened_at=min(opened_at, at),
            reported_at=at,
            reported_by=by,
            impact_started_at=report.impact_started_at,
            coordinator=default_holder("coordinator", at),
            communicator=default_holder("communicator", at) if report.source == Incident.Source.CLIENT else None,
            policy_version=_newest_version(clients),
            touched_at=at,
        )
        move = Move(incident, "report", by, at)
        reported_it = set(report.reporting_client_ids) if report.source == Incident.Source.CLIENT else set()
        _affect(incident, clients, at, reported_it)
        incident.system_ids = [system.pk for system in systems]
        incident.systems.set(systems)
        move.write(
            Kind.REPORTED,
            description,
            status=Incident.Status.REPORTED,
            severity=report.severity,
            source=report.source,
            opened_at=incident.opened_at.isoformat(),
            detected_at=detected_at.isoformat(),
            client_reported_at=told_at.isoformat() if told_at else None,
            tiers=[client.tier.key for client in clients],
            clients=[client.name for client in clients],
            systems=[system.name for system in systems],
            policy_version=incident.policy_version_id,
        )
        if report.severity == 1:
            move.escalate(severe(incident))
        move.finish()
        if report.in_scope:
            scope = (report.severity, report.client_ids, report.system_ids, report.is_internal)
            _take_in_hand(incident, QuickFix(True, *scope), by, at)
            incident.refresh_from_db()
    return incident


@retried
def quick_fix(incident_id: int, told: QuickFix, *, by: Responder, at: datetime) -> Incident:
    """Whoever found it says whether it is in scope (B-33). Yes: it is theirs, and under investigation at once, with
    severity, scope and log complete; fixing it still asks for test evidence, and the coordinator hears of it afterwards
    (C-14). No: it stays in the triage queue, and the record says who looked at it.
    """
    if not told.in_scope:
        with moving(incident_id, "quick_fix", by=by, at=at) as move:
            why = required(told.reason, "reason", "Say what it needs that you cannot do.")
            move.write(Kind.NOTED, f"Not in scope for {by}: {why}", in_scope=False)
        return move.incident
    with transaction.atomic():
        incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)
        if not moves.allowed("quick_fix", incident.status):
            raise Refused(why_not(incident, "quick_fix"))
        return _take_in_hand(incident, told, by, at)


def _take_in_hand(incident: Incident, told: QuickFix, by: Responder | None, at: datetime) -> Incident:
    communicator = incident.communicator or default_holder("communicator", at)
    if by is None or communicator is None:
        raise Refused("The quick-fix lane needs a resolver and a communicator on duty.", "in_scope")
    triaged = Triage(
        severity=told.severity,
        client_ids=told.client_ids,
        system_ids=told.system_ids,
        is_internal=told.is_internal,
        resolver_id=by.pk,
        communicator_id=communicator.pk,
        description=told.description,
        reason=told.reason.strip() or "In scope: fixed at once by the person who found it.",
    )
    triage(incident.pk, triaged, by=by, at=at)
    with moving(incident.pk, "investigate", by=by, at=at) as move:
        move.incident.investigating_at = move.at
        move.write(Kind.INVESTIGATED, "Quick fix, in scope.", status=move.to(), quick_fix=True)
        text = f"{by} fixes it at once, without triage by a coordinator: {move.incident.description[:300]}"
        move.escalate(Raising(move.incident, Situation.QUICK_FIX, f"incident:{incident.pk}:quick_fix", text))
    return move.incident


@retried
def triage(incident_id: int, triage: Triage, *, by: Responder, at: datetime) -> Incident:
    """Classifies, scopes and assigns (B-34…B-39); refuses whatever of these is missing, beside its field."""
    with moving(incident_id, "triage", by=by, at=at) as move:
        incident = move.incident
        if triage.severity not in (1, 2, 3, 4):
            raise Refused("Choose a severity from SEV-1 to SEV-4.", "severity")
        clients, systems = _clients(triage.client_ids), _systems(triage.system_ids)
        if not clients and not triage.is_internal:
            raise Refused("Which clients are affected? If none is, tick “no client, internal”.", "clients")
        if clients and triage.is_internal:
            raise Refused("Either clients are affected or the incident is internal, not both.", "clients")
        if not systems:
            raise Refused("Which systems are affected? Choose at least one.", "systems")
        incident.resolver = _active(triage.resolver_id, "resolver")
        incident.communicator = _active(triage.communicator_id, "communicator")
        if triage.coordinator_id:
            incident.coordinator = _active(triage.coordinator_id, "coordinator")
        elif incident.coordinator is None:
            incident.coordinator = by
        if triage.description.strip():
            incident.description = triage.description.strip()
        before = incident.severity
        incident.triaged_at = move.at
        incident.is_internal = triage.is_internal
        added, removed = _rescope(incident, clients, systems, move.at)
        _set_severity(move, triage.severity)
        status = Incident.Status.ACKNOWLEDGED if incident.acknowledged_at else Incident.Status.TRIAGED
        move.write(
            Kind.TRIAGED,
            triage.reason.strip(),
            status=status,
            severity=incident.severity,
            severity_before=before,
            tiers_added=added,
            tiers_removed=removed,
            clients=[client.name for client in clients],
            systems=[system.name for system in systems],
            resolver=str(incident.resolver),
            communicator=str(incident.communicator),
            coordinator=str(incident.coordinator),
        )
    return incident


@retried
def reclassify(incident_id: int, *, severity: int, reason: str, by: Responder, at: datetime) -> Incident:
    """Changes the severity with a reason; clocks are retargeted from the same start, never restarted (C-27)."""
    with moving(incident_id, "reclassify", by=by, at=at) as move:
        reason = required(reason, "reason", "Say why the severity changes; it stands on the record.")
        if severity not in (1, 2, 3, 4):
            raise Refused("Choose a severity from SEV-1 to SEV-4.", "severity")
        before = move.incident.severity
        if severity == before:
            raise Refused(f"It is SEV-{before} already.", "severity")
        _set_severity(move, severity)
        move.write(Kind.RECLASSIFIED, reason, severity=severity, severity_before=before)
    return move.incident


@retried
def rescope(
    incident_id: int,
    *,
    client_ids: Sequence[int],
    system_ids: Sequence[int],
    is_internal: bool,
    by: Responder,
    at: datetime,
) -> Incident:
    """Says anew which clients and systems are affected; a client who was told of it cannot be taken off."""
    with moving(incident_id, "rescope", by=by, at=at) as move:
        incident = move.incident
        clients, systems = _clients(client_ids), _systems(system_ids)
        if bool(clients) == is_internal:
            raise Refused("Choose the affected clients, or tick “no client, internal”, not both.", "clients")
        if not systems:
            raise Refused("Choose at least one system.", "systems")
        incident.is_internal = is_internal
        added, removed = _rescope(incident, clients, systems, move.at)
        move.write(
            Kind.RESCOPED,
            "",
            tiers_added=added,
            tiers_removed=removed,
            clients=[client.name for client in clients],
            systems=[system.name for system in systems],
        )
    return incident


@retried
def assign(
    incident_id: int,
    *,
    coordinator_id: int | None,
    resolver_id: int | None,
    communicator_id: int | None,
    by: Responder,
    at: datetime,
) -> Incident:
    """Names the people; refuses inactive ones, and after triage an empty resolver or communicator (B-37)."""
    with moving(incident_id, "assign", by=by, at=at) as move:
        incident = move.incident
        named = {"coordinator": coordinator_id, "resolver": resolver_id, "communicator": communicator_id}
        changed: dict[str, Any] = {}
        for role, person_id in named.items():
            if person_id is None and role != "coordinator" and incident.triaged_at:
                raise Refused(f"A triaged incident keeps a {role}.", role)
            person = _active(person_id, role) if person_id else None
            if getattr(incident, f"{role}_id") != person_id:
                changed[role] = str(person) if person else ""
                setattr(incident, role, person)
        if not changed:
            raise Refused("These are the people already assigned.", "resolver")
        text = ", ".join(f"{role}: {name or 'nobody'}" for role, name in changed.items())
        move.write(Kind.ASSIGNED, text, **changed)
    return incident


def severe(incident: Incident) -> Raising:
    """A SEV-1 is told once for each cycle of an incident, not each time it is raised again (B-11)."""
    cycle = incident.timeline.filter(kind=Kind.REOPENED).count() + 1
    said, title = incident.description.strip()[:400], incident.title.strip()
    text = f"{incident.get_status_display()}: {said}" if said != title else f"{incident.get_status_display()}."
    return Raising(incident, Situation.SEVERE, f"incident:{incident.pk}:severe:{cycle}", text)


def _set_severity(move: Move, severity: int) -> None:
    incident = move.incident
    raised = severity == 1 and incident.severity != 1
    incident.severity = severity
    incident.peak_severity = min(incident.peak_severity, severity)
    if raised:
        move.escalate(severe(incident))


def _clients(ids: Sequence[int]) -> list[Client]:
    clients = list(Client.objects.filter(pk__in=ids, is_active=True).select_related("tier"))
    if len(clients) != len(set(ids)):
        raise Refused("One of these clients does not exist or is no longer active.", "clients")
    return clients


def _systems(ids: Sequence[int]) -> list[System]:
    systems = list(System.objects.filter(pk__in=ids, is_active=True))
    if len(systems) != len(set(ids)):
        raise Refused("One of these systems does not exist or is no longer active.", "systems")
    return systems


def _active(person_id: int, role: str) -> Responder:
    person = Responder.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise Refused(f"Choose an active responder as {role}.", role)
    return person


def _affect(incident: Incident, clients: Sequence[Client], at: datetime, reported_it: set[int]) -> None:
    IncidentClient.objects.bulk_create(
        [
            IncidentClient(incident=incident, client=client, added_at=at, reported_it=client.pk in reported_it)
            for client in clients
        ]
    )
    incident.client_ids = sorted({*incident.client_ids, *(client.pk for client in clients)})


def _rescope(
    incident: Incident, clients: Sequence[Client], systems: Sequence[System], at: datetime
) -> tuple[list[str], list[str]]:
    """Makes these the affected clients and systems; returns the tiers that were added and removed, one a client."""
    affected = {row.client_id: row for row in incident.affected.select_related("client__tier")}
    wanted = {client.pk: client for client in clients}
    gone = [row for client_id, row in affected.items() if client_id not in wanted]
    for row in gone:
        if row.notified_at or row.digested_at:
            raise Refused(f"{row.client} was told of this incident and must hear its end.", "clients")
    added = [client for client_id, client in wanted.items() if client_id not in affected]
    IncidentClient.objects.filter(pk__in=[row.pk for row in gone]).delete()
    incident.client_ids = []
    _affect(incident, added, at, set())
    incident.client_ids = sorted(wanted)
    incident.system_ids = sorted(system.pk for system in systems)
    incident.systems.set(systems)
    return [client.tier.key for client in added], [row.client.tier.key for row in gone]


def _newest_version(clients: Sequence[Client]) -> PolicyVersion:
    """The newest version of the policy that all affected clients share, else of the default policy (S9)."""
    own = {client.policy_id for client in clients}
    chosen = own.pop() if len(own) == 1 else None
    policy_id = chosen or SlaPolicy.objects.values_list("pk", flat=True).get(is_default=True)
    return PolicyVersion.objects.filter(policy_id=policy_id).order_by("-number")[0]


def newest_version_for(incident: Incident) -> PolicyVersion:
    """What a new cycle of this incident pins."""
    return _newest_version([row.client for row in incident.affected.select_related("client")])


def next_update_default(incident: Incident, at: datetime) -> datetime:
    """When the policy would have us write again, counted from `at`."""
    terms = policy_of(incident.policy_version_id).terms(incident.severity)
    return at + timedelta(seconds=terms.next_update_seconds)
