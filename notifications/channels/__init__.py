"""How a message leaves: one adapter for each channel, all with the same few outcomes."""

from notifications.channels.outcomes import Ambiguous, Channel, Refused, Unreachable

__all__ = ["Ambiguous", "Channel", "Refused", "Unreachable"]
