"""The SLA engine: a clock is a pure function of what happened, never a counter (sla.md S0)."""

from incidents.sla.events import Event, PolicyTable, Row
from incidents.sla.standing import Standing, Stretch, evaluate

__all__ = ["Event", "PolicyTable", "Row", "Standing", "Stretch", "evaluate"]
