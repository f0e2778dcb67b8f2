"""Numbers too dear to count on every page, counted by a sweep and kept with the instant they were true."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q

from incidents import promises as ledger
from incidents.models import Clock, Figures, Incident

PROMISES = "promises-30-days"
OPEN = "open"
TO_CLIENTS = "promises-to-clients-90-days"


def refresh(*, now: datetime) -> int:
    """Counts again: acknowledged and resolved in time over 30 days, open incidents by severity, and for each client
    the promised updates that were kept and missed over 90 days. Returns how many figures it kept."""
    since = now - timedelta(days=30)
    decided = Clock.objects.filter(stopped_at__gte=since, kind__in=(Clock.Kind.ACKNOWLEDGE, Clock.Kind.RESOLVE))
    rows = decided.values("kind").annotate(
        met=Count("pk", filter=Q(state="met")), late=Count("pk", filter=Q(state="met_late"))
    )
    promises = {row["kind"]: {"met": row["met"], "late": row["late"]} for row in rows}
    by_severity = Incident.objects.open().values("severity").annotate(n=Count("pk"))
    counts = {str(row["severity"]): row["n"] for row in by_severity}
    _keep(PROMISES, promises, now)
    _keep(OPEN, counts, now)
    tallies = ledger.by_client(since=now - ledger.KEPT_FOR, now=now)
    _keep(TO_CLIENTS, {str(pk): {"kept": one.kept, "missed": one.missed} for pk, one in tallies.items()}, now)
    return 3


def promises_to_clients() -> dict[int, ledger.Tally]:
    """What was counted last, for each client's id; clients who were promised nothing are not in it."""
    row = Figures.objects.filter(pk=TO_CLIENTS).first()
    return {int(pk): ledger.Tally(one["kept"], one["missed"]) for pk, one in row.numbers.items()} if row else {}


def _keep(name: str, numbers: Mapping[str, object], now: datetime) -> None:
    Figures.objects.update_or_create(name=name, defaults={"numbers": numbers, "computed_at": now})
