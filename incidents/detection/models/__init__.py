"""The nouns of detection, their constraints, indexes and choices; nothing here changes state."""

from incidents.detection.models.checks import CheckDefinition, CheckLine, CheckRun, RunLine
from incidents.detection.models.heartbeats import Heartbeat, Ping, PingKey
from incidents.detection.models.readings import Metric, Reading, Series

__all__ = [
    "CheckDefinition",
    "CheckLine",
    "CheckRun",
    "Heartbeat",
    "Metric",
    "Ping",
    "PingKey",
    "Reading",
    "RunLine",
    "Series",
]
