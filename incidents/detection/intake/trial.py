"""Tries the rules on what came already; nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from incidents.detection.intake.matching import conditions
from incidents.detection.intake.opening import as_alert
from incidents.detection.intake.routing import Route, World, decide, values_of
from incidents.detection.models import Signal
from incidents.models import Client, Responder, System

NEWEST = 100


@dataclass(frozen=True, slots=True)
class Tried:
    signal: Signal
    route: Route
    client: str
    systems: str
    fits: bool


def past(world: World, text: str, viewer: Responder, *, now: datetime) -> tuple[str, list[Tried]]:
    """The newest signals that the viewer may see, with where they would go; a sentence when that cannot be read."""
    problem, wanted = "", None
    try:
        wanted = conditions(text) if text.strip() else None
    except ValueError as error:
        problem = str(error)
    signals = list(
        Signal.objects.visible_to(viewer).counted().select_related("source", "incident").order_by("-pk")[:NEWEST]
    )
    clients = dict(Client.objects.values_list("pk", "name"))
    systems = dict(System.objects.values_list("pk", "name"))
    rows = []
    for signal in signals:
        alert = as_alert(signal)
        sender = world.sources[signal.source_id]
        route = decide(world, sender, alert, at=now)
        rows.append(
            Tried(
                signal,
                route,
                clients.get(route.client_id or 0, ""),
                ", ".join(systems.get(pk, "") for pk in route.system_ids),
                wanted is not None and all(one.holds(values_of(sender, alert)) for one in wanted),
            )
        )
    return problem, rows
