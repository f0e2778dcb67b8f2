"""The nouns of learning; nothing here changes state."""

from postmortems.models.gates import Criterion, PausableWork, RestartGate, responders
from postmortems.models.prevention import (
    ActionKind,
    CheckRun,
    DocumentedChange,
    LookBack,
    PreventionAction,
    RegressionCheck,
)
from postmortems.models.reports import BreachReason, FactDue, IncidentFact, ReportCell
from postmortems.models.reviews import (
    Checkpoint,
    Comment,
    Consultation,
    CuratedEntry,
    EvidenceLink,
    Procedure,
    Review,
    ReviewChange,
    Safeguard,
)
from postmortems.models.support import Destination, Dismissal, EnvironmentSet, SupportReport

__all__ = [
    "ActionKind",
    "BreachReason",
    "CheckRun",
    "Checkpoint",
    "Comment",
    "Consultation",
    "Criterion",
    "CuratedEntry",
    "Destination",
    "Dismissal",
    "DocumentedChange",
    "EnvironmentSet",
    "EvidenceLink",
    "FactDue",
    "IncidentFact",
    "LookBack",
    "PausableWork",
    "PreventionAction",
    "Procedure",
    "RegressionCheck",
    "ReportCell",
    "RestartGate",
    "Review",
    "ReviewChange",
    "Safeguard",
    "SupportReport",
    "responders",
]
