"""What an empty workspace still needs before its first incident can be worked, in the order in which it is done.

Derived from what stands in the tables, so that nobody ticks anything; one query.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.urls import reverse

from incidents.models import Responder

ASKED = """
    SELECT EXISTS (SELECT 1 FROM incidents_incident),
        EXISTS (SELECT 1 FROM incidents_system WHERE is_active),
        EXISTS (SELECT 1 FROM incidents_contact c JOIN incidents_client o ON o.id = c.client_id
            WHERE o.is_active AND c.receives_letters),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_responder WHERE is_active LIMIT 2) people) > 1,
        EXISTS (SELECT 1 FROM detection_inboundsource)
"""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do. Without a `url` it is done where Allclear is started, and `why` says how."""

    title: str
    why: str
    done: bool
    url: str = ""


def first_steps(person: Responder) -> list[FirstStep]:
    """What to set up and what of it is done. Empty for whoever may not configure, and from the first incident on."""
    if not person.has_perm("configure"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(ASKED)
        begun, systems, contacts, others, sources = cursor.fetchone()
    if begun:
        return []
    mail = "smtp" in settings.EMAIL_BACKEND
    reached = "Letters go to your server." if mail else "Letters stay in files until EMAIL_URL names a mail server."
    return [
        FirstStep(
            "Name your systems",
            "What can break, and what clients call it. Third parties are never named to clients.",
            systems,
            reverse("incidents:systems"),
        ),
        FirstStep(
            "Add your clients",
            "Who is owed a letter, at which address, in which time zone; their tier decides the targets.",
            contacts,
            reverse("incidents:clients"),
        ),
        FirstStep(
            "Invite the others",
            "A second person takes an escalation, approves a letter, signs a review. Hand over what is theirs.",
            others,
            reverse("incidents:responders"),
        ),
        FirstStep("Set the mail server", reached, mail),
        FirstStep(
            "Connect a monitor",
            "Alertmanager, Grafana, PagerDuty, a cron job: an alert opens its incident by itself.",
            sources,
            reverse("detection:sources"),
        ),
    ]
