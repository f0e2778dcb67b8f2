"""The SOP's people, brand, clients and systems, as the demo data set names them."""

from dataclasses import dataclass

from incidents.models import Brand, Client, Contact, Responder, Role, RoleHolding, System, Tier

PEOPLE = (
    ("Alfred Moss", "alfred@leadspanther.example", "Europe/London", ("coordinator",)),
    ("Devin Okafor", "devin@leadspanther.example", "America/New_York", ("resolver",)),
    ("Rick Salas", "rick@leadspanther.example", "America/New_York", ("communicator",)),
    ("Clayton Boyd", "clayton@leadspanther.example", "America/Los_Angeles", ("escalation_target",)),
    ("Laura Finch", "laura@leadspanther.example", "America/New_York", ("legal_contact",)),
    ("Priya Nair", "priya@leadspanther.example", "Asia/Kolkata", ("resolver",)),
    ("Jonas Weber", "jonas@leadspanther.example", "Europe/Berlin", ("communicator", "resolver")),
    ("Sam Adeyemi", "sam@leadspanther.example", "Europe/London", ("support_lead",)),
    ("Ada Lindqvist", "ada@leadspanther.example", "Europe/Stockholm", ("administrator",)),
)
CLIENTS = (
    ("Northwind Dental", "premium", "America/New_York", ("Dana Whitfield", "dana@northwinddental.example")),
    ("Harbor & Vine", "premium", "Europe/London", ("Tom Ashworth", "tom@harborandvine.example")),
    ("Cedar Legal", "standard", "America/Chicago", ("Maria Keller", "maria@cedarlegal.example")),
    ("Atlas Freight", "standard", "America/Denver", ("Omar Haddad", "omar@atlasfreight.example")),
    ("Kestrel HR", "standard", "Europe/Berlin", ("Lena Vogt", "lena@kestrelhr.example")),
    ("Lumen Solar", "premium", "Asia/Kolkata", ("Anil Rao", "anil@lumensolar.example")),
)
SYSTEMS = (
    ("Outreach (Instantly)", "your outreach emails", "third_party", "the sending platform we rely on"),
    ("CRM sync (HubSpot)", "your CRM sync", "third_party", "an upstream service we rely on"),
    ("Enrichment (Apollo)", "your lead enrichment", "third_party", "a data service we rely on"),
    ("Model routing (OpenRouter)", "your lead automation", "third_party", "an upstream service we rely on"),
    ("Email delivery", "your email delivery", "ours", "our email delivery"),
    ("Reporting", "your reporting dashboard", "ours", "our reporting"),
)


@dataclass(frozen=True, slots=True)
class World:
    """What a story is told with, by short names."""

    people: dict[str, Responder]
    clients: dict[str, Client]
    systems: dict[str, System]


def settle_world() -> World:
    """Makes the people, clients and systems, or finds them: running it twice changes nothing."""
    Brand.objects.filter(is_default=True).exclude(name="LeadsPanther").update(is_default=False)
    Brand.objects.update_or_create(
        name="LeadsPanther",
        defaults={
            "subject_prefix": "LeadsPanther",
            "signature": "LeadsPanther Team",
            "reply_to": "support@leadspanther.example",
            "is_default": True,
        },
    )
    return World(_people(), _clients(), _systems())


def _people() -> dict[str, Responder]:
    people = {}
    for name, email, zone, roles in PEOPLE:
        person = Responder.objects.filter(email=email).first()
        if person is None:
            person = Responder.objects.create_user(email, name=name, time_zone=zone)
        people[name.split()[0].lower()] = person
        for key in roles:
            role = Role.objects.get(key=key)
            position = role.holdings.count() + 1
            RoleHolding.objects.get_or_create(role=role, responder=person, defaults={"position": position})
    return people


def _clients() -> dict[str, Client]:
    clients: dict[str, Client] = {}
    for name, tier, zone, (contact, email) in CLIENTS:
        client, _ = Client.objects.get_or_create(
            name=name,
            defaults={
                "tier": Tier.objects.get(key=tier),
                "time_zone": zone,
                # One client has no deal: its notes are recorded by hand (C-20).
                "crm_reference": "" if name.startswith("Cedar") else str(41270 + len(clients)),
            },
        )
        Contact.objects.get_or_create(client=client, email=email, defaults={"name": contact})
        clients[name.split()[0].lower()] = client
    return clients


def _systems() -> dict[str, System]:
    systems = {}
    for name, client_name, owner, alias in SYSTEMS:
        system, _ = System.objects.get_or_create(
            name=name, defaults={"client_name": client_name, "owner": owner, "alias": alias}
        )
        systems[name.split()[0].lower()] = system
    return systems
