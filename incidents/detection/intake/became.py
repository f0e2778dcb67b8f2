"""What became of one alert in one request. The signal alone would say of every repeat that it opened the incident."""

from datetime import datetime

from incidents.detection.intake.alerts import RESOLVED
from incidents.detection.models import Signal


def of(signal: Signal, received_at: datetime) -> str:
    """`first`: what the signal became is this request's doing; `over`: it said it is over; `again`: it was counted.

    The signal keeps when it was first heard and when it last changed; its incident, when it was opened.
    """
    opened = signal.incident is not None and signal.incident.reported_at == received_at
    if received_at <= signal.first_at or opened:
        return "first"
    if signal.status == RESOLVED and received_at == signal.last_at:
        return "over"
    return "again"
