"""The bounce rate of Allclear's own letters, measured by itself once an hour, so that C-01 applies to them too."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from incidents import notices
from incidents.detection.models import Metric, Reading
from incidents.detection.readings.recording import record
from incidents.refusals import Refused
from notifications.models import OutboundMessage

METRIC = "letters_bounced"
SOURCE = "Allclear"
WINDOW = timedelta(hours=24)


def sweep(*, now: datetime) -> int:
    """One reading for each hour in which letters were tried; 1 when it was taken now. Any number may run at once.

    Counted are the letters of the 24 hours before that a mail server was asked to take; as bounced those that it
    refused for good, or that came back later. What waits, and what was held back untried, is neither.
    """
    taken_at = now.replace(minute=0, second=0, microsecond=0)
    series = Reading.objects.filter(series__metric__key=METRIC, taken_at=taken_at, source=SOURCE)
    if series.exists() or not Metric.objects.filter(key=METRIC, is_active=True).exists():
        return 0
    bounced, tried = counted(until=now)
    if not tried:
        return 0
    rate = (Decimal(100) * bounced / tried).quantize(Decimal("0.01"))
    try:
        record(METRIC, rate, taken_at=taken_at, source=SOURCE, at=now, sample=tried)
    except Refused:
        # Another sweep was faster, and counted a letter less.
        return 0
    return 1


def counted(*, until: datetime) -> tuple[int, int]:
    """How many letters of the day before came back, and how many were tried."""
    letters = OutboundMessage.objects.filter(
        channel="email", kind__in=notices.LETTERS, created_at__gt=until - WINDOW, created_at__lte=until
    )
    back = Q(bounced_at__isnull=False)
    found = letters.filter(back | Q(state=OutboundMessage.State.SENT)).aggregate(
        tried=Count("pk"), bounced=Count("pk", filter=back)
    )
    return found["bounced"], found["tried"]
