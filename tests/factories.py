"""Nouns for the tests; verbs make states, so that no test starts from an impossible one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from incidents import lifecycle
from incidents.facts import Acknowledgement, Confirmation, Fix, Letter, Report, Triage
from incidents.models import Client, Contact, Incident, Responder, Role, RoleHolding, System, Tier

T0 = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)


def after(**span: float) -> datetime:
    """T0 and some time: `after(minutes=5)`."""
    return T0 + timedelta(**span)


class ResponderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Responder
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Responder {n}")
    email = factory.Sequence(lambda n: f"responder{n}@example.org")

    @factory.post_generation
    def role(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for key in [extracted] if isinstance(extracted, str) else extracted or []:
            role = Role.objects.get(key=key)
            RoleHolding.objects.create(role=role, responder=self, position=role.holdings.count() + 1)


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Client {n}")
    tier = factory.LazyFunction(lambda: Tier.objects.get(key="standard"))
    time_zone = "UTC"

    @factory.post_generation
    def contacts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        count = 1 if extracted is None else extracted
        for number in range(count):
            address = f"contact{number}@client{self.pk}.example"
            Contact.objects.create(client=self, name=f"Dana {number}", email=address)


class SystemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = System

    name = factory.Sequence(lambda n: f"System {n}")
    client_name = "your outreach emails"


class Team:
    """One holder of each role that an incident needs, a client and a system."""

    def __init__(self, **client: Any) -> None:
        self.coordinator = ResponderFactory(name="Alfred Moss", role="coordinator")
        self.resolver = ResponderFactory(name="Devin Okafor", role="resolver")
        self.communicator = ResponderFactory(name="Rick Salas", role="communicator")
        self.target = ResponderFactory(name="Clayton Boyd", role="escalation_target")
        self.client = ClientFactory(**client)
        self.system = SystemFactory()

    def report(self, severity: int = 1, *, at: datetime = T0, **more: Any) -> Incident:
        facts = {
            "title": "Outreach suspended",
            "description": "Every sender shows suspended.",
            "severity": severity,
            "source": "agent",
            "detected_at": at,
            "client_ids": (self.client.pk,),
            "system_ids": (self.system.pk,),
            **more,
        }
        return lifecycle.report(Report(**facts), by=self.coordinator, at=at)

    def triage(self, incident: Incident, *, at: datetime, **more: Any) -> Incident:
        facts = {
            "severity": incident.severity,
            "client_ids": tuple(incident.client_ids),
            "system_ids": tuple(incident.system_ids),
            "is_internal": incident.is_internal,
            "resolver_id": self.resolver.pk,
            "communicator_id": self.communicator.pk,
            **more,
        }
        return lifecycle.triage(incident.pk, Triage(**facts), by=self.coordinator, at=at)

    def letter(self, at: datetime, **more: Any) -> Letter:
        facts = {
            "brief": "Outreach paused",
            "happening": "Your outreach emails are not being sent. Nothing was lost.",
            "next_update_by": at + timedelta(hours=1),
            **more,
        }
        return Letter(**facts)

    def acknowledge(self, incident: Incident, *, at: datetime, **more: Any) -> Incident:
        told = Acknowledgement(letter=self.letter(at, **more))
        return lifecycle.acknowledge(incident.pk, told, by=self.communicator, at=at)

    def fix(self, incident: Incident, *, at: datetime) -> Incident:
        told = Fix("Senders", "Volume", "Appealed.", "Sent ten test letters.", "ours")
        return lifecycle.fix(incident.pk, told, by=self.resolver, at=at)

    def confirm(self, incident: Incident, *, at: datetime) -> Incident:
        told = Confirmation("Send through each sender", "All arrive", "Log of ten letters")
        return lifecycle.confirm(incident.pk, told, by=self.resolver, at=at)

    def to_verifying(self, severity: int = 1, *, fixed: datetime | None = None) -> Incident:
        incident = self.report(severity)
        self.triage(incident, at=after(minutes=5))
        self.acknowledge(incident, at=after(minutes=10))
        lifecycle.investigate(incident.pk, by=self.resolver, at=after(minutes=12))
        return self.fix(incident, at=fixed or after(minutes=60))
