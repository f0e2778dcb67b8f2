"""What came again, and the safeguards that failed most."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Lower

from incidents.models import Incident, Responder
from postmortems.models import Safeguard
from postmortems.reports import wanted as asking
from postmortems.reports.wanted import Wanted

# Of very many returns the newest are grouped; their number is exact all the same.
NEWEST = 2000
MOST = 8


@dataclass(frozen=True, slots=True)
class Return:
    """A failure by its title: how often it came in the period as a return, and the newest incident."""

    title: str
    times: int
    systems: str
    reference: str
    newest: int


def returns(wanted: Wanted, viewer: Responder, systems: Mapping[int, str]) -> list[Return]:
    """The titles that came again most often, at most eight; one query. Titles are compared without regard to case."""
    rows = asking.incidents(wanted, "again", viewer).values_list("pk", "title", "system_ids")[:NEWEST]
    groups: dict[str, list[tuple[int, str, list[int]]]] = {}
    for pk, title, system_ids in rows:
        groups.setdefault(title.upper(), []).append((pk, title, system_ids))
    ordered = sorted(groups.values(), key=lambda group: (-len(group), -group[0][0]))
    return [
        Return(
            group[0][1],
            len(group),
            ", ".join(systems.get(pk, "–") for pk in group[0][2][:3]),
            f"INC-{group[0][0]}",
            group[0][0],
        )
        for group in ordered[:MOST]
    ]


@dataclass(frozen=True, slots=True)
class Failed:
    """A safeguard by its name: how often reviews of the period found that it failed, and that it worked."""

    name: str
    failed: int
    worked: int


def safeguards(wanted: Wanted, viewer: Responder) -> list[Failed]:
    """The safeguards that failed most in the reviews of the period's incidents, at most eight; one query."""
    visible = Incident.objects.visible_to(viewer).filter(asking.conditions(wanted, "fact__"))
    rows = Safeguard.objects.filter(review__incident__in=visible).annotate(key=Lower("name")).values("key")
    counted = rows.annotate(failed=Count("pk", filter=Q(worked=False)), kept=Count("pk", filter=Q(worked=True)))
    return [
        Failed(row["key"][:1].upper() + row["key"][1:], row["failed"], row["kept"])
        for row in counted.filter(failed__gt=0).order_by("-failed", "key")[:MOST]
    ]
