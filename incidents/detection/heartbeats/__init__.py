"""Heartbeats: jobs that say that they ran, and what happens when they do not (B-27, B-114)."""

from incidents.detection.heartbeats.keeping import new_ping_key, pause, resume, revoke_ping_key, save_heartbeat
from incidents.detection.heartbeats.missing import schedule_of, sweep
from incidents.detection.heartbeats.pinging import Signal, ping, register_by_ping

__all__ = [
    "Signal",
    "new_ping_key",
    "pause",
    "ping",
    "register_by_ping",
    "resume",
    "revoke_ping_key",
    "save_heartbeat",
    "schedule_of",
    "sweep",
]
