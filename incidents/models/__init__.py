"""The nouns, their constraints, indexes and named querysets; nothing here changes state."""

from incidents.models.awaiting import AwaitingLetter
from incidents.models.clients import Brand, Client, Contact, System, Tier
from incidents.models.clock import Clock, ClockFact
from incidents.models.digests import Digest, DigestLine
from incidents.models.escalation import (
    BY_PERSON,
    OVER_WHEN_RESOLVED,
    RESTRICTING,
    Escalation,
    EscalationRule,
    Situation,
)
from incidents.models.incident import CrmNote, Evidence, Incident, IncidentClient
from incidents.models.letters import ClientLetter
from incidents.models.links import ClientLink
from incidents.models.people import Absence, Responder, Role, RoleHolding
from incidents.models.policies import Calendar, PolicyVersion, Severity, SlaPolicy
from incidents.models.preserved import ApiToken, ErrorReport, KeptAnswer, SentForm
from incidents.models.record import ConfigurationChange, Figures, TimelineEntry
from incidents.models.replies import ClientReply
from incidents.models.suggested import SuggestedSituation
from incidents.models.wordings import Wording, WordingVersion

__all__ = [
    "BY_PERSON",
    "OVER_WHEN_RESOLVED",
    "RESTRICTING",
    "Absence",
    "ApiToken",
    "AwaitingLetter",
    "Brand",
    "Calendar",
    "Client",
    "ClientLetter",
    "ClientLink",
    "ClientReply",
    "Clock",
    "ClockFact",
    "ConfigurationChange",
    "Contact",
    "CrmNote",
    "Digest",
    "DigestLine",
    "ErrorReport",
    "Escalation",
    "EscalationRule",
    "Evidence",
    "Figures",
    "Incident",
    "IncidentClient",
    "KeptAnswer",
    "PolicyVersion",
    "Responder",
    "Role",
    "RoleHolding",
    "SentForm",
    "Severity",
    "Situation",
    "SlaPolicy",
    "SuggestedSituation",
    "System",
    "Tier",
    "TimelineEntry",
    "Wording",
    "WordingVersion",
]
