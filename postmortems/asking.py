"""Did it come back? Whoever carried out an action is asked 30, 60 and 90 days after it was verified (A-07)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import escape

from incidents.escalation import Matrix
from incidents.lifecycle.moving import Move, retried
from incidents.models import EscalationRule, Incident, Responder
from notifications import aside, outbox
from notifications.outbox import Outgoing
from postmortems.learning import Kind, learning
from postmortems.models import LookBack

# Of what came due longer ago nobody is written to: after an import or a long rest it would be a heap of old letters.
# It stands in the list of look-backs all the same.
RECENT = timedelta(days=30)
# The matrix knows how each person is reached by these.
BY = EscalationRule(name="Look-back", channels=["in_app", "email"])


def due(*, now: datetime) -> QuerySet[LookBack]:
    """The look-backs that wait for an answer, the longest due first; the page of prevention actions lists them."""
    return LookBack.objects.filter(answered_at=None, due_at__lte=now).order_by("due_at", "pk")


def sweep(*, now: datetime, limit: int = 100) -> int:
    """Asks for each look-back once, when its day has come; returns how many were asked for."""
    rows = due(now=now).filter(told_at=None, due_at__gt=now - RECENT)
    return aside.each_due("look-backs", rows, lambda pk: _ask(pk, at=now), now=now, most=limit)


@retried
def _ask(pk: int, *, at: datetime) -> int:
    incident_id = LookBack.objects.values_list("action__incident_id", flat=True).get(pk=pk)
    with learning(incident_id, by=None, at=at) as move:
        # All of the incident at once: an action has one letter, and so have two that were verified on one day.
        rows = due(now=at).filter(action__incident=move.incident, told_at=None).select_for_update(of=("self",))
        waiting = list(rows.select_related("action__owner"))
        if not waiting:
            return 0
        matrix = Matrix(at)
        asked: dict[Responder | None, list[LookBack]] = {}
        for one in waiting:
            asked.setdefault(_whom(one, move.incident, matrix), []).append(one)
        for person, its in asked.items():
            if person is not None:
                outbox.enqueue(_letters(person, its, move.incident, matrix, at), at=at)
            _say(move, person, its)
        LookBack.objects.filter(pk__in=[one.pk for one in waiting]).update(told_at=at)
    return len(waiting)


def _whom(one: LookBack, incident: Incident, matrix: Matrix) -> Responder | None:
    """Who owned the action; the support lead where that person has left or may not see the incident any more."""
    owner = matrix.people.get(one.action.owner_id)
    if owner is not None and matrix.may_see(owner, incident):
        return owner
    lead = matrix.people.get(matrix.holder("support_lead") or 0)
    return lead if lead is not None and matrix.may_see(lead, incident) else None


def _say(move: Move, person: Responder | None, its: Iterable[LookBack]) -> None:
    for one in its:
        who = f"{person} is asked" if person else "Nobody is there to be asked"
        text = f"{who} whether it came back, {one.days} days after “{one.action.title}” was verified."
        move.write(Kind.ACTION_MOVED, text, action=one.action_id, did="look_back_due", look_back=one.pk)


def _letters(
    person: Responder, its: list[LookBack], incident: Incident, matrix: Matrix, at: datetime
) -> list[Outgoing]:
    actions = list({one.action_id: one for one in reversed(its)}.values())
    if len(actions) == 1:
        where, button = reverse("postmortems:action", args=[actions[0].action_id]), "Answer"
    else:
        where, button = f"{reverse('postmortems:actions')}?state=look_back&mine=1", "Answer them"
    address = f"{settings.PUBLIC_URL}{where}"
    heading = f"{incident.reference}: did it come back?"
    lines = [f"“{one.action.title}” was verified {(at - one.due_at).days + one.days} days ago." for one in actions]
    ask = f"Look whether “{incident.title}” has happened again since, and say what you looked at."
    body = "".join(f"<p>{escape(line)}</p>" for line in (*lines, ask))
    return [
        Outgoing(
            key=f"look-back:{its[0].pk}:{way.channel}:{person.pk}",
            channel=way.channel,
            to=way.to,
            to_name=str(person),
            subject=heading,
            text="\n\n".join([*lines, ask, f"{button}: {address}"]) + "\n",
            html=f'{body}<p><a href="{escape(address)}">{button}</a></p>',
            about=incident.about,
            kind="look_back",
            responder_id=person.pk,
            buttons=((button, address),),
        )
        for way in matrix.addresses(BY, person)
    ]
