"""Who hears of a check: its assignee when it is there, the Coordinator when it was not signed in time."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.html import escape

from incidents.detection.models import CheckRun
from incidents.escalation import Matrix
from incidents.models import EscalationRule, Responder
from incidents.spelling import for_zone, in_utc
from notifications import outbox
from notifications.outbox import Outgoing


def tell_assignee(run: CheckRun, *, at: datetime) -> None:
    """A line in Allclear for whoever is to do it; nobody when nobody is assigned (its deadline tells of that)."""
    if run.assignee and run.assignee.is_active and run.deadline:
        heading = f"To do: {run.definition.name}"
        text = f"“{run.definition.name}” waits for you; it is to be signed by {in_utc(run.deadline)}."
        _tell(run, [run.assignee], ["in_app"], "made", heading, text, Matrix(at), at)


def tell_coordinator(run: CheckRun, *, at: datetime) -> list[Responder]:
    """Telegram (or e-mail in its stead) and a line in Allclear to the Coordinator; returns who was told."""
    assert run.deadline is not None, "only a run with a deadline can be late"
    matrix = Matrix(at)
    holder = matrix.holder("coordinator")
    people = [matrix.people[holder]] if holder else []
    whose = f", assigned to {run.assignee}" if run.assignee else ", assigned to nobody"
    text = (
        f"“{run.definition.name}” of {in_utc(run.scheduled_for)}{whose}, was to be signed by "
        f"{in_utc(run.deadline)} and is not."
    )
    heading = f"Not signed in time: {run.definition.name}"
    _tell(run, people, ["telegram", "in_app"], f"missed:{run.times_said}", heading, text, matrix, at)
    return people


def _tell(
    run: CheckRun,
    people: Sequence[Responder],
    channels: list[str],
    cause: str,
    heading: str,
    text: str,
    matrix: Matrix,
    at: datetime,
) -> None:
    # An unsaved rule says which channels; the matrix knows how each person is reached, and what stands in for what.
    rule = EscalationRule(name=heading, channels=channels)
    address = f"{settings.PUBLIC_URL}/checks/runs/{run.pk}/"
    told = {person.pk: for_zone(text, person.zone) for person in people}
    outbox.enqueue(
        [
            Outgoing(
                key=f"check:{run.pk}:{cause}:{way.channel}:{person.pk}",
                channel=way.channel,
                to=way.to,
                to_name=str(person),
                subject=heading[:200],
                text=f"{heading}\n\n{told[person.pk]}\n\nOpen it: {address}\n",
                html=f'<p>{escape(told[person.pk])}</p><p><a href="{address}">Open the check</a></p>',
                about=f"check:{run.pk}",
                kind="check",
                responder_id=person.pk,
                buttons=(("Open the check", address),),
            )
            for person in people
            for way in matrix.addresses(rule, person)
        ],
        at=at,
    )
