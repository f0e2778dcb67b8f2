"""The nouns of detection, their constraints, indexes and choices; nothing here changes state."""

from incidents.detection.models.checks import CheckDefinition, CheckLine, CheckRun, RunLine
from incidents.detection.models.heartbeats import Heartbeat, Ping, PingKey
from incidents.detection.models.readings import Metric, Reading, Series
from incidents.detection.models.routing import RoutingRule, Silence
from incidents.detection.models.signals import ClientReport, Gathering, Signal, SignalTally
from incidents.detection.models.sources import Delivery, InboundKey, InboundSource, IntakeRevision

__all__ = [
    "CheckDefinition",
    "CheckLine",
    "CheckRun",
    "ClientReport",
    "Delivery",
    "Gathering",
    "Heartbeat",
    "InboundKey",
    "InboundSource",
    "IntakeRevision",
    "Metric",
    "Ping",
    "PingKey",
    "Reading",
    "RoutingRule",
    "RunLine",
    "Series",
    "Signal",
    "SignalTally",
    "Silence",
]
