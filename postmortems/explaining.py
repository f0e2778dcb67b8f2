"""Why a promise was broken: a reason of a kind that can be counted, in words of its own, on the incident's record."""

from datetime import datetime

from incidents.lifecycle.moving import required, retried
from incidents.models import Clock, Responder, TimelineEntry
from incidents.refusals import Refused
from postmortems.counted import REASONS
from postmortems.learning import learning
from postmortems.models import BreachReason


@retried
def explain_breach(clock_id: int, *, kind: str, text: str, by: Responder, at: datetime) -> BreachReason:
    """Records or replaces the reason of a breach; the record keeps what was said before.

    Refused for a clock without a breach, an unknown kind, and a reason without words.
    """
    found = Clock.objects.values_list("incident_id", flat=True).get(pk=clock_id)
    with learning(found, by=by, at=at) as move:
        clock = Clock.objects.select_for_update(no_key=True, of=("self",)).select_related("client").get(pk=clock_id)
        if clock.breached_at is None:
            raise Refused("That promise was not broken.")
        if kind not in REASONS:
            raise Refused("Choose the kind of reason that comes nearest.", "kind")
        text = required(text, "text", "Say in a few words what happened; the kind alone teaches nobody.")[:300]
        reason, _ = BreachReason.objects.update_or_create(
            clock=clock, defaults={"incident": move.incident, "kind": kind, "text": text, "at": move.at, "by": by}
        )
        whom = f", {clock.client}" if clock.client else ""
        said = f"Why “{clock.get_kind_display()}{whom}” was late: {REASONS[kind].lower()}. {text}"
        move.write(TimelineEntry.Kind.NOTED, said, breach_reason=kind, clock_kind=clock.kind, cycle=clock.cycle)
    return reason
