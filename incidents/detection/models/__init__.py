"""Nouns of detection."""

from incidents.detection.models.routing import RoutingRule, Silence
from incidents.detection.models.signals import ClientReport, Gathering, Signal, SignalTally
from incidents.detection.models.sources import Delivery, InboundKey, InboundSource, IntakeRevision

__all__ = [
    "ClientReport",
    "Delivery",
    "Gathering",
    "InboundKey",
    "InboundSource",
    "IntakeRevision",
    "RoutingRule",
    "Signal",
    "SignalTally",
    "Silence",
]
