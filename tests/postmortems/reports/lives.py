"""Incidents that live at random, through the verbs alone: some are late, paused, reopened, merged or forgotten."""

import copy
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from incidents import clocks, lifecycle
from incidents.configuration import policies
from incidents.facts import Acknowledgement, Report, Resolution
from incidents.models import Client, Incident, SlaPolicy, System
from incidents.playbooks.models import IncidentType
from incidents.playbooks.verbs.noticing import classify
from incidents.refusals import Refused
from postmortems import explaining
from postmortems.counted import REASONS
from tests.factories import T0, ClientFactory, SystemFactory, Team

TITLES = ("Senders suspended", "senders SUSPENDED", "Dashboard is stale", "Enrichment stopped", "Sync drops contacts")


class World:
    """A team, four clients, three systems and a policy that lets resolve clocks be paused; `seed` decides the rest."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        # Lives are told one after the other: what was swept at an instant is never acted on at an earlier one.
        self.now = T0
        self.team = Team()
        self.clients: list[Client] = [self.team.client, *(ClientFactory() for _ in range(3))]
        self.systems: list[System] = [self.team.system, *(SystemFactory() for _ in range(2))]
        self.types = list(IncidentType.objects.order_by("pk")[:3])
        self._let_pause()

    def _let_pause(self) -> None:
        policy = SlaPolicy.objects.get(is_default=True)
        body = copy.deepcopy(policies.newest(policy).body)
        for row in body["severities"].values():
            row["resolve"] |= {"pausable": True, "max_pause_seconds": 7 * 86400}
        policies.add_version(policy.pk, body, note="Pauses", by=self.team.coordinator, at=T0 - timedelta(days=200))

    def live(self, count: int) -> list[Incident]:
        """`count` incidents, each in its own time; what the verbs refuse does not happen."""
        return [self.one() for _ in range(count)]

    def one(self) -> Incident:
        luck, team = self.luck, self.team
        at = self.now + timedelta(seconds=luck.randrange(90_000))
        source = luck.choice(["monitoring", "client", "agent", "review"])
        told = at - timedelta(minutes=luck.randrange(40)) if source == "client" or luck.random() < 0.3 else None
        clients = luck.sample(self.clients, luck.choice([0, 1, 1, 1, 2, 3]))
        incident = lifecycle.report(
            Report(
                title=luck.choice(TITLES),
                description="It is broken.",
                severity=luck.choice([1, 2, 2, 3, 4]),
                source=source,
                detected_at=at - timedelta(minutes=luck.randrange(30)),
                client_reported_at=told,
                client_ids=tuple(client.pk for client in clients),
                reporting_client_ids=(clients[0].pk,) if clients and source == "client" else (),
                system_ids=tuple(system.pk for system in luck.sample(self.systems, luck.choice([1, 1, 2]))),
                is_internal=not clients,
                impact_started_at=at - timedelta(minutes=luck.randrange(40, 400)) if luck.random() < 0.5 else None,
            ),
            by=team.coordinator,
            at=at,
        )
        steps: list[Callable[[Incident, datetime], Any]] = [
            self.triage,
            self.acknowledge,
            self.investigate,
            self.fix,
            self.confirm,
            self.resolve,
        ]
        if luck.random() < 0.2:
            del steps[luck.randrange(len(steps)) :]
        for step in steps:
            if luck.random() < 0.5:
                at = self.meanwhile(incident, at)
            at += timedelta(seconds=luck.choice([60, 600, 600, 3000, 9000, 30_000, 90_000]))
            clocks.sweep(now=at)
            with suppress(Refused):
                step(incident, at)
        for _ in range(luck.choice([0, 0, 1, 2])):
            at = self.meanwhile(incident, at + timedelta(hours=luck.randrange(1, 60)))
        self.now = at
        return incident

    def meanwhile(self, incident: Incident, at: datetime) -> datetime:
        """Something else happens to it, if it may."""
        luck, team = self.luck, self.team
        at += timedelta(seconds=luck.choice([30, 900, 7000, 40_000]))
        clocks.sweep(now=at)
        incident.refresh_from_db()
        late = incident.clocks.exclude(breached_at=None).order_by("pk").first()
        reason = luck.choice(list(REASONS))
        others = list(Incident.objects.order_by("pk").values_list("pk", flat=True))
        acts: list[Callable[[], Any]] = [
            lambda: lifecycle.reclassify(
                incident.pk, severity=luck.choice([1, 2, 3, 4]), reason="Looked again", by=team.coordinator, at=at
            ),
            lambda: lifecycle.pause(
                incident.pk,
                reason="waiting_on_client",
                text="They look",
                until=at + timedelta(hours=luck.randrange(1, 60)),
                by=team.coordinator,
                at=at,
            ),
            lambda: lifecycle.resume(incident.pk, by=team.coordinator, at=at),
            lambda: lifecycle.work_around(incident.pk, text="By hand", by=team.resolver, at=at),
            lambda: lifecycle.fail_verification(incident.pk, reason="It is back", by=team.resolver, at=at),
            lambda: lifecycle.update(
                incident.pk,
                team.letter(at, next_update_by=at + timedelta(minutes=luck.choice([5, 20, 45, 90, 400]))),
                by=team.communicator,
                at=at,
            ),
            lambda: lifecycle.reopen(
                incident.pk, reason="Again", by_client=luck.random() < 0.5, by=team.communicator, at=at
            ),
            lambda: lifecycle.cancel(incident.pk, reason="A test", by=team.coordinator, at=at),
            lambda: lifecycle.merge(
                incident.pk,
                into_id=luck.choice(others),
                reason="The same",
                by=team.coordinator,
                at=at,
            ),
            lambda: classify(incident.pk, luck.choice(self.types).pk, by=team.coordinator, at=at),
            lambda: late and explaining.explain_breach(late.pk, kind=reason, text="So.", by=team.coordinator, at=at),
            lambda: late and lifecycle.void_breach(late.pk, reason="Wrong zone", by=team.coordinator, at=at),
        ]
        with suppress(Refused):
            luck.choices(acts, (2, 6, 1, 3, 1, 3, 1, 1, 1, 2, 2, 1))[0]()
        return at

    def triage(self, incident: Incident, at: datetime) -> None:
        incident.refresh_from_db()
        self.team.triage(incident, at=at)

    def acknowledge(self, incident: Incident, at: datetime) -> None:
        incident.refresh_from_db()
        match lifecycle.acknowledgement_needs(incident):
            case "letter":
                told = Acknowledgement(letter=self.team.letter(at))
            case "schedule":
                told = Acknowledgement(scheduled_fix_on=(at + timedelta(days=2)).date())
            case _:
                told = Acknowledgement(note="Seen.")
        lifecycle.acknowledge(incident.pk, told, by=self.team.communicator, at=at)

    def investigate(self, incident: Incident, at: datetime) -> None:
        lifecycle.investigate(incident.pk, by=self.team.resolver, at=at)

    def fix(self, incident: Incident, at: datetime) -> None:
        self.team.fix(incident, at=at)

    def confirm(self, incident: Incident, at: datetime) -> None:
        self.team.confirm(incident, at=at)

    def resolve(self, incident: Incident, at: datetime) -> None:
        words = Resolution("Fixed", "It broke.", "We repaired it.")
        lifecycle.resolve(incident.pk, words, by=self.team.communicator, at=at)
